"""What the tables in Azure promise beyond the port: bounded waiting, lost answers, a table that somebody removed."""

import asyncio
import logging
import socket
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from azure.data.tables.aio import TableServiceClient

from storage.tables import azure_tables
from storage.tables.azure_tables import ANSWER_SECONDS, AzureTables, account_url
from storage.tables.port import Conflict, Delete, Insert, Operation, Put, Replace, StorageUnavailable
from tests.support.azurite import Azurite, connection_string

TEAMS_WAITS = 15
"""Seconds until Teams sends an activity again."""


def connected(port: int, prefix: str = "") -> AzureTables:
    """Tables behind this port."""
    return AzureTables.from_connection_string(connection_string([port] * 3), prefix=prefix)


async def calls_fail(tables: AzureTables) -> float:
    """Every call is unavailable; the seconds that the slowest took."""
    started = time.monotonic()
    calls = (tables.get("cases", "p", "k"), tables.write("cases", "p", Insert("k", {})), tables.ping())
    results = await asyncio.gather(*calls, tables.query("cases", "p"), return_exceptions=True)
    await tables.close()
    assert [StorageUnavailable] * 4 == [type(result) for result in results]
    return time.monotonic() - started


class LossyWire:
    """Stands between client and storage; for the next `lose` requests the answer is lost after it was carried out."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.lose = 0
        self.requests: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: each request goes on, and its answer comes back or does not."""
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        while request := await self._message(reader):
            self.requests.append(request.partition(b"\r\n")[0])
            back.write(request)
            answer = await self._message(there)
            if self.lose:
                self.lose -= 1
                break
            writer.write(answer)
        writer.close()
        back.close()

    async def _message(self, reader: asyncio.StreamReader) -> bytes:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return b""
        headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        if headers.get(b"transfer-encoding") == b"chunked":
            return head + await self._chunks(reader)
        return head + await reader.readexactly(int(headers.get(b"content-length", 0)))

    async def _chunks(self, reader: asyncio.StreamReader) -> bytes:
        body = b""
        while True:
            line = await reader.readline()
            body += line + await reader.readexactly(int(line, 16) + 2)
            if line == b"0\r\n":
                return body


@asynccontextmanager
async def lossy_tables(azurite: Azurite) -> AsyncIterator[tuple[AzureTables, LossyWire]]:
    """Tables over such a wire."""
    wire = LossyWire(azurite.ports[2])
    server = await asyncio.start_server(wire.serve, "127.0.0.1", 0)
    tables = connected(server.sockets[0].getsockname()[1], f"t{uuid.uuid4().hex[:12]}")
    yield tables, wire
    await tables.close()
    server.close()


async def test_nobody_listens() -> None:
    """A storage that is down is unavailable at once."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert 3 > await calls_fail(connected(port))


async def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A storage that takes the connection and never answers is unavailable before Teams gives up on the turn."""
    assert TEAMS_WAITS > 2 * ANSWER_SECONDS
    monkeypatch.setattr(azure_tables, "ANSWER_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        assert ANSWER_SECONDS > await calls_fail(connected(silent.getsockname()[1]))


async def test_nonsense_is_answered() -> None:
    """What is no HTTP, or a page of something else, is unavailable."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        page = b"<html>Sign in to the network</html>"
        answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page)
        writer.write(answer if b"/Tables" in head else b"220 mail.example ESMTP\r\n")
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        await calls_fail(connected(server.sockets[0].getsockname()[1]))


@pytest.mark.azurite
async def test_wrong_key(azurite: Azurite) -> None:
    """A key that the account does not know is unavailable, at once."""
    wrong = azurite.connection_string.replace("AccountKey=Eby8", "AccountKey=AAAA")

    assert 3 > await calls_fail(AzureTables.from_connection_string(wrong))


WRITES: list[list[Operation]] = [
    [Insert("new", {"n": 1})],
    [Replace("old", {"n": 1}, "?")],
    [Put("new", {"n": 1})],
    [Insert("new", {"n": 1}), Replace("old", {"n": 1}, "?"), Delete("gone", "?")],
]


@pytest.mark.azurite
@pytest.mark.parametrize("operations", WRITES, ids=["insert", "replace", "put", "transaction"])
@pytest.mark.parametrize("lost", [1, 2])
async def test_lost_answer(azurite: Azurite, operations: list[Operation], lost: int) -> None:
    """A write whose answer is lost succeeds, and its ETags are those of the rows: no conflict with ourselves."""
    async with lossy_tables(azurite) as (tables, wire):
        old, gone = await tables.write("cases", "p", Insert("old", {"n": 0}), Insert("gone", {}))
        etags = {"old": old, "gone": gone}
        known = [replace_etag(operation, etags) for operation in operations]
        wire.lose = lost

        written = await tables.write("cases", "p", *known)

        found = {row.key: row for row in await tables.query("cases", "p")}
        assert [1] * len([tag for tag in written if tag]) == [
            found[o.key].values["n"] for o in known if o.key != "gone"
        ]
        assert written == [found[o.key].etag if o.key != "gone" else "" for o in known]


def replace_etag(operation: Operation, etags: dict[str, str]) -> Operation:
    """The operation with the ETag of its row."""
    if isinstance(operation, Replace):
        return Replace(operation.key, operation.values, etags[operation.key])
    return Delete(operation.key, etags[operation.key]) if isinstance(operation, Delete) else operation


@pytest.mark.azurite
async def test_lost_answer_to_a_conflict(azurite: Azurite) -> None:
    """A conflict with somebody else is one, whether its answer is lost or not."""
    async with lossy_tables(azurite) as (tables, wire):
        await tables.write("cases", "p", Insert("k", {"n": 0}))
        wire.lose = 1

        with pytest.raises(Conflict):
            await tables.write("cases", "p", Insert("k", {"n": 1}))

        assert {"n": 0} == (await tables.get("cases", "p", "k")).values


@pytest.mark.azurite
async def test_removed_table(azurite: Azurite) -> None:
    """When somebody removed the table the call fails, and the next one makes it anew."""
    prefix = f"t{uuid.uuid4().hex[:12]}"
    tables = connected(azurite.ports[2], prefix)
    service = TableServiceClient.from_connection_string(azurite.connection_string)
    attempts: list[list[Operation]] = [[Insert("k", {})], [Insert("k", {}), Delete("m")]]
    for operations in attempts:
        await tables.write("cases", "p", Put("first", {}))
        await service.delete_table(f"{prefix}cases")
        with pytest.raises(StorageUnavailable):
            await tables.write("cases", "p", *operations)

        await tables.write("cases", "p", *operations)

        assert ["k"] == [row.key for row in await tables.query("cases", "p")]
    await service.close()
    await tables.close()


@pytest.mark.azurite
async def test_log(azurite: Azurite, caplog: pytest.LogCaptureFixture) -> None:
    """The keys of rows, which name people, are not logged."""
    caplog.set_level(logging.INFO)
    tables = connected(azurite.ports[2], f"t{uuid.uuid4().hex[:12]}")

    await tables.write("cases", "a-person", Insert("k", {}))
    await tables.close()

    assert "a-person" not in caplog.text


@pytest.mark.parametrize("text", ["", "AccountName=x", "nonsense"])
async def test_bad_connection_string(text: str) -> None:
    """What is no connection string is a ValueError at the start."""
    with pytest.raises(ValueError):
        AzureTables.from_connection_string(text)


async def test_account() -> None:
    """With an identity the name of the account is enough; what is no name is a ValueError."""
    assert "https://trust1.table.core.windows.net" == account_url("trust1", "table")
    for account in ("", "Trust", "my-trust", "https://trust1.table.core.windows.net", "trust1.evil.example/"):
        with pytest.raises(ValueError, match="storage account"):
            account_url(account, "table")
