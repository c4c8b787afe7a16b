"""After the receipt: looking at one's reports, adding to them, asking to withdraw."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.housekeeping import Housekeeper
from bot.infrastructure import Outside
from bot.teams.connector import TeamsConnector
from bot.teams.messenger import Messenger
from storage.cases import case_moves
from storage.cases.case_book import CaseBook
from storage.cases.case_records import EntryKind
from storage.cases.report_drafts import DraftBook
from storage.conversation_references import ConversationReferences
from storage.records import Person
from storage.tables.port import NotFound
from tests.support.fake_teams import CHANNEL, DSL, TEACHER, FakeTeams, Human, Message, things_in
from tests.support.pictures import PNG
from tests.support.report_steps import LINK, picture, send_report, walk_to_details
from tests.support.running_bot import BOTH_STORAGES

pytestmark = BOTH_STORAGES


@pytest.fixture
def cases(outside: Outside) -> CaseBook:
    return CaseBook(outside.tables)


async def opened(teams: FakeTeams, who: Human, reference: str) -> Message:
    """The card of one's own report, opened from the list."""
    mine = await teams.say(who, "my reports")
    chosen = next(item["selectAction"] for item in things_in(mine.card) if reference in str(item.get("selectAction")))
    await teams.execute(who, mine, chosen["verb"], chosen["data"])
    return mine


async def alert_of(teams: FakeTeams, reference: str) -> Message:
    await teams.until(lambda: any(reference in message.text for message in teams.seen_in(CHANNEL)))
    return next(message for message in teams.seen_in(CHANNEL) if reference in message.text)


async def test_the_reporter_sees_what_was_sent_and_what_happened(bound: FakeTeams) -> None:
    """Their own words and the steps that concern them; not who opened it."""
    await bound.say(DSL, "help")
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    await bound.press(DSL, alert, "Acknowledge")
    await bound.press(DSL, alert, "Open case")
    mine = await opened(bound, TEACHER, reference)
    assert "A rude post" in mine.text and "You sent it" in mine.text and "It was taken" in mine.text
    assert "Report opened" not in mine.text and LINK in mine.text


async def test_words_and_screenshots_are_added(bound: FakeTeams, cases: CaseBook) -> None:
    """Into the chronology and the evidence; the team hears that there is something, not what."""
    reference = await send_report(bound, TEACHER)
    await alert_of(bound, reference)
    mine = await opened(bound, TEACHER, reference)
    await bound.press(TEACHER, mine, "Add something")
    card = mine
    await bound.press(TEACHER, card, "Add", text=" ")
    assert "Write what you would like to add" in card.text
    await bound.press(TEACHER, card, "Add", text="it was shared again")
    assert "Added" in card.text
    bound.files["a.png"] = (PNG, "image/png")
    assert "Screenshot added" in (await bound.say(TEACHER, "", attachments=[picture(bound, "a.png")])).text
    await bound.press(TEACHER, card, "Done")
    assert "You added something" in card.text
    added = [entry for entry in await cases.chronology(reference) if entry.kind is EntryKind.ADDED]
    assert "it was shared again" == added[0].text and "SHA-256" in added[1].text
    assert 1 == len((await cases.get(reference)).report.evidence)
    await bound.until(lambda: any("added something" in message.text for message in bound.seen_in(CHANNEL)))
    assert not any("shared again" in message.text for message in bound.seen_in(CHANNEL))
    assert "Post images of pupils" in (await bound.say(TEACHER, "can I post a photo of my class on my insta?")).text


async def test_no_picture_is_added_to_a_report_of_an_intimate_image(bound: FakeTeams) -> None:
    """The guard holds after the receipt too."""
    card = await walk_to_details(bound, TEACHER, image="Yes, or it may")
    await bound.press(TEACHER, card, "Next", school="Demo High School", platform="snapchat", description="an account")
    await bound.press(TEACHER, card, "Next", natures="something_else", aimed_at="pupil", answered="no")
    await bound.press(TEACHER, card, "Send")
    await bound.press(TEACHER, card, "Add something")
    answer = await bound.say(TEACHER, "", attachments=[picture(bound, "a.png")])
    assert "kept no copy of that picture" in answer.text and [] == bound.headers_seen


async def test_withdrawing_is_a_wish_and_deletes_nothing(bound: FakeTeams, cases: CaseBook) -> None:
    """Asked once; shown to the team; the record stays."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    mine = await opened(bound, TEACHER, reference)
    await bound.press(TEACHER, mine, "Ask to withdraw")
    assert "record itself stays" in mine.text
    await bound.press(TEACHER, mine, "Yes, ask")
    assert "You asked to withdraw it" in mine.text
    await bound.until(lambda: "asked to withdraw" in alert.text)
    assert "A rude post" == (await cases.get(reference)).report.description


async def test_nobody_opens_the_report_of_somebody_else(bound: FakeTeams) -> None:
    """A reference in another's hands says nothing, not even that it exists."""
    reference = await send_report(bound, TEACHER)
    other = Human("Demo Colleague")
    card = await bound.say(other, "help")
    for verb in ("mine.open", "mine.withdraw", "mine.withdraw_yes"):
        assert "no report of yours" in await bound.execute(other, card, verb, {"case": reference})
    for verb in ("mine.add", "mine.add_text", "mine.done"):
        await bound.execute(other, card, verb, {"case": reference, "text": "x"})
        assert "no report of yours" in bound.last_in(other.chat).text
    assert "no report of yours" in await bound.execute(other, card, "mine.open", {"case": "SM-000-0000"})


async def test_a_forgotten_draft_is_deleted_with_a_word(bound: FakeTeams, cases: CaseBook, outside: Outside) -> None:
    """After 14 days, with its screenshots; one that was touched since stays."""
    drafts = DraftBook(outside.tables)
    later = [outside.now() + timedelta(days=13), outside.now() + timedelta(days=15)]
    await walk_to_details(bound, TEACHER)
    bound.files["a.png"] = (PNG, "image/png")
    await bound.say(TEACHER, "", attachments=[picture(bound, "a.png")])
    kept = await drafts.open(TEACHER.entra_id)
    file = kept.draft.report.evidence[0]
    connector = TeamsConnector(None)
    for now in later:
        assert await drafts.open(TEACHER.entra_id)
        messenger, sent = Messenger(connector, ConversationReferences(outside.tables)), cases.by_submission
        keeper = Housekeeper(drafts, outside.evidence, messenger, lambda now=now: now, sent=sent)
        await keeper.tidy()
    await connector.close()
    assert await drafts.open(TEACHER.entra_id) is None
    assert "14 days" in bound.last_in(TEACHER.chat).text

    async def deleted() -> bool:
        with contextlib.suppress(NotFound):
            return not await outside.evidence.load(file.id)
        return True

    await bound.until(deleted)


async def test_words_that_sound_like_a_question_are_added(bound: FakeTeams, cases: CaseBook) -> None:
    """Those who deal with the report get them; one tap has them answered as well."""
    reference = await send_report(bound, TEACHER)
    mine = await opened(bound, TEACHER, reference)
    await bound.press(TEACHER, mine, "Add something")
    offer = await bound.say(TEACHER, "can I post a photo of my class on my insta?")
    assert offer
    added = [entry.text for entry in await cases.chronology(reference) if entry.kind is EntryKind.ADDED]
    assert ["can I post a photo of my class on my insta?"] == added
    await bound.press(TEACHER, offer, "That was a question")
    assert "Post images of pupils" in offer.text


async def test_a_typed_answer_is_offered_as_the_answer(bound: FakeTeams, cases: CaseBook) -> None:
    """The team asks, the reporter types: one tap sends the words as the answer; only while a question is open."""
    reference = await send_report(bound, TEACHER)
    by = Person(DSL.entra_id, DSL.name, DSL.account)
    for move in (case_moves.acknowledge(), case_moves.ask("When was it posted?")):
        await cases.apply(reference, move, by, datetime.now(UTC))
    await bound.say(TEACHER, "yes it was posted last night about 8")
    offer = bound.last_in(TEACHER.chat)
    assert "Is this your answer" in offer.text and "When was it posted?" in offer.text
    await bound.press(TEACHER, offer, "Send it as my answer")
    answers = [entry.text for entry in await cases.chronology(reference) if entry.kind is EntryKind.ANSWERED]
    assert ["yes it was posted last night about 8"] == answers
    again = await bound.say(TEACHER, "and thank you")
    assert again and "Is this your answer" not in again.text
