"""A server of the trust's own: the systemd unit and the reverse proxy."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.conftest import ROOT

UNIT = ROOT / "infra" / "systemd" / "social-media-policy-bot.service"
EXPOSED = 20
"""`systemd-analyze security` gives 0 (locked up) to 100; a unit without a word on it has 96."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a Python that is there: systemd looks for the program."""
    if not shutil.which("systemd-analyze"):
        missing = "systemd-analyze is not there (on Debian: apt install systemd)"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("/opt/social-media-policy-bot/venv/bin/python", sys.executable))
    return copy


def test_systemd_understands_the_unit(unit: Path) -> None:
    """No word in it is unknown or wrong."""
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    assert (0, "") == (done.returncode, done.stderr)


def test_the_unit_is_locked_up(unit: Path) -> None:
    """It may do little more than speak to the network and write to its own folder."""
    command = ["systemd-analyze", "security", "--offline=yes", "--no-pager", f"--threshold={EXPOSED}", unit]
    done = subprocess.run(command, capture_output=True, text=True)
    assert 0 == done.returncode, done.stdout[-300:]


def test_it_comes_back_and_ends_in_order() -> None:
    """Started again for ever, and given longer to stop than the 25 seconds that a delivery may take."""
    text = UNIT.read_text()
    assert "\nRestart=always\n" in text
    assert "\nStartLimitIntervalSec=0\n" in text
    assert 25 < int(re.findall(r"TimeoutStopSec=(\d+)", text)[0])


def test_the_proxy_opens_no_more_than_teams_needs() -> None:
    """Metrics and the state of the storage stay within the server."""
    opened = re.findall(r"@open path (.+)", (ROOT / "infra" / "proxy" / "Caddyfile").read_text())
    assert ["/api/messages /files/* /healthz"] == opened
