"""The DSL's desk under attack: forged and stale cards, people in a hurry, storage and Teams failing in the middle."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.infrastructure import Outside
from bot.teams.messenger import Messenger
from cards.cases.case_cards import case_card
from cards.kit.elements import MAX_BYTES
from storage.cases.case_book import CaseBook
from storage.cases.case_moves import note, set_urgency
from storage.cases.case_records import CaseEntry, EntryKind, NotificationKind, Outcome, Status
from storage.cases.post_addresses import read_address
from storage.records import PostedCard, StoredFile
from storage.tables.port import Put, StorageUnavailable, Tables
from tests.support.clock import MINUTE, Clock, all_told
from tests.support.desk_steps import at_desk, do, kinds, taken
from tests.support.fake_teams import (
    ADMIN,
    CHANNEL,
    DEPUTY,
    DSL,
    HEAD,
    OUTSIDER,
    TEACHER,
    FakeTeams,
    Human,
    button_in,
    person,
    texts_in,
)
from tests.support.report_steps import (
    DSL_TEAM,
    LINK,
    SCHOOL,
    STAFF,
    THE_HEAD,
    alert_of,
    arrived,
    fill_in,
    finish,
    send_report,
    walk_to_details,
)
from tests.support.running_bot import BOTH_STORAGES

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def cases(outside: Outside) -> CaseBook:
    return CaseBook(outside.tables)


def size_of(card: object) -> int:
    """Bytes as Teams counts them."""
    return len(json.dumps(card, ensure_ascii=False).encode("utf-16-le"))


# Who reads what


async def test_a_head_who_sits_in_the_channel_carries_no_reference_into_it(bound: FakeTeams, cases: CaseBook) -> None:
    """A case about somebody of the team is never named on a case that the team reads, not even by a link."""
    await bound.say(HEAD, "help")
    bound.rosters[CHANNEL].add(HEAD.account)
    secret = await send_report(bound, TEACHER, school=SCHOOL, whose=DSL_TEAM)
    await arrived(bound, HEAD.chat, secret)
    reference, _ = await taken(bound, school=SCHOOL)
    desk = await at_desk(bound, HEAD, reference)
    assert f"Link {secret}" not in json.dumps(desk.card)
    await do(bound, HEAD, desk, "Link a case", "Link", other=secret)
    assert "must not learn" in desk.text
    assert ((), ()) == ((await cases.get(reference)).linked, (await cases.get(secret)).linked)
    theirs = await at_desk(bound, DSL, reference)
    assert secret not in theirs.text


async def test_that_a_report_about_staff_waits_is_for_the_admins(bound: FakeTeams, clock: Clock) -> None:
    """The channel does not learn that somebody was reported to the head or the chair while an admin can be told."""
    await bound.say(ADMIN, "help")
    reference = await send_report(bound, TEACHER, school=SCHOOL, whose=DSL_TEAM)
    await arrived(bound, ADMIN.chat, f"Report {reference} waits")
    await clock.looked_at()
    assert not any(reference in message.text for message in bound.seen_in(CHANNEL))


async def test_the_channel_that_stands_in_for_the_admins_does_not_hear_whose_route_it_is(bound: FakeTeams) -> None:
    """Neither the head nor the chair is named there: that alone says what the report is about."""
    reference = await send_report(bound, TEACHER, school=SCHOOL, whose=THE_HEAD)
    waiting = await arrived(bound, CHANNEL, f"Report {reference} waits")
    assert "chair" not in waiting.text and "head" not in waiting.text


async def test_who_takes_a_report_in_their_own_chat_has_opened_it_too(bound: FakeTeams, cases: CaseBook) -> None:
    """The head's alert stays the alert; the matter is shown by Open case alone, and that is an entry."""
    await bound.say(HEAD, "help")
    reference = await send_report(bound, TEACHER, school=SCHOOL, whose=STAFF)
    alert = await arrived(bound, HEAD.chat, f"{reference}: A safeguarding worry")
    await bound.press(HEAD, alert, "Acknowledge")
    assert "A rude post" not in alert.text or EntryKind.OPENED in await kinds(cases, reference)
    await bound.until(lambda: alert.updates >= 1)
    assert "Acknowledged" in alert.text


async def test_nobody_reads_a_case_without_an_entry(bound: FakeTeams, cases: CaseBook) -> None:
    """A forged or an old button that shows the case is an opening like any other."""
    reference, _ = await taken(bound)
    before = await bound.say(DEPUTY, "help")
    assert before
    await bound.execute(DEPUTY, before, "case.desk", {"case": reference})
    assert "A rude post" in before.text
    opened = [entry.by for entry in await cases.chronology(reference) if entry.kind is EntryKind.OPENED]
    assert DEPUTY.entra_id in [by.id for by in opened if by]


async def test_the_warning_about_an_image_of_a_child_stays(bound: FakeTeams, cases: CaseBook) -> None:
    """Also where somebody may be in danger, and after the team has marked it not urgent."""
    await bound.say(TEACHER, "report")
    card = await walk_to_details(bound, TEACHER, danger="Yes, or not sure", image="Yes, or it may")
    await fill_in(bound, TEACHER, card, links="", description="Where it is")
    reference = await finish(bound, TEACHER, card)
    await arrived(bound, CHANNEL, "Go on in its newer card")  # the alert that came before the school was known
    alert = await alert_of(bound, reference)
    assert "danger" in alert.text and "Nobody should look at it" in alert.text
    await bound.press(DSL, alert, "Acknowledge")
    desk = await at_desk(bound, DSL, reference)
    assert "danger" in desk.text and "Nobody should look at it" in desk.text
    await do(bound, DSL, desk, "Change urgency", "Make it not urgent", text="Police have it")
    assert "Nobody should look at it" in desk.text


async def test_a_reporters_name_is_never_markdown_on_a_form(bound: FakeTeams) -> None:
    """The form that names the reporter shows the name as it is."""
    nasty = Human("[Open the case](https://evil.example/x)")
    await bound.say(nasty, "help")
    reference = await send_report(bound, nasty)
    await bound.press(DSL, await alert_of(bound, reference), "Acknowledge")
    desk = await at_desk(bound, DSL, reference)
    for title in ("Ask the reporter", "Tell the reporter"):
        await bound.press(DSL, desk, title)
        assert desk.card and not any("](https" in text for text in texts_in(desk.card))
        await bound.press(DSL, desk, "Back")


# Stale and hurried


async def test_a_new_report_can_be_taken_from_a_card_that_is_behind(bound: FakeTeams, cases: CaseBook) -> None:
    """Its urgency was changed meanwhile: nobody has taken it, so nobody is told that somebody has."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    old = alert.card
    desk = await at_desk(bound, DEPUTY, reference)
    await do(bound, DEPUTY, desk, "Change urgency", "Make it urgent", text="It spreads")
    await bound.press(DSL, alert, "Acknowledge", card=old)
    assert DSL.entra_id == (await cases.get(reference)).acknowledged_by.id
    assert "has taken this already" not in alert.text


async def test_the_one_who_has_it_is_named_and_not_the_last_to_touch_it(bound: FakeTeams, cases: CaseBook) -> None:
    """Acknowledged by one, closed by another: an old card says what is so."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    old = alert.card
    await bound.press(DSL, alert, "Acknowledge")
    current = alert.card
    desk = await at_desk(bound, DEPUTY, reference)
    await do(bound, DEPUTY, desk, "Change urgency", "Make it urgent", text="It spreads")
    await bound.press(ADMIN, alert, "Acknowledge", card=old)
    assert f"{DSL.name} has taken this already" in alert.text
    await bound.press(ADMIN, alert, "Assign to me", card=current)
    assert f"{DEPUTY.name} changed this case" in alert.text and "taken this already" not in alert.text
    assert DSL.entra_id == (await cases.get(reference)).assigned_to.id
    await do(bound, DEPUTY, desk, "Close", "Close the case", outcome=Outcome.REMOVED.value, text="Gone")
    await bound.press(ADMIN, alert, "Assign to me", card=current)
    assert "does not go while the case is “Closed”" in alert.text and "taken this already" not in alert.text


async def test_a_double_click_on_close_says_that_it_is_closed(bound: FakeTeams, cases: CaseBook) -> None:
    """The second press finds what the first one did, and neither asks again nor says that nothing was done."""
    reference, desk = await taken(bound)
    await bound.press(DSL, desk, "Close")
    form = desk.card
    given = {"outcome": Outcome.REMOVED.value, "text": "Gone"}
    for _ in range(2):
        await bound.press(DSL, desk, "Close the case", card=form, **given)
        assert "The case is closed." in desk.text
    assert 1 == (await kinds(cases, reference)).count(EntryKind.CLOSED)


async def test_a_double_click_at_the_same_moment_is_one_form(
    bound: FakeTeams, cases: CaseBook, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first press is written between the second one's look and its own writing: no form comes back."""
    reference, desk = await taken(bound)
    await bound.press(DSL, desk, "Refer")
    form = desk.card
    was_sent = CaseBook.was_sent
    gate = asyncio.Event()
    looks = 0

    async def slow(self: CaseBook, of: str, once: str) -> bool:
        nonlocal looks
        looks += 1
        mine, found = looks, await was_sent(self, of, once)
        if mine == 1 and not found:
            await gate.wait()
        return found

    monkeypatch.setattr(CaseBook, "was_sent", slow)
    late = asyncio.create_task(
        bound.execute(DSL, replace(desk), *_press_of(form, "Record the referral", body="The police"))
    )
    await bound.until(lambda: looks == 1)
    await bound.execute(DSL, replace(desk), *_press_of(form, "Record the referral", body="The police"))
    gate.set()
    answer = json.dumps(await late)
    assert "changed this case since" not in answer and "The referral is recorded." in answer
    assert 1 == (await kinds(cases, reference)).count(EntryKind.REFERRED)


def _press_of(card: dict[str, object] | None, title: str, **inputs: str) -> tuple[str, dict[str, object]]:
    button = button_in(card or {}, title)
    return button["verb"], {**button["data"], **inputs}


async def test_a_proposed_link_pressed_twice_is_one_entry(bound: FakeTeams, cases: CaseBook) -> None:
    """On a phone everything is pressed twice."""
    first = await send_report(bound, TEACHER)
    second, desk = await taken(bound)
    old = desk.card
    for _ in range(2):
        await bound.press(DSL, desk, f"Link {first}", card=old)
    assert "The cases are linked" in desk.text
    found = [(await kinds(cases, reference)).count(EntryKind.LINKED) for reference in (first, second)]
    assert [1, 1] == found


@pytest.mark.parametrize("token", ["a/b", "x" * 2_000, "\x01", "answer-2", "", "é|#?"])
async def test_a_forged_form_id_is_none(bound: FakeTeams, cases: CaseBook, token: str) -> None:
    """It is neither a key of the storage nor the name of somebody else's form."""
    reference, desk = await taken(bound)
    data = {"case": reference, "do": "NOTE", "text": "Rang home", "form": token}
    await bound.execute(DSL, desk, "case.do", data)
    assert "The note is added" in desk.text
    assert not await cases.was_sent(reference, "answer-2")


async def test_a_forged_question_is_none_of_yours(bound: FakeTeams) -> None:
    """An entry that is not there, or is no question, is answered in a sentence."""
    reference, _ = await taken(bound)
    message = bound.last_in(TEACHER.chat)
    for number in ("999999", "1", "٣", "0"):
        told = await bound.execute(
            TEACHER, message, "mine.answer", {"case": reference, "question": number, "text": "x"}
        )
        assert "no report of yours" in told


# What the reporter hears


async def test_who_gives_a_new_report_to_a_colleague_has_taken_it(bound: FakeTeams) -> None:
    """The reporter was promised to hear when somebody takes it."""
    reference = await send_report(bound, TEACHER)
    await bound.say(DEPUTY, "help")
    desk = await at_desk(bound, DSL, reference)
    await do(bound, DSL, desk, "Assign", "Assign", to=DEPUTY.entra_id)
    await bound.until(lambda: f"{reference} has been taken by" in bound.last_in(TEACHER.chat).text)


async def test_an_open_question_is_found_again_under_my_reports(bound: FakeTeams, cases: CaseBook) -> None:
    """The card has scrolled away: the report says that an answer is wanted, and takes it."""
    reference, desk = await taken(bound)
    await do(bound, DSL, desk, "Ask the reporter", "Send the question", text="Is it still there?")
    await bound.until(lambda: "Is it still there?" in bound.last_in(TEACHER.chat).text)
    await bound.say(TEACHER, "my reports")
    mine = bound.last_in(TEACHER.chat)
    await bound.press(TEACHER, mine, f"Open {reference}")
    await bound.press(TEACHER, mine, "Answer the question")
    assert "Is it still there?" in mine.text
    await bound.press(TEACHER, mine, "Send the answer", text="Yes")
    assert EntryKind.ANSWERED in await kinds(cases, reference)


async def test_the_team_learns_that_the_reporter_cannot_be_reached(
    bound: FakeTeams, cases: CaseBook, clock: Clock
) -> None:
    """Blocked, or gone from the trust: a question does not wait in silence, and it arrives when they are back."""
    reference, desk = await taken(bound)
    await bound.until(lambda: "has been taken by" in bound.last_in(TEACHER.chat).text)
    bound.refuse = lambda method, conversation: 403 if conversation == TEACHER.chat else None
    await do(bound, DSL, desk, "Ask the reporter", "Send the question", text="Is it still there?")
    told = await arrived(bound, CHANNEL, f"Report {reference}: I cannot reach the reporter")
    assert "still there" not in told.text and TEACHER.name not in told.text
    assert 1 == (await kinds(cases, reference)).count(EntryKind.NOT_REACHED)
    bound.refuse = lambda method, conversation: None
    clock.move(2 * MINUTE)
    await bound.until(lambda: "Is it still there?" in bound.last_in(TEACHER.chat).text)
    assert 1 == sum("cannot reach the reporter" in message.text for message in bound.seen_in(CHANNEL))


# Cards that fit


async def test_a_case_with_everything_in_it_can_be_opened(bound: FakeTeams, cases: CaseBook) -> None:
    """Many screenshots, referrals, links and long words: the desk's card fits, and names what it leaves out."""
    reference, desk = await taken(bound, description="ä\n" * 2_000, discrimination="😀\n" * 1_900)
    case = await cases.get(reference)
    for number in range(60):
        file = StoredFile(f"{number:032x}", f"evidence-{number:08x}.png", "image/png", 5, "0" * 64)
        await cases.add(reference, case.reporter, NOW, text="😀\n" * 1_900, files=(file,))
    await bound.press(DSL, desk, "Show it as it is now")
    assert size_of(desk.card) <= MAX_BYTES + 2_000
    for number in range(10):
        await do(bound, DSL, desk, "Refer", "Record the referral", body="The police", number=f"{number} " + "9" * 90)
    assert 10 == len((await cases.get(reference)).referrals)
    assert "referral is recorded" in desk.text and size_of(desk.card) < 80_000
    shown = json.dumps(desk.card)
    assert "evidence-0000003b.png" in shown or "More screenshots" in shown
    await bound.press(DSL, desk, "Show it as it is now")
    await bound.press(DSL, desk, "Close")
    await bound.press(DSL, desk, "Close the case", outcome=Outcome.REMOVED.value, text="x" * 4_001)
    assert "4,000 fit" in desk.text and size_of(desk.card) < 80_000


async def test_every_file_can_be_opened_however_many_there_are(bound: FakeTeams, cases: CaseBook) -> None:
    """What does not fit as a button is on the next page of them."""
    reference, desk = await taken(bound)
    case = await cases.get(reference)
    for number in range(40):
        file = StoredFile(f"{number:032x}", f"evidence-{number:08x}.png", "image/png", 5, "0" * 64)
        await cases.add(reference, case.reporter, NOW, files=(file,))
    await bound.press(DSL, desk, "Show it as it is now")
    found: set[str] = set()
    for _ in range(10):
        shown = json.dumps(desk.card)
        found |= {name for name in (f"evidence-{number:08x}.png" for number in range(40)) if f"Open {name}" in shown}
        if "More screenshots" not in shown or len(found) == 40:
            break
        await bound.press(DSL, desk, "More screenshots")
    assert 40 == len(found)


async def test_a_reference_number_is_short(bound: FakeTeams, cases: CaseBook) -> None:
    """A whole essay in the field for a number is given back, and the card stays small."""
    reference, desk = await taken(bound)
    await do(bound, DSL, desk, "Refer", "Record the referral", body="The police", number="9" * 3_000)
    assert "200 fit" in desk.text
    assert () == (await cases.get(reference)).referrals


async def test_words_that_are_far_too_long_stay_in_the_card(bound: FakeTeams) -> None:
    """What could not be sent back within a message is refused in a sentence; the form is left as it is."""
    _, desk = await taken(bound)
    await bound.press(DSL, desk, "Add a note")
    form = desk.card
    told = await bound.press(DSL, desk, "Add the note", text="x" * 50_000)
    assert isinstance(told, str) and "4,000 fit" in told and form == desk.card


# Teams and the storage failing in the middle


async def test_what_was_done_is_not_called_undone(
    bound: FakeTeams, cases: CaseBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The storage goes just after the note is written: nobody reads that nothing was changed."""
    reference, desk = await taken(bound)
    await bound.press(DSL, desk, "Add a note")
    chronology = CaseBook.chronology

    async def down(self: CaseBook, of: str) -> list[CaseEntry]:
        raise StorageUnavailable("switched off by the test")

    monkeypatch.setattr(CaseBook, "chronology", down)
    told = await bound.press(DSL, desk, "Add the note", text="Rang home")
    monkeypatch.setattr(CaseBook, "chronology", chronology)
    assert isinstance(told, str) and "nothing was changed" not in told and "The note is added." in told
    assert 1 == (await kinds(cases, reference)).count(EntryKind.NOTE)


async def test_another_channels_roster_that_fails_closes_no_case(bound: FakeTeams) -> None:
    """The same link was reported to a school whose channel is gone: the case opens, without the proposal."""
    own = "19:high-school@thread.tacv2"
    bound.rosters[own] = {DSL.account}
    await bound.mention(ADMIN, own, f"use this channel for safeguarding alerts for {SCHOOL}")
    await send_report(bound, TEACHER, school=SCHOOL)
    bound.refuse = lambda method, conversation: 503 if conversation == own else None
    reference = await send_report(bound, TEACHER, school="Demo Primary School")
    await bound.press(DSL, await alert_of(bound, reference), "Acknowledge")
    desk = await at_desk(bound, DSL, reference)
    assert "A rude post" in desk.text and "same link was reported" not in desk.text


async def test_many_reports_of_one_link_cost_one_roster(bound: FakeTeams, cases: CaseBook) -> None:
    """A post that forty people report: opening one case asks Teams for no roster forty times."""
    reference, desk = await taken(bound)
    case = await cases.get(reference)
    for number in range(40):
        await cases.raise_case(case.report, case.reporter, f"draft-{number}", NOW)
    bound.calls.clear()
    await bound.press(DSL, desk, "Show it as it is now")
    assert "The same link was reported in" in desk.text and "and more" in desk.text
    assert sum(call == ("GET", CHANNEL) for call in bound.calls) <= 2


async def test_a_case_that_a_channel_stands_in_for_is_worked_there(bound: FakeTeams, cases: CaseBook) -> None:
    """The school's own channel has thrown the bot out: who sees the alert can take it, ask, and hear the answer."""
    own = "19:high-school@thread.tacv2"
    await bound.mention(ADMIN, own, f"use this channel for safeguarding alerts for {SCHOOL}")
    bound.refuse = lambda method, conversation: 403 if conversation == own else None
    reference = await send_report(bound, TEACHER, school=SCHOOL)
    alert = await alert_of(bound, reference)
    assert "Only members" in await bound.press(OUTSIDER, alert, "Acknowledge")
    await bound.press(DSL, alert, "Acknowledge")
    assert Status.ACKNOWLEDGED is (await cases.get(reference)).status
    desk = await at_desk(bound, DSL, reference)
    await bound.press(DSL, desk, "Assign")
    assert DEPUTY.name in json.dumps(desk.card)
    await bound.press(DSL, desk, "Back")
    await do(bound, DSL, desk, "Ask the reporter", "Send the question", text="Is it still there?")
    await bound.until(lambda: "Is it still there?" in bound.last_in(TEACHER.chat).text)
    await bound.press(TEACHER, bound.last_in(TEACHER.chat), "Send the answer", text="Yes")
    await arrived(bound, CHANNEL, f"Report {reference}: the reporter answered")


async def test_an_alert_that_was_posted_before_the_school_had_a_channel(bound: FakeTeams, cases: CaseBook) -> None:
    """Those who see its card can still take it, and so can the school's own team."""
    reference = await send_report(bound, TEACHER, school=SCHOOL)
    alert = await alert_of(bound, reference)
    own = "19:high-school@thread.tacv2"
    bound.rosters[own] = {DEPUTY.account}
    await bound.mention(ADMIN, own, f"use this channel for safeguarding alerts for {SCHOOL}")
    assert "Only members" in await bound.press(OUTSIDER, alert, "Acknowledge")
    await bound.press(DSL, alert, "Acknowledge")
    assert DSL.entra_id == (await cases.get(reference)).acknowledged_by.id


async def test_a_colleague_who_blocked_the_bot_is_named_in_the_channel(bound: FakeTeams) -> None:
    """Assigned to somebody whom no message reaches: the channel hears who has it."""
    reference, desk = await taken(bound)
    await bound.say(DEPUTY, "help")
    bound.refuse = lambda method, conversation: 403 if conversation == DEPUTY.chat else None
    await do(bound, DSL, desk, "Assign", "Assign", to=DEPUTY.entra_id)
    await bound.until(lambda: f"{reference} is assigned to {DEPUTY.name}" in bound.last_in(CHANNEL).text)


async def test_given_on_at_once_only_the_last_is_told(bound: FakeTeams, clock: Clock) -> None:
    """Nobody hears that they have a case which somebody else has."""
    reference, desk = await taken(bound)
    for who in (DEPUTY, ADMIN):
        await bound.say(who, "help")
    bound.refuse = lambda method, conversation: 503 if method == "POST" and conversation == ADMIN.chat else None
    await do(bound, DSL, desk, "Assign", "Assign", to=ADMIN.entra_id)
    await bound.until(lambda: ("POST", ADMIN.chat) in bound.calls)
    await do(bound, DSL, desk, "Assign", "Assign", to=DEPUTY.entra_id)
    await bound.until(lambda: "is assigned to you" in bound.last_in(DEPUTY.chat).text)
    bound.refuse = lambda method, conversation: None
    clock.move(MINUTE)
    await clock.looked_at()
    told = [message.text for message in bound.messages if f"{reference} is assigned to you" in message.text]
    assert 1 == len(told)


async def test_the_phones_button_fails_in_words(bound: FakeTeams) -> None:
    """`Action.Submit` while Teams does not give the roster: a sentence, not an apology for a broken bot."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    bound.refuse = lambda method, conversation: 503 if method == "GET" else None
    before = len(bound.seen_in(CHANNEL))
    await bound.press(DSL, alert, "Acknowledge", submit=True)
    assert any("Please try again in a minute" in message.text for message in bound.seen_in(CHANNEL)[before:])


async def test_evidence_from_a_dialog_needs_a_chat(bound: FakeTeams, cases: CaseBook) -> None:
    """A DSL who never wrote to the bot works in a dialog of Teams: the file's button says what to do first."""
    reference = await send_report(bound, TEACHER)
    case = await cases.get(reference)
    file = StoredFile("0" * 32, "evidence-1.png", "image/png", 5, "0" * 64)
    await cases.add(reference, case.reporter, NOW, files=(file,))
    data = {"verb": "case.evidence", "case": reference, "file": file.id}
    activity = bound.activity(DSL, CHANNEL, value={"data": data})
    activity["conversation"]["conversationType"] = "channel"
    _, body = await bound.deliver(activity | {"type": "invoke", "name": "task/submit"})
    assert "Open a chat with me" in body["task"]["value"]
    assert EntryKind.EVIDENCE not in await kinds(cases, reference)


async def test_a_new_report_cannot_be_put_off(bound: FakeTeams, cases: CaseBook) -> None:
    """Nobody silences the reminders of a report that nobody has taken."""
    reference = await send_report(bound, TEACHER)
    desk = await at_desk(bound, DSL, reference)
    assert "Put off reminders" not in json.dumps(desk.card)
    data = {"case": reference, "do": "SNOOZE", "until": "2099-01-01", "text": "x", "form": "f1"}
    await bound.execute(DSL, desk, "case.do", data)
    assert "does not go while the case is" in desk.text and (await cases.get(reference)).snoozed_until is None


async def test_a_late_update_does_not_bring_an_old_state_back(
    bound: FakeTeams, cases: CaseBook, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process shows the case as urgent while this one's update is on its way: the card ends as it is."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    update = Messenger.update_card
    calls = 0

    async def slow(self: Messenger, posted: PostedCard, card: dict[str, object]) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            await cases.apply(reference, set_urgency(True, "It spreads"), person(DEPUTY), clock())
            for row in await cases.due.waiting(clock()):
                claim = await cases.due.claim(row, clock() + timedelta(minutes=5))
                if claim and claim.notification.kind == NotificationKind.CARD:
                    await update(self, posted, case_card(await cases.get(reference)))
                    await cases.due.settle(claim)
        await update(self, posted, card)

    monkeypatch.setattr(Messenger, "update_card", slow)
    await bound.press(DSL, alert, "Acknowledge")
    await bound.until(lambda: alert.updates >= 2)
    await bound.until(lambda: "Urgent" in alert.text and DSL.name in alert.text, seconds=20)
    await clock.looked_at()
    assert "Urgent" in alert.text


# The chain of entries


@BOTH_STORAGES
async def test_the_chain_holds_under_many_writers(bound: FakeTeams, cases: CaseBook, outside: Outside) -> None:
    """Two books that write at once, with every kind of text: each entry is there once, and the chain is whole."""
    reference = await send_report(bound, TEACHER)
    other = CaseBook(outside.tables)
    texts = ["ä" * 4_000, "😀" * 4_000, "a\r\nb\tc", " spaces ", "\x00\x07", '{"a": [1]}', "\u2028\ufeff", "e\u0301"]
    moves = [book.apply(reference, note(text), person(DSL), NOW, once=f"f{n}{text[:1].isalnum()}{i}")
             for i, text in enumerate(texts) for n, book in enumerate((cases, other))]  # fmt: skip
    await asyncio.gather(*moves)
    kept = [entry.text for entry in await cases.chronology(reference) if entry.kind is EntryKind.NOTE]
    assert sorted(texts * 2) == sorted(kept)
    assert await cases.broken_entry(reference) is None


async def test_a_row_that_does_not_belong_stops_one_case_only(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """Somebody put an entry behind the bot's back where the next one goes: an error, not a bot that hangs."""
    reference, _ = await taken(bound)
    await all_told(cases.due, clock)
    number = (await cases.get(reference)).revision + 1
    tables: Tables = cases._tables
    await tables.write("cases", "cases", Put(f"entry|{reference}|{number:06d}", {"at": "x", "kind": "y"}))
    with pytest.raises(StorageUnavailable):
        await asyncio.wait_for(cases.apply(reference, note("x"), person(DSL), NOW), 20)
    await alert_of(bound, await send_report(bound, TEACHER))


# Addresses


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (LINK, LINK.replace("https://www.", "http://m.") + "?fbclid=x", True),
        ("https://forum.example.org/viewtopic.php?t=1", "https://forum.example.org/viewtopic.php?t=2", False),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example", "https://l.facebook.com/l.php?u=b", False),
        ("https://www.facebook.com/groups/1/?multi_permalinks=5", "https://www.facebook.com/groups/1/", False),
        ("https://x.com/a/status/1?s=20&t=abc", "https://twitter.com/a/status/1", True),
        ("https://www.instagram.com/p/abc/?igsh=1", "https://instagram.com/p/abc", True),
        ("https://www.youtube.com/watch?v=abc&t=10s", "https://youtube.com/watch?v=abc", True),
        ("https://blog.example.org/?p=1&utm_source=x", "https://blog.example.org/?p=1", True),
        ("https://blog.example.org/?p=1", "https://blog.example.org/?p=2", False),
    ],
)
def test_two_addresses_are_one_only_if_they_are(one: str, other: str, same: bool) -> None:
    """A proposal to link says that it is the same link, so it has to be."""
    assert same is (read_address(one).identity == read_address(other).identity)
