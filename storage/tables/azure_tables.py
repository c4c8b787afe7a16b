"""The tables in Azure Table Storage, with time limits that fit into a turn."""

import asyncio
import logging
import re
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http.client import HTTPException
from typing import Any

import aiohttp
from azure.core import MatchConditions
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError, DeserializationError, HttpResponseError
from azure.data.tables import EdmType, EntityProperty, TableEntity, UpdateMode
from azure.data.tables.aio import TableClient, TableServiceClient

from storage.tables.port import (
    RESERVED_NAMES,
    Conflict,
    Delete,
    Insert,
    NotFound,
    Operation,
    Put,
    Replace,
    Row,
    StorageUnavailable,
    Value,
    check_address,
    check_operations,
)

LIMITS: dict[str, Any] = {
    "connection_timeout": 2,
    "read_timeout": 3,
    "retry_total": 2,
    "retry_backoff_factor": 0.2,
    "retry_backoff_max": 1,
}
"""What the Azure client is told: Teams waits 15 seconds for the whole turn, and the client's own limits are minutes."""

ANSWER_SECONDS = 6
"""One call with all its retries; the client itself would wait as long as a `Retry-After` asks."""

PAGE = 1000

# At INFO the client logs every address, and in it the keys of the rows: who wrote, and when.
logging.getLogger("azure").setLevel(logging.WARNING)

# Writes too: `_write` tells our own row, whose answer was lost, from somebody else's.
_RETRIED: dict[str, Any] = {"retry_on_methods": frozenset({"GET", "PUT", "POST", "DELETE"})}


class AzureTables:
    """The `Tables` in one storage account. A table is made when it is first used.

    Each row carries a `WriteId`. A request whose answer is lost is sent again, by us or by the HTTP client under us,
    and then finds its own row: a `Conflict` with ourselves. So before a conflict is reported the rows are read, and
    if they carry the id of this very write it has been done. What stays open: a lost answer to nothing but deletions
    by ETag, or a row that was changed again in that moment, is reported as `Conflict`; and a write that ends in
    `StorageUnavailable` may have been carried out.
    """

    def __init__(self, service: TableServiceClient, *, prefix: str = "") -> None:
        self._service = service
        self._prefix = prefix
        self._ready: dict[str, TableClient] = {}
        self._closed = False

    @classmethod
    def from_connection_string(cls, connection_string: str, *, prefix: str = "") -> "AzureTables":
        """With the account's key. Each table's name begins with `prefix`. ValueError if it is no connection string."""
        return cls(TableServiceClient.from_connection_string(connection_string, **LIMITS), prefix=prefix)

    @classmethod
    def from_account(cls, account: str, credential: AsyncTokenCredential, *, prefix: str = "") -> "AzureTables":
        """With an identity (azure.identity.aio), which stays the caller's to close; ValueError for a bad name.

        The identity needs the role Storage Table Data Contributor.
        """
        return cls(TableServiceClient(account_url(account, "table"), credential=credential, **LIMITS), prefix=prefix)

    async def get(self, table: str, partition: str, key: str) -> Row:
        """The row; `NotFound` if there is none. May raise `StorageUnavailable`."""
        check_address(table, partition, key)
        async with self._answers(table):
            client = await self._table(table)
            entity = await _find(client, partition, key)
        if not entity:
            raise NotFound(f"no row {key} in {table}/{partition}")
        return _row(entity)

    async def query(
        self, table: str, partition: str, *, start: str = "", stop: str = "", limit: int | None = None
    ) -> list[Row]:
        """The rows with `start <= key < stop` in the order of their keys. May raise `StorageUnavailable`."""
        check_address(table, partition)
        if limit is not None and limit <= 0:
            return []
        async with self._answers(table):
            client = await self._table(table)
        words, parameters = _filter(partition, start, stop)
        page_size = min(limit or PAGE, PAGE)
        pages = client.query_entities(words, parameters=parameters, results_per_page=page_size).by_page()
        rows: list[Row] = []
        while limit is None or len(rows) < limit:
            async with self._answers(table):  # for each page: many rows take long and are no failure
                page = await anext(pages, None)
                if page is None:
                    break
                rows += [_row(entity) async for entity in page]
        return rows[:limit]

    async def write(self, table: str, partition: str, *operations: Operation) -> list[str]:
        """All operations or none (see `Tables.write`). May raise `Conflict` and `StorageUnavailable`."""
        check_address(table, partition)
        check_operations(operations)
        async with self._answers(table):
            client = await self._table(table)
            return await _write(client, partition, operations, uuid.uuid4().hex)

    async def ping(self) -> None:
        """Answer if the account does. May raise `StorageUnavailable`."""
        async with self._answers():
            await anext(self._service.list_tables(results_per_page=1).by_page(), None)

    async def close(self) -> None:
        """Let go of the connections; a later call raises `StorageUnavailable`."""
        self._closed = True
        await self._service.close()

    @asynccontextmanager
    async def _answers(self, table: str = "") -> AsyncIterator[None]:
        if self._closed:
            raise StorageUnavailable("the tables are closed")
        async with answers_within(ANSWER_SECONDS, f"Azure Table Storage ({table})"):
            try:
                yield
            except HttpResponseError as error:
                if _says_no_table(error):
                    self._ready.pop(table, None)  # somebody removed it: the next call makes it anew
                raise

    async def _table(self, table: str) -> TableClient:
        if table not in self._ready:
            self._ready[table] = await self._service.create_table_if_not_exists(self._prefix + table, **_RETRIED)
        return self._ready[table]


def account_url(account: str, service: str) -> str:
    """Where a service of this storage account is; ValueError if it is no name of one."""
    if not re.fullmatch("[a-z0-9]{3,24}", account):
        raise ValueError(f"not the name of a storage account: {account!r}")
    return f"https://{account}.{service}.core.windows.net"


@asynccontextmanager
async def answers_within(seconds: float, what: str) -> AsyncIterator[None]:
    """Bound what is done with an Azure client; whatever goes wrong with it becomes `StorageUnavailable`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise StorageUnavailable(f"{what} did not answer in {seconds} seconds") from error
    except (AzureError, DeserializationError, aiohttp.ClientError, HTTPException, OSError) as error:
        reason = str(error).partition("\n")[0]  # the lines below it repeat the whole answer
        raise StorageUnavailable(f"{what} failed: {reason or type(error).__name__}") from error


async def _write(client: TableClient, partition: str, operations: Sequence[Operation], write_id: str) -> list[str]:
    """Send; after what looks like a conflict, look at the rows and find out whether it is one."""
    try:
        return await _send(client, partition, operations, write_id)
    except HttpResponseError as error:
        if error.status_code not in (404, 409, 412) or _says_no_table(error):
            raise
        refusal = error
    found = {o.key: await _find(client, partition, o.key) for o in operations}
    written = [found[o.key] for o in operations if not isinstance(o, Delete)]
    if written and all(entity.get("WriteId") == write_id for entity in written):
        return ["" if isinstance(o, Delete) else _etag(found[o.key]) for o in operations]  # ours, sent twice
    # A transaction cannot delete what is not there; a deletion without an ETag does not mind.
    rest = [o for o in operations if found[o.key] or not isinstance(o, Delete) or o.etag is not None]
    if len(rest) == len(operations):
        raise Conflict(f"a row of {client.table_name}/{partition} is there already or was changed") from refusal
    etags = iter(await _write(client, partition, rest, write_id) if rest else [])
    return [next(etags) if o in rest else "" for o in operations]


async def _send(client: TableClient, partition: str, operations: Sequence[Operation], write_id: str) -> list[str]:
    own = {"PartitionKey": partition, "WriteId": write_id}
    parts = [_part(operation, own) for operation in operations]
    verb, entity, how = parts[0]
    if len(parts) == 1 and verb != "delete":  # of one alone the client hides that there was nothing to delete
        return [str((await getattr(client, f"{verb}_entity")(entity, **how, **_RETRIED))["etag"])]
    done = await client.submit_transaction(parts, **_RETRIED)
    return [str(part.get("etag") or "") for part in done]


def _part(operation: Operation, own: Mapping[str, str]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The client's verb, its entity and its keywords."""
    row = {**own, "RowKey": operation.key}
    match operation:
        case Insert(_, values):
            return "create", row | _wire(values), {}
        case Put(_, values):
            return "upsert", row | _wire(values), {"mode": UpdateMode.REPLACE}
        case Replace(_, values, etag):
            return "update", row | _wire(values), {"mode": UpdateMode.REPLACE, **_unless_changed(etag)}
        case Delete(_, etag):
            return "delete", row, {} if etag is None else _unless_changed(etag)


def _unless_changed(etag: str) -> dict[str, Any]:
    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}


async def _find(client: TableClient, partition: str, key: str) -> TableEntity:
    """The entity, or an empty one."""
    try:
        return await client.get_entity(partition, key)
    except HttpResponseError as error:
        if error.status_code != 404 or _says_no_table(error):
            raise
        return TableEntity()


def _says_no_table(error: HttpResponseError) -> bool:
    # In the text, because the client fills `error_code` for some calls only.
    return "TableNotFound" in str(error) or "TableBeingDeleted" in str(error)


def _wire(values: Mapping[str, Value]) -> dict[str, Any]:
    return {name: _typed(value) for name, value in values.items()}


def _typed(value: Value) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return EntityProperty(int(value), EdmType.INT64)  # else the client refuses what is over 32 bits
    if isinstance(value, str):
        return str.__str__(value)  # of an enum its value; the client would send its name
    return value


def _row(entity: TableEntity) -> Row:
    values = {
        name: value.value if isinstance(value, EntityProperty) else value
        for name, value in entity.items()
        if name not in RESERVED_NAMES
    }
    return Row(entity["PartitionKey"], entity["RowKey"], values, _etag(entity))


def _etag(entity: TableEntity) -> str:
    return str(entity.metadata["etag"])


def _filter(partition: str, start: str, stop: str) -> tuple[str, dict[str, str]]:
    words = ["PartitionKey eq @partition"] + ["RowKey ge @start"] * bool(start) + ["RowKey lt @stop"] * bool(stop)
    return " and ".join(words), {"partition": partition, "start": start, "stop": stop}
