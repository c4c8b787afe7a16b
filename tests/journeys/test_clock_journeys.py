"""Nothing waits unseen: reminders and daily lists, with a clock that the test moves."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import pytest

from app import build
from bot.infrastructure import Outside
from bot.settings import Settings
from bot.trust.facts import Trust
from cards.kit.times import LONDON
from policy.answers.answering import Answerer
from storage.cases.case_book import CaseBook
from storage.cases.case_moves import acknowledge, set_urgency, snooze
from storage.cases.case_records import EntryKind, Whose
from storage.tables.sqlite_tables import SqliteTables
from tests.support.clock import DAY, MINUTE, Clock, all_told
from tests.support.clock_steps import NORMAL, SECRET, URGENT, about, alerted, delivered, lists, nothing_more, raised
from tests.support.fake_teams import ADMIN, CHANNEL, DEPUTY, DSL, HEAD, TEACHER, FakeTeams, Message, person
from tests.support.report_steps import fill_in, finish, send_report, walk_to_details
from tests.support.running_bot import BOTH_STORAGES, serve

SUNDAY = "2026-11-15 02:00"


@pytest.fixture
def clock() -> Clock:
    """Sunday, two at night; it only goes on when the test says so."""
    return Clock(SUNDAY, stands=True)


@pytest.fixture
async def bot(
    settings: Settings, trust: Trust, answerer: Answerer, outside: Outside, teams: FakeTeams
) -> AsyncIterator[FakeTeams]:
    """The bot, by this clock; the leads have a chat with it."""
    runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))
    for who in (DSL, DEPUTY, HEAD):
        await teams.say(who, "help")
    yield teams
    await runner.cleanup()


@pytest.fixture
def cases(outside: Outside) -> CaseBook:
    return CaseBook(outside.tables)


def mentioned(message: Message) -> list[str]:
    return [entity["mentioned"]["id"] for entity in message.activity.get("entities", [])]


@BOTH_STORAGES
async def test_urgent_at_two_on_a_sunday(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """The DSL again, then the deputy, then the head, then the channel, until it is acknowledged."""
    reference = (await raised(cases, clock, URGENT)).reference
    await alerted(bound, reference)
    await nothing_more(clock, lambda: len(about(bound, CHANNEL, reference)), 0)
    clock.move(15 * MINUTE)
    await bound.until(lambda: len(about(bound, CHANNEL, reference)) == 1)
    assert [DSL.account] == mentioned(about(bound, CHANNEL, reference)[0])
    clock.move(15 * MINUTE)
    await bound.until(lambda: about(bound, DEPUTY.chat, reference))
    assert [DEPUTY.account] == mentioned(about(bound, CHANNEL, reference)[1])
    assert not about(bound, HEAD.chat, reference)
    clock.move(15 * MINUTE)
    await bound.until(lambda: about(bound, HEAD.chat, reference))
    assert "Please ring Demo DSL, 01632 960102" in about(bound, HEAD.chat, reference)[0].text
    clock.move(15 * MINUTE)
    await nothing_more(clock, lambda: len(about(bound, CHANNEL, reference)), 2)
    clock.move(15 * MINUTE)
    await bound.until(lambda: len(about(bound, CHANNEL, reference)) == 3)
    await all_told(cases.due, clock)  # a delivery that is not noted yet would be taken over when the clock moves
    await cases.apply(reference, acknowledge(), person(DSL), clock())
    clock.move(DAY)
    await nothing_more(clock, lambda: len(about(bound, CHANNEL, reference)), 3)
    entries = [entry.text for entry in await cases.chronology(reference) if entry.kind is EntryKind.REMINDED]
    assert "Demo Deputy in the channel, Demo Deputy in their own chat" == entries[1]
    assert ["Demo DSL in the channel", "Demo Head in their own chat"] == [entries[0], entries[2]] and len(entries) == 4
    everything = str([message.activity for message in bound.messages])
    assert SECRET not in everything and TEACHER.name not in everything


async def test_a_reminder_stands_under_the_card(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """In the thread of the alert, with its buttons above; if that card was deleted, by itself."""
    case = await raised(cases, clock, URGENT)
    await alerted(bound, case.reference)
    alert = bound.last_in(CHANNEL)
    clock.move(15 * MINUTE)
    await bound.until(lambda: bound.seen_in(f"{CHANNEL};messageid={alert.id}"))
    bound.refuse = lambda method, place: 404 if ";messageid=" in place else None
    clock.move(15 * MINUTE)
    await bound.until(lambda: "acknowledged it yet" in bound.last_in(CHANNEL).text)


async def test_friday_before_half_term(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """The receipt says when the desk opens; nobody is reminded in the holidays, and then once a school day."""
    clock.set("2026-10-23 16:10")
    reference = await send_report(bound, TEACHER)
    receipt = bound.last_in(TEACHER.chat).text
    assert "It is outside school hours" in receipt and "reads reports from Monday 2 November, 8:00" in receipt
    assert "ring Demo DSL, 01632 960102" in receipt and "ring 999" in receipt
    for day in ("2026-10-24 12:00", "2026-10-25 01:30", "2026-10-28 15:30", "2026-11-02 14:59"):
        clock.set(day)
        await nothing_more(clock, lambda: len(about(bound, CHANNEL, reference)), 0)
    clock.set("2026-11-02 15:00")
    await bound.until(lambda: len(about(bound, CHANNEL, reference)) == 1)
    clock.set("2026-11-03 14:59")
    await nothing_more(clock, lambda: len(about(bound, CHANNEL, reference)), 1)
    clock.set("2026-11-03 15:00")
    await bound.until(lambda: len(about(bound, CHANNEL, reference)) == 2)


@pytest.mark.parametrize(
    ("sent", "quiet", "reminded"),
    [
        ("2026-05-01 15:50", "2026-05-04 15:30", "2026-05-05 15:00"),
        ("2026-03-27 15:50", "2026-04-10 15:30", "2026-04-13 15:00"),
        ("2026-11-26 15:50", "2026-11-27 15:30", "2026-11-30 15:00"),
    ],
    ids=["bank-holiday", "easter-and-summer-time", "training-day"],
)
async def test_days_on_which_nobody_is_reminded(
    bound: FakeTeams, cases: CaseBook, clock: Clock, sent: str, quiet: str, reminded: str
) -> None:
    """Not on the Monday of the bank holiday, not in the holidays; on the first school day after."""
    clock.set(sent)
    reference = await send_report(bound, TEACHER)
    assert "outside school hours" not in bound.last_in(TEACHER.chat).text
    clock.set(quiet)
    await nothing_more(clock, lambda: len(about(bound, CHANNEL, reference)), 0)
    clock.set(reminded)
    await bound.until(lambda: len(about(bound, CHANNEL, reference)) == 1)


async def test_urgent_while_the_clock_goes_back(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """01:50 in summer time: a quarter of an hour later it is 01:05, and the reminder comes."""
    clock.set("2026-10-25 01:50")
    reference = (await raised(cases, clock, URGENT)).reference
    await alerted(bound, reference)
    clock.move(14 * MINUTE)
    await nothing_more(clock, lambda: len(about(bound, CHANNEL, reference)), 0)
    clock.move(MINUTE)
    assert (1, 5) == (clock().hour, clock().minute)
    await bound.until(lambda: len(about(bound, CHANNEL, reference)) == 1)


async def test_the_receipt_of_an_urgent_report_at_night(bound: FakeTeams, clock: Clock) -> None:
    """They are alerted at once, but nobody should wait for that; the clock of the urgent runs."""
    card = await walk_to_details(bound, TEACHER, danger="Yes, or not sure")
    await fill_in(bound, TEACHER, card)
    reference = await finish(bound, TEACHER, card)
    assert "is alerted at once, but may not see it before Monday 16 November, 8:00" in card.text
    assert "Please do not wait for that: ring Demo DSL, 01632 960102" in card.text
    clock.move(15 * MINUTE)
    await bound.until(lambda: len(about(bound, CHANNEL, reference)) == 1)


@BOTH_STORAGES
async def test_what_goes_to_the_head_reminds_the_head_alone(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """About a member of staff: never in the safeguarding team's channel, however long it waits."""
    reference = (await raised(cases, clock, replace(URGENT, whose=Whose.STAFF))).reference
    await alerted(bound, reference, HEAD.chat)
    for count in range(1, 6):
        clock.move(31 * MINUTE)
        await bound.until(lambda count=count: len(about(bound, HEAD.chat, reference, "waits for you")) == count)
    for place in (CHANNEL, DSL.chat, DEPUTY.chat):
        assert not about(bound, place, reference, "")


async def test_who_cannot_be_reached_is_passed_over(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """The channel is gone: the DSL hears of it in their own chat; without that the deputy does."""
    reference = (await raised(cases, clock, URGENT)).reference
    await alerted(bound, reference)
    bound.refuse = lambda method, place: 403 if place.startswith(CHANNEL) or place == DSL.chat else None
    clock.move(15 * MINUTE)
    await bound.until(lambda: about(bound, DEPUTY.chat, reference))
    assert not about(bound, CHANNEL, reference) and not about(bound, DSL.chat, reference)
    await clock.looked_at()  # the entry follows the message
    entry = (await cases.chronology(reference))[-1]
    assert (EntryKind.REMINDED, "Demo Deputy in their own chat") == (entry.kind, entry.text)


async def test_a_chat_that_is_down_is_no_second_post(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """The deputy's own chat does not answer: the channel has it once, and the next comes in its time."""
    reference = (await raised(cases, clock, URGENT)).reference
    await alerted(bound, reference)
    bound.refuse = lambda method, place: 500 if place == DEPUTY.chat else None
    for count in (1, 2):
        clock.move(15 * MINUTE)
        await bound.until(lambda count=count: len(about(bound, CHANNEL, reference)) == count)
    await nothing_more(clock, lambda: len(about(bound, CHANNEL, reference)), 2)
    clock.move(15 * MINUTE)
    await bound.until(lambda: about(bound, HEAD.chat, reference))


async def test_where_the_head_is_not_known_the_channel_is(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """No deputy and no head are set up for this school: each step is the channel's, and none is left out."""
    reference = (await raised(cases, clock, replace(URGENT, school="Demo Primary School"))).reference
    await alerted(bound, reference)
    for count in (1, 2, 3):
        clock.move(15 * MINUTE)
        await bound.until(lambda count=count: len(about(bound, CHANNEL, reference)) == count)
    assert all("Demo DSL (Primary)" in message.text for message in about(bound, CHANNEL, reference))


async def test_without_an_id_the_name_stands_there(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """A DSL whom the trust file names without an Entra id is named, not mentioned."""
    reference = (await raised(cases, clock, replace(URGENT, school="Demo Primary School"))).reference
    await alerted(bound, reference)
    clock.move(15 * MINUTE)
    await bound.until(lambda: about(bound, CHANNEL, reference))
    reminder = about(bound, CHANNEL, reference)[0]
    assert reminder.text.startswith("Demo DSL (Primary): urgent report") and [] == mentioned(reminder)


async def test_made_urgent_by_the_team(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """The clock of the urgent begins then, and the reminder of the afternoon is not sent as well."""
    clock.set("2026-11-16 10:00")
    reference = (await raised(cases, clock, NORMAL)).reference
    await alerted(bound, reference)
    clock.set("2026-11-16 14:55")
    await cases.apply(reference, set_urgency(True, "a threat"), person(DSL), clock())
    clock.set("2026-11-16 15:05")
    await nothing_more(clock, lambda: len(about(bound, CHANNEL, reference)), 0)
    clock.set("2026-11-16 15:10")
    await bound.until(lambda: len(about(bound, CHANNEL, reference)) == 1)
    await nothing_more(clock, lambda: len(about(bound, CHANNEL, reference)), 1)


async def test_put_off_and_back(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """No reminder until then, and at the opening of that day one that mentions who has it."""
    clock.set("2026-11-16 10:00")
    reference = (await raised(cases, clock, NORMAL)).reference
    await alerted(bound, reference)
    await cases.apply(reference, acknowledge(), person(DEPUTY), clock())
    until = datetime(2026, 11, 25, tzinfo=LONDON)
    await cases.apply(reference, snooze(until, "the police come back to us"), person(DEPUTY), clock())
    clock.set("2026-11-24 12:00")
    await nothing_more(clock, lambda: len(about(bound, CHANNEL, reference, "were put off")), 0)
    clock.set("2026-11-25 08:00")
    await bound.until(lambda: about(bound, CHANNEL, reference, "were put off until now"))
    (reminder,) = about(bound, CHANNEL, reference, "were put off")
    assert [DEPUTY.account] == mentioned(reminder) and "police" not in reminder.text


@BOTH_STORAGES
async def test_what_nobody_touched_comes_up_once_a_school_day(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """One message, not one each; who has them is mentioned; what was put off, and what is new, is not in it."""
    clock.set("2026-11-09 10:00")
    old, snoozed, staff = [
        (await raised(cases, clock, report, f"draft-{number}")).reference
        for number, report in enumerate([NORMAL, NORMAL, replace(NORMAL, whose=Whose.STAFF)])
    ]
    for reference in (old, snoozed, staff):
        await alerted(bound, reference, HEAD.chat if reference == staff else CHANNEL)
        await cases.apply(reference, acknowledge(), person(DSL), clock())
    later = datetime(2026, 11, 18, tzinfo=LONDON)
    await cases.apply(snoozed, snooze(later, "waits"), person(DSL), clock())
    clock.set("2026-11-10 10:00")
    new = (await raised(cases, clock, NORMAL, "draft-9")).reference
    for quiet in ("2026-11-13 09:00", "2026-11-14 09:00", "2026-11-16 07:59"):
        clock.set(quiet)
        await nothing_more(clock, lambda: len(lists(bound)), 0)
    clock.set("2026-11-16 08:00")
    await bound.until(lambda: lists(bound) and lists(bound, HEAD.chat))
    await nothing_more(clock, lambda: len(lists(bound)), 1)
    (shown,) = lists(bound)
    assert old in shown.text and snoozed not in shown.text and new not in shown.text and staff not in shown.text
    assert "1 case not touched for 5 school days" in shown.text and SECRET not in str(shown.activity)
    assert [DSL.account] == [each["mentioned"]["id"] for each in shown.card["msteams"]["entities"]]
    assert staff in lists(bound, HEAD.chat)[0].text
    clock.set("2026-11-18 08:00")
    await bound.until(lambda: len(lists(bound)) == 2)
    assert all(reference in lists(bound)[1].text for reference in (old, snoozed, new))


async def test_the_week_in_figures_comes_on_its_first_school_day(bound: FakeTeams, clock: Clock) -> None:
    """Once, at the opening of Monday, or of Tuesday after a bank holiday; in the holidays not at all."""

    def weeks() -> int:
        return sum("the week in figures" in message.text for message in bound.seen_in(CHANNEL))

    for at, count in [
        ("2026-05-01 09:00", 0),
        ("2026-05-04 09:00", 0),
        ("2026-05-05 07:59", 0),
        ("2026-05-05 08:00", 1),
        ("2026-05-06 08:00", 1),
        ("2026-05-11 11:00", 2),
        ("2026-05-25 09:00", 2),
        ("2026-06-01 08:00", 3),
    ]:
        clock.set(at)
        await bound.until(lambda count=count: weeks() == count)
        await nothing_more(clock, weeks, count)


async def test_a_case_opens_from_the_list(bound: FakeTeams, cases: CaseBook, clock: Clock) -> None:
    """Pressed by a member of the team, it comes to their own chat; the list stays."""
    clock.set("2026-11-09 10:00")
    reference = (await raised(cases, clock, NORMAL)).reference
    await alerted(bound, reference)
    clock.set("2026-11-16 08:00")
    await bound.until(lambda: lists(bound))
    await bound.press(DSL, lists(bound)[0], f"Open {reference}")
    assert SECRET in bound.last_in(DSL.chat).text and len(lists(bound)) == 1


async def test_a_restart_loses_no_reminder(
    settings: Settings, trust: Trust, answerer: Answerer, outside: Outside, teams: FakeTeams, clock: Clock
) -> None:
    """The bot was away while the first one was due: it comes when it is back, and the next in its time."""
    cases = CaseBook(outside.tables)
    runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))
    await teams.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    reference = (await raised(cases, clock, URGENT)).reference
    await alerted(teams, reference)
    await delivered(cases, clock, reference)
    await runner.cleanup()
    clock.move(3 * 60 * MINUTE)
    again = replace(outside, tables=SqliteTables(settings.data_dir / "bot.sqlite3"))
    runner, teams.bot_url = await serve(build(settings, trust, answerer, again))
    await teams.until(lambda: len(about(teams, CHANNEL, reference)) == 1)
    clock.move(14 * MINUTE)
    await nothing_more(clock, lambda: len(about(teams, CHANNEL, reference)), 1)
    clock.move(MINUTE)
    await teams.until(lambda: len(about(teams, CHANNEL, reference)) == 2)
    await runner.cleanup()


@pytest.mark.azurite
@pytest.mark.parametrize("outside", ["azure"], indirect=True)
async def test_two_copies_remind_once(
    bound: FakeTeams, settings: Settings, trust: Trust, answerer: Answerer, outside: Outside, clock: Clock
) -> None:
    """Over one Azure Storage: each reminder and each day's list stands there once.

    The clock stands while a copy delivers: a jump would end its lease, and the other copy would take over.
    """
    clock.set("2026-11-09 10:00")
    cases = CaseBook(outside.tables)
    second, _ = await serve(build(settings, trust, answerer, outside))
    untouched = (await raised(cases, clock, NORMAL, "draft-0")).reference
    await delivered(cases, clock, untouched)
    await cases.apply(untouched, acknowledge(), person(DSL), clock())
    clock.set("2026-11-16 07:30")
    reference = (await raised(cases, clock, URGENT)).reference
    for _ in range(2):
        await delivered(cases, clock, reference)
        clock.move(15 * MINUTE)
    await delivered(cases, clock, reference)
    await bound.until(lambda: lists(bound))
    await clock.looked_at()
    assert (2, 1) == (len(about(bound, CHANNEL, reference)), len(lists(bound)))
    reminded = [entry for entry in await cases.chronology(reference) if entry.kind is EntryKind.REMINDED]
    assert 2 == len(reminded)
    await second.cleanup()
