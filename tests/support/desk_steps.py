"""The DSL's desk as its people use it, for the journeys."""

from storage.cases.case_book import CaseBook
from storage.cases.case_records import EntryKind
from tests.support.fake_teams import (
    DSL,
    TEACHER,
    FakeTeams,
    Human,
    Message,
)
from tests.support.report_steps import alert_of, send_report


async def at_desk(teams: FakeTeams, who: Human, reference: str) -> Message:
    """The case, opened in this person's own chat."""
    if not teams.seen_in(who.chat):
        await teams.say(who, "help")
    await teams.press(who, await alert_of(teams, reference), "Open case")
    card = teams.last_in(who.chat)
    assert reference in card.text
    return card


async def taken(teams: FakeTeams, **given: str) -> tuple[str, Message]:
    """A report that the DSL has acknowledged and opened."""
    reference = await send_report(teams, TEACHER, **given)
    await teams.press(DSL, await alert_of(teams, reference), "Acknowledge")
    return reference, await at_desk(teams, DSL, reference)


async def do(teams: FakeTeams, who: Human, desk: Message, title: str, sends: str, **fields: str) -> None:
    """Press the action, fill in its form, send it."""
    await teams.press(who, desk, title)
    await teams.press(who, desk, sends, **fields)


async def kinds(cases: CaseBook, reference: str) -> list[EntryKind]:
    return [entry.kind for entry in await cases.chronology(reference)]
