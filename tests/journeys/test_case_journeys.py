"""The alert and its case, from the DSL's side, also when things go wrong."""

import asyncio
import json

import pytest

from bot.infrastructure import Outside
from storage.cases.case_book import CaseBook
from storage.cases.case_records import EntryKind, Status, Whose
from storage.tables.port import Put
from storage.tables.sqlite_tables import SqliteTables
from tests.support.bot_process import BotProcess
from tests.support.clock import Clock, all_told
from tests.support.fake_teams import (
    ADMIN,
    CHANNEL,
    DEPUTY,
    DSL,
    OUTSIDER,
    STRANGER,
    TEACHER,
    FakeTeams,
    Human,
    button_in,
    things_in,
)
from tests.support.report_steps import MORE, PARENT, POST, alert_of, fill_in, send_report


@pytest.fixture
def cases(outside: Outside) -> CaseBook:
    return CaseBook(outside.tables)


async def test_a_report_arrives_in_the_channel_with_few_words(bound: FakeTeams) -> None:
    """Reference, kind, urgency and school; not what was reported, nor by whom."""
    reference = await send_report(bound, TEACHER, school="Demo High School")
    alert = await alert_of(bound, reference)
    assert "Offensive or defamatory content" in alert.text and "Demo High School" in alert.text
    assert "rude" not in alert.text and "facebook.com" not in alert.text and TEACHER.name not in str(alert.activity)


async def test_acknowledging_updates_the_card_and_tells_the_reporter(
    bound: FakeTeams, cases: CaseBook, clock: Clock
) -> None:
    """For everyone in the channel, in the chronology, and in the reporter's own chat."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    await bound.press(DSL, alert, "Acknowledge")
    assert f"{DSL.name}, " in alert.text
    await bound.until(lambda: alert.updates == 1)
    assert "Acknowledged" in alert.text and DSL.name in alert.text
    await bound.until(lambda: f"has been taken by {DSL.name}" in bound.last_in(TEACHER.chat).text)
    case = await cases.get(reference)
    assert (Status.ACKNOWLEDGED, DSL.entra_id) == (case.status, case.acknowledged_by.id)
    await all_told(cases.due, clock)
    kinds = [entry.kind for entry in await cases.chronology(reference)]
    assert [EntryKind.RAISED, EntryKind.ALERTED, EntryKind.ACKNOWLEDGED, EntryKind.REPORTER_TOLD] == kinds


async def test_the_second_to_press_sees_who_has_it(bound: FakeTeams, cases: CaseBook) -> None:
    """An old card, pressed by another member: the present card, and a word on who has it."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    old = alert.card
    await bound.press(DSL, alert, "Acknowledge")
    await bound.press(DEPUTY, alert, "Acknowledge", card=old)
    assert f"{DSL.name}, " in alert.text and "nothing was changed" in alert.text
    assert DSL.entra_id == (await cases.get(reference)).acknowledged_by.id


async def test_two_at_the_same_time_have_one_winner(bound: FakeTeams, cases: CaseBook) -> None:
    """Compare-and-set: one acknowledgement in the chronology, whoever was first."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    press = button_in(alert.card, "Acknowledge")
    await asyncio.gather(
        *(bound.execute(who, alert, press["verb"], press["data"]) for who in (DSL, DEPUTY, DSL, DEPUTY))
    )
    entries = await cases.chronology(reference)
    assert sum(entry.kind is EntryKind.ACKNOWLEDGED for entry in entries) == 1


async def test_nobody_outside_the_team_can_acknowledge(bound: FakeTeams, cases: CaseBook) -> None:
    """The channel's roster decides, not what the card or the activity says."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    answer = await bound.press(OUTSIDER, alert, "Acknowledge")
    assert "Only members of the safeguarding team" in answer
    assert Status.RAISED is (await cases.get(reference)).status


async def test_another_tenant_reaches_nothing(bound: FakeTeams, cases: CaseBook) -> None:
    """Refused at the door, whatever is pressed or said."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    assert await bound.press(STRANGER, alert, "Acknowledge") == 403
    assert (await bound.deliver(bound.activity(STRANGER, STRANGER.chat, text="report")))[0] == 403
    assert Status.RAISED is (await cases.get(reference)).status


async def test_opening_the_report_leaves_an_entry(bound: FakeTeams, cases: CaseBook) -> None:
    """The words go to the DSL's own chat, and the chronology says who read them."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    assert "Open a chat with me" in await bound.press(DSL, alert, "Open case")
    await bound.say(DSL, "help")
    assert "own chat" in await bound.press(DSL, alert, "Open case")
    report = bound.last_in(DSL.chat)
    assert "A rude post" in report.text and TEACHER.name in report.text
    assert EntryKind.OPENED in [entry.kind for entry in await cases.chronology(reference)]
    assert "Only members" in await bound.press(OUTSIDER, alert, "Open case")


async def test_only_an_admin_binds_a_channel(bot: FakeTeams) -> None:
    """Anybody else is told whom to ask."""
    answer = await bot.mention(DSL, CHANNEL, "use this channel for safeguarding alerts")
    assert "Only an administrator" in answer.text
    answer = await bot.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts for Nowhere School")
    assert "no school called “Nowhere School”" in answer.text


async def test_a_report_before_the_channel_arrives_once_it_is_bound(bot: FakeTeams, clock: Clock) -> None:
    """What waits for its channel goes out as soon as an admin binds it."""
    reference = await send_report(bot, TEACHER)
    await bot.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts for Demo Primary School")
    await clock.looked_at()
    assert not any(reference in message.text for message in bot.seen_in(CHANNEL))
    await bot.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    await alert_of(bot, reference)


async def test_a_refused_alert_arrives_when_teams_is_back(bound: FakeTeams) -> None:
    """The receipt says that the report is kept; the alert comes once the connector takes it."""
    bound.refuse = lambda method, conversation: 503 if conversation == CHANNEL else None
    reference = await send_report(bound, TEACHER)
    assert "Your report is kept" in bound.last_in(TEACHER.chat).text
    await bound.until(lambda: bound.calls.count(("POST", CHANNEL)) >= 4)
    assert not any(reference in message.text for message in bound.seen_in(CHANNEL))
    bound.refuse = lambda method, conversation: None
    await alert_of(bound, reference)


async def test_a_deleted_alert_is_posted_again(bound: FakeTeams) -> None:
    """Somebody deleted the card in the channel: the acknowledged case stands there anew."""
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    await bound.press(DSL, alert, "Acknowledge")
    await bound.until(lambda: alert.updates == 1)
    other = await send_report(bound, TEACHER)
    second = await alert_of(bound, other)
    card = second.card
    bound.messages.remove(second)
    await bound.press(DSL, second, "Acknowledge", card=card)
    await bound.until(lambda: any(other in m.text and DSL.name in m.text for m in bound.seen_in(CHANNEL)))


async def test_a_channel_that_is_gone_is_stood_in_for(bound: FakeTeams) -> None:
    """The school's own channel has thrown the bot out: the alert comes to the trust-wide one."""
    own = "19:high-school@thread.tacv2"
    await bound.mention(ADMIN, own, "use this channel for safeguarding alerts for Demo High School")
    bound.refuse = lambda method, conversation: 403 if conversation == own else None
    await alert_of(bound, await send_report(bound, TEACHER, school="Demo High School"))


async def test_a_reporter_does_not_rest_on_an_alert_that_nobody_got(bound: FakeTeams) -> None:
    """No channel takes it: the reporter is told whom to ring, once, and it arrives when one does."""
    bound.refuse = lambda method, conversation: 404 if conversation == CHANNEL else None
    reference = await send_report(bound, TEACHER, school="Demo High School")
    await bound.until(lambda: "nobody has read it" in bound.last_in(TEACHER.chat).text)
    assert "01632 960102" in bound.last_in(TEACHER.chat).text
    bound.refuse = lambda method, conversation: None
    await alert_of(bound, reference)


async def test_an_unreadable_row_silences_nothing(bound: FakeTeams, outside: Outside) -> None:
    """It is set aside, and the alert behind it arrives."""
    await outside.tables.write("cases", "cases", Put("due|2020-01-01T00:00:00.000000|x", {"nonsense": 1}))
    await alert_of(bound, await send_report(bound, TEACHER))
    assert 1 == len(await outside.tables.query("cases", "cases", start="unreadable|", stop="unreadable~"))


async def test_a_name_is_never_markdown(bound: FakeTeams) -> None:
    """A display name with a link in it stays text, on cards and in messages."""
    nasty = Human("[Open the case](https://evil.example/x)")
    bound.rosters[CHANNEL].add(nasty.account)
    reference = await send_report(bound, TEACHER)
    alert = await alert_of(bound, reference)
    old = alert.card
    await bound.press(nasty, alert, "Acknowledge")
    await bound.until(lambda: "has been taken by" in bound.last_in(TEACHER.chat).text)
    assert "plain" == bound.last_in(TEACHER.chat).activity["textFormat"]
    await bound.press(DEPUTY, alert, "Acknowledge", card=old)
    for item in things_in(alert.card):
        assert "](https" not in str(item.get("text", "")) + str(item.get("value", ""))


async def test_cards_stay_small(bound: FakeTeams, cases: CaseBook) -> None:
    """The longest report in the shortest lines, opened many times, still fits into a message (80 KB as UTF-16)."""
    await bound.say(DSL, "help")
    reference = await send_report(bound, TEACHER, description="ä\n" * 2_000)
    alert = await alert_of(bound, reference)
    for _ in range(30):
        await bound.press(DSL, alert, "Open case")
    for message in bound.messages:
        assert len(json.dumps(message.activity, ensure_ascii=False).encode("utf-16-le")) < 80_000


async def test_a_killed_bot_alerts_once_after_its_restart(bot_process: BotProcess, teams: FakeTeams) -> None:
    """SIGKILL after the receipt, while Teams refuses the alert: it arrives after the restart, once."""
    teams.bot_url = bot_process.url
    await bot_process.start()
    await teams.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    teams.refuse = lambda method, conversation: 503 if conversation == CHANNEL else None
    reference = await send_report(teams, TEACHER)
    bot_process.kill()
    teams.refuse = lambda method, conversation: None
    await bot_process.start()
    await teams.until(lambda: any(reference in m.text for m in teams.seen_in(CHANNEL)))
    tables = SqliteTables(bot_process.data_dir / "bot.sqlite3")
    await all_told(CaseBook(tables).due, Clock("2026-11-19 10:30"))
    await tables.close()
    assert sum(reference in message.text for message in teams.seen_in(CHANNEL)) == 1


async def test_a_walk_survives_a_restart(bot_process: BotProcess, teams: FakeTeams) -> None:
    """Killed between two steps, the same card goes on."""
    teams.bot_url = bot_process.url
    await bot_process.start()
    await teams.say(TEACHER, "report")
    card = teams.last_in(TEACHER.chat)
    for title in ("No", Whose(PARENT).words, POST, "No"):
        await teams.press(TEACHER, card, title)
    bot_process.kill()
    await bot_process.start()
    await fill_in(teams, TEACHER, card, platform="facebook", links="", description="after the restart")
    await teams.press(TEACHER, card, "Next", **MORE)
    assert "Check and send" in card.text and "after the restart" in card.text
    bot_process.kill()
    await bot_process.start()
    await teams.press(TEACHER, card, "Send")
    assert "Report received" in card.text
