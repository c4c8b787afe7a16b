"""How long cases are kept: a review first, a deletion after it, never under a legal hold, and only by a rule.

    going|REFERENCE          its deletion was begun; the next run finishes it
    gone|REFERENCE           what is left of a case: dates and by which rule, nothing of the matter

A case has more rows than one transaction takes, so its deletion is marked first, then its files and the rows around it
go, and the case itself goes last, together with the mark: killed anywhere, it is found and finished.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from storage import register
from storage.case_book import PARTITION, TABLE, CaseBook
from storage.due import stamp
from storage.evidence import EvidenceStore
from storage.records import Case, Entry, EntryKind, Kind, Outcome, Person, Status
from storage.register import Line, line_codec
from storage.tables import MAX_OPERATIONS, Conflict, Delete, NotFound, Operation, Put, Tables, prefix_range
from storage.walking import all_rows

_LONDON = ZoneInfo("Europe/London")


class NotClosed(Exception):
    """A case that is open is not reviewed for deletion."""


@dataclass(frozen=True, slots=True)
class Rule:
    """For closed cases of these kinds and outcomes (none: of any). Times are months after the case was closed.

    Without `delete_after` a case is reviewed and stays.
    """

    name: str
    review_after: int
    delete_after: int | None = None
    kinds: frozenset[Kind] = frozenset()
    outcomes: frozenset[Outcome] = frozenset()

    def fits(self, line: Line) -> bool:
        """Whether this rule speaks of this case."""
        return (not self.kinds or line.kind in self.kinds) and (not self.outcomes or line.outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Aged:
    """A closed case whose time has come, by a rule. `reviewed_at`: when somebody looked at it since."""

    reference: str
    raised_at: datetime
    closed_at: datetime
    rule: str
    review_at: datetime
    delete_at: datetime | None
    legal_hold: bool
    reviewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do. `begun`: references whose deletion was begun by an earlier run."""

    review: Sequence[Aged]
    delete: Sequence[Aged]
    held: Sequence[Aged]
    begun: Sequence[str]


class Retention:
    """Plans and carries out. Each method may raise `StorageUnavailable`; what was done by then is done."""

    def __init__(self, tables: Tables, evidence: EvidenceStore, rules: Sequence[Rule]) -> None:
        self._tables = tables
        self._evidence = evidence
        self._rules = rules
        self._cases = CaseBook(tables)

    async def plan(self, now: datetime) -> Plan:
        """What the rules say today of the closed cases. The first rule that fits a case is its rule."""
        begun = [row.key.partition("|")[2] async for row in all_rows(self._tables, TABLE, PARTITION, "going|")]
        review: list[Aged] = []
        delete: list[Aged] = []
        held: list[Aged] = []
        async for row in all_rows(self._tables, TABLE, PARTITION, "closed|"):
            aged = self._aged(line_codec.from_values(row.values), now)
            if aged is None or aged.reference in begun:
                continue
            aged = await self._looked_at(aged)
            if aged.reviewed_at is None:
                review.append(aged)
            elif aged.delete_at and aged.delete_at <= now:
                (held if aged.legal_hold else delete).append(aged)
        return Plan(review, delete, held, begun)

    async def reviewed(self, reference: str, by: str, words: str, at: datetime) -> None:
        """Somebody looked at the case and found that it need not be kept longer than its rule says.

        Raises:
            NotFound: there is no such case.
            NotClosed: it is open.
        """
        case = await self._cases.get(reference)
        if case.status is not Status.CLOSED:
            raise NotClosed
        await self._cases.record(reference, Entry(at, EntryKind.REVIEWED, Person("", by, ""), words))

    async def delete(self, aged: Aged, now: datetime) -> bool:
        """Delete this case, if what was planned still holds; whether it was."""
        try:
            case = await self._cases.get(aged.reference)
        except NotFound:
            return False
        if case.legal_hold or case.closed_at != aged.closed_at:
            return False
        left = {
            "reference": aged.reference,
            "raised_at": stamp(aged.raised_at),
            "closed_at": stamp(aged.closed_at),
            "reviewed_at": stamp(aged.reviewed_at) if aged.reviewed_at else "",
            "deleted_at": stamp(now),
            "rule": aged.rule,
        }
        await self._tables.write(TABLE, PARTITION, Put(f"going|{aged.reference}", left))
        await self.finish(aged.reference)
        return True

    async def finish(self, reference: str) -> None:
        """Carry a deletion that was begun to its end."""
        mark = await self._tables.get(TABLE, PARTITION, f"going|{reference}")
        while True:
            case = await self._cases.get(reference)
            row = await self._tables.get(TABLE, PARTITION, f"case|{reference}")
            for file in case.report.evidence:
                await self._evidence.delete(file.id)
            await self._delete_all(await self._rows_around(case))
            try:
                await self._tables.write(
                    TABLE,
                    PARTITION,
                    Delete(row.key, row.etag),
                    Delete(mark.key),
                    Put(f"gone|{reference}", mark.values),
                )
            except Conflict:
                continue  # somebody wrote an entry meanwhile: it goes too
            return

    async def _rows_around(self, case: Case) -> list[str]:
        """The keys of all that belongs to a case but itself."""
        reference = case.reference
        keys = [
            f"submission|{case.submission}",
            f"reporter|{case.reporter.id}|{stamp(case.raised_at)}|{reference}",
            register.line_key(case),
            *register.found_by(case),
        ]
        for prefix in (f"entry|{reference}|", f"once|{reference}|"):
            keys += [row.key async for row in all_rows(self._tables, TABLE, PARTITION, prefix)]
        for prefix in ("due|", "unreadable|"):
            due = [row async for row in all_rows(self._tables, TABLE, PARTITION, prefix)]
            keys += [row.key for row in due if row.values.get("subject") == reference]
        return keys

    async def _delete_all(self, keys: Iterable[str]) -> None:
        """In as many transactions as it takes."""
        operations: list[Operation] = [Delete(key) for key in dict.fromkeys(keys)]
        for start in range(0, len(operations), MAX_OPERATIONS):
            await self._tables.write(TABLE, PARTITION, *operations[start : start + MAX_OPERATIONS])

    def _aged(self, line: Line, now: datetime) -> Aged | None:
        """The case by its rule, if its review has come."""
        rule = next((rule for rule in self._rules if rule.fits(line)), None)
        if rule is None or line.closed_at is None:
            return None
        review_at = months_after(line.closed_at, rule.review_after)
        if review_at > now:
            return None
        delete_at = months_after(line.closed_at, rule.delete_after) if rule.delete_after is not None else None
        return Aged(line.reference, line.raised_at, line.closed_at, rule.name, review_at, delete_at, line.legal_hold)

    async def _looked_at(self, aged: Aged) -> Aged:
        """With the last review of it, if there was one since it was due."""
        start, stop = prefix_range(f"entry|{aged.reference}|")
        rows = await self._tables.query(TABLE, PARTITION, start=start, stop=stop)
        reviews = [row.values["at"] for row in rows if row.values.get("kind") == EntryKind.REVIEWED]
        last = max((datetime.fromisoformat(str(at)) for at in reviews), default=None)
        return aged if last is None or last < aged.review_at else replace(aged, reviewed_at=last)


def months_after(at: datetime, months: int) -> datetime:
    """The same day so many months on, by the calendar in England; the month's last day where it has no such day."""
    local = at.astimezone(_LONDON)
    year, month = divmod(local.month - 1 + months, 12)
    year, month = local.year + year, month + 1
    for day in (local.day, 30, 29, 28):
        try:
            return local.replace(year=year, month=month, day=day).astimezone(at.tzinfo)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
