"""Reports that wait, and what the bot says of them by itself, for the journeys."""

from collections.abc import Callable
from dataclasses import replace

from storage.cases.case_book import CaseBook
from storage.cases.case_records import Case, Kind, Platform, Report
from tests.support.clock import MINUTE, Clock
from tests.support.fake_teams import CHANNEL, TEACHER, FakeTeams, Message, person
from tests.support.report_steps import SCHOOL
from tests.support.waiting import until

SECRET = "the very words of the report"
URGENT = Report(Kind.CONTENT, danger=True, school=SCHOOL, platform=Platform.TIKTOK, description=SECRET)
NORMAL = replace(URGENT, danger=False)


async def raised(cases: CaseBook, clock: Clock, report: Report, submission: str = "draft-1") -> Case:
    """A report that was sent now; the bot looks at its clock by itself."""
    return await cases.raise_case(report, person(TEACHER), submission, clock(), clock())


def about(teams: FakeTeams, place: str, reference: str, words: str = "acknowledged it yet") -> list[Message]:
    """The reminders of this case there, in a thread or not."""
    seen = [message for message in teams.messages if message.conversation.split(";")[0] == place]
    return [message for message in seen if reference in message.text and words in message.text]


async def alerted(teams: FakeTeams, reference: str, place: str = CHANNEL) -> None:
    await teams.until(lambda: any(reference in message.text for message in teams.seen_in(place)))


async def delivered(cases: CaseBook, clock: Clock, reference: str) -> None:
    """Until nothing of this case is due, nor taken on by a copy of the bot that has not noted yet what came of it."""

    async def settled() -> bool:
        return not any(reference in row.key for row in await cases.due.waiting(clock() + 5 * MINUTE))

    await until(settled)


async def nothing_more(clock: Clock, count: Callable[[], int], expected: int) -> None:
    """Still so many after several looks of the bot."""
    await clock.looked_at()
    assert expected == count()


def lists(teams: FakeTeams, place: str = CHANNEL) -> list[Message]:
    return [message for message in teams.seen_in(place) if "not touched for" in message.text]
