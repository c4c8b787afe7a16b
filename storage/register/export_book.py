"""Exports that people asked for: each is made in the background, given to who asked, and deleted soon after.

export|ID                what was asked, by whom, and the file that it becomes
due|…                    that it is to be made, or its file to be deleted (`due.py`)

The file's id is drawn when the export is asked for, and its deletion is due from then on: whatever happens on the way,
no file stays that nobody deletes.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.cases.case_records import Route
from storage.cases.register_lines import Line
from storage.due import Claim, Notification, due
from storage.record_book import RecordBook
from storage.records import Person, StoredFile
from storage.stored_names import School, StoredName
from storage.tables.port import Conflict, Delete, Insert, NotFound, Put, Tables

TABLE = "exports"
MAKE, DELETE = "make", "delete"
KEPT = timedelta(hours=1)
"""How long the file of an export can be fetched."""


class ExportScope(StoredName):
    """What an export holds."""

    CASE = "case", "One case"
    REPORTER = "reporter", "Everything from one reporter"
    REGISTER = "register", "The register"


@dataclass(frozen=True, slots=True)
class Export:
    """One export. `cases`: the references in it, as its maker saw them when they asked; `reporter` names whose.

    `scopes`: the routes and schools of these cases. `file_id` is that of the file which it becomes; `file` is known
    once it is there.
    """

    id: str
    what: ExportScope
    by: Person
    at: datetime
    cases: tuple[str, ...]
    scopes: tuple[tuple[Route, School], ...]
    file_id: str
    reporter: str = ""
    file: StoredFile | None = None


def new_export(
    id: str, what: ExportScope, by: Person, at: datetime, lines: Sequence[Line], reporter: str = ""
) -> Export:
    """An export of these cases, still to be made."""
    references = tuple(line.reference for line in lines)
    scopes = tuple(dict.fromkeys((line.route, line.school) for line in lines))
    return Export(id, what, by, at, references, scopes, secrets.token_hex(16), reporter)


class ExportBook(RecordBook[Export]):
    """Keeps exports until they are deleted. Each method may raise `StorageUnavailable`."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables, TABLE, "export", Export)

    async def ask(self, export: Export) -> None:
        """It is to be made. Asked twice by one button, it is made once. `TooLarge` for more cases than a row holds."""
        try:
            await self._write(
                Insert(self._key(export.id), self._codec.to_values(export)),
                due(Notification(export.id, MAKE, 1), export.at),
                due(Notification(export.id, DELETE, 1), export.at + 2 * KEPT),
            )
        except Conflict:
            return

    async def made(self, claim: Claim, export: Export, file: StoredFile, at: datetime) -> None:
        """Its file is there and was given; it goes after an hour."""
        await self._write(
            Put(self._key(export.id), self._codec.to_values(replace(export, file=file))),
            due(Notification(export.id, DELETE, 2), at + KEPT),
            claim.settled,
        )

    async def forget(self, claim: Claim) -> None:
        """Its file is deleted."""
        await self._write(Delete(self._key(claim.notification.subject)), claim.settled)

    async def known(self, id: str) -> Export | None:
        """The export, if it is still there."""
        try:
            return await self.get(id)
        except NotFound:
            return None
