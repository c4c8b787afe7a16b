"""`make run` as a person meets it: both programs up, on loopback alone, and gone after one Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.playground import launch

pytestmark = pytest.mark.playground


@dataclass
class Serving:
    """A started `make run`, what it printed, and the ports of the bot and of the client."""

    process: subprocess.Popen[str]
    output: Path
    bot_port: int

    @property
    def ports(self) -> list[int]:
        address = re.search(r"Open +http://127\.0\.0\.1:(\d+)", self.output.read_text())
        assert address, self.output.read_text()
        return [self.bot_port, int(address[1])]

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)

    def wait_until_ready(self) -> None:
        ends = time.monotonic() + 2 * launch.START_SECONDS
        while "Ctrl-C" not in self.output.read_text():
            assert self.process.poll() is None and time.monotonic() < ends, self.output.read_text()
            time.sleep(0.1)


@pytest.fixture
def serving(installed: None, tmp_path: Path) -> Iterator[Serving]:
    started = _serve(tmp_path, launch.free_port())
    try:
        started.wait_until_ready()
        yield started
    finally:
        if started.process.poll() is None:
            started.interrupt()


def test_both_listen_on_loopback_alone(serving: Serving) -> None:
    """Nobody else on the network reaches the bot or the client."""
    assert [_listening_on(port) for port in serving.ports] == [{"127.0.0.1"}, {"127.0.0.1"}]


def test_one_interrupt_ends_both_without_a_word_too_many(serving: Serving) -> None:
    """Ctrl-C is the ordinary end: exit code 0, no traceback, both ports free again."""
    ports = serving.ports
    assert serving.interrupt() == 0
    assert "Traceback" not in serving.output.read_text()
    assert [_listening_on(port) for port in ports] == [set(), set()]


def test_where_the_bot_ends_the_client_is_ended(serving: Serving) -> None:
    """A client without a bot would only confuse; the bot's last lines say what happened."""
    ports = serving.ports
    os.kill(_child_with("app.py", serving.process.pid), signal.SIGKILL)
    assert serving.process.wait(20) == 1
    assert "The bot ended by itself (exit code -9)" in serving.output.read_text()
    assert [_listening_on(port) for port in ports] == [set(), set()]


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """A second `make run` says what is the matter."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        second = _serve(tmp_path, port)
        assert second.process.wait(20) == 1
    assert f"Port {port} is taken" in second.output.read_text()


def _serve(folder: Path, port: int) -> Serving:
    env = dict(os.environ) | {"PORT": str(port), "DATA_DIR": str(folder / "data")}
    output = folder / "output.txt"
    with output.open("w") as file:
        command = [sys.executable, "-m", "tests.playground.serve"]
        process = subprocess.Popen(command, cwd=launch.ROOT, env=env, stdout=file, stderr=file, text=True)
    return Serving(process, output, port)


def _listening_on(port: int) -> set[str]:
    """The addresses where something listens on this port, from the kernel's own tables."""
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, number = local.split(":")
            if state == "0A" and int(number, 16) == port:
                packed = b"".join(bytes.fromhex(address[i : i + 8])[::-1] for i in range(0, len(address), 8))
                found.add(socket.inet_ntop(socket.AF_INET if table == "tcp" else socket.AF_INET6, packed))
    return found


def _child_with(word: str, parent: int) -> int:
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if word in Path(f"/proc/{child}/cmdline").read_text():
            return int(child)
    raise AssertionError(f"no child with {word!r}")
