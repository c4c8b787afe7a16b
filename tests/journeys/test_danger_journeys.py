"""Danger is heard at once: a report in which somebody may be in danger is a case before its next question."""

import asyncio

import pytest

from bot.infrastructure import Outside
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Case, EntryKind, Kind, Report, Whose
from storage.cases.report_drafts import DraftBook
from storage.records import Person
from tests.support.fake_teams import CHANNEL, DSL, HEAD, TEACHER, FakeTeams, Message, button_in
from tests.support.pictures import PNG
from tests.support.report_steps import (
    DETAILS,
    MORE,
    PUPIL,
    SCHOOL,
    STAFF,
    WORRY,
    arrived,
    fill_in,
    picture,
    reference_in,
    walk_to_details,
)
from tests.support.running_bot import BOTH_STORAGES

pytestmark = BOTH_STORAGES
YES = "Yes, or not sure"
MISTAKE = "Nobody is in danger: that was a mistake"


@pytest.fixture
def cases(outside: Outside) -> CaseBook:
    return CaseBook(outside.tables)


async def in_danger(teams: FakeTeams) -> Message:
    """Yes was pressed, and nothing else."""
    await teams.say(TEACHER, "report")
    card = teams.last_in(TEACHER.chat)
    await teams.press(TEACHER, card, YES)
    return card


async def the_case(cases: CaseBook) -> Case:
    """The one case that there is of this reporter."""
    (case,) = await cases.reports_of(Person(TEACHER.entra_id, TEACHER.name, TEACHER.account))
    return case


def alerts(teams: FakeTeams, reference: str) -> list[Message]:
    return [message for message in teams.seen_in(CHANNEL) if message.card and reference in message.text]


async def kinds_of(cases: CaseBook) -> list[EntryKind]:
    return [entry.kind for entry in await cases.chronology((await the_case(cases)).reference)]


async def test_yes_is_heard_at_once(bound: FakeTeams, cases: CaseBook) -> None:
    """The alert says that it is urgent and being written, before anything else is answered."""
    card = await in_danger(bound)
    case = await the_case(cases)
    alert = await arrived(bound, CHANNEL, case.reference)
    assert case.urgent and case.being_written
    assert "somebody may be in immediate danger" in alert.text and "still writing" in alert.text
    assert "alerted already" in card.text and "Ring 999" in card.text


async def test_left_after_that_it_is_a_case_that_somebody_has(bound: FakeTeams, cases: CaseBook) -> None:
    """What was typed reaches it; thrown away, it stays, with an entry, and its files with it."""
    card = await walk_to_details(bound, TEACHER, danger=YES, kind=WORRY, whose=PUPIL)
    bound.files["a.png"] = (PNG, "image/png")
    await bound.say(TEACHER, "", attachments=[picture(bound, "a.png")])
    await bound.say(TEACHER, "she is in the library")
    await bound.press(TEACHER, card, "Cancel", description="a pupil wants to hurt herself")
    case = await the_case(cases)
    assert "a pupil wants to hurt herself\nshe is in the library" == case.report.description
    assert 1 == len(case.report.evidence)
    assert "it is a case already" in card.text and "Nothing has been sent" not in card.text
    await bound.press(TEACHER, card, "Throw away")
    assert "They are told that you did not finish" in card.text
    case = await the_case(cases)
    assert case.is_open and not case.being_written and 1 == len(case.report.evidence)
    assert EntryKind.LEFT_UNFINISHED in await kinds_of(cases)
    await arrived(bound, CHANNEL, "the reporter did not finish it")


async def test_sent_it_is_one_case(bound: FakeTeams, cases: CaseBook, outside: Outside) -> None:
    """Send finishes the case that stands: one reference, one alert, all of the report in it."""
    card = await in_danger(bound)
    reference = (await the_case(cases)).reference
    await bound.press(TEACHER, card, Whose.PUPIL.words, telephone="01632 960999")
    for title in (WORRY, "No"):
        await bound.press(TEACHER, card, title)
    await bound.press(TEACHER, card, "Next", school=SCHOOL, description="a pupil wants to hurt herself")
    await bound.press(TEACHER, card, "Next")
    assert "Check and send" in card.text
    await bound.say(TEACHER, "she is in the library")
    assert "Check and send" in bound.last_in(TEACHER.chat).text
    card = bound.last_in(TEACHER.chat)
    await bound.press(TEACHER, card, "Send")
    assert reference == reference_in(card)
    case = await the_case(cases)
    assert not case.being_written and (Kind.WORRY, Whose.PUPIL) == (case.report.kind, case.report.whose)
    assert "01632 960999" == case.report.telephone
    assert "a pupil wants to hurt herself\nshe is in the library" == case.report.description
    assert EntryKind.FINISHED in await kinds_of(cases)
    assert await DraftBook(outside.tables).open(TEACHER.entra_id) is None


async def test_pressed_by_mistake_one_tap_says_so(bound: FakeTeams, cases: CaseBook) -> None:
    """The case stays, is not urgent any more, and its card says why; the walk goes on."""
    card = await in_danger(bound)
    await bound.press(TEACHER, card, Whose.PUPIL.words)
    await bound.press(TEACHER, card, MISTAKE)
    assert "told that nobody is in danger" in card.text and "Ring 999" not in card.text
    assert "What would you like to report?" in card.text
    case = await the_case(cases)
    assert case.danger_taken_back and case.being_written and not case.urgent
    await bound.until(lambda: any("answer was a mistake" in alert.text for alert in alerts(bound, case.reference)))


async def test_about_a_colleague_it_goes_on_to_the_head(bound: FakeTeams, cases: CaseBook) -> None:
    """By itself, and before the words are written into it: the channel keeps a line without content."""
    await bound.say(HEAD, "help")
    card = await in_danger(bound)
    reference = (await the_case(cases)).reference
    await arrived(bound, CHANNEL, reference)
    for title in (Whose.STAFF.words, "No"):
        await bound.press(TEACHER, card, title)
    await bound.press(TEACHER, card, "Next", **{**DETAILS, "description": "he locks the door"})
    await bound.press(TEACHER, card, "Next", **MORE)
    await bound.press(TEACHER, card, "Send")
    assert reference == reference_in(card)
    await arrived(bound, HEAD.chat, reference)
    await bound.until(lambda: all("dealt with elsewhere" in alert.text for alert in alerts(bound, reference)))
    assert STAFF == str((await the_case(cases)).report.whose.value)


async def test_no_does_not_raise_anything(bound: FakeTeams, cases: CaseBook) -> None:
    """Only Yes is heard before Send."""
    await walk_to_details(bound, TEACHER, kind=WORRY, whose=PUPIL)
    assert () == tuple(await cases.reports_of(Person(TEACHER.entra_id, TEACHER.name, TEACHER.account)))


async def test_a_crash_after_the_alert_loses_nothing(bound: FakeTeams, cases: CaseBook, outside: Outside) -> None:
    """The case was raised and the draft was not kept: pressed again, or answered with No, it is still one case."""
    await bound.say(TEACHER, "report")
    kept = await DraftBook(outside.tables).open(TEACHER.entra_id)
    assert kept
    who = Person(TEACHER.entra_id, TEACHER.name, TEACHER.account)
    raised = await cases.raise_case(Report(danger=True), who, kept.draft.id, outside.now(), being_written=True)
    card = bound.last_in(TEACHER.chat)
    for title in ("No", Whose.PUPIL.words, WORRY, "No"):
        await bound.press(TEACHER, card, title)
    await bound.press(TEACHER, card, "Next", school=SCHOOL, description="all of it")
    await bound.press(TEACHER, card, "Next")
    await bound.press(TEACHER, card, "Send")
    case = await the_case(cases)
    assert (raised.reference, "all of it") == (reference_in(card), case.report.description)
    assert case.danger_taken_back and not case.being_written


async def test_send_pressed_twice_finishes_it_once(bound: FakeTeams, cases: CaseBook) -> None:
    """A double click, taken at the same time."""
    card = await in_danger(bound)
    for title in (Whose.PUPIL.words, WORRY, "No"):
        await bound.press(TEACHER, card, title)
    await bound.press(TEACHER, card, "Next", school=SCHOOL, description="all of it")
    await bound.press(TEACHER, card, "Next")
    send = button_in(card.card, "Send")
    await asyncio.gather(*(bound.execute(TEACHER, card, send["verb"], send["data"]) for _ in range(3)))
    assert 1 == (await kinds_of(cases)).count(EntryKind.FINISHED)


async def test_who_took_it_keeps_it_while_it_is_written(bound: FakeTeams, cases: CaseBook) -> None:
    """The school is known later than the danger: a case that a team works on by then stays theirs."""
    card = await in_danger(bound)
    alert = await arrived(bound, CHANNEL, (await the_case(cases)).reference)
    await bound.press(DSL, alert, "Acknowledge")
    for title in (Whose.PUPIL.words, WORRY, "No"):
        await bound.press(TEACHER, card, title)
    await bound.press(TEACHER, card, "Next", school=SCHOOL, description="in the library")
    case = await the_case(cases)
    assert case.acknowledged_by and DSL.name == case.acknowledged_by.name
    assert (SCHOOL, "") == (case.report.school, case.place.school)


async def test_a_school_that_becomes_known_does_not_send_the_team_away(bound: FakeTeams, cases: CaseBook) -> None:
    """One channel for the whole trust: the first card points to the newer one, which mentions that school's leads."""
    card = await walk_to_details(bound, TEACHER, danger=YES)
    reference = (await the_case(cases)).reference
    await bound.until(lambda: len(alerts(bound, reference)) == 1)
    await fill_in(bound, TEACHER, card)
    await bound.until(lambda: len(alerts(bound, reference)) == 2)
    first, newer = alerts(bound, reference)
    await bound.until(lambda: "newer card" in first.text)
    assert "elsewhere" not in first.text and "newer card" not in newer.text and newer.activity["entities"]
