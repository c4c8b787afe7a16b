"""Whose conduct a report is about, from the sentence that somebody types to who hears of it."""

import pytest

from bot.infrastructure import Outside
from cards.verbs import Verb
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Kind, Route, Whose
from tests.support.fake_teams import CHAIR, CHANNEL, HEAD, TEACHER, FakeTeams, Human, Message
from tests.support.report_steps import SCHOOL, UNKNOWN, alert_of, arrived, reference_in, send_report
from tests.support.running_bot import BOTH_STORAGES

pytestmark = BOTH_STORAGES
COLLEAGUE = "I think a colleague is messaging a year 11 girl"
THE_HEAD_IS = "the headteacher is messaging a pupil"


@pytest.fixture
def cases(outside: Outside) -> CaseBook:
    return CaseBook(outside.tables)


async def walk_from(teams: FakeTeams, sentence: str) -> Message:
    """The walk that the button under the answer opens, past the question about danger; else that of `report`."""
    answer = await teams.say(TEACHER, sentence)
    assert answer
    titles = [action["title"] for action in answer.card["actions"] if action["verb"] == Verb.REPORT]
    assert titles, f"no way from {sentence!r} into a report: {answer.text}"
    await teams.press(TEACHER, answer, titles[0])
    card = teams.last_in(TEACHER.chat)
    await teams.press(TEACHER, card, "No")
    return card


@pytest.mark.parametrize(
    ("sentence", "whose", "who"), [(COLLEAGUE, Whose.STAFF, HEAD), (THE_HEAD_IS, Whose.HEAD, CHAIR)]
)
async def test_from_a_typed_sentence_to_whom_it_goes(
    bound: FakeTeams, cases: CaseBook, sentence: str, whose: Whose, who: Human
) -> None:
    """What was read is said and confirmed with one tap; the DSL's channel sees nothing of it."""
    await bound.say(who, "help")
    card = await walk_from(bound, sentence)
    assert f"**{whose.words}**. Press it if that is right" in card.text
    for title in (whose.words, "No"):
        await bound.press(TEACHER, card, title)
    assert "What worries you?" in card.text and "Have you answered" not in card.text
    await bound.press(TEACHER, card, "Next", school=SCHOOL)
    await bound.press(TEACHER, card, "Next")
    await bound.press(TEACHER, card, "Send")
    reference = reference_in(card)
    await arrived(bound, who.chat, reference)
    assert not any(reference in message.text for message in bound.seen_in(CHANNEL))
    report = (await cases.get(reference)).report
    assert (Kind.WORRY, whose, sentence) == (report.kind, report.whose, report.description)


async def test_a_pupils_contact_is_a_pupils_until_somebody_says_otherwise(bound: FakeTeams) -> None:
    """Typed as a command: assumed, shown, and changed with one tap; then nothing of a pupil is asked."""
    await bound.say(TEACHER, "report contact")
    card = bound.last_in(TEACHER.chat)
    await bound.press(TEACHER, card, "No")
    assert "**A pupil**. Press it if that is right" in card.text
    for title in (Whose.STAFF.words, "No"):
        await bound.press(TEACHER, card, title)
    assert "Which account of yours?" not in card.text and "What worries you?" in card.text


async def test_not_known_goes_to_the_safeguarding_team_and_says_so(bound: FakeTeams, cases: CaseBook) -> None:
    """In the channel first of all, so that somebody settles it."""
    reference = await send_report(bound, TEACHER, whose=UNKNOWN)
    alert = await alert_of(bound, reference)
    assert "Whose conduct Not known yet" in alert.text
    assert Route.DSL_CHANNEL is (await cases.get(reference)).place.route
