"""The bot as a process of its own, for what happens when it is killed. All of it is real but the time.

`python -m tests.support.bot_process "2026-11-19 10:00"` starts it, with the time at which its clock begins.
"""

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import aiohttp

import app
from bot.infrastructure import Outside, connect
from bot.settings import Settings
from tests.support.clock import MINUTE, THURSDAY, Clock
from tests.support.running_bot import ROOT, environment
from tests.support.waiting import PATIENCE, until


@dataclass
class BotProcess:
    """The bot, to be killed and started again over the same folder, each time a minute later by its clock.

    The minute is longer than a bot keeps for itself what it was telling somebody when it was killed.
    """

    data_dir: Path
    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, **more: str) -> None:
        env = {**os.environ, **environment(self.data_dir, PORT=str(self.port), **more)}
        log = (self.data_dir / "bot.log").open("ab")
        at = datetime.fromisoformat(THURSDAY) + len(self.processes) * MINUTE
        command = [sys.executable, "-m", "tests.support.bot_process", str(at)]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        self.processes.append(process)
        await _until_alive(self.url, process)

    def kill(self) -> None:
        self.processes[-1].send_signal(signal.SIGKILL)
        self.processes[-1].wait()

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


async def _until_alive(url: str, process: subprocess.Popen[bytes]) -> None:
    async with aiohttp.ClientSession() as session:

        async def is_alive() -> bool:
            assert process.poll() is None, "the bot ended at its start"
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"{url}/healthz"):
                    return True
            return False

        await until(is_alive, 2 * PATIENCE)


def main() -> None:
    """As `python app.py`, by a clock that begins at the time given."""
    clock = Clock(sys.argv[1])

    def outside(settings: Settings) -> Outside:
        return replace(connect(settings), now=clock)

    app.connect = outside
    app.main()


if __name__ == "__main__":
    main()
