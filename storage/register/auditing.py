"""Proves that the case book is what the bot wrote: each chain of entries, and that no case or line of it is missing."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from storage.cases.case_book import PARTITION, TABLE
from storage.cases.case_records import Case, CaseEntry
from storage.cases.register_lines import line_key
from storage.chronology import first_break
from storage.tables.paging import all_rows
from storage.tables.port import Row, Tables
from storage.tables.rows import RowCodec

_cases, _entries = RowCodec(Case), RowCodec(CaseEntry)
UNREADABLE = "its row cannot be read"
NO_CASE = "its entries are there, but not the case"
NO_ENTRIES = "none of its {count} entries is there"
NOT_LISTED = "it is missing from the register"
WRONG_LINE = "the register has a line that is not its own"
BROKEN = "the chain is broken at entry {number}"


@dataclass(frozen=True, slots=True)
class Break:
    """What is wrong with one case."""

    reference: str
    what: str

    def __str__(self) -> str:
        return f"{self.reference}: {self.what}"


@dataclass(slots=True)
class Audit:
    """What was looked at, and what is wrong, by reference."""

    cases: int = 0
    entries: int = 0
    breaks: list[Break] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Head:
    """What a case says of its chain."""

    revision: int
    seal: str
    line: str


async def audit(tables: Tables) -> Audit:
    """Read every case, entry and line once. May raise `StorageUnavailable`.

    A case whose deletion was begun (`retention.py`) is left out. Run it while the bot is busy, and a case that changes
    meanwhile may be named: run it again.
    """
    done = Audit()
    going = {row.key.partition("|")[2] async for row in _rows(tables, "going|")}
    heads = await _heads(tables, done, going)
    listed = {row.key async for row in _rows(tables, "open|")} | {row.key async for row in _rows(tables, "closed|")}
    seen: set[str] = set()
    async for reference, rows in _chronologies(tables):
        seen.add(reference)
        done.entries += len(rows)
        if reference not in going and (what := _wrong(reference, rows, heads.get(reference))):
            done.breaks.append(Break(reference, what))
    for reference, head in heads.items():
        if reference not in seen:
            done.breaks.append(Break(reference, NO_ENTRIES.format(count=head.revision)))
        if head.line not in listed:
            done.breaks.append(Break(reference, NOT_LISTED))
    named = {each.reference for each in done.breaks} | going
    for reference in {key.rpartition("|")[2] for key in listed - {head.line for head in heads.values()}} - named:
        done.breaks.append(Break(reference, WRONG_LINE))
    done.breaks.sort(key=lambda each: each.reference)
    return done


async def _heads(tables: Tables, done: Audit, going: set[str]) -> dict[str, _Head]:
    heads: dict[str, _Head] = {}
    async for row in _rows(tables, "case|"):
        reference = row.key.partition("|")[2]
        if reference in going:
            continue
        done.cases += 1
        try:
            case = _cases.from_values(row.values)
        except ValueError:
            done.breaks.append(Break(reference, UNREADABLE))
            continue
        heads[reference] = _Head(case.revision, case.seal, line_key(case))
    return heads


async def _chronologies(tables: Tables) -> AsyncIterator[tuple[str, list[Row]]]:
    """The entries of one case after the other."""
    together: list[Row] = []
    async for row in _rows(tables, "entry|"):
        if together and _reference(together[0]) != _reference(row):
            yield _reference(together[0]), together
            together = []
        together.append(row)
    if together:
        yield _reference(together[0]), together


def _wrong(reference: str, rows: list[Row], head: _Head | None) -> str:
    if head is None:
        return NO_CASE
    entries: list[tuple[int, CaseEntry]] = []
    for expected, row in enumerate(rows, start=1):
        try:
            entries.append((int(row.key.rpartition("|")[2]), _entries.from_values(row.values)))
        except ValueError:
            return BROKEN.format(number=expected)
    number = first_break(reference, entries, head.revision, head.seal)
    return BROKEN.format(number=number) if number else ""


def _reference(row: Row) -> str:
    return row.key.split("|")[1]


def _rows(tables: Tables, prefix: str) -> AsyncIterator[Row]:
    return all_rows(tables, TABLE, PARTITION, prefix)
