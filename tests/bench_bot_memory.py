"""python -m tests.bench_bot_memory: what the bot's process holds after 2,000 different questions, 16 at a time.

The real bot as a process of its own, with a fake Teams in front of it. Ends with 1 above the limit. Linux only: the
resident memory is read from /proc.
"""

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from policy.learning.labelled import QUESTIONS
from tests.support.fake_teams import FakeTeams, Human

ROOT = Path(__file__).parents[1]
COUNT, AT_ONCE, LIMIT = 2_000, 16, 260
STARTED_WITHIN = 60


def different_questions(count: int) -> list[str]:
    """So many questions of the set, no two the same, always the same ones."""
    lines = (line for path in sorted(QUESTIONS.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines())
    rows = (json.loads(line) for line in lines)
    return random.Random(7).sample(sorted({row["q"] for row in rows if "q" in row}), count)


def resident(process: subprocess.Popen[bytes]) -> float:
    """The resident memory of a process, in megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def until_alive(url: str, process: subprocess.Popen[bytes]) -> None:
    """Returns once the bot answers; raises if it ends or does not come up."""
    end = time.monotonic() + STARTED_WITHIN
    async with aiohttp.ClientSession() as session:
        while process.poll() is None and time.monotonic() < end:
            try:
                async with session.get(f"{url}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    raise RuntimeError("the bot did not start")


async def ask(teams: FakeTeams, number: int, questions: list[str]) -> None:
    """One person asks these, one after the other, and is answered each time."""
    person = Human(f"Demo Person {number}")
    for question in questions:
        assert await teams.say(person, question), f"no answer to: {question}"


async def measure(process: subprocess.Popen[bytes], url: str) -> float:
    """The megabytes held after all questions; prints what is held on the way."""
    teams = FakeTeams(bot_url=url)
    await teams.start()
    try:
        await until_alive(url, process)
        print(f"the bot's process, warm: {resident(process):.0f} MB")
        questions, started = different_questions(COUNT), time.perf_counter()
        await asyncio.gather(*(ask(teams, number, questions[number::AT_ONCE]) for number in range(AT_ONCE)))
        seconds, held = time.perf_counter() - started, resident(process)
    finally:
        await teams.stop()
    print(f"after {COUNT} different questions, {AT_ONCE} at a time, in {seconds:.0f} s: {held:.0f} MB (limit {LIMIT})")
    return held


def main() -> int:
    """Starts the bot in a folder of its own and ends it."""
    if sys.platform != "linux":
        print("the bot's memory is measured on Linux only")
        return 0
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe, (Path(folder) / "log").open("wb") as log:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "LOG_FORMAT": "text"}
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            held = asyncio.run(measure(process, f"http://127.0.0.1:{port}"))
        finally:
            process.kill()
            process.wait()
    return 0 if held <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
