"""A storage that a test can take away, and what people then read."""

from storage.tables.port import Operation, Row, StorageUnavailable, Tables

FORM = "https://forms.office.com/e/gxx4E2aRVi"


class Switched:
    """Tables that can be made unreachable in the middle of a test."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.down = False
        self.down_after_case = False

    def _check(self) -> None:
        if self.down:
            raise StorageUnavailable("switched off by the test")

    async def get(self, table: str, partition: str, key: str) -> Row:
        self._check()
        return await self._tables.get(table, partition, key)

    async def query(
        self, table: str, partition: str, *, start: str = "", stop: str = "", limit: int | None = None
    ) -> list[Row]:
        self._check()
        return await self._tables.query(table, partition, start=start, stop=stop, limit=limit)

    async def write(self, table: str, partition: str, *operations: Operation) -> list[str]:
        self._check()
        written = await self._tables.write(table, partition, *operations)
        if self.down_after_case and table == "cases" and operations[0].key.startswith("case|"):
            self.down = True
        return written

    async def ping(self) -> None:
        self._check()
        await self._tables.ping()

    async def close(self) -> None:
        await self._tables.close()
