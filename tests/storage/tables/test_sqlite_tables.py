"""What the embedded tables promise beyond the port: one file, safe between processes, recovering from trouble."""

import asyncio
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.tables.port import Insert, Put, StorageUnavailable
from storage.tables.sqlite_tables import SqliteTables

COUNT = """
import asyncio, sys
from pathlib import Path
from storage.tables.sqlite_tables import SqliteTables
from storage.tables.port import Conflict, Insert, NotFound, Replace

async def add_one(tables):
    try:
        row = await tables.get("counts", "p", "k")
        change = Replace("k", {"n": row.values["n"] + 1}, row.etag)
    except NotFound:
        change = Insert("k", {"n": 1})
    try:
        await tables.write("counts", "p", change)
    except Conflict:
        await add_one(tables)

async def main():
    tables = SqliteTables(Path(sys.argv[1]))
    for _ in range(50):
        await add_one(tables)
    await tables.close()

asyncio.run(main())
"""

DIE = """
import asyncio, os, signal, sys
from pathlib import Path
from storage.tables.sqlite_tables import SqliteTables
from storage.tables.port import Insert

async def main():
    tables = SqliteTables(Path(sys.argv[1]))
    await tables.write("cases", "p", Insert("k", {"n": 1}))
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file will be; its folder is not there yet."""
    return tmp_path / "data" / "bot.sqlite3"


@pytest.fixture
async def tables(path: Path) -> AsyncIterator[SqliteTables]:
    """The tables in it."""
    opened = SqliteTables(path)
    yield opened
    await opened.close()


def start(program: str, path: Path) -> subprocess.Popen[bytes]:
    """A process of its own that uses the file."""
    return subprocess.Popen([sys.executable, "-c", program, str(path)])


def mode(path: Path) -> int:
    """Its permissions."""
    return stat.S_IMODE(path.stat().st_mode)


def test_processes_share_the_file(path: Path) -> None:
    """Three processes that start together make the file once, and none of 150 additions is lost."""
    processes = [start(COUNT, path) for _ in range(3)]
    assert [0, 0, 0] == [process.wait(timeout=30) for process in processes]

    (body,) = sqlite3.connect(path).execute("SELECT body FROM rows").fetchone()

    assert '{"n": 150}' == body


async def test_killed(tables: SqliteTables, path: Path) -> None:
    """What was written is there after the process was killed."""
    assert -9 == start(DIE, path).wait(timeout=30)

    assert {"n": 1} == (await tables.get("cases", "p", "k")).values


async def test_every_commit_reaches_the_disk(tables: SqliteTables) -> None:
    """A commit waits for the disk: a power cut takes back nothing that somebody has a receipt for."""
    await tables.ping()
    assert tables._connection

    assert (2,) == tables._connection.execute("PRAGMA synchronous").fetchone()
    assert ("wal",) == tables._connection.execute("PRAGMA journal_mode").fetchone()


async def test_private(tables: SqliteTables, path: Path) -> None:
    """Only the bot's own user can read the folder and the files in it."""
    await tables.write("cases", "p", Insert("k", {}))

    assert 0o700 == mode(path.parent)
    assert {"bot.sqlite3": 0o600, "bot.sqlite3-shm": 0o600, "bot.sqlite3-wal": 0o600} == {
        file.name: mode(file) for file in path.parent.iterdir()
    }


async def test_opened_when_needed(tables: SqliteTables, path: Path) -> None:
    """Nothing is on the disk before the first call."""
    assert not path.parent.exists()

    await tables.ping()

    assert path.exists()


async def test_locked(tables: SqliteTables, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds the file for long, writing is unavailable and reading works; afterwards both do."""
    monkeypatch.setattr("storage.tables.sqlite_tables.BUSY_SECONDS", 0.1)
    await tables.write("cases", "p", Insert("k", {"n": 1}))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageUnavailable, match="locked"):
        await tables.write("cases", "p", Put("k", {"n": 2}))
    assert {"n": 1} == (await tables.get("cases", "p", "k")).values

    other.execute("ROLLBACK")
    other.close()
    await tables.write("cases", "p", Put("k", {"n": 2}))
    assert {"n": 2} == (await tables.get("cases", "p", "k")).values


@pytest.mark.parametrize("place", ["/proc/none/bot.sqlite3", "/dev/null/bot.sqlite3", "/", "/proc/version"])
async def test_a_place_that_cannot_be_written(place: str) -> None:
    """A folder that is read-only or none, or a file that is no database, is unavailable, and says where."""
    tables = SqliteTables(Path(place))

    with pytest.raises(StorageUnavailable, match=place):
        await tables.ping()
    with pytest.raises(StorageUnavailable, match=place):
        await tables.write("cases", "p", Insert("k", {}))
    await tables.close()


async def test_recovers(tables: SqliteTables, path: Path) -> None:
    """When the cause is gone the next call works."""
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(StorageUnavailable):
        await tables.ping()

    path.parent.unlink()

    await tables.write("cases", "p", Insert("k", {}))


async def test_damaged(tables: SqliteTables, path: Path) -> None:
    """A file that is no database is unavailable and is left as it is."""
    path.parent.mkdir()
    path.write_bytes(b"not a database" * 1000)

    with pytest.raises(StorageUnavailable, match="not a database"):
        await tables.write("cases", "p", Insert("k", {}))

    assert path.read_bytes().startswith(b"not a database")


async def test_cancelled(tables: SqliteTables) -> None:
    """A caller who gives up leaves no half transaction behind."""
    await tables.write("cases", "p", Insert("k", {"n": 0}), Insert("l", {"n": 0}))
    writes = [
        asyncio.ensure_future(tables.write("cases", "p", Put("k", {"n": n}), Put("l", {"n": n}))) for n in range(20)
    ]
    await writes[0]
    for write in writes:
        write.cancel()
    await asyncio.gather(*writes, return_exceptions=True)

    first, second = await tables.query("cases", "p")

    assert first.values == second.values
