"""The embedded tables: one SQLite file, shared safely by every process on this machine that opens it."""

import asyncio
import base64
import json
import secrets
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from storage.tables.port import (
    Conflict,
    Delete,
    Insert,
    NotFound,
    Operation,
    Replace,
    Row,
    StorageUnavailable,
    Value,
    check_address,
    check_operations,
)

T = TypeVar("T")

BUSY_SECONDS = 3
"""How long a write waits for another process that is writing."""

# WAL: who reads does not wait for who writes, and a killed process leaves a file that opens.
# FULL: a commit is on the disk when it returns. With NORMAL a power cut takes the last commits back, and somebody
# already has the receipt for them; 740 writes a second instead of 5,100 are plenty.
_OPENING = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS rows (
        tbl TEXT NOT NULL, partition TEXT NOT NULL, key TEXT NOT NULL, etag TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (tbl, partition, key)
    ) WITHOUT ROWID;
"""


class SqliteTables:
    """The `Tables` in one file. It is opened by the first call, and again by the next one after a failure.

    All work is done by one thread: SQLite writes one at a time anyway, and a call that was cancelled still finishes
    its transaction before the next one begins.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._closed = False

    async def get(self, table: str, partition: str, key: str) -> Row:
        """The row; `NotFound` if there is none. May raise `StorageUnavailable`."""
        check_address(table, partition, key)
        rows = await self._run(lambda connection: _select(connection, table, partition, "AND key = ?", key))
        if not rows:
            raise NotFound(f"no row {key} in {table}/{partition}")
        return rows[0]

    async def query(
        self, table: str, partition: str, *, start: str = "", stop: str = "", limit: int | None = None
    ) -> list[Row]:
        """The rows with `start <= key < stop` in the order of their keys. May raise `StorageUnavailable`."""
        check_address(table, partition)
        below = "AND key < ?" if stop else ""
        where = f"AND key >= ? {below} ORDER BY key LIMIT ?"
        bounds: tuple[str, ...] = (start, stop) if stop else (start,)
        return await self._run(
            lambda connection: _select(connection, table, partition, where, *bounds, -1 if limit is None else limit)
        )

    async def write(self, table: str, partition: str, *operations: Operation) -> list[str]:
        """All operations or none (see `Tables.write`). May raise `Conflict` and `StorageUnavailable`."""
        check_address(table, partition)
        check_operations(operations)
        return await self._run(lambda connection: _transact(connection, table, partition, operations))

    async def ping(self) -> None:
        """Answer if the file can be read. May raise `StorageUnavailable`."""
        await self._run(lambda connection: connection.execute("SELECT 1 FROM rows LIMIT 1").fetchone())

    async def close(self) -> None:
        """Let go of the file; what was begun is finished first."""
        self._closed = True
        await asyncio.to_thread(self._thread.shutdown)
        self._disconnect()

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._closed:
            raise StorageUnavailable(f"{self._path} is closed")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._work, work)

    def _work(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            self._connection = self._connection or _connect(self._path)
            return work(self._connection)
        except (sqlite3.Error, OSError) as error:
            self._disconnect()
            raise StorageUnavailable(f"{self._path} cannot be used: {error}") from error

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)  # before SQLite makes it with the mode of the day; its -wal and -shm take after it
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.executescript(_OPENING)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _select(
    connection: sqlite3.Connection, table: str, partition: str, where: str, *parameters: str | int
) -> list[Row]:
    sql = f"SELECT key, etag, body FROM rows WHERE tbl = ? AND partition = ? {where}"  # noqa: S608 - our own words
    found = connection.execute(sql, (table.lower(), partition, *parameters))
    return [Row(partition, key, _decode(body), etag) for key, etag, body in found]


def _transact(connection: sqlite3.Connection, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
    connection.execute("BEGIN IMMEDIATE")  # takes the turn now: between reading and writing nobody else writes
    try:
        etags = [_carry_out(connection, (table.lower(), partition, o.key), o) for o in operations]
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return etags


def _carry_out(connection: sqlite3.Connection, place: tuple[str, str, str], operation: Operation) -> str:
    here = "tbl = ? AND partition = ? AND key = ?"
    found = connection.execute(f"SELECT etag FROM rows WHERE {here}", place).fetchone()  # noqa: S608
    _check(operation, found[0] if found else None)
    if isinstance(operation, Delete):
        connection.execute(f"DELETE FROM rows WHERE {here}", place)  # noqa: S608
        return ""
    etag = secrets.token_hex(8)
    connection.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)", (*place, etag, _encode(operation.values)))
    return etag


def _check(operation: Operation, present: str | None) -> None:
    if isinstance(operation, Insert) and present is not None:
        raise Conflict(f"the row {operation.key} is there already")
    if isinstance(operation, Replace | Delete) and operation.etag is not None and operation.etag != present:
        raise Conflict(f"the row {operation.key} was changed")


def _encode(values: Mapping[str, Value]) -> str:
    # JSON tells text, truth, whole numbers and others apart; bytes are in a list, which no other value is.
    return json.dumps(dict(values), default=lambda value: [base64.b64encode(value).decode()])


def _decode(body: str) -> dict[str, Value]:
    found = json.loads(body)
    return {name: base64.b64decode(value[0]) if isinstance(value, list) else value for name, value in found.items()}
