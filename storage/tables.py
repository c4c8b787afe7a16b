"""The port to what is kept: small rows in named tables, as Azure Table Storage has them.

A row is addressed by table, partition and key and carries flat values. All rows of one partition can be written
together, all or none. Two implementations keep the same promises (`tests/storage/test_tables.py`): `SqliteTables`,
the embedded default, and `AzureTables`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Value = str | int | bool | float | bytes
"""What a row can hold. `None` is not a value: leave the name out."""


class StorageError(Exception):
    """What went wrong in the storage, in a sentence for the log."""


class NotFound(StorageError):
    """There is no such row."""


class Conflict(StorageError):
    """The row is there already, or was changed since it was read. Nothing of the transaction was written."""


class StorageUnavailable(StorageError):
    """The storage did not answer, or refused. What was asked may be tried again."""


class TooLarge(StorageError):
    """A value or a transaction is larger than a row of Azure Table Storage may be."""


@dataclass(frozen=True, slots=True)
class Row:
    """One stored row. `etag` changes with each write of it."""

    partition: str
    key: str
    values: Mapping[str, Value]
    etag: str


@dataclass(frozen=True, slots=True)
class Insert:
    """Add a row; `Conflict` if its key is taken."""

    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Replace:
    """Replace a row as a whole; `Conflict` unless it still has this `etag`."""

    key: str
    values: Mapping[str, Value]
    etag: str


@dataclass(frozen=True, slots=True)
class Put:
    """Write a row whatever was there: for things that only their owner writes."""

    key: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a row; `Conflict` unless it still has this `etag`. Without one: remove it if it is there."""

    key: str
    etag: str | None = None


Operation = Insert | Replace | Put | Delete

MAX_OPERATIONS = 100
"""Operations in one transaction (Azure Table Storage)."""

MAX_TEXT = 32_000
"""Characters in one string value (Azure: 64 KiB as UTF-16, 32,768 characters of the common kind)."""

MAX_BYTES = 65_536
"""Bytes in one binary value (Azure)."""


class Tables(Protocol):
    """The verbs that the books need. Each may raise `StorageUnavailable`."""

    async def get(self, table: str, partition: str, key: str) -> Row:
        """The row; `NotFound` if there is none."""

    async def query(
        self, table: str, partition: str, *, start: str = "", stop: str = "", limit: int | None = None
    ) -> list[Row]:
        """The rows with `start <= key < stop` in the order of their keys; an empty bound is no bound."""

    async def write(self, table: str, partition: str, *operations: Operation) -> list[str]:
        """Carry out all operations or none; the new ETags in their order ("" for a deletion).

        Raises:
            Conflict: one of them found its row taken or changed.
            ValueError: a key holds `/ \\ # ?` or a control character, two operations meet in one key,
                or there are more than `MAX_OPERATIONS`.
            TooLarge: a value is over `MAX_TEXT` or `MAX_BYTES`.
        """

    async def ping(self) -> None:
        """Answer if the storage does; for `/readyz`."""

    async def close(self) -> None:
        """Let go of files and connections."""


def prefix_range(prefix: str) -> tuple[str, str]:
    """`start` and `stop` of the keys that begin with `prefix`."""
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def check_operations(operations: Sequence[Operation]) -> None:
    """Hold every implementation to the narrowest of them (the limits above)."""
    if not operations or len(operations) > MAX_OPERATIONS:
        raise ValueError(f"a transaction holds 1 to {MAX_OPERATIONS} operations, not {len(operations)}")
    keys = [operation.key for operation in operations]
    if len(set(keys)) != len(keys):
        raise ValueError("two operations of one transaction meet in one key")
    for operation in operations:
        check_key(operation.key)
        if not isinstance(operation, Delete):
            _check_values(operation.key, operation.values)


def check_key(key: str) -> None:
    """Azure forbids these characters in keys; Azurite answers 500 to some of them."""
    if not key or len(key) > 500 or any(c in "/\\#?" or ord(c) < 32 or 127 <= ord(c) < 160 for c in key):
        raise ValueError(f"not a key: {key!r}")


def _check_values(key: str, values: Mapping[str, Value]) -> None:
    for name, value in values.items():
        if isinstance(value, str) and len(value.encode("utf-16-le")) > 2 * MAX_TEXT:
            raise TooLarge(f"{key}.{name}: over {MAX_TEXT} characters")
        if isinstance(value, bytes) and len(value) > MAX_BYTES:
            raise TooLarge(f"{key}.{name}: over {MAX_BYTES} bytes")
