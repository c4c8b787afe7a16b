"""The audit names whatever in the case book is not what the bot wrote."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from storage.cases.case_book import PARTITION, TABLE, CaseBook
from storage.cases.case_moves import acknowledge, note
from storage.cases.case_records import Case, Kind, Report
from storage.records import Person
from storage.register.auditing import audit
from storage.tables.port import Delete, Put, Tables

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
TEACHER, DSL = Person("id-1", "Teacher", "29:1"), Person("id-2", "DSL", "29:2")


async def worked(tables: Tables, name: str = "a") -> Case:
    """A case with five entries."""
    book = CaseBook(tables)
    case = await book.raise_case(Report(Kind.CONTENT), TEACHER, name, NOON)
    await book.apply(case.reference, acknowledge(), DSL, NOON)
    for number in range(3):
        await book.apply(case.reference, note(f"note {number}"), DSL, NOON + timedelta(minutes=number))
    return await book.get(case.reference)


async def breaks(tables: Tables) -> list[str]:
    return [str(each) for each in (await audit(tables)).breaks]


def entry(case: Case, number: int) -> str:
    return f"entry|{case.reference}|{number:06d}"


async def test_what_the_bot_wrote_holds(tables: Tables) -> None:
    """Also where many wrote at once."""
    case = await worked(tables)
    other = await worked(tables, "b")
    book = CaseBook(tables)
    await asyncio.gather(*(book.apply(case.reference, note(f"n{number}"), DSL, NOON) for number in range(10)))
    found = await audit(tables)
    assert (2, 20, []) == (found.cases, found.entries, found.breaks)
    assert other.revision == 5


async def test_a_changed_word_is_found(tables: Tables) -> None:
    """In the entry where it was changed; other cases are not blamed."""
    case, _ = await worked(tables), await worked(tables, "b")
    row = await tables.get(TABLE, PARTITION, entry(case, 3))
    await tables.write(TABLE, PARTITION, Put(row.key, {**row.values, "text": "nothing"}))
    assert [f"{case.reference}: the chain is broken at entry 3"] == await breaks(tables)


@pytest.mark.parametrize(("number", "named"), [(1, 1), (3, 3), (5, 5)])
async def test_a_missing_entry_is_found(tables: Tables, number: int, named: int) -> None:
    """At the beginning, in the middle, and the last one, which leaves a chain that fits in itself."""
    case = await worked(tables)
    await tables.write(TABLE, PARTITION, Delete(entry(case, number)))
    assert [f"{case.reference}: the chain is broken at entry {named}"] == await breaks(tables)


async def test_an_inserted_entry_is_found(tables: Tables) -> None:
    """One more than the case says."""
    case = await worked(tables)
    row = await tables.get(TABLE, PARTITION, entry(case, 5))
    await tables.write(TABLE, PARTITION, Put(entry(case, 6), row.values))
    assert [f"{case.reference}: the chain is broken at entry 6"] == await breaks(tables)


async def test_an_entry_that_cannot_be_read_is_found(tables: Tables) -> None:
    """It is named, and the audit goes on."""
    case, other = await worked(tables), await worked(tables, "b")
    await tables.write(TABLE, PARTITION, Put(entry(case, 2), {"x": 1}), Delete(entry(other, 5)))
    assert 2 == len(await breaks(tables))


async def test_a_missing_case_is_found(tables: Tables) -> None:
    """Entries without their case, and a case without its entries."""
    case, other = await worked(tables), await worked(tables, "b")
    gone = [Delete(entry(other, number)) for number in range(1, 6)]
    await tables.write(TABLE, PARTITION, Delete(f"case|{case.reference}"), *gone)
    assert sorted(
        [
            f"{case.reference}: its entries are there, but not the case",
            f"{other.reference}: none of its 5 entries is there",
        ]
    ) == await breaks(tables)


async def test_a_case_that_is_missing_from_the_register_is_found(tables: Tables) -> None:
    """A list of cases would not show it."""
    case = await worked(tables)
    (line,) = await tables.query(TABLE, PARTITION, start="open|", stop="open}")
    await tables.write(TABLE, PARTITION, Delete(line.key))
    assert [f"{case.reference}: it is missing from the register"] == await breaks(tables)


async def test_more_than_a_page(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows a page holds, every one is looked at, once."""
    monkeypatch.setattr("storage.tables.paging.PAGE", 2)
    for name in "abc":
        await worked(tables, name)
    found = await audit(tables)
    assert (3, 15, []) == (found.cases, found.entries, found.breaks)


async def test_a_line_too_many_in_the_register_is_found(tables: Tables) -> None:
    """One of no case at all, and a second one of a case."""
    case = await worked(tables)
    stray = "closed|2026-06-03T12:00:00.000000|"
    await tables.write(TABLE, PARTITION, Put(f"{stray}SM-999-9999", {}), Put(f"{stray}{case.reference}", {}))
    what = "the register has a line that is not its own"
    assert sorted([f"{case.reference}: {what}", f"SM-999-9999: {what}"]) == await breaks(tables)
