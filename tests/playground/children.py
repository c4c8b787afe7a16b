"""Programs that we start: their output kept, their last lines at hand, and a sure end for all of it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

GRACE_SECONDS = 5.0
LINES_KEPT = 20


class Child:
    """One started program. Its output goes to a log file, and to the terminal as well where `show` is set."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        cwd: Path,
        env: Mapping[str, str],
        show: bool = False,
    ) -> None:
        self.name = name
        self.log = log
        self.last_lines: deque[str] = deque(maxlen=LINES_KEPT)
        log.parent.mkdir(parents=True, exist_ok=True)
        # A session of its own: Ctrl-C reaches us alone, and we end the children in order.
        self._process = subprocess.Popen(
            [*_tied_to_us(), *command],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._keep_output, args=(show,), daemon=True)
        self._reader.start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        """End it and everything it started: first asked, then made."""
        self._signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it at once, without a chance to tidy up: what a power cut does."""
        self._signal(signal.SIGKILL)
        self._process.wait()
        self._reader.join(GRACE_SECONDS)

    def tail(self) -> str:
        """The last lines that it printed, for a person to read."""
        self._reader.join(0.2)
        return "\n".join(f"    {line}" for line in self.last_lines) or "    (it printed nothing)"

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _keep_output(self, show: bool) -> None:
        assert self._process.stdout is not None
        with self.log.open("w", encoding="utf-8") as file:
            for line in self._process.stdout:
                self.last_lines.append(line.rstrip())
                file.write(line)
                file.flush()
                if show:
                    print(line, end="", flush=True)


def _tied_to_us() -> list[str]:
    """A prefix that ends the child when we are killed without a chance to end it; util-linux brings it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
