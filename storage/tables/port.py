"""The port to what is kept: small rows in named tables, as Azure Table Storage has them.

A row is addressed by table, partition and key and carries flat values. All rows of one partition can be written
together, all or none. Two implementations keep the same promises (`tests/storage/tables/test_tables.py`):
`SqliteTables`, the embedded default, and `AzureTables`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Value = str | int | bool | float | bytes
"""What a row can hold; whole numbers of 64 bits. `None` is not a value: leave the name out."""


class StorageError(Exception):
    """What went wrong in the storage, in a sentence for the log."""


class NotFound(StorageError):
    """There is no such row."""


class Conflict(StorageError):
    """The row is there already, or was changed since it was read. Nothing of the transaction was written."""


class StorageUnavailable(StorageError):
    """The storage did not answer, or refused. What was asked may be tried again.

    A write may have been carried out all the same, its answer lost. Who tries it again and meets a `Conflict` reads
    the row to see whose it is.
    """


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
"""UTF-16 units in one string value: a letter is one, an emoji two (Azure: 32,768)."""

MAX_BYTES = 65_536
"""Bytes in one binary value (Azure)."""

MAX_VALUES = 250
"""Values in one row (Azure: 255 with the names that it keeps for itself)."""

MAX_ROW = 1_000_000
"""Bytes in one row: text as UTF-16, bytes as base64, as Azurite counts them (Azure: 1 MiB)."""

MAX_TRANSACTION = 1_300_000
"""The same of one transaction. Azure takes 4 MiB as sent, and a letter that is not English is sent as six bytes."""

RESERVED_NAMES = frozenset({"PartitionKey", "RowKey", "Timestamp", "WriteId"})
"""Not names of values: Azure and `AzureTables` keep their own there."""


class Tables(Protocol):
    """The verbs that the books need.

    Each may raise `StorageUnavailable`, and ValueError for a table that is not 3 to 63 letters and digits, or for a
    partition or key that is empty, too long or holds `/ \\ # ?` or a control character. A table is there when it
    is first used; upper and lower case are one in its name, and two in keys.
    """

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
            ValueError: two operations meet in one key, there are none or more than `MAX_OPERATIONS`, an ETag is "" or
                "*", a name of a value is no identifier or one of `RESERVED_NAMES`, or a value is none (`Value`;
                half an emoji is no text).
            TooLarge: a value, a row or the transaction is over one of the limits above.
        """

    async def ping(self) -> None:
        """Answer if the storage does; for `/readyz`."""

    async def close(self) -> None:
        """Let go of files and connections."""


def prefix_range(prefix: str) -> tuple[str, str]:
    """`start` and `stop` of the keys that begin with `prefix`."""
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def check_address(table: str, partition: str, *keys: str) -> None:
    """Hold every implementation to the names that the narrowest of them takes; ValueError says which is none."""
    if not re.fullmatch("[A-Za-z][A-Za-z0-9]{2,62}", table):
        raise ValueError(f"not the name of a table: {table!r}")
    for key in (partition, *keys):
        check_key(key)


def check_key(key: str) -> None:
    """Azure forbids these characters in keys; Azurite answers 500 to some of them."""
    if not key or _utf16(key) > 1000 or any(c in "/\\#?" or ord(c) < 32 or 127 <= ord(c) < 160 for c in key):
        raise ValueError(f"not a key: {key!r}")


def check_operations(operations: Sequence[Operation]) -> None:
    """Hold every implementation to the narrowest of them (the limits above)."""
    if not operations or len(operations) > MAX_OPERATIONS:
        raise ValueError(f"a transaction holds 1 to {MAX_OPERATIONS} operations, not {len(operations)}")
    if any(o.etag in ("", "*") for o in operations if isinstance(o, Replace | Delete)):
        raise ValueError("an ETag is one that was read or returned")  # "*" would be any to Azure
    keys = [operation.key for operation in operations]
    for key in keys:
        check_key(key)
    if len(set(keys)) != len(keys):
        raise ValueError("two operations of one transaction meet in one key")
    size = sum(_row_size(o.key, o.values) for o in operations if not isinstance(o, Delete))
    if size > MAX_TRANSACTION:
        raise TooLarge(f"a transaction of {size} bytes, over {MAX_TRANSACTION}")


def _row_size(key: str, values: Mapping[str, Value]) -> int:
    if len(values) > MAX_VALUES:
        raise TooLarge(f"{key}: over {MAX_VALUES} values")
    size = sum(_value_size(key, name, value) for name, value in values.items())
    if size > MAX_ROW:
        raise TooLarge(f"{key}: {size} bytes, over {MAX_ROW}")
    return size


def _value_size(key: str, name: str, value: Value) -> int:
    if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]{0,254}", name) or name in RESERVED_NAMES:
        raise ValueError(f"{key}: not the name of a value: {name!r}")
    match value:
        case str():
            size, limit = _utf16(value), 2 * MAX_TEXT
        case bytes():
            size, limit = len(value), MAX_BYTES
        case int() | float() if not isinstance(value, int) or -(2**63) <= value < 2**63:
            size, limit = 8, 8
        case _:
            raise ValueError(f"{key}.{name}: not a value: {type(value).__name__}")
    if size > limit:
        raise TooLarge(f"{key}.{name}: {size} bytes, over {limit}")
    return 2 * len(name) + (size * 4 // 3 if isinstance(value, bytes) else size)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le"))
