"""How the bot and the Playground are started, for `make run` and for the tests alike."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.playground.children import Child

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "playground"
CONFIG = HERE / "m365agentsplayground.yml"
CLIENT = ROOT / "tests" / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"
BOT = (sys.executable, "app.py")
LOOPBACK = "127.0.0.1"
NODE_NEEDED = 20
START_SECONDS = 60.0
PATIENCE_SECONDS = 30.0
"""How long anything that should appear in the client may take; CI shares its machine."""

# The Playground sends no token and the storage here is the embedded one: settings of a real installation stay out.
_NOT_PASSED_ON = ("MICROSOFT_APP_", "AZURE_STORAGE_")


class NotReady(Exception):
    """Something did not start. The message is for a person."""


def rooms() -> dict[str, Any]:
    """The Playground's people and rooms, as its configuration names them."""
    loaded: dict[str, Any] = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    return loaded


def missing_client() -> str | None:
    """Why there is no client to start, in a sentence; None where there is one."""
    node = shutil.which("node")
    version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout if node else ""
    major = re.match(r"v(\d+)", version)
    if not major or int(major[1]) < NODE_NEEDED:
        return (
            f"Node {NODE_NEEDED} or newer was not found. Install it from https://nodejs.org "
            "(or Debian's packages nodejs and npm), then run this again."
        )
    if not CLIENT.exists():
        return "The Microsoft 365 Agents Playground is not installed: npm ci --prefix tests"
    return None


def demo_settings() -> dict[str, str]:
    """The demo trust, and the person at the Playground as the one who may bind its channels."""
    return {
        "TRUST_FILE": str(HERE / "demo_trust.yaml"),
        "DIRECTORY_FILE": str(HERE / "demo_directory.csv"),
        "BOT_ADMINS": rooms()["currentUser"]["aadObjectId"],
    }


def start_bot(
    port: int,
    data_dir: Path,
    *,
    log: Path,
    command: Sequence[str] = BOT,
    settings: Mapping[str, str] | None = None,
    show: bool = False,
) -> Child:
    """The bot in local mode. `settings` come before those of the environment, and these before the demo's."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(_NOT_PASSED_ON)}
    env = demo_settings() | env
    env |= {"HOST": LOOPBACK, "PORT": str(port), "DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"}
    env |= settings or {}
    return Child("bot", command, log=log, cwd=ROOT, env=env, show=show)


def start_playground(port: int, bot_port: int, *, log: Path) -> Child:
    """The Teams-like client, on loopback alone and without telemetry."""
    env = dict(os.environ) | {
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(CONFIG),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(log.with_suffix(".details.log")),
        "TEAMSAPPTESTER_BROWSER": "none",
        "NODE_OPTIONS": f'--require "{HERE / "loopback.cjs"}"',
    }
    # 127.0.0.1 rather than its own "localhost", which may mean ::1, where nothing listens.
    options = {
        "-e": f"http://{LOOPBACK}:{bot_port}/api/messages",
        "-c": "msteams",
        "-p": str(port),
        "--service-url": f"http://{LOOPBACK}:{port}/_connector",
    }
    words = [word for pair in options.items() for word in pair]
    command = ["node", str(CLIENT), "start", *words, "--disable-telemetry"]
    return Child("Playground", command, log=log, cwd=ROOT, env=env)


def wait_until_it_answers(child: Child, url: str, seconds: float = START_SECONDS) -> None:
    """Return once a GET answers below 500; NotReady, with the child's last lines, where that does not happen."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if child.exit_code is not None:
            raise NotReady(f"The {child.name} ended while it started. Its last lines:\n{child.tail()}")
        if _answers(url):
            return
        time.sleep(0.1)
    raise NotReady(f"The {child.name} did not answer within {seconds:.0f} seconds. Its last lines:\n{child.tail()}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def is_free(port: int) -> bool:
    """Whether nothing listens on this port of any address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
