"""The DSL's desk: each action on a case, each that is refused, and what the others see of it."""

import asyncio
import copy
import json
import re
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.infrastructure import Outside
from cards.cases.case_cards import case_card
from storage.cases.case_book import CaseBook
from storage.cases.case_records import EntryKind, Outcome, Status
from storage.tables.azure_tables import AzureTables
from tests.support.azurite import Azurite
from tests.support.bot_process import BotProcess
from tests.support.clock import Clock, all_told
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
)
from tests.support.pictures import PNG
from tests.support.report_steps import LINK, alert_of, send_report
from tests.support.running_bot import BOTH_STORAGES

REASON = "Spoke to the parent, who took it down"


@pytest.fixture
def cases(outside: Outside) -> CaseBook:
    return CaseBook(outside.tables)


@BOTH_STORAGES
async def test_a_case_is_worked_to_its_end(bound: FakeTeams, cases: CaseBook) -> None:
    """Acknowledge, note, ask and answer, tell, refer, close: each an entry, the channel's card always current."""
    reference, desk = await taken(bound)
    await do(bound, DSL, desk, "Add a note", "Add the note", text="Rang the parent")
    assert "The note is added" in desk.text and "Rang the parent" in desk.text and "Under review" in desk.text

    await do(bound, DSL, desk, "Ask the reporter", "Send the question", text="Is it still there?")
    await bound.until(lambda: "Is it still there?" in bound.last_in(TEACHER.chat).text)
    question = bound.last_in(TEACHER.chat)
    assert DSL.name in question.text
    await bound.press(TEACHER, question, "Send the answer", text="No, it has gone")
    assert "You answered" in question.text and "No, it has gone" in question.text
    await bound.until(lambda: "answered your question" in bound.last_in(CHANNEL).text)

    await bound.press(DSL, desk, "Show it as it is now")
    assert "No, it has gone" in desk.text
    await do(bound, DSL, desk, "Tell the reporter", "Send it", prepared="The content has been removed.")
    await bound.until(lambda: "The content has been removed." in bound.last_in(TEACHER.chat).text)
    told = {"body": "The police", "number": "CAD 123", "told": "It was passed on; you need not do anything."}
    await do(bound, DSL, desk, "Refer", "Record the referral", **told)
    await bound.until(lambda: "It was passed on" in bound.last_in(TEACHER.chat).text)
    assert "police" not in bound.last_in(TEACHER.chat).text and "CAD 123" in desk.text

    await do(bound, DSL, desk, "Close", "Close the case", outcome=Outcome.REMOVED.value, text=REASON)
    await bound.until(lambda: "is finished" in bound.last_in(TEACHER.chat).text)
    assert "removed" not in bound.last_in(TEACHER.chat).text and REASON in desk.text
    alert = await alert_of(bound, reference)
    await bound.until(lambda: "Closed" in alert.text)
    assert "parent" not in alert.text and "CAD" not in alert.text
    case = await cases.get(reference)
    assert (Status.CLOSED, Outcome.REMOVED, None) == (case.status, case.outcome, await cases.broken_entry(reference))

    await do(bound, DSL, desk, "Reopen", "Reopen", text="It is back")
    await bound.until(lambda: "was opened again" in bound.last_in(TEACHER.chat).text)
    wanted = [EntryKind.ACKNOWLEDGED, EntryKind.NOTE, EntryKind.ASKED, EntryKind.ANSWERED, EntryKind.TOLD,
              EntryKind.REFERRED, EntryKind.TOLD, EntryKind.CLOSED, EntryKind.REOPENED]  # fmt: skip
    assert wanted == [kind for kind in await kinds(cases, reference) if kind in wanted]


async def test_a_case_is_given_to_another_member(bound: FakeTeams, cases: CaseBook) -> None:
    """They are told in their own chat; who never wrote to the bot is named in the channel; nobody else can get it."""
    reference, desk = await taken(bound)
    await bound.press(DSL, desk, "Assign")
    assert DEPUTY.name in json.dumps(desk.card) and OUTSIDER.name not in json.dumps(desk.card)
    await bound.press(DSL, desk, "Assign", to=DEPUTY.entra_id)
    await bound.until(lambda: f"is assigned to {DEPUTY.name}" in bound.last_in(CHANNEL).text)
    await bound.say(DEPUTY, "help")
    await do(bound, DSL, desk, "Assign", "Assign", to=ADMIN.entra_id)
    await do(bound, DSL, desk, "Assign", "Assign", to=DEPUTY.entra_id)
    await bound.until(lambda: "is assigned to you" in bound.last_in(DEPUTY.chat).text)
    await do(bound, DSL, desk, "Assign", "Assign", to=OUTSIDER.entra_id)
    assert "Choose somebody of the team" in desk.text
    assert DEPUTY.entra_id == (await cases.get(reference)).assigned_to.id
    alert = await alert_of(bound, reference)
    await bound.until(lambda: DEPUTY.name in alert.text)
    await bound.press(DSL, alert, "Assign to me")
    assert DSL.entra_id == (await cases.get(reference)).assigned_to.id


async def test_urgency_snooze_and_hold_carry_their_reason(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """And nothing is taken without one."""
    reference, desk = await taken(bound)
    await do(bound, DSL, desk, "Change urgency", "Make it urgent", text="")
    assert "Say why" in desk.text
    await bound.press(DSL, desk, "Make it urgent", text="It spreads")
    assert "Urgent" in desk.text and (await cases.get(reference)).urgent
    day = (clock() + timedelta(days=3)).date()
    await do(bound, DSL, desk, "Put off reminders", "Put off", until="2020-01-01", text="Waits for the police")
    assert "from tomorrow on" in desk.text and "Waits for the police" in desk.text
    await bound.press(DSL, desk, "Put off", until=day.isoformat(), text="Waits for the police")
    assert day == (await cases.get(reference)).snoozed_until.date()
    await do(bound, DSL, desk, "Legal hold", "Set the hold", text="Solicitor's letter")
    assert (await cases.get(reference)).legal_hold
    texts = [entry.text for entry in await cases.chronology(reference)]
    assert ["Urgent: It spreads", "Waits for the police", "Set: Solicitor's letter"] == texts[-3:]


async def test_the_same_link_is_seen_and_linked(bound: FakeTeams, cases: CaseBook) -> None:
    """Two reports of one address name each other, written one way or another; a third stranger is not there."""
    first = await send_report(bound, TEACHER)
    second, desk = await taken(bound, links=LINK.replace("https://www.", "http://") + "?utm_source=x")
    assert f"The same link was reported in {first}" in desk.text
    await bound.press(DSL, desk, f"Link {first}")
    assert "The cases are linked" in desk.text
    assert ((first,), (second,)) == ((await cases.get(second)).linked, (await cases.get(first)).linked)
    await do(bound, DSL, desk, "Link a case", "Link", other="SM-999-9999")
    assert "no case SM-999-9999 that you deal with" in desk.text
    await bound.press(DSL, desk, "Link", other=second)
    assert "this case itself" in desk.text


async def test_a_duplicate_names_its_case(bound: FakeTeams, cases: CaseBook) -> None:
    """Closing as dealt with in another case needs that case to be linked; what was typed stays."""
    reference, desk = await taken(bound)
    await do(bound, DSL, desk, "Close", "Close the case", outcome=Outcome.DUPLICATE.value, text=REASON)
    assert "Link the other case first" in desk.text and REASON in desk.text
    assert (await cases.get(reference)).is_open


async def test_evidence_opens_by_a_link_that_is_an_entry(bound: FakeTeams, cases: CaseBook, outside: Outside) -> None:
    """One file, as a download, and the chronology says who opened it; a file of another case is none."""
    reference, desk = await taken(bound)
    file = await outside.evidence.save(PNG)
    case = await cases.get(reference)
    await cases.add(reference, case.reporter, outside.now(), files=(file,))
    await bound.press(DSL, desk, "Show it as it is now")
    await bound.press(DSL, desk, f"Open {file.name}")
    card = bound.last_in(DSL.chat)
    address = next(action["url"] for action in card.card["actions"] if action["type"] == "Action.OpenUrl")
    address = re.sub("^http://[^/]+", bound.bot_url, address)
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        assert (200, PNG) == (response.status, await response.read())
        assert "attachment" in response.headers["Content-Disposition"]
    assert EntryKind.EVIDENCE in await kinds(cases, reference)
    other = await outside.evidence.save(PNG)
    refused = await bound.execute(DSL, desk, "case.evidence", {"case": reference, "file": other.id})
    assert "not kept any more" in refused


@pytest.mark.parametrize("verb", ["case.acknowledge", "case.take", "case.open", "case.desk", "case.form", "case.do"])
async def test_only_the_team_works_on_a_case(bound: FakeTeams, cases: CaseBook, verb: str, clock: Clock) -> None:
    """Not a stranger to the team with forged data, not one who left it, not another school's DSL, not the head."""
    own = "19:high-school@thread.tacv2"
    bound.rosters[own] = {DSL.account}
    await bound.mention(ADMIN, own, "use this channel for safeguarding alerts for Demo High School")
    reference = await send_report(bound, TEACHER, school="Demo High School")
    await bound.until(lambda: any(reference in message.text for message in bound.seen_in(own)))
    await all_told(cases.due, clock)
    before = await kinds(cases, reference)
    data = {"case": reference, "do": "NOTE", "text": "x", "seen": "0", "form": "f1", "role": "dsl"}
    for who in (OUTSIDER, DEPUTY, HEAD, TEACHER):
        message = await bound.say(who, "help")
        assert "Only members of the safeguarding team" in await bound.execute(who, message, verb, data)
    await bound.say(DSL, "help")
    bound.rosters[own] = set()
    assert "Only members" in await bound.execute(DSL, bound.last_in(DSL.chat), verb, data)
    assert before == await kinds(cases, reference)


async def test_the_channel_never_shows_the_matter(bound: FakeTeams) -> None:
    """Forged in the channel, the desk's verbs give the channel's card."""
    reference, _ = await taken(bound)
    alert = await alert_of(bound, reference)
    for verb in ("case.desk", "case.form", "case.do", "case.evidence"):
        card = await bound.execute(DSL, alert, verb, {"case": reference, "do": "NOTE", "text": "secret", "file": "x"})
        assert not any(word in json.dumps(card) for word in ("rude", "secret", TEACHER.name))


@pytest.mark.parametrize(
    ("action", "fields"),
    [("REOPEN", {"text": "x"}), ("CLOSE", {"outcome": "removed", "text": "x"}), ("ASK", {"text": "x"}),
     ("REFER", {"body": "police"}), ("TELL", {"text": "x"}), ("NONSENSE", {})],
)  # fmt: skip
async def test_what_does_not_go_from_here_changes_nothing(
    bound: FakeTeams, cases: CaseBook, action: str, fields: dict[str, str]
) -> None:
    """A new case cannot be closed, referred or reopened, whatever a forged button says."""
    reference = await send_report(bound, TEACHER)
    desk = await at_desk(bound, DSL, reference)
    await bound.execute(DSL, desk, "case.do", {"case": reference, "do": action, "form": "f1", **fields})
    assert "does not go while the case is" in desk.text
    assert Status.RAISED is (await cases.get(reference)).status


async def test_a_stale_form_comes_back_with_what_was_typed(bound: FakeTeams, cases: CaseBook) -> None:
    """The deputy referred it meanwhile: the DSL's reason is still there, and the second press closes it."""
    reference, desk = await taken(bound)
    theirs = await at_desk(bound, DEPUTY, reference)
    await bound.press(DSL, desk, "Close")
    await do(bound, DEPUTY, theirs, "Refer", "Record the referral", body="The police")
    await bound.press(DSL, desk, "Close the case", outcome=Outcome.REMOVED.value, text=REASON)
    assert f"{DEPUTY.name} changed this case" in desk.text and REASON in desk.text
    assert Status.REFERRED is (await cases.get(reference)).status
    await bound.press(DSL, desk, "Close the case", outcome=Outcome.REMOVED.value, text=REASON)
    assert Status.CLOSED is (await cases.get(reference)).status


async def test_a_form_sent_twice_counts_once(bound: FakeTeams, cases: CaseBook) -> None:
    """A double click on a note and on an answer: one of each."""
    reference, desk = await taken(bound)
    await bound.press(DSL, desk, "Ask the reporter")
    form = desk.card
    await asyncio.gather(*(bound.press(DSL, desk, "Send the question", card=form, text="When?") for _ in range(3)))
    await bound.until(lambda: "When?" in bound.last_in(TEACHER.chat).text)
    question = bound.last_in(TEACHER.chat)
    old = question.card
    await bound.press(TEACHER, question, "Send the answer", text="")
    assert "Write your answer" in question.text
    await bound.press(TEACHER, question, "Send the answer", text="At noon")
    again = await bound.press(TEACHER, question, "Send the answer", card=old, text="At one")
    assert "answered this already" in again
    assert "There is no report of yours" in await bound.press(OUTSIDER, question, "Send the answer", card=old, text="x")
    found = await kinds(cases, reference)
    assert (1, 1) == (found.count(EntryKind.ASKED), found.count(EntryKind.ANSWERED))


@pytest.mark.azurite
async def test_two_dsls_on_two_processes_have_one_winner(
    bot_process: BotProcess, second_process: BotProcess, azurite: Azurite, teams: FakeTeams
) -> None:
    """Two bots over one Azure storage: of two closings at once exactly one counts, and both see the truth."""
    for process in (bot_process, second_process):
        await process.start(AZURE_STORAGE_CONNECTION_STRING=azurite.connection_string)
    second = copy.copy(teams)
    teams.bot_url, second.bot_url = bot_process.url, second_process.url
    await teams.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    reference, desk = await taken(teams)
    theirs = await at_desk(second, DEPUTY, reference)
    await teams.press(DSL, desk, "Close")
    await second.press(DEPUTY, theirs, "Close")
    await asyncio.gather(
        teams.press(DSL, desk, "Close the case", outcome=Outcome.REMOVED.value, text="mine"),
        second.press(DEPUTY, theirs, "Close the case", outcome=Outcome.NO_BREACH.value, text="theirs"),
    )
    tables = AzureTables.from_connection_string(azurite.connection_string)
    entries = await CaseBook(tables).chronology(reference)
    await tables.close()
    (closing,) = [entry for entry in entries if entry.kind is EntryKind.CLOSED]
    winner, loser = (desk, theirs) if closing.by and closing.by.id == DSL.entra_id else (theirs, desk)
    assert "The case is closed" in winner.text
    assert "does not go while the case is “Closed”" in loser.text and closing.text in loser.text


async def test_the_desk_card_stays_small(bound: FakeTeams, cases: CaseBook) -> None:
    """Long notes, a long report: the card fits into a message, and says what it leaves out."""
    _, desk = await taken(bound, description="ä\n" * 2_000)
    for number in range(12):
        await do(bound, DSL, desk, "Add a note", "Add the note", text=f"{number} " + "ö\n" * 1_900)
    assert "are in the export" in desk.text
    for message in bound.messages:
        assert len(json.dumps(message.activity, ensure_ascii=False).encode("utf-16-le")) < 80_000


async def in_dialog(teams: FakeTeams, who: Human, name: str, data: dict[str, object]) -> dict[str, Any]:
    """What Teams does when a dialog is opened over the channel (`task/fetch`), or a button in it pressed."""
    activity = teams.activity(who, CHANNEL, value={"data": data, "context": {"theme": "default"}})
    activity["conversation"]["conversationType"] = "channel"
    status, body = await teams.deliver(activity | {"type": "invoke", "name": name})
    assert 200 == status
    return body["task"]


async def test_a_case_is_worked_in_a_dialog_over_the_channel(bound: FakeTeams, cases: CaseBook) -> None:
    """Opened, noted, refused to others: with the buttons of the desk, as a dialog can send them."""
    reference = await send_report(bound, TEACHER)
    await bound.press(DSL, await alert_of(bound, reference), "Acknowledge")
    case = await cases.get(reference)
    opens = button_in(case_card(case, dialogs=True), "Open case")["data"]
    assert {"type": "task/fetch"} == opens["msteams"]
    dialog = await in_dialog(bound, DSL, "task/fetch", opens)
    card = dialog["value"]["card"]["content"]
    assert "A rude post" in json.dumps(card) and "Action.Execute" not in json.dumps(card)
    form = await in_dialog(bound, DSL, "task/submit", button_in(card, "Add a note")["data"])
    sends = button_in(form["value"]["card"]["content"], "Add the note")["data"]
    after = await in_dialog(bound, DSL, "task/submit", {**sends, "text": "Rang home"})
    assert "Rang home" in json.dumps(after["value"]["card"]["content"])
    refused = await in_dialog(bound, OUTSIDER, "task/fetch", opens)
    assert "message" == refused["type"] and "Only members" in refused["value"]
    other = await in_dialog(bound, DSL, "task/submit", {"verb": "report.start"})
    assert "cannot be done here" in other["value"]
    assert "rude" not in (await alert_of(bound, reference)).text
    assert EntryKind.OPENED in await kinds(cases, reference)
