"""`make run`: the bot and, in front of it, the Playground. One Ctrl-C ends both; where one ends, the other is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

from tests.playground.children import Child
from tests.playground.launch import (
    LOOPBACK,
    ROOT,
    NotReady,
    free_port,
    is_free,
    missing_client,
    rooms,
    start_bot,
    start_playground,
    wait_until_it_answers,
)

BOT_PORT = 3978
CLIENT_PORT = 56150
LOGS = ROOT / "build" / "run"
LOOK_EVERY_SECONDS = 0.3
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

PORT_TAKEN = (
    "Port {port} is taken, so the bot was not started: is it running already in another window? "
    "Another port: make run PORT={other}"
)
ALONE = "{reason}\nUntil then the bot runs alone on http://{host}:{port}. Ctrl-C ends it."
ENDED = "\nThe {name} ended by itself (exit code {code}). Its last lines:\n{tail}"
READY = """
The bot is running. Its people and rooms here are demo data.
    Open    http://{host}:{client_port}
    First   in the channel "{channel}" type @, choose {bot}, then: use this channel for safeguarding alerts
    Then    in Personal Chat ask a question, or type: report
    Logs    {logs}
    Stop    Ctrl-C"""


def main() -> int:
    """0 after Ctrl-C, 1 where something did not start or ended by itself."""
    children: list[Child] = []
    for number in _ENDING:
        signal.signal(number, _end)
    try:
        _start(children)
        return _watch(children)
    except KeyboardInterrupt:
        print("\nStopping.", flush=True)
        return 0
    except NotReady as problem:
        print(problem, file=sys.stderr)
        return 1
    finally:
        _stop(children)


def _start(children: list[Child]) -> None:
    """The bot first: the Playground gives up on an address that does not answer."""
    port = _bot_port()
    data_dir = Path(os.environ.get("DATA_DIR") or ROOT / "data").resolve()
    print("Starting the bot.", flush=True)
    children.append(start_bot(port, data_dir, log=LOGS / "bot.log", show=True))
    wait_until_it_answers(children[-1], f"http://{LOOPBACK}:{port}/healthz")
    if reason := missing_client():
        print(ALONE.format(reason=reason, host=LOOPBACK, port=port), flush=True)
        return
    client_port = _client_port()
    print("Starting the Microsoft 365 Agents Playground.", flush=True)
    children.append(start_playground(client_port, port, log=LOGS / "playground.log"))
    wait_until_it_answers(children[-1], f"http://{LOOPBACK}:{client_port}/")
    print(_ready(client_port), flush=True)


def _watch(children: list[Child]) -> int:
    """Wait until one of them ends by itself, and say how."""
    while True:
        for child in children:
            if child.exit_code is not None:
                print(ENDED.format(name=child.name, code=child.exit_code, tail=child.tail()), file=sys.stderr)
                return 1
        time.sleep(LOOK_EVERY_SECONDS)


def _stop(children: list[Child]) -> None:
    """The client before the bot. A second Ctrl-C changes nothing: this takes seconds at most and must finish."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    for child in reversed(children):
        with contextlib.suppress(OSError):
            child.stop()


def _bot_port() -> int:
    wished = os.environ.get("PORT", str(BOT_PORT))
    if not wished.isdecimal() or not 0 < int(wished) < 65536:
        raise NotReady(f"PORT has to be a number from 1 to 65535; it is {wished!r}.")
    if not is_free(int(wished)):
        raise NotReady(PORT_TAKEN.format(port=wished, other=free_port()))
    return int(wished)


def _client_port() -> int:
    if is_free(CLIENT_PORT):
        return CLIENT_PORT
    port = free_port()
    print(f"Port {CLIENT_PORT} is taken: the Playground uses {port} instead.", flush=True)
    return port


def _ready(client_port: int) -> str:
    named = rooms()
    logs = ", ".join(str((LOGS / name).relative_to(ROOT)) for name in ("bot.log", "playground.log"))
    channel = named["team"]["channels"][0]["name"]
    return READY.format(host=LOOPBACK, client_port=client_port, channel=channel, bot=named["bot"]["name"], logs=logs)


def _end(number: int, frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
