"""Cases for the register, and its list as somebody asks for it, for the journeys."""

from datetime import timedelta

from bot.infrastructure import Outside
from storage.cases import case_moves
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Case, Kind, Nature, Outcome, Platform, Report
from tests.support.clock import Clock
from tests.support.fake_teams import (
    DSL,
    TEACHER,
    FakeTeams,
    Human,
    Message,
    person,
)

NOW = Clock(stands=True)()
HIGH, PRIMARY = "Demo High School", "Demo Primary School"
PRIMARY_CHANNEL = "19:primary@thread.tacv2"
PRIMARY_DSL = Human("Demo Primary DSL")


async def raised(outside: Outside, number: int = 0, *, by: Human = TEACHER, **report: object) -> Case:
    """A case of the high school, about content, unless said otherwise; the higher its number the younger."""
    given = {
        "kind": Kind.CONTENT,
        "school": HIGH,
        "platform": Platform.FACEBOOK,
        "natures": (Nature.OFFENSIVE,),
        **report,
    }
    at = NOW - timedelta(days=6) + timedelta(hours=number)
    return await CaseBook(outside.tables).raise_case(Report(**given), person(by), f"s{number}-{by.name}", at)


async def closed(outside: Outside, case: Case) -> Case:
    book = CaseBook(outside.tables)
    await book.apply(case.reference, case_moves.acknowledge(), person(DSL), NOW - timedelta(days=1))
    return await book.apply(case.reference, case_moves.close(Outcome.REMOVED, "gone"), person(DSL), NOW)


async def cases(teams: FakeTeams, who: Human, words: str = "cases") -> Message:
    answer = await teams.say(who, words)
    assert answer is not None
    return answer
