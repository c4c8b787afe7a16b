"""Who is somebody's line manager: azure-identity itself and our client against a fake Entra and Graph, and the CSV."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.people.directory import KEPT_SECONDS, Directory, DirectoryUnavailable
from bot.people.graph import Graph
from bot.people.people_file import PeopleFile
from bot.teams.tokens import BotToken, from_secret
from storage.records import Colleague, Person
from tests.support.fake_entra import APP_ID, FakeEntra
from tests.support.fake_graph import APP, FakeGraph

TEACHER = Person("d3300000-0000-4000-8000-0000000000a1", "Demo Teacher", "29:teacher")
LONELY = Person("d3300000-0000-4000-8000-0000000000a2", "Demo Lonely", "29:lonely")
BOSS = Colleague("d3300000-0000-4000-8000-0000000000b1", "Demo Boss", "demo.boss@trust.example")
OTHER = Colleague("d3300000-0000-4000-8000-0000000000b2", "Demo O'Other", "demo.o'other@trust.example")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def entra() -> AsyncIterator[FakeEntra]:
    fake = FakeEntra()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    fake = FakeGraph()
    fake.add(TEACHER.id, TEACHER.name, "demo.teacher@trust.example", manager=BOSS.id)
    fake.add(LONELY.id, LONELY.name, "demo.lonely@trust.example")
    fake.add(BOSS.id, BOSS.name, BOSS.email)
    fake.add(OTHER.id, OTHER.name, OTHER.email)
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


def asking(url: str, entra: FakeEntra, session: aiohttp.ClientSession, app: str = APP) -> Graph:
    credential = from_secret(APP_ID, "secret", "tenant", entra.new_transport)
    return Graph(url, BotToken(credential, "https://graph.microsoft.com/.default"), lambda: session, app)


@pytest.fixture
def directory(graph: FakeGraph, entra: FakeEntra, session: aiohttp.ClientSession, clock: Clock) -> Directory:
    return Directory(asking(graph.url, entra, session), clock=clock)


@pytest.fixture
def people_file(tmp_path: Path) -> PeopleFile:
    path = tmp_path / "directory.csv"
    path.write_text(
        "person,person_id,person_name,manager,manager_id,manager_name\n"
        f"demo.teacher@trust.example,{TEACHER.id},{TEACHER.name},{BOSS.email},{BOSS.id},{BOSS.name}\n"
        f"demo.boss@trust.example,,,{OTHER.email},{OTHER.id},{OTHER.name}\n"
        "demo.third@trust.example,,,unheard.of@trust.example,,\n",
        encoding="utf-8",
    )
    return PeopleFile(path)


@pytest.fixture(params=["graph", "file"])
def either(request: pytest.FixtureRequest) -> Directory:
    """The directory over one source alone: what is promised of the one holds for the other."""
    if request.param == "graph":
        found: Directory = request.getfixturevalue("directory")
        return found
    return Directory(people_file=request.getfixturevalue("people_file"))


async def test_who_has_a_manager_gets_them(either: Directory) -> None:
    """With the object id, by which they are written to."""
    assert BOSS == await either.manager_of(TEACHER)


async def test_who_has_none_gets_none(either: Directory) -> None:
    """Entra answers 404, the file has no line: both mean that nobody knows."""
    assert None is await either.manager_of(LONELY)


@pytest.mark.parametrize("text", [BOSS.email, BOSS.email.upper(), BOSS.id, "demo boss", " Boss "])
async def test_people_are_found(either: Directory, graph: FakeGraph, text: str) -> None:
    """By address, object id or part of the name, whatever its capitals."""
    graph.people[BOSS.id]["userPrincipalName"] = text.strip() if "@" in text else BOSS.email
    assert [BOSS] == [Colleague(who.id, who.name, who.email.casefold()) for who in await either.find(text)]


async def test_a_quote_in_a_name_breaks_nothing(either: Directory) -> None:
    """Names and addresses hold apostrophes."""
    assert [OTHER] == await either.find("O'Other")
    assert [OTHER] == await either.find(OTHER.email)


@pytest.mark.parametrize(
    "text", ["", " ", "?", "a", "@", '"', "nobody of this name", 'x:y" OR "Demo', "a/../b", "%00%"]
)
async def test_nobody_is_found_by_nothing(either: Directory, text: str) -> None:
    """An empty field does not list the trust."""
    assert [] == await either.find(text)


async def test_nobody_can_be_installed_for_without_graph(people_file: PeopleFile) -> None:
    """The author is told instead, and the suggestion waits."""
    assert not await Directory(people_file=people_file).install_for(BOSS.id)
    assert None is await Directory(people_file=people_file).chat_of(BOSS.id)


async def test_graph_is_asked_before_the_file(
    graph: FakeGraph, entra: FakeEntra, session: aiohttp.ClientSession, people_file: PeopleFile
) -> None:
    """What Entra holds is newer than an export; where it holds nothing, the export speaks."""
    graph.managers[TEACHER.id] = OTHER.id
    both = Directory(asking(graph.url, entra, session), people_file)
    assert OTHER == await both.manager_of(TEACHER)
    del graph.managers[TEACHER.id]
    assert BOSS == await Directory(asking(graph.url, entra, session), people_file).manager_of(TEACHER)


async def test_the_file_finds_a_person_by_the_address_that_teams_knows(people_file: PeopleFile) -> None:
    """An export often holds addresses alone; Teams tells the address of who speaks to the bot."""

    async def emails_of(person: Person) -> tuple[str, ...]:
        return ("Demo.Boss@trust.example",)

    boss = Person("d3300000-0000-4000-8000-0000000000ff", "Demo Boss", "29:boss")
    assert OTHER == await Directory(people_file=people_file, emails_of=emails_of).manager_of(boss)


async def test_an_address_in_the_file_is_looked_up(
    graph: FakeGraph, entra: FakeEntra, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """Who is only an address in the file gets their object id from Graph; without it they are not known."""
    path = tmp_path / "directory.csv"
    path.write_text(f"person;manager\n{LONELY.id};{BOSS.email}\n", encoding="utf-8")
    assert BOSS == await Directory(asking(graph.url, entra, session), PeopleFile(path)).manager_of(LONELY)
    with capture_logs() as logs:
        assert None is await Directory(people_file=PeopleFile(path)).manager_of(LONELY)
    assert ["directory_without_object_id"] == [line["event"] for line in logs]


async def test_nobody_is_their_own_manager(graph: FakeGraph, directory: Directory) -> None:
    """Nobody forwards their own suggestion, even where Entra says so."""
    graph.managers[TEACHER.id] = TEACHER.id
    assert None is await directory.manager_of(TEACHER)


@pytest.mark.parametrize("more", [{"accountEnabled": False}, {"userType": "Guest"}])
async def test_who_has_left_and_guests_are_nobody(
    graph: FakeGraph, directory: Directory, more: dict[str, object]
) -> None:
    """A suggestion would wait for ever, or leave the trust."""
    graph.people[BOSS.id] |= more
    assert None is await directory.manager_of(TEACHER)
    assert [] == await directory.find(BOSS.email)
    assert [] == await directory.find("Boss")


async def test_a_manager_is_kept_for_an_hour(graph: FakeGraph, directory: Directory, clock: Clock) -> None:
    """Each step of a walk asks; Graph is asked once an hour."""
    assert BOSS == await directory.manager_of(TEACHER) == await directory.manager_of(TEACHER)
    assert 1 == len(graph.asked)
    clock.now += KEPT_SECONDS
    graph.managers[TEACHER.id] = OTHER.id
    assert OTHER == await directory.manager_of(TEACHER)


async def test_what_is_not_granted_is_told_once_and_not_known(graph: FakeGraph, directory: Directory) -> None:
    """IT reads which permission is missing; the author picks."""
    graph.always = (403, {})
    with capture_logs() as logs:
        assert None is await directory.manager_of(TEACHER)
        assert [] == await directory.find("Boss")
        assert not await directory.install_for(BOSS.id)
    assert ["User.Read.All", "TeamsAppInstallation.ReadWriteSelfForUser.All"] == [line["permission"] for line in logs]


@pytest.mark.parametrize("status", [429, 503, 504])
async def test_a_busy_graph_is_asked_again(graph: FakeGraph, directory: Directory, status: int) -> None:
    """After as long as it asks to wait."""
    graph.answers = [(status, {"Retry-After": "1"})]
    started = asyncio.get_running_loop().time()
    assert BOSS == await directory.manager_of(TEACHER)
    assert 2 == len(graph.asked)
    assert asyncio.get_running_loop().time() - started >= 1


async def test_a_graph_that_stays_busy_is_unavailable(graph: FakeGraph, directory: Directory) -> None:
    """Not the same as "nobody knows"; nothing of it is kept."""
    graph.always = (503, {})
    with pytest.raises(DirectoryUnavailable):
        await directory.manager_of(TEACHER)
    with pytest.raises(DirectoryUnavailable):
        await directory.find("Boss")
    with pytest.raises(DirectoryUnavailable):
        await directory.install_for(BOSS.id)
    graph.always = None
    assert BOSS == await directory.manager_of(TEACHER)


async def test_a_long_wait_is_not_waited_for(graph: FakeGraph, directory: Directory) -> None:
    """A person is waiting, and Teams gives a turn 15 seconds."""
    graph.always = (429, {"Retry-After": "120"})
    async with asyncio.timeout(3):
        with pytest.raises(DirectoryUnavailable):
            await directory.manager_of(TEACHER)
    assert 1 == len(graph.asked)


async def test_a_graph_that_does_not_answer_costs_seconds(
    entra: FakeEntra, session: aiohttp.ClientSession, people_file: PeopleFile
) -> None:
    """Nothing listens there: the file still speaks, and without it the walk goes on at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nowhere = asking(f"http://127.0.0.1:{probe.getsockname()[1]}", entra, session)
    async with asyncio.timeout(6):
        with pytest.raises(DirectoryUnavailable):
            await Directory(nowhere).manager_of(TEACHER)
        assert BOSS == await Directory(nowhere, people_file).manager_of(TEACHER)
        assert [BOSS] == await Directory(nowhere, people_file).find("Demo Boss")


async def test_no_token_is_unavailable(directory: Directory, entra: FakeEntra) -> None:
    """An expired secret does not break a walk."""
    entra.refuse_tokens = True
    with pytest.raises(DirectoryUnavailable, match="no token"):
        await directory.manager_of(TEACHER)


async def test_a_refused_token_is_replaced_once(graph: FakeGraph, directory: Directory, entra: FakeEntra) -> None:
    """It may have been withdrawn before its end; azure-identity would give the same again."""
    graph.refused_tokens = {"token-1"}
    assert BOSS == await directory.manager_of(TEACHER)
    assert ["token-1", "token-2"] == graph.tokens
    graph.refused_tokens = {"token-2", "token-3"}
    with pytest.raises(DirectoryUnavailable):
        await directory.find("Boss")
    assert 3 == entra.tokens_given


async def test_a_hundred_questions_at_once_fetch_one_token(
    graph: FakeGraph, directory: Directory, entra: FakeEntra
) -> None:
    """And none of them waits on the event loop."""
    found = await asyncio.gather(*(directory.find("Boss") for _ in range(100)))
    assert [[BOSS]] * 100 == found
    assert 1 == entra.tokens_given


async def test_the_app_is_installed_once(graph: FakeGraph, directory: Directory) -> None:
    """Installed, and already there: both mean that the person can be written to; then their chat is known."""
    assert None is await directory.chat_of(BOSS.id)
    assert await directory.install_for(BOSS.id)
    assert await directory.install_for(BOSS.id)
    assert {BOSS.id} == graph.installed
    assert f"19:{BOSS.id}@unq.gbl.spaces" == await directory.chat_of(BOSS.id)


async def test_without_the_apps_id_nothing_is_installed(
    graph: FakeGraph, entra: FakeEntra, session: aiohttp.ClientSession
) -> None:
    """And nothing is asked."""
    assert not await Directory(asking(graph.url, entra, session, app="")).install_for(BOSS.id)
    assert [] == graph.asked


async def test_what_was_asked_is_not_logged(graph: FakeGraph, directory: Directory) -> None:
    """Names and addresses stay out of logs and errors."""
    graph.always = (503, {})
    with capture_logs() as logs, pytest.raises(DirectoryUnavailable) as caught:
        await directory.find("Demo Boss")
    assert "Boss" not in f"{logs} {caught.value}"
