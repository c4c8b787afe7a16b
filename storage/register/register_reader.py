"""The register, read: lists, searches and periods, from its lines alone (`register_lines.py`)."""

import re
from datetime import datetime

from storage.cases import register_lines
from storage.cases.case_book import PARTITION, TABLE, CaseBook
from storage.cases.register_lines import Line, line_codec, line_of
from storage.due import stamp
from storage.tables.port import NotFound, Row, Tables, prefix_range

MAX_FOUND = 200
"""Cases that one search gives."""
_REFERENCE = re.compile(r"(?:sm)?[\s-]*(\d{3})[\s-]*(\d{4})", re.IGNORECASE)
_LINK = re.compile(r"\S+://\S+|[\w-]+(\.[\w-]+)+/\S*")


class Register:
    """Reads the register. Each method may raise `StorageUnavailable`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._cases = CaseBook(tables)

    async def open_lines(self) -> list[Line]:
        """The cases that are not closed, oldest first."""
        return _lines(await self._query(*prefix_range("open|")))

    async def closed_lines(self, start: datetime, stop: datetime) -> list[Line]:
        """The closed cases that were raised from `start` until before `stop`, oldest first."""
        return _lines(await self._query(f"closed|{stamp(start)}", f"closed|{stamp(stop)}"))

    async def search(self, words: str) -> list[Line]:
        """The cases, open or closed, with this reference, this reported address, or a reporter of this name.

        A name may be the beginning of one: "smi" finds Jane Smith. At most `MAX_FOUND`, in the order of their dates.
        """
        words = " ".join(words.split())
        if reference := _REFERENCE.fullmatch(words):
            references = [f"SM-{reference[1]}-{reference[2]}"]
        elif _LINK.fullmatch(words):
            digests = register_lines.link_digests(words)
            references = list(dict.fromkeys([r for d in digests for r in await self._named(f"link|{d}|")]))
        else:
            name = register_lines.plain_name(words)
            references = await self._named(f"name|{name}") if name else []
        found = [line for reference in references if (line := await self._line(reference))]
        return sorted(found, key=lambda line: line.raised_at)

    async def _named(self, prefix: str) -> list[str]:
        rows = await self._query(*prefix_range(prefix), limit=MAX_FOUND)
        return list(dict.fromkeys(str(row.values["reference"]) for row in rows))

    async def _line(self, reference: str) -> Line | None:
        try:
            return line_of(await self._cases.get(reference))
        except NotFound:
            return None

    async def _query(self, start: str, stop: str, limit: int | None = None) -> list[Row]:
        return await self._tables.query(TABLE, PARTITION, start=start, stop=stop, limit=limit)


def _lines(rows: list[Row]) -> list[Line]:
    return [line_codec.from_values(row.values) for row in rows]
