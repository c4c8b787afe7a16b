"""Where a report goes: a table of whose conduct it is about, its school, and what is set up."""

import pytest

from bot.cases.report_routes import Ladder, Routes, key_of
from bot.trust.facts import Leader, Trust
from cards.reports.receipt_cards import GoesTo
from storage.cases.case_records import Kind, Report, Route, Whose
from storage.conversation_references import Conversation, Purpose
from tests.support.fake_rosters import FakeReferences, person, place

ALERTS = Purpose.SAFEGUARDING_ALERTS
TRUST_WIDE, HIGH = place("trust-wide"), place("high")
HEAD_CHAT, CHAIR_CHAT = place("chat-head"), place("chat-chair")
TRUST = Trust.model_validate(
    {
        "name": "Demo trust",
        "reporting_form": "https://example.org",
        "safeguarding_desk": {"name": "Desk", "phone": "1"},
        "deputy": {"name": "Deputy"},
        "leadership": {"head": {"name": "Head", "id": "id-head"}, "chair_of_governors": {"name": "Chair"}},
        "schools": [
            {
                "name": "High",
                "dsl": {"name": "High DSL", "phone": "2"},
                "deputy": {"name": "High deputy"},
                "head": {"name": "High head", "id": "ID-HIGH-HEAD"},
                "chair_of_governors": {"name": "High chair", "id": "id-high-chair"},
            },
            {"name": "Primary", "dsl": {"name": "Primary DSL"}},
        ],
    }
)


def routes(*, channels: bool = True, chats: bool = True) -> Routes:
    bound = {(ALERTS, None): TRUST_WIDE, (ALERTS, "High"): HIGH} if channels else {}
    known = {"id-head": HEAD_CHAT, "id-high-chair": CHAIR_CHAT} if chats else {}
    return Routes(TRUST, FakeReferences(bound, known))


def about(whose: Whose | None, school: str = "") -> Report:
    return Report(Kind.CONTENT, school=school, whose=whose)


@pytest.mark.parametrize(
    ("report", "whom", "contact", "ways"),
    [
        (about(Whose.PUPIL), "the safeguarding team", "Desk, 1", [TRUST_WIDE]),
        (about(None, "High"), "the safeguarding team of High", "High DSL, 2", [HIGH, TRUST_WIDE]),
        (about(Whose.PARENT, "Primary"), "the safeguarding team of Primary", "Desk, 1", [TRUST_WIDE]),
        (about(Whose.STAFF), "the head teacher", "Head", [HEAD_CHAT]),
        (about(Whose.DSL_TEAM, "High"), "the head teacher of High", "High head", []),
        (about(Whose.STAFF, "Primary"), "the head teacher of Primary", "", []),
        (about(Whose.HEAD), "the chair of governors", "Chair", []),
        (about(Whose.HEAD, "High"), "the chair of governors of High", "High chair", [CHAIR_CHAT]),
    ],
)
async def test_where_a_report_goes(report: Report, whom: str, contact: str, ways: list[Conversation]) -> None:
    """To the channel of its school, or past the DSL to one leader; never to anybody else while that is not set up."""
    found = await routes().destination(report.place)
    assert (whom, contact, ways) == (found.whom, found.contact, await routes().ways(report.place))
    assert (report.route, ways[0] if ways else None) == (found.route, found.conversation)
    assert GoesTo(whom, contact, bool(ways)) == await routes().goes_to(report.place)


@pytest.mark.parametrize("whose", [None, *Whose])
async def test_with_nothing_set_up_it_waits(whose: Whose | None) -> None:
    """It goes nowhere else meanwhile."""
    for school in ("", "High"):
        assert [] == await routes(channels=False, chats=False).ways(about(whose, school).place)
        assert (await routes(channels=False, chats=False).destination(about(whose, school).place)).conversation is None


async def test_the_trust_wide_channel() -> None:
    """The one that is bound for no school."""
    assert TRUST_WIDE == await routes().trust_wide()
    assert None is await routes(channels=False).trust_wide()


async def test_each_channel_once() -> None:
    """By a key that is the same tomorrow, fit for the key of a row; a school without one of its own adds none."""
    assert {key_of(TRUST_WIDE): TRUST_WIDE, key_of(HIGH): HIGH} == await routes().channels()
    assert {} == await routes(channels=False).channels()
    assert 16 == len(key_of(HIGH)) and key_of(HIGH).isalnum() and key_of(HIGH) != key_of(TRUST_WIDE)


@pytest.mark.parametrize(
    ("school", "names"),
    [
        ("", ["Desk", "Deputy", "Head"]),
        ("Nowhere", ["Desk", "Deputy", "Head"]),
        ("High", ["High DSL", "High deputy", "High head"]),
        ("Primary", ["Primary DSL", "Deputy", "Head"]),
    ],
)
def test_who_is_reminded(school: str, names: list[str]) -> None:
    """Those of the school, and where it names nobody those of the trust."""
    ladder: Ladder = routes().ladder(school)
    assert names == [ladder.dsl.name, ladder.deputy.name, ladder.head.name]


def test_a_school_that_names_no_lead_has_the_trusts() -> None:
    """An urgent report is never left without a first name to ring."""
    trust = TRUST.model_copy(update={"schools": (TRUST.schools[1].model_copy(update={"dsl": Leader()}),)})
    assert "Desk" == Routes(trust, FakeReferences()).ladder("Primary").dsl.name


@pytest.mark.parametrize(
    ("name", "route", "school", "is_leader"),
    [
        ("head", Route.HEAD, "", True),
        ("head", Route.CHAIR, "", False),
        ("head", Route.HEAD, "High", False),
        ("high-head", Route.HEAD, "High", True),
        ("HIGH-HEAD", Route.HEAD, "High", True),
        ("high-chair", Route.CHAIR, "High", True),
        ("high-chair", Route.HEAD, "High", False),
        ("chair", Route.CHAIR, "", False),
        ("head", Route.HEAD, "Primary", False),
    ],
)
def test_who_is_the_leader(name: str, route: Route, school: str, is_leader: bool) -> None:
    """By Entra object id; whoever is only named is nobody yet."""
    assert is_leader is routes().is_leader(person(name), route, school)


def test_the_schools() -> None:
    """By name, in the order of the trust file."""
    assert ("High", "Primary") == routes().schools
