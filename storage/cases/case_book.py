"""The case book: every change to a case is one atomic write of the case, its entry and what is then due.

Beside the rows that every book has (`record_book.py`), its partition holds

    reporter|PERSON|TIME|REFERENCE    the reports of one person
    going|…, gone|…                   deletions (`retention.py`)
    once|REFERENCE|FORM               a form that was sent, so that it is carried out once only
    tick|KIND|NAME                    what the clock has brought up, once (a day's list, a week's figures)
    open|…, closed|…, name|…, link|…, about|…  the register (`register_lines.py`)

Keep first, then tell: nobody is told of anything that is not written yet, and what was not told stays due.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from storage.cases import register_lines
from storage.cases.case_moves import CaseMove
from storage.cases.case_records import (
    Case,
    CaseEntry,
    ChangedSince,
    EntryKind,
    MovedMeanwhile,
    NotificationKind,
    Place,
    Report,
)
from storage.due import Claim, Notification, all_due, due, stamp
from storage.record_book import ChronicledBook, person_keys
from storage.records import Person, PostedCard, StoredFile
from storage.tables.port import Conflict, Insert, Operation, Tables, Value

TABLE = PARTITION = "cases"


def new_reference() -> str:
    """Short and readable over the phone: digits only, in two groups; random, so that it tells nothing."""
    return f"SM-{secrets.randbelow(1000):03d}-{secrets.randbelow(10_000):04d}"


class CaseBook(ChronicledBook[Case, EntryKind]):
    """Raises cases and moves them on. Each method may raise `StorageUnavailable`; then nothing was written."""

    def __init__(self, tables: Tables, reference: Callable[[], str] = new_reference) -> None:
        super().__init__(tables, TABLE, "case", Case, CaseEntry)
        self._reference = reference

    async def raise_case(
        self,
        report: Report,
        reporter: Person,
        submission: str,
        at: datetime,
        remind_at: datetime | None = None,
        *,
        being_written: bool = False,
    ) -> Case:
        """The case for this submission: a new one with its first entry and its due alert, or the one it became.

        `remind_at`: when it is looked at whether somebody has taken it. `being_written`: its report goes on.
        """

        def beside(case: Case) -> list[Operation]:
            reminder = all_due(case.reference, case.revision, [NotificationKind.REMIND], remind_at) if remind_at else []
            reported = Insert(f"reporter|{reporter.id.casefold()}|{stamp(at)}|{case.reference}", _named(case))
            alert = all_due(case.reference, case.revision, [NotificationKind.ALERT], at)
            return [reported, *register_lines.first_rows(case), *alert, *reminder]

        return await self._begin(
            submission,
            lambda: Case(self._reference(), submission, report, reporter, at, being_written=being_written),
            CaseEntry(at, EntryKind.RAISED, reporter),
            beside,
        )

    async def apply(
        self, reference: str, move: CaseMove, by: Person, at: datetime, *, seen: int | None = None, once: str = ""
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

        return await self._move(reference, change, CaseEntry(at, move.kind, by, move.text), move.tell, once=once)

    async def was_sent(self, reference: str, once: str) -> bool:
        """Whether this form was carried out."""
        return await self._has(_form_key(reference, once))

    async def waits(self, reference: str, at: datetime) -> None:
        """Its alert has nowhere to go: an entry, and its reporter and those who can mend it are told, once."""
        if (await self.get(reference)).waiting:
            return
        await self._move(
            reference,
            lambda case: replace(case, waiting=True),
            CaseEntry(at, EntryKind.WAITING),
            (NotificationKind.WAITING, NotificationKind.REPORTER_WAITS),
        )

    async def record(self, reference: str, entry: CaseEntry, once: str = "", tell: Sequence[str] = ()) -> Case:
        """The case, with an entry that changes nothing else of it: who read it, say. `NotFound` if there is none.

        `once`: as for `apply`.
        """
        return await self._move(reference, lambda case: case, entry, tell, once=once)

    async def add(
        self, reference: str, by: Person, at: datetime, text: str = "", files: tuple[StoredFile, ...] = ()
    ) -> Case:
        """The case with what its reporter added: in the chronology, and those who deal with it hear of it."""

        def change(case: Case) -> Case:
            report = replace(case.report, evidence=(*case.report.evidence, *files))
            return replace(case, report=report, touched_at=at)

        said = "\n".join([*([text] if text else []), *(f"{file.name}, SHA-256 {file.sha256}" for file in files)])
        tell = (NotificationKind.CARD, NotificationKind.ADDED)
        return await self._move(reference, change, CaseEntry(at, EntryKind.ADDED, by, said), tell)

    async def ask_to_withdraw(self, reference: str, by: Person, at: datetime) -> Case:
        """The case, with its reporter's wish; it stays, since no reporter deletes a safeguarding record."""
        return await self._move(
            reference,
            lambda case: replace(case, withdrawal_asked=True, touched_at=at),
            CaseEntry(at, EntryKind.WITHDRAWAL, by),
            (NotificationKind.CARD, NotificationKind.ADDED),
        )

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
        rows = [row for key in person_keys("reporter", reporter) for row in await self._query(key)]
        rows.sort(key=lambda row: row.key.split("|")[2:], reverse=True)
        return [await self.get(str(row.values["reference"])) for row in rows]

    async def settle(
        self,
        claim: Claim,
        at: datetime,
        entry: CaseEntry | None = None,
        alert: PostedCard | None = None,
        again: datetime | None = None,
        *,
        place: Place | None = None,
    ) -> None:
        """This notification has arrived. `alert`: where the card now stands; `entry`: for the chronology.

        `again`: it is due once more at this time, as a reminder is; with an entry it takes that entry's number.
        `place`: to whom the alert went. Raises `MovedMeanwhile`, and writes nothing, if the case is elsewhere now.
        """

        def delivered(case: Case) -> Case:
            if place is not None and case.place != place:
                raise MovedMeanwhile(case)
            return replace(case, alert=alert or case.alert)

        if entry is None and alert is None:
            await self._write(claim.settled, *([due(replace(claim.notification, attempts=0), again)] if again else []))
            return
        await self._move(
            claim.notification.subject,
            delivered,
            entry or CaseEntry(at, EntryKind.ALERTED),
            (claim.notification.kind,) if again else (),
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

    async def _move(
        self,
        reference: str,
        change: Callable[[Case], Case],
        entry: CaseEntry,
        tell: Sequence[str],
        *more: Operation,
        notify_at: datetime | None = None,
        once: str = "",
    ) -> Case:
        """The case after `change`: with its entry, its line in the register, and whom it is to be told.

        `once`: as for `apply`.
        """

        def beside(before: Case, after: Case) -> list[Operation]:
            told = all_due(reference, after.revision, tell, notify_at or entry.at)
            return [*register_lines.changed_rows(before, after), *told, *more]

        done = Insert(_form_key(reference, once), {}) if once else None
        return await self._change_with_entry(reference, change, entry, beside, done)


def _form_key(reference: str, once: str) -> str:
    return f"once|{reference}|{once}"


def _named(case: Case) -> dict[str, Value]:
    return {"reference": case.reference}
