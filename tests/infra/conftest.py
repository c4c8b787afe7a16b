"""The tools that judge infra/: they stand in a virtual environment of their own, made by `make infra-tools`."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".venv-infra" / "bin"


class Tools:
    """Runs the tools without the network."""

    def run(self, name: str, arguments: Sequence[str | Path], *, words: str = "") -> subprocess.CompletedProcess[str]:
        """What the tool said; `words` is what it reads."""
        quiet = {**os.environ, "LOG_LEVEL": "ERROR"}
        return subprocess.run(
            [TOOLS / name, *arguments], cwd=ROOT, env=quiet, input=words, capture_output=True, text=True, timeout=120
        )


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The tools. Where they are missing, tests are skipped, but never in CI."""
    if not (TOOLS / "checkov").exists():
        missing = "the tools that judge infra/ are not installed: make infra-tools"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return Tools()
