"""The case book: every change to a case is one atomic write of the case, its entry and what is then due.

All rows of the book live in one partition, because only rows of one partition can be written together:

    case|REFERENCE                    the case
    entry|REFERENCE|000001            its chronology, in order
    submission|DRAFT                  which case a submission became, so that it becomes one only
    reporter|PERSON|TIME|REFERENCE    the reports of one person
    going|…, gone|…                   deletions (`retention.py`)
    once|REFERENCE|FORM               a form that was sent, so that it is carried out once only
    tick|KIND|NAME                    what the clock has brought up, once (a day's list, a week's figures)
    open|…, closed|…, name|…, link|…  the register (`register_lines.py`)
    due|…                             who is still to be told, and what is to be looked at later (`due.py`)

Keep first, then tell: nobody is told of anything that is not written yet, and what was not told stays due.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from storage.cases import register_lines
from storage.cases.case_moves import Move
from storage.cases.case_records import Case, Entry, EntryKind, NotificationKind, Report, WrongStatus
from storage.chronology import first_break, seal_of
from storage.due import Claim, DueQueue, Notification, all_due, due, stamp
from storage.records import Person, PostedCard, StoredFile
from storage.tables.port import (
    Conflict,
    Insert,
    NotFound,
    Operation,
    Replace,
    Row,
    StorageUnavailable,
    Tables,
    prefix_range,
)
from storage.tables.rows import RowCodec

TABLE = PARTITION = "cases"
MOST_TRIES = 50
"""To write a change that others get in before; more than so many at once are no people."""
_case_codec = RowCodec(Case)
_entry_codec = RowCodec(Entry)


def new_reference() -> str:
    """Short and readable over the phone: digits only, in two groups; random, so that it tells nothing."""
    return f"SM-{secrets.randbelow(1000):03d}-{secrets.randbelow(10_000):04d}"


class ChangedSince(WrongStatus):
    """Somebody decided something about the case after the card was made whose button was pressed."""


class CaseBook:
    """Raises cases and moves them on. Each method may raise `StorageUnavailable`; then nothing was written."""

    def __init__(self, tables: Tables, reference: Callable[[], str] = new_reference) -> None:
        self._tables = tables
        self._reference = reference
        self.due = DueQueue(tables, TABLE)

    async def raise_case(
        self, report: Report, reporter: Person, submission: str, at: datetime, remind_at: datetime | None = None
    ) -> Case:
        """The case for this submission: a new one with its first entry and its due alert, or the one it became.

        `remind_at`: when it is looked at whether somebody has taken it.
        """
        while True:
            known = await self.by_submission(submission)
            if known:
                return known
            first = Case(self._reference(), submission, report, reporter, at)
            case, entry = _sealed(first, Entry(at, EntryKind.RAISED, reporter))
            try:
                await self._write(
                    Insert(_case_key(case.reference), _case_codec.to_values(case)),
                    Insert(f"submission|{submission}", {"reference": case.reference}),
                    Insert(f"reporter|{reporter.id}|{stamp(at)}|{case.reference}", {"reference": case.reference}),
                    *register_lines.first_rows(case),
                    entry,
                    *all_due(case.reference, case.revision, [NotificationKind.ALERT], at),
                    *all_due(
                        case.reference, case.revision, [NotificationKind.REMIND] if remind_at else [], remind_at or at
                    ),
                )
            except Conflict:
                continue  # this submission came in twice at once, or the reference is taken: look, or draw again
            return case

    async def apply(
        self, reference: str, move: Move, by: Person, at: datetime, *, seen: int | None = None, once: str = ""
    ) -> Case:
        """The case after this move, which is carried out or refused as a whole.

        `seen`: the `moves` of the card that was pressed; a decision is only taken by who sees the last one.
        `once`: the id of the form that was sent; sent again, it changes nothing and gives the case as it is.

        Raises:
            WrongStatus: it does not go from where the case is; `ChangedSince`: somebody else was first. Both carry
                the present case, and nothing was written.
            NotFound: there is no such case.
        """

        def change(case: Case) -> Case:
            if move.decides and seen is not None and seen != case.moves:
                raise ChangedSince(case)
            after = replace(move.change(case, by, at), touched_at=at)
            return replace(after, moves=case.moves + 1, moved_by=by) if move.decides else after

        return await self._change(reference, change, Entry(at, move.kind, by, move.text), move.tell, once=once)

    async def was_sent(self, reference: str, once: str) -> bool:
        """Whether this form was carried out."""
        try:
            await self._tables.get(TABLE, PARTITION, _form_key(reference, once))
        except NotFound:
            return False
        return True

    async def waits(self, reference: str, at: datetime) -> None:
        """Its alert has nowhere to go: an entry, and its reporter and those who can mend it are told, once."""
        if (await self.get(reference)).waiting:
            return
        await self._change(
            reference,
            lambda case: replace(case, waiting=True),
            Entry(at, EntryKind.WAITING),
            (NotificationKind.WAITING, NotificationKind.REPORTER_WAITS),
        )

    async def record(
        self, reference: str, entry: Entry, once: str = "", tell: tuple[NotificationKind, ...] = ()
    ) -> Case:
        """The case, with an entry that changes nothing else of it: who read it, say. `NotFound` if there is none.

        `once`: as for `apply`.
        """
        return await self._change(reference, lambda case: case, entry, tell, once=once)

    async def add(
        self, reference: str, by: Person, at: datetime, text: str = "", files: tuple[StoredFile, ...] = ()
    ) -> Case:
        """The case with what its reporter added: in the chronology, and those who deal with it hear of it."""

        def change(case: Case) -> Case:
            report = replace(case.report, evidence=(*case.report.evidence, *files))
            return replace(case, report=report, touched_at=at)

        said = "\n".join([*([text] if text else []), *(f"{file.name}, SHA-256 {file.sha256}" for file in files)])
        tell = (NotificationKind.CARD, NotificationKind.ADDED)
        return await self._change(reference, change, Entry(at, EntryKind.ADDED, by, said), tell)

    async def ask_to_withdraw(self, reference: str, by: Person, at: datetime) -> Case:
        """The case, with its reporter's wish; it stays, since no reporter deletes a safeguarding record."""
        return await self._change(
            reference,
            lambda case: replace(case, withdrawal_asked=True, touched_at=at),
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

    async def entry(self, reference: str, number: int) -> Entry:
        """One entry of a case; `NotFound` if there is none of this number."""
        row = await self._tables.get(TABLE, PARTITION, f"entry|{reference}|{number:06d}")
        return _entry_codec.from_values(row.values)

    async def sharing_link(self, case: Case) -> list[str]:
        """The references of other cases in which one of this case's addresses was reported."""
        found: dict[str, None] = {}
        for digest in (digest for link in case.report.links for digest in register_lines.link_digests(link)):
            for row in await self._query(f"link|{digest}|"):
                found[str(row.values["reference"])] = None
        found.pop(case.reference, None)
        return list(found)

    async def reports_of(self, reporter: Person) -> list[Case]:
        """What this person reported, newest first."""
        rows = await self._query(f"reporter|{reporter.id}|")
        return [await self.get(str(row.values["reference"])) for row in reversed(rows)]

    async def settle(
        self,
        claim: Claim,
        at: datetime,
        entry: Entry | None = None,
        alert: PostedCard | None = None,
        again: datetime | None = None,
    ) -> None:
        """This notification has arrived. `alert`: where the card now stands; `entry`: for the chronology.

        `again`: it is due once more at this time, as a reminder is; with an entry it takes that entry's number.
        """
        if entry is None and alert is None:
            await self._write(claim.settled, *([due(replace(claim.notification, attempts=0), again)] if again else []))
            return
        await self._change(
            claim.notification.subject,
            lambda case: replace(case, alert=alert or case.alert),
            entry or Entry(at, EntryKind.ALERTED),
            (NotificationKind(claim.notification.kind),) if again else (),
            claim.settled,
            notify_at=again,
        )

    async def tick(self, name: str, kind: str, at: datetime) -> bool:
        """Make `kind` due for `name` ("2026-06-08" of a channel, say), unless it was before; whether it is new."""
        try:
            await self._write(Insert(f"tick|{kind}|{name}", {}), due(Notification(name, kind, 1), at))
        except Conflict:
            return False
        return True

    async def broken_entry(self, reference: str) -> int | None:
        """The number of the first entry of a case that is not what the bot wrote; `None` if its chain holds."""
        case = await self.get(reference)
        rows = await self._query(f"entry|{reference}|")
        entries = [(int(row.key.rpartition("|")[2]), _entry_codec.from_values(row.values)) for row in rows]
        return first_break(reference, entries, case.revision, case.seal)

    async def _change(
        self,
        reference: str,
        change: Callable[[Case], Case],
        entry: Entry,
        notify: tuple[NotificationKind, ...],
        *more: Operation,
        notify_at: datetime | None = None,
        once: str = "",
    ) -> Case:
        """Read, change, write if nobody wrote in between; else read again. `once`: as for `apply`."""
        done = [Insert(_form_key(reference, once), {})] if once else []
        for _ in range(MOST_TRIES):
            if once and await self.was_sent(reference, once):
                return await self.get(reference)
            try:
                return await self._change_once(reference, change, entry, notify, *done, *more, notify_at=notify_at)
            except Conflict:
                continue
            except WrongStatus:
                if once and await self.was_sent(reference, once):  # by the same form, a moment ago
                    return await self.get(reference)
                raise
        raise StorageUnavailable(f"{reference} cannot be written: a row that is not the bot's is in the way")

    async def _change_once(
        self,
        reference: str,
        change: Callable[[Case], Case],
        entry: Entry,
        notify: tuple[NotificationKind, ...],
        *more: Operation,
        notify_at: datetime | None = None,
    ) -> Case:
        row = await self._row(reference)
        before = _case_codec.from_values(row.values)
        changed = change(before)
        case, line = _sealed(replace(changed, revision=before.revision + 1), entry)
        await self._write(
            Replace(row.key, _case_codec.to_values(case), row.etag),
            line,
            *register_lines.changed_rows(before, case),
            *all_due(reference, case.revision, notify, notify_at or entry.at),
            *more,
        )
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


def _form_key(reference: str, once: str) -> str:
    return f"once|{reference}|{once}"


def _sealed(case: Case, entry: Entry) -> tuple[Case, Insert]:
    """The case with the seal of its new entry, and the entry as it is written."""
    seal = seal_of(case.seal, case.reference, case.revision, entry)
    entry = replace(entry, seal=seal)
    return replace(case, seal=seal), Insert(
        f"entry|{case.reference}|{case.revision:06d}", _entry_codec.to_values(entry)
    )
