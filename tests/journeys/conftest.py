"""The whole bot over HTTP, on an embedded storage of its own, with a fake Teams in front."""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from app import build
from bot.infrastructure import Outside
from bot.settings import Settings, load_settings
from bot.trust.facts import Leader, Trust, load_trust
from policy.answers.answering import Answerer
from policy.loading import load_policy
from storage.files.evidence import FolderEvidence
from storage.tables.azure_tables import AzureTables
from storage.tables.sqlite_tables import SqliteTables
from tests.support.blob_links import BlobEvidenceByTheWall
from tests.support.clock import Clock
from tests.support.fake_teams import ADMIN, CHAIR, CHANNEL, DEPUTY, DSL, HEAD, TENANT, FakeTeams

ROOT = Path(__file__).parents[2]
DEMO_TRUST = ROOT / "tests" / "playground" / "demo_trust.yaml"


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """What the bot of these tests is told."""
    return {
        "DATA_DIR": str(data_dir),
        "TRUST_FILE": str(DEMO_TRUST),
        "BOT_ADMINS": ADMIN.entra_id,
        "MICROSOFT_APP_TENANT_ID": TENANT,
        "LOG_FORMAT": "text",
        **more,
    }


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


BOTH_STORAGES = pytest.mark.parametrize(
    "outside", ["embedded", pytest.param("azure", marks=pytest.mark.azurite)], indirect=True
)
"""For journeys that have to hold on Azure Storage too; the others run on the embedded one."""


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


async def serve(app: web.Application) -> tuple[web.AppRunner, str]:
    """The app on a free port; its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


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


@dataclass
class BotProcess:
    """The bot as a process of its own, to be killed and started again over the same folder."""

    data_dir: Path
    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, **more: str) -> None:
        env = {**os.environ, **environment(self.data_dir, PORT=str(self.port), **more)}
        log = (self.data_dir / "bot.log").open("ab")
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env, stdout=log, stderr=log)
        self.processes.append(process)
        await _until_alive(self.url, process)

    def kill(self) -> None:
        self.processes[-1].send_signal(signal.SIGKILL)
        self.processes[-1].wait()

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


async def _until_alive(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    async with aiohttp.ClientSession() as session:
        while time.monotonic() < end:
            assert process.poll() is None, "the bot ended at its start"
            try:
                async with session.get(f"{url}/healthz"):
                    return
            except aiohttp.ClientError:
                time.sleep(0.05)  # noqa: ASYNC251 (nothing else runs meanwhile)
    raise AssertionError("the bot did not start")


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
