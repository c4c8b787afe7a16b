"""Makes exports, beside everything else: an entry in each case first, then the file, then its link to who asked.

Safe to restart: an entry is written once per export (`once=file_id`), and the file is overwritten.
"""

import asyncio
import contextlib
import hashlib
import tempfile
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import BinaryIO

import structlog

from bot.cases.case_access import CaseRoles
from bot.delivery.notifier import Outbox
from bot.teams.connector import ConnectorError
from bot.teams.messenger import Messenger, Unreachable
from cards.register.case_file import CaseFile, Found, as_csv, chronology_csv, evidence_csv, report_csv
from cards.register.export_cards import export_card
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Case, CaseEntry, EntryKind
from storage.cases.register_lines import line_of
from storage.due import Claim
from storage.files.evidence import EvidenceStore
from storage.records import StoredFile
from storage.register.export_book import DELETE, KEPT, MAKE, Export, ExportBook, ExportScope
from storage.tables.port import NotFound

log = structlog.get_logger()
ZIP = "application/zip"
NOT_MADE = "The export that you asked for ({what}) could not be made. Please ask for it again, and tell IT if it fails."
LONGEST_EXPORT = 600.0
"""Seconds for one export: some thousand cases, or some hundred megabytes of evidence."""
GIVEN_UP = 2 * KEPT - timedelta(seconds=LONGEST_EXPORT)
"""After it was asked for: one that began later could leave its file behind when that was deleted already."""


@dataclass(frozen=True, slots=True)
class ExportTools:
    """What exports stand on. `link_to` makes the address of one file that soon ends."""

    exports: ExportBook
    cases: CaseBook
    evidence: EvidenceStore
    case_roles: CaseRoles
    messenger: Messenger
    link_to: Callable[[StoredFile], Awaitable[str]]
    now: Callable[[], datetime]


class Exports:
    """Delivers what the export book has due."""

    def __init__(self, tools: ExportTools) -> None:
        self._tools = tools
        self.outbox = Outbox(tools.exports.due, {MAKE: self._make, DELETE: self._delete})

    async def _make(self, claim: Claim) -> None:
        export = await self._tools.exports.known(claim.notification.subject)
        if export is None or export.file or self._tools.now() >= export.at + GIVEN_UP:
            await self._tools.exports.due.settle(claim)
            return
        cases = await self._recorded(export)
        if not cases:
            await self._tools.exports.due.settle(claim)
            return
        with tempfile.TemporaryFile() as archive:  # without a name: nothing of it stays, even if this is killed
            await self._write(export, cases, archive)
            file = await self._tools.evidence.keep(archive, _name(export), ZIP, export.file_id)
        await self._give(claim, export, file, len(export.cases) - len(cases))

    async def _give(self, claim: Claim, export: Export, file: StoredFile, left_out: int) -> None:
        chat = await self._tools.messenger.chat_with(export.by)
        address = await self._tools.link_to(file)
        await self._tools.messenger.post_card(chat, export_card(replace(export, file=file), address, left_out))
        await self._tools.exports.made(claim, export, file, self._tools.now())
        log.info("export_given", what=export.what.name, cases=len(export.cases))

    async def _delete(self, claim: Claim) -> None:
        """An hour after it was made; or, of one that was never finished, two hours after it was asked for."""
        export = await self._tools.exports.known(claim.notification.subject)
        if export is None or (export.file and claim.notification.number == 1):
            await self._tools.exports.due.settle(claim)
            return
        await self._tools.evidence.delete(export.file_id)
        if export.file is None:
            await self._apologise(export)
        await self._tools.exports.forget(claim)

    async def _apologise(self, export: Export) -> None:
        """Nobody waits for what does not come."""
        log.error("export_not_made", what=export.what.name, cases=len(export.cases))
        with contextlib.suppress(Unreachable, ConnectorError):  # who cannot be reached asks again
            await self._tools.messenger.say(
                await self._tools.messenger.chat_with(export.by), NOT_MADE.format(what=export.what.words)
            )

    async def _recorded(self, export: Export) -> list[Case]:
        """The cases that are, now, still theirs to export, each with the entry that says so.

        Once for each file that is made: an old card asks again under the same id when its export was deleted.
        """
        access = self._tools.case_roles.access(export.by)
        entry = CaseEntry(export.at, EntryKind.EXPORTED, export.by, export.what.words)
        cases = []
        for reference in export.cases:
            try:
                case = await self._tools.cases.get(reference)
            except NotFound:
                continue  # deleted since, by the rules of retention
            if await access.works_on(case):
                cases.append(await self._tools.cases.record(reference, entry, once=export.file_id))
        return cases

    async def _write(self, export: Export, cases: list[Case], archive: BinaryIO) -> None:
        if export.what is ExportScope.REGISTER:
            await asyncio.to_thread(_write_register, export, cases, archive)
            return
        contents: list[tuple[str, int, str]] = []
        for case in cases:
            await self._write_case(export, case, archive, contents)
        table = as_csv(("file", "bytes", "SHA-256"), contents)
        await asyncio.to_thread(_add, archive, [("contents.csv", table)], [])

    async def _write_case(
        self, export: Export, case: Case, archive: BinaryIO, contents: list[tuple[str, int, str]]
    ) -> None:
        """One piece of evidence at a time: together they may be more than there is memory."""
        found: list[tuple[StoredFile, Found]] = []
        for file in case.report.evidence:
            try:
                content = await self._tools.evidence.load(file.id)
            except NotFound:
                found.append((file, Found.GONE))
                continue
            is_whole = hashlib.sha256(content).hexdigest() == file.sha256
            found.append((file, Found.WHOLE if is_whole else Found.CHANGED))
            await asyncio.to_thread(_add, archive, [(f"{case.reference}/evidence/{file.name}", content)], contents)
        whole = CaseFile(
            case=case,
            chronology=await self._tools.cases.chronology(case.reference),
            evidence=found,
            broken=await self._tools.cases.broken_entry(case.reference),
            exported_by=export.by,
            exported_at=export.at,
        )
        await asyncio.to_thread(_add_documents, archive, whole, contents)


def _add_documents(archive: BinaryIO, file: CaseFile, contents: list[tuple[str, int, str]]) -> None:
    from cards.register.case_pdf import case_pdf  # loaded with the first export: it holds ten megabytes

    folder = file.case.reference
    documents = [
        (f"{folder}/{folder}.pdf", case_pdf(file)),
        (f"{folder}/report.csv", report_csv(file)),
        (f"{folder}/chronology.csv", chronology_csv(file)),
        (f"{folder}/evidence.csv", evidence_csv(file)),
    ]
    _add(archive, documents, contents)


def _write_register(export: Export, cases: list[Case], archive: BinaryIO) -> None:
    from cards.register.register_sheet import register_csv, register_xlsx  # and this six

    lines = [line_of(case) for case in cases]
    workbook = register_xlsx(lines, export.by.name, export.at)
    _add(archive, [("register.csv", register_csv(lines)), ("register.xlsx", workbook)], [])


def _add(archive: BinaryIO, files: list[tuple[str, bytes]], contents: list[tuple[str, int, str]]) -> None:
    """Add files to the archive, and to the table of what is in it."""
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files:
            opened.writestr(name, content)
            contents.append((name, len(content), hashlib.sha256(content).hexdigest()))


def _name(export: Export) -> str:
    day = export.at.strftime("%Y-%m-%d")
    if export.what is ExportScope.CASE:
        return f"case-{export.cases[0]}-{day}.zip"
    return f"{'reporter' if export.what is ExportScope.REPORTER else 'register'}-{day}.zip"
