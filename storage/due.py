"""What is still to be told: rows that stay due until somebody has delivered them.

They live in the partition of the book that they belong to, so that a change and its notification are written together:

    due|TIME|SUBJECT|000001|KIND      its time is when to try (again)

Claiming a row moves its time to the end of a lease: two copies of the bot do not deliver it twice, and what a killed
one had claimed is due again by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from storage.tables.port import Conflict, Delete, Put, Row, Tables
from storage.tables.rows import RowCodec

ROUND = 20
"""Rows that are looked at in one round."""


@dataclass(frozen=True, slots=True)
class Notification:
    """Something that somebody is still to be told. `subject` is a case's reference, say; `number` tells two apart."""

    subject: str
    kind: str
    number: int
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A due notification that this process has taken on, until its lease ends."""

    notification: Notification
    key: str
    etag: str

    @property
    def settled(self) -> Delete:
        """The operation that says that it has arrived. Whoever else delivered it too has settled it as well."""
        return Delete(self.key)


_codec = RowCodec(Notification)


class DueQueue:
    """The due rows of one book. Each method may raise `StorageUnavailable`."""

    def __init__(self, tables: Tables, table: str) -> None:
        self._tables = tables
        self._table = table

    async def waiting(self, now: datetime) -> list[Row]:
        """What is due now, the longest waiting first."""
        return await self._tables.query(self._table, self._table, start="due|", stop=f"due|{stamp(now)}~", limit=ROUND)

    async def claim(self, row: Row, until: datetime) -> Claim | None:
        """Take this row on alone until then; `None` if another process was first. A row that is none is set aside."""
        try:
            notification = _codec.from_values(row.values)
        except ValueError:
            aside = Put(row.key.replace("due|", "unreadable|", 1), row.values)
            await self._tables.write(self._table, self._table, Delete(row.key), aside)
            raise
        later = due(notification, until)
        try:
            etags = await self._tables.write(self._table, self._table, Delete(row.key, row.etag), later)
        except Conflict:
            return None
        return Claim(notification, later.key, etags[1])

    async def settle(self, claim: Claim) -> None:
        """It has arrived, and nothing else changes by it."""
        await self._tables.write(self._table, self._table, claim.settled)

    async def postpone(self, claim: Claim, until: datetime) -> None:
        """It did not arrive; try again at `until`."""
        again = replace(claim.notification, attempts=claim.notification.attempts + 1)
        try:
            await self._tables.write(self._table, self._table, Delete(claim.key, claim.etag), due(again, until))
        except Conflict:
            return  # the lease ran out and another process has taken it on


def due(notification: Notification, at: datetime) -> Put:
    """The operation that makes it due at this time."""
    key = f"due|{stamp(at)}|{notification.subject}|{notification.number:06d}|{notification.kind}"
    return Put(key, _codec.to_values(notification))


def all_due(subject: str, number: int, kinds: Sequence[str], at: datetime) -> list[Put]:
    """The operations for several notifications of one change."""
    return [due(Notification(subject, kind, number), at) for kind in kinds]


def stamp(at: datetime) -> str:
    """A time that sorts as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
