"""How long cases are kept: a review first, a deletion after it, never under a legal hold, and only by a rule.

    going|REFERENCE          its deletion was begun: the case as it was, until the next run has finished it
    gone|REFERENCE           what is left of a case: dates and by which rule, nothing of the matter

A case has more rows than one transaction takes. The first one decides: if nobody wrote anything since the case was
looked at, it takes the case out of the book, with all by which it is found, and keeps it in the mark. From then on
nobody can write to it, hold it or reopen it; its files, its entries and the mark follow. Killed anywhere, it is found
and finished.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from storage.cases import register_lines
from storage.cases.case_book import PARTITION, TABLE, CaseBook
from storage.cases.case_moves import review
from storage.cases.case_records import Case, Kind, Outcome
from storage.cases.register_lines import Line, line_codec
from storage.due import stamp
from storage.files.evidence import EvidenceStore
from storage.record_book import person_keys
from storage.records import Person
from storage.tables.paging import all_rows
from storage.tables.port import MAX_OPERATIONS, Conflict, Delete, NotFound, Operation, Put, Tables
from storage.tables.rows import RowCodec

_LONDON = ZoneInfo("Europe/London")


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
    """A closed case whose time has come, by a rule."""

    line: Line
    closed_at: datetime
    rule: str
    review_at: datetime
    delete_at: datetime | None

    @property
    def reference(self) -> str:
        """The case's."""
        return self.line.reference

    @property
    def reviewed_at(self) -> datetime | None:
        """When somebody looked at it since its review was due."""
        at = self.line.reviewed_at
        return at if at and at >= self.review_at else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to do. `begun`: references whose deletion was begun by an earlier run."""

    review: Sequence[Aged]
    delete: Sequence[Aged]
    held: Sequence[Aged]
    begun: Sequence[str]


@dataclass(frozen=True, slots=True)
class UnfinishedDeletion:
    """An unfinished deletion, begun at `at`. Holds a copy of the case, whose own row is already gone."""

    case: Case
    rule: str
    reviewed_at: datetime | None
    at: datetime

    @property
    def left(self) -> dict[str, str]:
        """The line that stays."""
        closed, reviewed = self.case.closed_at, self.reviewed_at
        return {
            "reference": self.case.reference,
            "raised_at": stamp(self.case.raised_at),
            "closed_at": stamp(closed) if closed else "",
            "reviewed_at": stamp(reviewed) if reviewed else "",
            "deleted_at": stamp(self.at),
            "rule": self.rule,
        }


_case_codec, _mark_codec = RowCodec(Case), RowCodec(UnfinishedDeletion)


class Retention:
    """Plans and carries out. Each method may raise `StorageUnavailable`; what was done by then is done."""

    def __init__(self, tables: Tables, evidence: EvidenceStore, rules: Sequence[Rule]) -> None:
        self._tables = tables
        self._evidence = evidence
        self._rules = rules
        self._cases = CaseBook(tables)

    @property
    def has_rules(self) -> bool:
        """Whether anything is ever reviewed."""
        return bool(self._rules)

    async def plan(self, now: datetime) -> Plan:
        """What the rules say today of the closed cases. The first rule that fits a case is its rule."""
        begun = [row.key.partition("|")[2] async for row in all_rows(self._tables, TABLE, PARTITION, "going|")]
        aged = [each async for each in self._all_aged(now) if each.reference not in begun]
        past = [each for each in aged if each.reviewed_at and each.delete_at and each.delete_at <= now]
        return Plan(
            review=[each for each in aged if each.reviewed_at is None],
            delete=[each for each in past if not each.line.legal_hold],
            held=[each for each in past if each.line.legal_hold],
            begun=begun,
        )

    async def reviewed(self, reference: str, by: Person, words: str, at: datetime, once: str = "") -> None:
        """Somebody looked at the case and found that it need not be kept longer than its rule says.

        Raises:
            NotFound: there is no such case.
            WrongStatus: it is open.
        """
        await self._cases.apply(reference, review(words), by, at, once=once)

    async def delete(self, aged: Aged, now: datetime) -> bool:
        """Delete this case, if what was planned still holds; whether it was."""
        try:
            row = await self._tables.get(TABLE, PARTITION, f"case|{aged.reference}")
        except NotFound:
            return False
        case = _case_codec.from_values(row.values)
        if case.legal_hold or case.closed_at != aged.closed_at:
            return False
        mark = _mark_codec.to_values(UnfinishedDeletion(case, aged.rule, aged.reviewed_at, now))
        found_by = [Delete(key) for key in _found_by(case)]
        try:
            await self._tables.write(
                TABLE, PARTITION, Delete(row.key, row.etag), Put(f"going|{aged.reference}", mark), *found_by
            )
        except Conflict:
            return False  # somebody wrote to it in this moment; it may be held, or open again
        await self.finish(aged.reference)
        return True

    async def finish(self, reference: str) -> None:
        """Carry a deletion that was begun to its end, unless another run did."""
        try:
            row = await self._tables.get(TABLE, PARTITION, f"going|{reference}")
        except NotFound:
            return
        mark = _mark_codec.from_values(row.values)
        for file in mark.case.report.evidence:
            await self._evidence.delete(file.id)
        await self._delete_all(await self._rows_around(reference))
        await self._tables.write(TABLE, PARTITION, Delete(row.key), Put(f"gone|{reference}", mark.left))

    async def _rows_around(self, reference: str) -> list[str]:
        """The keys of what is left of a case after the first transaction."""
        keys: list[str] = []
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

    async def _all_aged(self, now: datetime) -> AsyncIterator[Aged]:
        """The closed cases whose review has come, whether somebody looked at them or not."""
        if not self._rules:
            return
        async for row in all_rows(self._tables, TABLE, PARTITION, "closed|"):
            line = line_codec.from_values(row.values)
            rule = next((rule for rule in self._rules if rule.fits(line)), None)
            if rule is None or line.closed_at is None:
                continue
            review_at = months_after(line.closed_at, rule.review_after)
            delete_at = months_after(line.closed_at, rule.delete_after) if rule.delete_after is not None else None
            if review_at <= now:
                yield Aged(line, line.closed_at, rule.name, review_at, delete_at)


def _found_by(case: Case) -> list[str]:
    """The keys under which somebody comes upon a case: its line, and what was written with it when it was raised."""
    return [
        f"submission|{case.submission}",
        *(f"{key}{stamp(case.raised_at)}|{case.reference}" for key in person_keys("reporter", case.reporter)),
        register_lines.line_key(case),
        *register_lines.found_by(case),
    ]


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
