"""The case book keeps its promises over every storage."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from storage.cases.case_book import CaseBook, new_reference
from storage.cases.case_moves import acknowledge, ask, assign, close, note, refer, reopen
from storage.cases.case_records import (
    Body,
    Case,
    CaseEntry,
    ChangedSince,
    EntryKind,
    Kind,
    NotificationKind,
    Outcome,
    Platform,
    Report,
    Status,
    WrongStatus,
)
from storage.due import Claim
from storage.records import Person, PostedCard
from storage.tables.port import Delete, Insert, NotFound, Operation, Put, StorageUnavailable, Tables

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
TEACHER, DSL, DEPUTY = (Person(f"id-{name}", name, f"29:{name}") for name in ("Teacher", "DSL", "Deputy"))
REPORT = Report(
    Kind.CONTENT,
    danger=False,
    intimate_image=False,
    platform=Platform.FACEBOOK,
    links=("https://example.org/1",),
    description='ä **rude** "post"\n' * 100,
)


async def claimed(book: CaseBook, now: datetime, lease: timedelta) -> list[Claim]:
    """Everything that is due, as one copy of the bot takes it on."""
    claims = [await book.due.claim(row, now + lease) for row in await book.due.waiting(now)]
    return [claim for claim in claims if claim]


async def raised(tables: Tables, submission: str = "draft-1") -> tuple[CaseBook, Case]:
    book = CaseBook(tables)
    return book, await book.raise_case(REPORT, TEACHER, submission, NOON)


async def test_a_case_is_read_as_it_was_raised(tables: Tables) -> None:
    """Every field, whatever characters are in it."""
    book, case = await raised(tables)
    assert case == await book.get(case.reference)
    assert [CaseEntry(NOON, EntryKind.RAISED, TEACHER)] == await book.chronology(case.reference)


async def test_a_submission_becomes_one_case(tables: Tables) -> None:
    """Sent again, or twice at once, it is the case that it was."""
    book, case = await raised(tables)
    again = await asyncio.gather(*(book.raise_case(REPORT, TEACHER, "draft-1", NOON) for _ in range(3)))
    assert [case] * 3 == again
    assert [case] == await book.reports_of(TEACHER)


async def test_a_reference_that_is_taken_is_drawn_again(tables: Tables) -> None:
    """Two cases never share one."""
    references = iter(["SM-000-0001", "SM-000-0001", "SM-000-0002"])
    book = CaseBook(tables, lambda: next(references))
    first, second = [await book.raise_case(REPORT, TEACHER, name, NOON) for name in ("a", "b")]
    assert (first.reference, second.reference) == ("SM-000-0001", "SM-000-0002")


async def test_an_alert_is_due_with_its_case(tables: Tables) -> None:
    """In the same transaction: no case without its alert."""
    book, case = await raised(tables)
    (claim,) = await claimed(book, NOON, LEASE)
    assert (case.reference, NotificationKind.ALERT) == (claim.notification.subject, claim.notification.kind)


async def test_what_is_claimed_is_claimed_once(tables: Tables) -> None:
    """Two copies of the bot, one delivery; if it does not settle, it is due again after the lease."""
    book, _ = await raised(tables)
    both = await asyncio.gather(claimed(book, NOON, LEASE), claimed(CaseBook(tables), NOON, LEASE))
    assert sum(len(claims) for claims in both) == 1
    assert await claimed(book, NOON + LEASE / 2, LEASE) == []
    assert len(await claimed(book, NOON + LEASE, LEASE)) == 1


async def test_settled_is_gone_and_the_case_knows_its_card(tables: Tables) -> None:
    """The card's place is kept with the case, with an entry."""
    book, case = await raised(tables)
    (claim,) = await claimed(book, NOON, LEASE)
    card = PostedCard("https://example.org/", "19:channel", "m1")
    await book.settle(claim, NOON, CaseEntry(NOON, EntryKind.ALERTED), card)
    assert card == (await book.get(case.reference)).alert
    assert await claimed(book, NOON + 10 * LEASE, LEASE) == []
    assert [entry.kind for entry in await book.chronology(case.reference)] == [EntryKind.RAISED, EntryKind.ALERTED]


async def test_postponed_comes_back_and_counts(tables: Tables) -> None:
    """What did not arrive stays due."""
    book, _ = await raised(tables)
    (claim,) = await claimed(book, NOON, LEASE)
    await book.due.postpone(claim, NOON + 2 * LEASE)
    assert await claimed(book, NOON + LEASE, LEASE) == []
    (claim,) = await claimed(book, NOON + 2 * LEASE, LEASE)
    assert claim.notification.attempts == 1


async def test_acknowledging_is_first_come(tables: Tables) -> None:
    """Of many at once exactly one takes it; the others learn who."""
    book, case = await raised(tables)
    results = await asyncio.gather(
        *(book.apply(case.reference, acknowledge(), who, NOON) for who in (DSL, DEPUTY, DSL, DEPUTY)),
        return_exceptions=True,
    )
    (winner,) = [result for result in results if isinstance(result, Case)]
    losers = [result for result in results if isinstance(result, WrongStatus)]
    assert len(losers) == 3
    assert {winner.acknowledged_by} == {loser.case.acknowledged_by for loser in losers}
    assert Status.ACKNOWLEDGED is (await book.get(case.reference)).status


async def test_acknowledging_makes_card_and_reporter_due(tables: Tables) -> None:
    """Everybody who has to hear of it will."""
    book, case = await raised(tables)
    await claimed(book, NOON, LEASE)
    await book.apply(case.reference, acknowledge(), DSL, NOON)
    claims = await claimed(book, NOON, LEASE)
    assert {NotificationKind.CARD, NotificationKind.REPORTER} == {claim.notification.kind for claim in claims}


async def test_an_unknown_case_is_not_found(tables: Tables) -> None:
    """Nothing is invented for a reference that nobody gave out."""
    with pytest.raises(NotFound):
        await CaseBook(tables).apply("SM-999-9999", acknowledge(), DSL, NOON)


async def test_a_storage_that_fails_half_way_keeps_nothing(tables: Tables) -> None:
    """All or none: no receipt, no half a case."""

    class Failing:
        async def write(self, table: str, partition: str, *operations: Operation) -> list[str]:
            await tables.write(table, partition, *operations, Insert("bad/key", {}))
            return []

        def __getattr__(self, name: str) -> object:
            return getattr(tables, name)

    with pytest.raises((StorageUnavailable, ValueError)):
        await CaseBook(Failing()).raise_case(REPORT, TEACHER, "draft-1", NOON)  # type: ignore[arg-type]
    assert await CaseBook(tables).reports_of(TEACHER) == []
    assert await claimed(CaseBook(tables), NOON, LEASE) == []


def test_references_are_easy_to_say() -> None:
    """Digits in two groups."""
    assert all(len(new_reference()) == 11 and new_reference().startswith("SM-") for _ in range(100))


async def test_a_form_is_carried_out_once(tables: Tables) -> None:
    """Sent twice at once, and once more later: one note."""
    book, case = await raised(tables)
    send = lambda: book.apply(case.reference, note("seen"), DSL, NOON, once="form-1")  # noqa: E731
    await asyncio.gather(send(), send())
    await send()
    assert 1 == [entry.kind for entry in await book.chronology(case.reference)].count(EntryKind.NOTE)


async def test_of_two_decisions_on_one_card_the_first_counts(tables: Tables) -> None:
    """The second gets the present case and who was first; nothing of it is written."""
    book, case = await raised(tables)
    case = await book.apply(case.reference, acknowledge(), DSL, NOON, seen=0)
    closing = (close(Outcome.REMOVED, "gone"), close(Outcome.NO_BREACH, "fine"))
    results = await asyncio.gather(
        *(
            book.apply(case.reference, move, who, NOON, seen=1)
            for move, who in zip(closing, (DSL, DEPUTY), strict=True)
        ),
        return_exceptions=True,
    )
    (late,) = [result for result in results if isinstance(result, ChangedSince)]
    assert late.case == await book.get(case.reference)
    assert 3 == len(await book.chronology(case.reference))


async def test_the_chain_holds_and_shows_where_it_was_broken(tables: Tables) -> None:
    """An entry that was changed, one that was taken out, and an end that was cut off."""
    book, case = await raised(tables)
    for move in (acknowledge(), note("one"), ask("who?"), refer(Body.POLICE, "CAD 1"), close(Outcome.OTHER_BODY, "x")):
        await book.apply(case.reference, move, DSL, NOON)
    case = await book.apply(case.reference, reopen("more"), DEPUTY, NOON)
    assert (Status.UNDER_REVIEW, None, await book.broken_entry(case.reference)) == (case.status, case.outcome, None)
    key = f"entry|{case.reference}|000003"
    row = await tables.get("cases", "cases", key)
    await tables.write("cases", "cases", Put(key, {**row.values, "text": "other"}))
    assert 3 == await book.broken_entry(case.reference)
    await tables.write("cases", "cases", Delete(key))
    assert 3 == await book.broken_entry(case.reference)
    await tables.write("cases", "cases", Put(key, row.values), Delete(f"entry|{case.reference}|000007"))
    assert 7 == await book.broken_entry(case.reference)


async def test_a_case_is_open_or_closed_in_the_register(tables: Tables) -> None:
    """Its line moves with it, and says who has it."""
    book, case = await raised(tables)

    async def lines(prefix: str) -> list[object]:
        rows = await tables.query("cases", "cases", start=prefix, stop=prefix[:-1] + "}")
        return [row.values.get("status") for row in rows]

    await book.apply(case.reference, assign(DEPUTY), DSL, NOON)
    assert (["acknowledged"], []) == (await lines("open|"), await lines("closed|"))
    await book.apply(case.reference, close(Outcome.NOT_FOUND, "x"), DSL, NOON)
    assert ([], ["closed"]) == (await lines("open|"), await lines("closed|"))
