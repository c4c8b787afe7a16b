"""What the books have in common. All rows of a book stand in one partition, named as its table: only rows of one
partition can be written together.

    NAME|ID                     a record: a case, a suggestion, a question, an export, a draft
    due|…                       who is still to be told of what (`due.py`)

Beside that, in the books that keep a chronology of each record:

    entry|REFERENCE|000001      its entries, in order, chained (`chronology.py`)
    submission|DRAFT            which record a draft became, so that it becomes one only
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from storage.chronology import Entry, K, first_break, seal_of
from storage.due import DueQueue
from storage.records import Person, Refused
from storage.tables.port import (
    Conflict,
    Insert,
    NotFound,
    Operation,
    Replace,
    Row,
    StorageUnavailable,
    Tables,
    prefix_range,
)
from storage.tables.rows import RowCodec

MOST_TRIES = 50
"""To write what others change meanwhile: so many at once are no people, but a row that is not the bot's."""


class Chronicled(Protocol):
    """A record with a chronology. `revision` counts its entries, `seal` is that of the last one."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def reference(self) -> str: ...
    @property
    def revision(self) -> int: ...
    @property
    def seal(self) -> str: ...


R = TypeVar("R")
C = TypeVar("C", bound=Chronicled)


@dataclass(frozen=True, slots=True)
class Move(Generic[C, K]):
    """One action on a record, carried out as a whole by its book's `apply`.

    `change` takes the record, who acts and when, and gives the record after it; it raises `Refused` where the action
    does not go. `kind` and `text` make the entry. `tell`: kinds of the notifications that become due. `decides`: cards
    that were made before it are out of date.
    """

    kind: K
    change: Callable[[C, Person, datetime], C]
    text: str = ""
    tell: tuple[str, ...] = ()
    decides: bool = True


class RecordBook(Generic[R]):
    """Records of one kind, in one table. Each method may raise `StorageUnavailable`; then nothing was written."""

    def __init__(self, tables: Tables, table: str, name: str, kind: type[R]) -> None:
        self._tables = tables
        self._table = table
        self._name = name
        self._codec: RowCodec[R] = RowCodec(kind)
        self.due = DueQueue(tables, table)

    async def get(self, id: str) -> R:
        """The record; `NotFound` if there is none, or `id` cannot be one."""
        return self._codec.from_values((await self._row(id)).values)

    async def _change(
        self, id: str, change: Callable[[R], tuple[R, Sequence[Operation]]], once: Insert | None = None
    ) -> R:
        """Read the record, write what `change` makes of it if nobody wrote in between, else read it again.

        `change` gives the record after it and what is written beside it, or raises `Refused`. `once`: a row that
        marks this change as done; where it stands already, nothing is changed, and the record is given as it is.
        """
        for _ in range(MOST_TRIES):
            if once and await self._has(once.key):
                return await self.get(id)
            row = await self._row(id)
            try:
                after, beside = change(self._codec.from_values(row.values))
                await self._write(
                    Replace(row.key, self._codec.to_values(after), row.etag), *beside, *([once] if once else [])
                )
            except Conflict:
                continue
            except Refused:
                if once and await self._has(once.key):  # by the same form, a moment ago
                    return await self.get(id)
                raise
            return after
        raise self._in_the_way(id)

    def _key(self, id: str) -> str:
        return f"{self._name}|{id}"

    async def _row(self, id: str) -> Row:
        try:
            return await self._tables.get(self._table, self._table, self._key(id))
        except ValueError as error:
            raise NotFound(str(error)) from error

    async def _has(self, key: str) -> bool:
        try:
            await self._tables.get(self._table, self._table, key)
        except NotFound:
            return False
        return True

    async def _query(self, prefix: str) -> list[Row]:
        start, stop = prefix_range(prefix)
        return await self._tables.query(self._table, self._table, start=start, stop=stop)

    async def _write(self, *operations: Operation) -> list[str]:
        return await self._tables.write(self._table, self._table, *operations)

    def _in_the_way(self, id: str) -> StorageUnavailable:
        return StorageUnavailable(f"{id} cannot be written: a row that is not the bot's is in the way")


class ChronicledBook(RecordBook[C], Generic[C, K]):
    """Records each of whose changes is one atomic write: the record, its sealed entry, and what is then due."""

    def __init__(self, tables: Tables, table: str, name: str, kind: type[C], entry: type[Entry[K]]) -> None:
        super().__init__(tables, table, name, kind)
        self._entry_codec: RowCodec[Entry[K]] = RowCodec(entry)

    async def by_submission(self, submission: str) -> C | None:
        """The record that this draft became or mended, if it did."""
        try:
            row = await self._tables.get(self._table, self._table, f"submission|{submission}")
        except (NotFound, ValueError):
            return None
        return await self.get(str(row.values["reference"]))

    async def chronology(self, reference: str) -> list[Entry[K]]:
        """All entries of a record, oldest first."""
        return [entry for _, entry in await self._entries(reference)]

    async def entry(self, reference: str, number: int) -> Entry[K]:
        """One entry; `NotFound` if there is none of this number."""
        row = await self._tables.get(self._table, self._table, _entry_key(reference, number))
        return self._entry_codec.from_values(row.values)

    async def broken_entry(self, reference: str) -> int | None:
        """The number of the first entry that is not what the bot wrote; `None` if the chain holds."""
        record = await self.get(reference)
        return first_break(reference, await self._entries(reference), record.revision, record.seal)

    async def _begin(
        self, submission: str, draw: Callable[[], C], entry: Entry[K], beside: Callable[[C], Sequence[Operation]]
    ) -> C:
        """The record that this submission became: known already, or the one that `draw` makes, with its first entry.

        `draw` is asked again, for another reference, where the one that it drew is taken.
        """
        for _ in range(MOST_TRIES):
            if known := await self.by_submission(submission):
                return known
            record, line = self._sealed(draw(), entry)
            marked = Insert(f"submission|{submission}", {"reference": record.reference})
            kept = Insert(self._key(record.reference), self._codec.to_values(record))
            try:
                await self._write(kept, marked, line, *beside(record))
            except Conflict:
                continue  # this submission came in twice at once, or the reference is taken: look, or draw again
            return record
        raise self._in_the_way(submission)

    async def _change_with_entry(
        self,
        reference: str,
        change: Callable[[C], C],
        entry: Entry[K],
        beside: Callable[[C, C], Sequence[Operation]],
        once: Insert | None = None,
    ) -> C:
        """The record after `change`, with its entry. `beside`: what else is written, by the record before and after."""

        def with_entry(before: C) -> tuple[C, Sequence[Operation]]:
            after, line = self._sealed(replace(change(before), revision=before.revision + 1), entry)
            return after, [line, *beside(before, after)]

        return await self._change(reference, with_entry, once)

    def _sealed(self, record: C, entry: Entry[K]) -> tuple[C, Insert]:
        """The record with the seal of its new entry, and that entry's row."""
        seal = seal_of(record.seal, record.reference, record.revision, entry)
        values = self._entry_codec.to_values(replace(entry, seal=seal))
        return replace(record, seal=seal), Insert(_entry_key(record.reference, record.revision), values)

    async def _entries(self, reference: str) -> list[tuple[int, Entry[K]]]:
        """Each with the number that it is kept under."""
        rows = await self._query(f"entry|{reference}|")
        return [(int(row.key.rpartition("|")[2]), self._entry_codec.from_values(row.values)) for row in rows]


def _entry_key(reference: str, number: int) -> str:
    return f"entry|{reference}|{number:06d}"


def person_keys(prefix: str, person: Person) -> list[str]:
    """Where a person's rows stand: by their id in small letters, or as the first version kept it."""
    return list(dict.fromkeys((f"{prefix}|{person.id.casefold()}|", f"{prefix}|{person.id}|")))
