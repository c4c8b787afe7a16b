"""The case book: every change to a case is one atomic write of the case, its entry and what is then due.

All rows of the book live in one partition, because only rows of one partition can be written together:

    case|REFERENCE                    the case
    entry|REFERENCE|000001            its chronology, in order
    submission|DRAFT                  which case a submission became, so that it becomes one only
    reporter|PERSON|TIME|REFERENCE    the reports of one person
    open|TIME|REFERENCE               the cases that are not closed, oldest first
    due|…                             who is still to be told (`due.py`)

Keep first, then tell: nobody is told of anything that is not written yet, and what was not told stays due.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from storage.due import Claim, DueQueue, all_due, stamp
from storage.records import (
    Case,
    Entry,
    EntryKind,
    NotificationKind,
    Person,
    PostedCard,
    Report,
    StoredFile,
)
from storage.rows import RowCodec
from storage.tables import Conflict, Insert, NotFound, Operation, Replace, Row, Tables, prefix_range

TABLE = PARTITION = "cases"
_case_codec = RowCodec(Case)
_entry_codec = RowCodec(Entry)


def new_reference() -> str:
    """Short and readable over the phone: digits only, in two groups; random, so that it tells nothing."""
    return f"SM-{secrets.randbelow(1000):03d}-{secrets.randbelow(10_000):04d}"


class CaseBook:
    """Raises cases and moves them on. Each method may raise `StorageUnavailable`; then nothing was written."""

    def __init__(self, tables: Tables, reference: Callable[[], str] = new_reference) -> None:
        self._tables = tables
        self._reference = reference
        self.due = DueQueue(tables, TABLE)

    async def raise_case(self, report: Report, reporter: Person, submission: str, at: datetime) -> Case:
        """The case for this submission: a new one with its first entry and its due alert, or the one it became."""
        while True:
            known = await self.by_submission(submission)
            if known:
                return known
            case = Case(self._reference(), submission, report, reporter, at)
            try:
                await self._write(
                    Insert(_case_key(case.reference), _case_codec.to_values(case)),
                    Insert(f"submission|{submission}", {"reference": case.reference}),
                    Insert(f"reporter|{reporter.id}|{stamp(at)}|{case.reference}", {"reference": case.reference}),
                    Insert(f"open|{stamp(at)}|{case.reference}", {"reference": case.reference}),
                    _entry(case, Entry(at, EntryKind.RAISED, reporter)),
                    *all_due(case.reference, case.revision, [NotificationKind.ALERT], at),
                )
            except Conflict:
                continue  # this submission came in twice at once, or the reference is taken: look, or draw again
            return case

    async def acknowledge(self, reference: str, by: Person, at: datetime) -> Case:
        """The case, taken by `by`: the card and the reporter's update become due.

        Raises:
            WrongStatus: somebody has it already; it carries the present case.
            NotFound: there is no such case.
        """
        return await self._change(
            reference,
            lambda case: case.acknowledge(by, at),
            Entry(at, EntryKind.ACKNOWLEDGED, by),
            (NotificationKind.CARD, NotificationKind.REPORTER),
        )

    async def waits(self, reference: str, at: datetime) -> None:
        """Its alert has nowhere to go: an entry, and its reporter and those who can mend it are told, once."""
        if (await self.get(reference)).waiting:
            return
        await self._change(
            reference,
            lambda case: replace(case, waiting=True, revision=case.revision + 1),
            Entry(at, EntryKind.WAITING),
            (NotificationKind.WAITING, NotificationKind.REPORTER_WAITS),
        )

    async def opened(self, reference: str, by: Person, at: datetime) -> Case:
        """The case, with an entry that `by` read the report. `NotFound` if there is none."""
        return await self._change(
            reference, lambda case: replace(case, revision=case.revision + 1), Entry(at, EntryKind.OPENED, by), ()
        )

    async def add(
        self, reference: str, by: Person, at: datetime, text: str = "", files: tuple[StoredFile, ...] = ()
    ) -> Case:
        """The case with what its reporter added: in the chronology, and those who deal with it hear of it."""

        def change(case: Case) -> Case:
            report = replace(case.report, evidence=(*case.report.evidence, *files))
            return replace(case, report=report, revision=case.revision + 1)

        said = "\n".join([*([text] if text else []), *(f"{file.name}, SHA-256 {file.sha256}" for file in files)])
        tell = (NotificationKind.CARD, NotificationKind.ADDED)
        return await self._change(reference, change, Entry(at, EntryKind.ADDED, by, said), tell)

    async def ask_to_withdraw(self, reference: str, by: Person, at: datetime) -> Case:
        """The case, with its reporter's wish; it stays, since no reporter deletes a safeguarding record."""
        return await self._change(
            reference,
            lambda case: replace(case, withdrawal_asked=True, revision=case.revision + 1),
            Entry(at, EntryKind.WITHDRAWAL, by),
            (NotificationKind.CARD, NotificationKind.ADDED),
        )

    async def by_submission(self, submission: str) -> Case | None:
        """The case that this submission became, if it did."""
        try:
            row = await self._tables.get(TABLE, PARTITION, f"submission|{submission}")
        except NotFound:
            return None
        return await self.get(str(row.values["reference"]))

    async def get(self, reference: str) -> Case:
        """The case; `NotFound` if there is none."""
        return _case_codec.from_values((await self._row(reference)).values)

    async def chronology(self, reference: str) -> list[Entry]:
        """All entries of a case, oldest first."""
        return [_entry_codec.from_values(row.values) for row in await self._query(f"entry|{reference}|")]

    async def reports_of(self, reporter: Person) -> list[Case]:
        """What this person reported, newest first."""
        rows = await self._query(f"reporter|{reporter.id}|")
        return [await self.get(str(row.values["reference"])) for row in reversed(rows)]

    async def settle(
        self, claim: Claim, at: datetime, entry: Entry | None = None, alert: PostedCard | None = None
    ) -> None:
        """This notification has arrived. `alert`: where the card now stands; `entry`: for the chronology."""
        if entry is None and alert is None:
            await self.due.settle(claim)
            return
        await self._change(
            claim.notification.subject,
            lambda case: replace(case, alert=alert or case.alert, revision=case.revision + 1),
            entry or Entry(at, EntryKind.ALERTED),
            (),
            claim.settled,
        )

    async def _change(
        self,
        reference: str,
        change: Callable[[Case], Case],
        entry: Entry,
        notify: tuple[NotificationKind, ...],
        *more: Operation,
    ) -> Case:
        """Read, change, write if nobody wrote in between; else read again."""
        while True:
            row = await self._row(reference)
            case = change(_case_codec.from_values(row.values))
            tell = all_due(reference, case.revision, notify, entry.at)
            try:
                await self._write(
                    Replace(row.key, _case_codec.to_values(case), row.etag), _entry(case, entry), *tell, *more
                )
            except Conflict:
                continue
            return case

    async def _row(self, reference: str) -> Row:
        return await self._tables.get(TABLE, PARTITION, _case_key(reference))

    async def _query(self, prefix: str) -> list[Row]:
        start, stop = prefix_range(prefix)
        return await self._tables.query(TABLE, PARTITION, start=start, stop=stop)

    async def _write(self, *operations: Operation) -> list[str]:
        return await self._tables.write(TABLE, PARTITION, *operations)


def _case_key(reference: str) -> str:
    return f"case|{reference}"


def _entry(case: Case, entry: Entry) -> Insert:
    return Insert(f"entry|{case.reference}|{case.revision:06d}", _entry_codec.to_values(entry))
