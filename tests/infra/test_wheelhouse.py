"""What `make dist` made, installed by somebody who is not root and has no package registry, and started."""

import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from infra import dist
from tests.infra.conftest import ROOT

MADE = ROOT / "build" / "dist"
STARTS_WITHIN = 90.0
"""Seconds; on an idle machine it takes three."""

SOMEBODY = "nobody"


class Somebody:
    """An account without rights, a home of its own, and a Python that it may run. Where we are not root: ourselves."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._account: dict[str, Any] = {}
        if os.getuid() == 0:
            who = pwd.getpwnam(SOMEBODY)
            self._account = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
            for path in [home, *home.rglob("*")]:
                os.chown(path, who.pw_uid, who.pw_gid)
        self._environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": os.devnull}
        self.python = self._first_python()

    def run(self, *command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """As this account, to its end."""
        at = {"cwd": cwd or self.home, "env": self._environment, **self._account}
        return subprocess.run(command, capture_output=True, text=True, timeout=600, **at)

    def start(self, *command: str | Path, cwd: Path, settings: dict[str, str]) -> subprocess.Popen[str]:
        """As this account, beside the test."""
        at = {"cwd": cwd, "env": {**self._environment, **settings}, **self._account}
        return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, **at)

    def _first_python(self) -> Path:
        """This Python's own, or the system's of the same version where that one lies in somebody's home."""
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        for python in (Path(sys.base_prefix) / "bin" / version, Path("/usr/bin") / version):
            with suppress(OSError):
                if self.run(python, "-c", "import ensurepip").returncode == 0:
                    return python
        no_python = f"{SOMEBODY} may run no {version} that can make virtual environments"
        if os.environ.get("CI"):
            pytest.fail(no_python)
        pytest.skip(no_python)


@pytest.fixture
def somebody() -> Iterator[Somebody]:
    """Their home holds what `make dist` made, as somebody would have copied it to a server."""
    if not (MADE / "SHA256SUMS").exists():
        missing = "build/dist is not made: make dist"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    home = Path("/tmp") / f"policy-bot-{os.getpid()}"  # not tmp_path: its parents are closed to others
    shutil.copytree(MADE, home / "dist")
    yield Somebody(home)
    shutil.rmtree(home)


def test_the_archive_is_the_same_each_time() -> None:
    """The same files give the same bytes: who gets one can compare it."""
    assert dist.archive(ROOT) == dist.archive(ROOT)


def test_the_archive_holds_the_model_and_no_tests() -> None:
    """The answers need the model; nothing of the tests, of what was learnt from, or of anybody's data goes along."""
    files = {path.as_posix() for path in dist.own_files(ROOT)}
    assert {"app.py", "policy/answers/model/encoder.onnx", "bot/trust/trust.yaml"} <= files
    assert [] == [
        name for name in files if name.startswith(("tests", "data", "policy/learning")) or name.endswith("pyc")
    ]


def test_a_wheel_that_was_changed_has_no_hash(tmp_path: Path) -> None:
    """The hashes are of the wheels as they stand: one that is changed afterwards is refused by pip."""
    wheel = tmp_path / "example-1.0-py3-none-any.whl"
    wheel.write_bytes(b"as it was made")
    line = f"example==1.0 --hash=sha256:{hashlib.sha256(b'as it was made').hexdigest()}"
    assert line == dist.requirements_of(tmp_path).splitlines()[-1]


@pytest.mark.slow
def test_it_is_installed_and_started_without_rights_and_without_a_registry(somebody: Somebody) -> None:
    """docs/install.md, the second path: check, unpack, install with hashes, start; /healthz and /readyz answer."""
    assert 0 == somebody.run("sha256sum", "--check", "--quiet", "SHA256SUMS", cwd=somebody.home / "dist").returncode
    with tarfile.open(somebody.home / "dist" / "bot.tar.gz") as archive:
        archive.extractall(somebody.home, filter="data")
    app, python = somebody.home / "app", somebody.home / "venv" / "bin" / "python"
    made = somebody.run(somebody.python, "-m", "venv", somebody.home / "venv")
    assert 0 == made.returncode, made.stderr
    offline = ("--no-index", "--find-links", somebody.home / "dist" / "wheelhouse", "--require-hashes")
    requirements = ("--requirement", somebody.home / "dist" / "requirements.txt")
    installed = somebody.run(python, "-m", "pip", "install", "--quiet", *offline, *requirements)
    assert 0 == installed.returncode, installed.stderr[-1000:]
    answered = somebody.run(python, "-m", "policy", "ask", "May I add a pupil on Snapchat?", cwd=app)
    assert 0 == answered.returncode, answered.stderr[-1000:]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"PORT": str(port), "DATA_DIR": str(somebody.home / "data"), "LOG_FORMAT": "text"}
    running = somebody.start(python, "app.py", cwd=app, settings=settings)
    try:
        assert b'{"status": "alive"}' == wait_for(f"http://127.0.0.1:{port}/healthz", running)
        assert b'{"status": "ready"}' == wait_for(f"http://127.0.0.1:{port}/readyz", running)
        assert 0 != (somebody.home / "data" / "bot.sqlite3").stat().st_uid
    finally:
        running.terminate()
        running.communicate(timeout=30)


def wait_for(address: str, running: subprocess.Popen[str]) -> bytes:
    """What stands there, as soon as it answers."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        assert running.poll() is None, (running.stderr.read() if running.stderr else "")[-2000:]
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bytes(answer.read())
        except urllib.error.URLError:
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer")
