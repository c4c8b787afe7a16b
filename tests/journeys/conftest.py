"""The whole bot over HTTP, on an embedded storage of its own, with a fake Teams in front."""

import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app import build
from bot.delivery import notifier, ticker
from bot.infrastructure import Outside
from bot.settings import Settings, load_settings
from bot.trust.facts import Leader, Trust, load_trust
from policy.answers.answering import Answerer
from policy.loading import load_policy
from storage.files.evidence import FolderEvidence
from storage.tables.azure_tables import AzureTables
from storage.tables.sqlite_tables import SqliteTables
from tests.support.blob_links import BlobEvidenceByTheWall
from tests.support.bot_process import BotProcess
from tests.support.clock import Clock
from tests.support.fake_teams import ADMIN, CHAIR, CHANNEL, DEPUTY, DSL, HEAD, FakeTeams
from tests.support.register_steps import PRIMARY, PRIMARY_CHANNEL, PRIMARY_DSL
from tests.support.running_bot import DEMO_TRUST, environment, serve


@pytest.fixture(scope="session")
def answerer() -> Answerer:
    """One for all tests of a process: it takes a second to build and holds the model."""
    return Answerer(load_policy())


@pytest.fixture
def trust() -> Trust:
    """The demo trust; the leaders and the safeguarding leads of its high school are people of the fake tenant."""
    trust = load_trust(DEMO_TRUST)
    head = Leader(name=HEAD.name, phone="01632 960112", id=HEAD.entra_id)
    chair = Leader(name=CHAIR.name, phone="01632 960122", id=CHAIR.entra_id)
    dsl = Leader(name=DSL.name, phone="01632 960102", id=DSL.entra_id)
    deputy = Leader(name=DEPUTY.name, phone="01632 960132", id=DEPUTY.entra_id)
    ours = {"head": head, "chair_of_governors": chair, "dsl": dsl, "deputy": deputy}
    schools = [school.model_copy(update=ours) if school.head.id else school for school in trust.schools]
    return trust.model_copy(update={"schools": tuple(schools)})


@pytest.fixture
async def teams() -> AsyncIterator[FakeTeams]:
    fake = FakeTeams()
    await fake.start()
    fake.rosters[CHANNEL] = {DSL.account, DEPUTY.account, ADMIN.account}
    yield fake
    await fake.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(environment(tmp_path))


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot looks at what is due, and at the clock, ten times a second."""
    monkeypatch.setattr(notifier, "EVERY", 0.1)
    monkeypatch.setattr(ticker, "EVERY", 0.1)


@pytest.fixture
def clock() -> Clock:
    """What the bot takes for the time: a Thursday morning in term, going on from there."""
    return Clock()


@pytest.fixture
def outside(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Outside:
    """Storage of this test's own, embedded or on Azurite, and its clock."""
    if getattr(request, "param", "embedded") == "embedded":
        tables, evidence = SqliteTables(tmp_path / "bot.sqlite3"), FolderEvidence(tmp_path / "evidence")
        return Outside(tables, evidence, token=None, now=clock)
    where: str = request.getfixturevalue("azurite").connection_string
    name = f"t{uuid.uuid4().hex[:12]}"
    blobs = BlobEvidenceByTheWall.from_connection_string(where, container=name)
    blobs.clock = clock
    return Outside(AzureTables.from_connection_string(where, prefix=name), blobs, token=None, now=clock)


@pytest.fixture
async def bot(
    settings: Settings, trust: Trust, answerer: Answerer, outside: Outside, teams: FakeTeams
) -> AsyncIterator[FakeTeams]:
    """The bot, running; the fake Teams in front of it."""
    runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))
    yield teams
    await runner.cleanup()


@pytest.fixture
async def bound(bot: FakeTeams) -> FakeTeams:
    """The bot with the safeguarding channel bound."""
    answer = await bot.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    assert "now used for safeguarding alerts" in answer.text
    return bot


def _process(data_dir: Path) -> BotProcess:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return BotProcess(data_dir, probe.getsockname()[1])


@pytest.fixture
def bot_process(tmp_path: Path) -> Iterator[BotProcess]:
    process = _process(tmp_path)
    yield process
    process.end()


@pytest.fixture
def second_process(tmp_path: Path) -> Iterator[BotProcess]:
    """Another one beside it, for what two copies do over one Azure storage."""
    process = _process(tmp_path)
    yield process
    process.end()


@pytest.fixture
async def two_teams(bound: FakeTeams) -> FakeTeams:
    """The trust's channel, and one of the primary school with a team of its own."""
    bound.rosters[PRIMARY_CHANNEL] = {PRIMARY_DSL.account}
    await bound.mention(ADMIN, PRIMARY_CHANNEL, f"use this channel for safeguarding alerts for {PRIMARY}")
    return bound
