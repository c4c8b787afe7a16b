"""The bot and the Playground, started for one test with a data folder of its own and ended with it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.playground import launch
from tests.playground.children import Child
from tests.playground.driver import Client, find_browser, open_client
from tests.playground.rest import Rest, open_rest

NO_BROWSER = "Chromium was not found. Install Debian's package chromium, then run this again."


@dataclass
class Site:
    """The running programs and their addresses; the bot can be ended and started again in the middle of a test."""

    data_dir: Path
    logs: Path
    bot_command: Sequence[str] = launch.BOT
    settings: dict[str, str] = field(default_factory=launch.demo_settings)
    bot_port: int = field(default_factory=launch.free_port)
    client_port: int = field(default_factory=launch.free_port)
    bot: Child | None = None
    playground: Child | None = None

    @property
    def bot_url(self) -> str:
        return f"http://{launch.LOOPBACK}:{self.bot_port}"

    @property
    def client_url(self) -> str:
        return f"http://{launch.LOOPBACK}:{self.client_port}"

    def start_bot(self) -> None:
        log = self.logs / "bot.log"
        self.bot = launch.start_bot(
            self.bot_port, self.data_dir, log=log, command=self.bot_command, settings=self.settings
        )
        launch.wait_until_it_answers(self.bot, f"{self.bot_url}/healthz")

    def kill_bot(self) -> None:
        """As a power cut would."""
        if self.bot:
            self.bot.kill()

    def start_playground(self) -> None:
        self.playground = launch.start_playground(self.client_port, self.bot_port, log=self.logs / "playground.log")
        launch.wait_until_it_answers(self.playground, self.client_url)

    def stop(self) -> None:
        for child in (self.playground, self.bot):
            if child:
                child.stop()


@pytest.fixture
def bot_command() -> Sequence[str]:
    """What is started as the bot."""
    return launch.BOT


@pytest.fixture
def installed() -> None:
    """Node and the Playground are there."""
    _need(launch.missing_client())


@pytest.fixture
def site(installed: None, tmp_path: Path, bot_command: Sequence[str]) -> Iterator[Site]:
    """The bot with the Playground in front of it; what they print is kept with the test's temporary files."""
    running = Site(tmp_path / "data", tmp_path / "logs", bot_command)
    try:
        running.start_bot()
        running.start_playground()
        yield running
    finally:
        running.stop()


@pytest.fixture
async def client(site: Site) -> AsyncIterator[Client]:
    """A person at the Playground, in a real browser."""
    _need(None if find_browser() else NO_BROWSER)
    async with open_client(site.client_url) as opened:
        yield opened


@pytest.fixture
async def rest(site: Site) -> AsyncIterator[Rest]:
    """The other people, and a record of what the bot posts."""
    async with open_rest(site.client_url) as opened:
        yield opened


def _need(missing: str | None) -> None:
    """Skip with the reason; where CI is set a test that cannot run has failed."""
    if missing and os.environ.get("CI"):
        pytest.fail(missing, pytrace=False)
    if missing:
        pytest.skip(missing)
