"""The register and the clocks under attack: deleted cases, old cards, days that were missed, channels that are gone."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial

import pytest

from app import build
from bot.infrastructure import Outside
from bot.settings import Settings
from bot.trust.facts import Trust
from policy.answers.answering import Answerer
from storage.cases.case_book import PARTITION, TABLE, CaseBook
from storage.cases.case_moves import acknowledge
from storage.cases.case_records import EntryKind, NotificationKind
from storage.due import Notification, due
from tests.support.clock import HOUR, Clock
from tests.support.clock_steps import NORMAL, alerted, lists, nothing_more
from tests.support.clock_steps import raised as raised_now
from tests.support.export_steps import arrived, opened
from tests.support.fake_teams import ADMIN, CHANNEL, DSL, FakeTeams, person
from tests.support.register_steps import PRIMARY, PRIMARY_CHANNEL, cases, raised
from tests.support.running_bot import BOTH_STORAGES, serve
from tests.support.waiting import until


@pytest.fixture
def clock() -> Clock:
    """It only goes on when the test says so."""
    return Clock("2026-11-15 02:00", stands=True)


@pytest.fixture
def book(outside: Outside) -> CaseBook:
    return CaseBook(outside.tables)


@pytest.fixture
async def timed(
    settings: Settings, trust: Trust, answerer: Answerer, outside: Outside, teams: FakeTeams, clock: Clock
) -> AsyncIterator[FakeTeams]:
    """The bot by a clock that the test moves, with its channel bound."""
    runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))
    await teams.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    yield teams
    await runner.cleanup()


async def nothing_due(outside: Outside, reference: str) -> bool:
    rows = await outside.tables.query(TABLE, PARTITION, start="due|", stop="due}")
    return reference not in [row.values["subject"] for row in rows]


@BOTH_STORAGES
@pytest.mark.parametrize("kind", list(NotificationKind))
async def test_what_is_due_of_a_deleted_case_ends(bound: FakeTeams, outside: Outside, kind: str) -> None:
    """A row that was held while its case was deleted: it is settled, not tried for ever."""
    row = due(Notification("SM-999-9999", kind, 1), outside.now())
    await outside.tables.write(TABLE, PARTITION, row)
    await until(lambda: nothing_due(outside, "SM-999-9999"))


async def test_an_old_card_exports_again_with_an_entry_of_its_own(
    settings: Settings, trust: Trust, answerer: Answerer, outside: Outside, teams: FakeTeams, clock: Clock
) -> None:
    """Pressed after its first export was deleted, the same button makes another; that one is recorded too."""
    runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))
    await teams.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    case = await raised(outside)
    card = await opened(teams, DSL, case)
    await teams.press(DSL, card, "Export")
    old = card.card
    await teams.press(DSL, card, "Export this case", card=old)
    await arrived(teams, DSL)
    clock.move(3 * HOUR)

    async def deleted() -> bool:
        return [] == await outside.tables.query("exports", "exports", start="export|", stop="export}")

    await until(deleted)
    await teams.press(DSL, card, "Export this case", card=old)
    await arrived(teams, DSL, 2)
    kinds = [entry.kind for entry in await CaseBook(outside.tables).chronology(case.reference)]
    assert 2 == kinds.count(EntryKind.EXPORTED)
    await runner.cleanup()


@pytest.mark.parametrize(
    "words", ["http://[abc/x", "https://exa℀mple.com/x", "[", "=1+1", "\u202ex", "%", "SM-000-0000"]
)
async def test_a_search_for_anything_is_answered(bound: FakeTeams, outside: Outside, words: str) -> None:
    """An address that is none, signs, a direction mark: nothing is found, and that is said."""
    case = await raised(outside)
    card = await cases(bound, DSL)
    await bound.press(DSL, card, "Show", search=words)
    assert case.reference not in card.text and "No case" in card.text


@BOTH_STORAGES
async def test_what_its_reporter_adds_hides_no_new_report(timed: FakeTeams, book: CaseBook, clock: Clock) -> None:
    """Nobody has acknowledged it for a week and a day; that its reporter came back meanwhile does not begin it anew."""
    clock.set("2026-11-02 10:00")
    reference = (await raised_now(book, clock, NORMAL)).reference
    await alerted(timed, reference)
    clock.set("2026-11-09 12:00")
    await timed.until(lambda: len(lists(timed)) == 1)
    await book.add(reference, person(DSL), clock(), "they did it again")
    clock.set("2026-11-10 08:00")
    await timed.until(lambda: len(lists(timed)) == 2)
    assert reference in lists(timed)[1].text and "not acknowledged for 6 school days" in lists(timed)[1].text


async def test_a_list_that_did_not_arrive_is_not_sent_beside_the_next(
    timed: FakeTeams, book: CaseBook, clock: Clock
) -> None:
    """Teams was away all Monday: on Tuesday there is one message."""
    clock.set("2026-11-02 10:00")
    reference = (await raised_now(book, clock, NORMAL)).reference
    await alerted(timed, reference)
    await book.apply(reference, acknowledge(), person(DSL), clock())
    await clock.looked_at()
    timed.refuse = lambda method, place: 500
    clock.set("2026-11-09 08:00")
    await clock.looked_at()
    assert not lists(timed)
    clock.set("2026-11-10 08:00")
    await clock.looked_at()
    timed.refuse = lambda method, place: None
    clock.set("2026-11-10 08:05")
    await timed.until(lambda: len(lists(timed)) == 1)
    await nothing_more(clock, lambda: len(lists(timed)), 1)


async def test_the_list_of_a_channel_that_is_gone(timed: FakeTeams, book: CaseBook, clock: Clock) -> None:
    """Comes in the trust-wide one, as its alerts do."""
    timed.rosters[PRIMARY_CHANNEL] = {DSL.account}
    await timed.mention(ADMIN, PRIMARY_CHANNEL, f"use this channel for safeguarding alerts for {PRIMARY}")
    clock.set("2026-11-02 10:00")
    reference = (await raised_now(book, clock, replace(NORMAL, school=PRIMARY))).reference
    await alerted(timed, reference, PRIMARY_CHANNEL)
    timed.refuse = lambda method, place: 404 if place.startswith(PRIMARY_CHANNEL) else None
    clock.set("2026-11-09 08:00")
    await timed.until(lambda: lists(timed))
    assert reference in lists(timed)[0].text


def weeks(teams: FakeTeams) -> Callable[[], int]:
    return lambda: sum("the week in figures" in message.text for message in teams.seen_in(CHANNEL))


async def test_a_monday_that_was_missed(timed: FakeTeams, clock: Clock) -> None:
    """The bot was down: the week's figures come on Tuesday, once; on a Friday they are no news any more."""
    for at, count in [
        ("2026-11-03 09:00", 1),
        ("2026-11-04 09:00", 1),
        ("2026-11-09 09:00", 2),
        ("2026-11-10 09:00", 2),
        ("2026-11-20 09:00", 2),
        ("2026-11-26 09:00", 2),
    ]:
        clock.set(at)
        await timed.until(lambda count=count: weeks(timed)() == count)
        await nothing_more(clock, weeks(timed), count)


async def test_the_figures_of_a_channel_that_is_gone_are_not_tried_for_ever(
    timed: FakeTeams, outside: Outside, clock: Clock
) -> None:
    """Its row is settled."""
    timed.refuse = lambda method, place: 404
    clock.set("2026-11-09 09:00")
    ticked = partial(outside.tables.query, TABLE, PARTITION, start="tick|weekly|", stop="tick|weekly}")
    await until(ticked)
    (row,) = await ticked()
    await until(lambda: nothing_due(outside, row.key.removeprefix("tick|weekly|")))
    assert 0 == weeks(timed)()
