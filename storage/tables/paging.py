"""Iterates over all rows with a key prefix, page by page, so that a register of any size fits into memory."""

from collections.abc import AsyncIterator

from storage.tables.port import Row, Tables, prefix_range

PAGE = 1000


async def all_rows(tables: Tables, table: str, partition: str, prefix: str) -> AsyncIterator[Row]:
    """The rows whose keys begin with `prefix`, in their order. May raise `StorageUnavailable`."""
    start, stop = prefix_range(prefix)
    while True:
        rows = await tables.query(table, partition, start=start, stop=stop, limit=PAGE)
        for row in rows:
            yield row
        if len(rows) < PAGE:
            return
        start = rows[-1].key + " "  # no character that a key may hold comes before the space
