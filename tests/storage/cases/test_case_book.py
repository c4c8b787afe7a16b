"""The case book keeps its promises over every storage."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.cases.case_book import PARTITION, TABLE, CaseBook, new_reference
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
from storage.records import Person, PostedCard, StoredFile
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


async def test_a_decision_is_counted_and_a_touch_is_noted(tables: Tables) -> None:
    """Who decided last, how often, and when a person last did something: the lists of untouched cases go by it."""
    book, case = await raised(tables)
    later = NOON + LEASE
    assert (None, 0, None) == (case.touched_at, case.moves, case.moved_by)
    case = await book.apply(case.reference, assign(DEPUTY), DSL, later)
    assert (later, 1, DSL) == (case.touched_at, case.moves, case.moved_by)
    assert (later, DSL, DEPUTY) == (case.acknowledged_at, case.acknowledged_by, case.assigned_to)
    case = await book.apply(case.reference, note("seen"), DEPUTY, later + LEASE)
    assert (later + LEASE, 1, DSL) == (case.touched_at, case.moves, case.moved_by)
    assert case == await book.get(case.reference)


async def test_a_card_from_before_the_last_decision_decides_nothing(tables: Tables) -> None:
    """With the number that it carries; a note, which decides nothing, goes from any card."""
    book, case = await raised(tables)
    await book.apply(case.reference, assign(DEPUTY), DSL, NOON, seen=0)
    with pytest.raises(ChangedSince) as late:
        await book.apply(case.reference, close(Outcome.REMOVED, "x"), DSL, NOON, seen=0)
    assert DSL == late.value.case.moved_by
    assert 2 == (await book.apply(case.reference, note("x"), DSL, NOON, seen=0)).revision - 1
    assert Status.CLOSED is (await book.apply(case.reference, close(Outcome.REMOVED, "x"), DSL, NOON, seen=1)).status


async def test_a_route_that_does_not_stand_is_said_once(tables: Tables) -> None:
    """The reporter and those who can mend it; not again at each try."""
    book, case = await raised(tables)
    for _ in range(2):
        await book.waits(case.reference, NOON)
    assert (await book.get(case.reference)).waiting
    assert [EntryKind.RAISED, EntryKind.WAITING] == [e.kind for e in await book.chronology(case.reference)]
    kinds = [row.key.rpartition("|")[2] for row in await book.due.waiting(NOON)]
    assert 1 == kinds.count("waiting") and 1 == kinds.count("reporter-waits")


async def test_what_the_reporter_adds_is_in_the_case(tables: Tables) -> None:
    """Words and files, each file with its hash in the chronology; those who deal with it hear of it."""
    book, case = await raised(tables)
    file = StoredFile("f" * 32, "evidence.png", "image/png", 10, "0" * 64)
    later = NOON + LEASE
    case = await book.add(case.reference, TEACHER, later, "more", (file,))
    assert ((file,), later) == (case.report.evidence, case.touched_at)
    entry = (await book.chronology(case.reference))[-1]
    assert (EntryKind.ADDED, TEACHER, f"more\nevidence.png, SHA-256 {file.sha256}") == (
        entry.kind,
        entry.by,
        entry.text,
    )
    case = await book.add(case.reference, TEACHER, later, files=(file,))
    assert (file, file) == case.report.evidence
    assert f"evidence.png, SHA-256 {file.sha256}" == (await book.entry(case.reference, 3)).text
    assert {"card", "added"} <= {row.key.rpartition("|")[2] for row in await book.due.waiting(later)}


async def test_a_wish_to_withdraw_is_noted_and_the_case_stays(tables: Tables) -> None:
    """No reporter deletes a safeguarding record."""
    book, case = await raised(tables)
    later = NOON + LEASE
    case = await book.ask_to_withdraw(case.reference, TEACHER, later)
    assert (True, later, Status.RAISED) == (case.withdrawal_asked, case.touched_at, case.status)
    assert EntryKind.WITHDRAWAL is (await book.entry(case.reference, 2)).kind
    assert {"card", "added"} <= {row.key.rpartition("|")[2] for row in await book.due.waiting(later)}


async def test_a_reminder_is_due_at_its_time(tables: Tables) -> None:
    """Beside the alert, which is due at once; settled with `again`, it is due once more."""
    book = CaseBook(tables)
    later, last = NOON + LEASE, NOON + 2 * LEASE
    case = await book.raise_case(REPORT, TEACHER, "with a reminder", NOON, remind_at=later)
    assert ["alert"] == [row.key.rpartition("|")[2] for row in await book.due.waiting(NOON)]
    await book.due.settle((await claimed(book, NOON, LEASE))[0])
    (reminder,) = await claimed(book, later, LEASE)
    await book.settle(reminder, later, CaseEntry(later, EntryKind.REMINDED), again=last)
    assert [] == await book.due.waiting(later)
    (again,) = await claimed(book, last, LEASE)
    assert ("remind", 2, 0) == (again.notification.kind, again.notification.number, again.notification.attempts)
    await book.settle(again, last, again=last + 2 * LEASE)
    (once_more,) = await claimed(book, last + 2 * LEASE, LEASE)
    assert (2, 0) == (once_more.notification.number, once_more.notification.attempts)
    assert 2 == (await book.get(case.reference)).revision


async def test_a_tick_is_brought_up_once(tables: Tables) -> None:
    """A day's list, whichever copy of the bot is first."""
    book = CaseBook(tables)
    assert await book.tick("2026-06-03|x", "daily", NOON)
    assert not await book.tick("2026-06-03|x", "daily", NOON)
    assert await book.tick("2026-06-03|x", "weekly", NOON)
    assert ["daily", "weekly"] == [row.key.rpartition("|")[2] for row in await book.due.waiting(NOON)]


async def test_a_reporter_finds_their_reports_newest_first(tables: Tables) -> None:
    """Whatever capitals their id comes in, and those that an earlier version kept under them."""
    book = CaseBook(tables)
    shouting = Person(TEACHER.id.upper(), TEACHER.name, TEACHER.account)
    first = await book.raise_case(REPORT, TEACHER, "first", NOON)
    second = await book.raise_case(REPORT, shouting, "second", NOON + LEASE)
    await book.raise_case(REPORT, DSL, "another's", NOON)
    assert [second, first] == await book.reports_of(shouting)
    key = f"reporter|{shouting.id}|2026-06-04T00:00:00.000000|{first.reference}"
    await tables.write(TABLE, PARTITION, Put(key, {"reference": first.reference}))
    assert [first, second, first] == await book.reports_of(shouting)


async def test_cases_that_share_a_link_name_each_other(tables: Tables) -> None:
    """Not themselves."""
    book = CaseBook(tables)
    first = await book.raise_case(REPORT, TEACHER, "first", NOON)
    second = await book.raise_case(REPORT, TEACHER, "second", NOON)
    other = await book.raise_case(replace(REPORT, links=("https://example.org/2",)), TEACHER, "third", NOON)
    assert ([second.reference], [first.reference], []) == tuple(
        [await book.sharing_link(c) for c in (first, second, other)]
    )


async def test_a_row_that_is_in_the_way_ends_the_tries(tables: Tables) -> None:
    """Said as a storage that does not answer, soon, instead of trying for ever."""
    book, case = await raised(tables)
    await tables.write(TABLE, PARTITION, Put(f"entry|{case.reference}|000002", {"not": "ours"}))
    with pytest.raises(StorageUnavailable, match=case.reference):
        await book.apply(case.reference, note("x"), DSL, NOON)
    await tables.write(TABLE, PARTITION, Put("entry|SM-000-0007|000001", {"not": "ours"}))
    with pytest.raises(StorageUnavailable, match="another draft"):
        await CaseBook(tables, lambda: "SM-000-0007").raise_case(REPORT, TEACHER, "another draft", NOON)


async def test_an_entry_alone_changes_nothing_else(tables: Tables) -> None:
    """Who read the case, say: once for each form, and told to whom it says."""
    book, case = await raised(tables)
    entry = CaseEntry(NOON, EntryKind.OPENED, DSL, "read")
    assert not await book.was_sent(case.reference, "form-1")
    for _ in range(2):
        after = await book.record(case.reference, entry, "form-1", (NotificationKind.CARD,))
        assert replace(case, revision=2, seal=after.seal) == after
    assert await book.was_sent(case.reference, "form-1") and not await book.was_sent(case.reference, "form-2")
    assert [entry] == (await book.chronology(case.reference))[1:]
    kinds = [row.key.rpartition("|")[2] for row in await book.due.waiting(NOON)]
    assert ["alert", "card"] == kinds
    assert 3 == (await book.record(case.reference, entry)).revision


async def test_a_card_that_was_posted_is_known(tables: Tables) -> None:
    """An entry of its own says when; one that is given stands instead, and takes no card away."""
    book, case = await raised(tables)
    card = PostedCard("https://example.org/", "19:team", "1")
    (alert,) = await claimed(book, NOON, LEASE)
    await book.settle(alert, NOON, alert=card)
    await book.settle(alert, NOON + LEASE, CaseEntry(NOON + LEASE, EntryKind.REPORTER_TOLD))
    assert (card, 3) == ((await book.get(case.reference)).alert, (await book.get(case.reference)).revision)
    expected = [CaseEntry(NOON, EntryKind.ALERTED), CaseEntry(NOON + LEASE, EntryKind.REPORTER_TOLD)]
    assert expected == (await book.chronology(case.reference))[1:]
