"""How long cases are kept: what is planned, what goes, and that a run that was killed is finished by the next."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.cases.case_book import PARTITION, TABLE, CaseBook
from storage.cases.case_moves import CaseMove, acknowledge, close, hold, note, reopen
from storage.cases.case_records import Case, EntryKind, Kind, Outcome, Report, WrongStatus
from storage.files.evidence import EvidenceStore, FolderEvidence
from storage.records import Person
from storage.register.auditing import audit
from storage.register.register_reader import Register
from storage.register.retention import Plan, Retention, Rule, months_after
from storage.tables.port import NotFound, Operation, Row, StorageUnavailable, Tables
from tests.support.pictures import PNG

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
TEACHER, DSL = Person("id-1", "Teacher", "29:1"), Person("id-2", "DSL", "29:2")
YEAR = timedelta(days=366)
RULES = (
    Rule("worries", 72, 300, frozenset({Kind.WORRY})),
    Rule("nothing found", 12, 36, outcomes=frozenset({Outcome.NO_BREACH})),
    Rule("all others", 24),
)


@pytest.fixture
async def evidence(tmp_path: Path) -> AsyncIterator[EvidenceStore]:
    store = FolderEvidence(tmp_path / "evidence")
    yield store
    await store.close()


async def closed(tables: Tables, name: str = "a", outcome: Outcome = Outcome.NO_BREACH, **report: object) -> Case:
    """A case that was closed at noon."""
    book = CaseBook(tables)
    given: dict[str, Any] = {"kind": Kind.CONTENT, "links": (f"https://example.org/{name}",), **report}
    case = await book.raise_case(Report(**given), TEACHER, name, NOON - timedelta(days=9))
    await book.apply(case.reference, acknowledge(), DSL, NOON)
    return await book.apply(case.reference, close(outcome, "done"), DSL, NOON)


def references(plan: Plan) -> tuple[list[str], list[str], list[str]]:
    return tuple([aged.reference for aged in part] for part in (plan.review, plan.delete, plan.held))  # type: ignore[return-value]


async def test_without_rules_nothing_is_planned(tables: Tables, evidence: EvidenceStore) -> None:
    """However old it is."""
    await closed(tables)
    assert ([], [], []) == references(await Retention(tables, evidence, ()).plan(NOON + 99 * YEAR))


async def test_a_review_comes_before_a_deletion(tables: Tables, evidence: EvidenceStore) -> None:
    """Past its date, a case that nobody reviewed stays; reviewed, it goes when its date comes and not before."""
    case = await closed(tables)
    keeping = Retention(tables, evidence, RULES)
    one, two, late = NOON + YEAR, NOON + 2 * YEAR, NOON + 4 * YEAR
    assert ([], [], []) == references(await keeping.plan(NOON + timedelta(days=364)))
    for at in (one, late):
        assert ([case.reference], [], []) == references(await keeping.plan(at))
    await keeping.reviewed(case.reference, DSL, "nothing in it", one)
    assert ([], [], []) == references(await keeping.plan(two))
    assert ([], [case.reference], []) == references(await keeping.plan(late))
    assert EntryKind.REVIEWED is (await CaseBook(tables).chronology(case.reference))[-1].kind


async def test_a_review_before_its_time_does_not_count(tables: Tables, evidence: EvidenceStore) -> None:
    """Looked at on the day it was closed, it is looked at again."""
    case = await closed(tables)
    keeping = Retention(tables, evidence, RULES)
    await keeping.reviewed(case.reference, DSL, "", NOON + timedelta(days=1))
    assert ([case.reference], [], []) == references(await keeping.plan(NOON + 4 * YEAR))


async def test_the_first_rule_that_fits(tables: Tables, evidence: EvidenceStore) -> None:
    """A worry where nothing was found is kept as a worry; what no deletion is set for stays for ever."""
    worry = await closed(tables, "a", kind=Kind.WORRY)
    other = await closed(tables, "b", Outcome.REMOVED)
    keeping = Retention(tables, evidence, RULES)
    assert [other.reference] == references(await keeping.plan(NOON + 5 * YEAR))[0]
    for case in (worry, other):
        await keeping.reviewed(case.reference, DSL, "", NOON + 7 * YEAR)
    assert ([], [], []) == references(await keeping.plan(NOON + 20 * YEAR))
    assert ([], [worry.reference], []) == references(await keeping.plan(NOON + 26 * YEAR))


async def test_a_legal_hold_wins(tables: Tables, evidence: EvidenceStore) -> None:
    """Planned as held; and one that was set after the plan was made holds too."""
    held, later = await closed(tables, "a"), await closed(tables, "b")
    book, keeping, late = CaseBook(tables), Retention(tables, evidence, RULES), NOON + 4 * YEAR
    for case in (held, later):
        await keeping.reviewed(case.reference, DSL, "", NOON + YEAR)
    await book.apply(held.reference, hold(True, "court"), DSL, late)
    plan = await keeping.plan(late)
    assert ([], [later.reference], [held.reference]) == references(plan)
    await book.apply(later.reference, hold(True, "court"), DSL, late)
    assert not await keeping.delete(plan.delete[0], late)
    assert await book.get(later.reference)


async def test_open_cases_are_left_alone(tables: Tables, evidence: EvidenceStore) -> None:
    """Never reviewed, never deleted; one that was reopened after the plan was made stays."""
    case = await closed(tables)
    book, keeping, late = CaseBook(tables), Retention(tables, evidence, RULES), NOON + 4 * YEAR
    await keeping.reviewed(case.reference, DSL, "", NOON + YEAR)
    plan = await keeping.plan(late)
    await book.apply(case.reference, reopen("more came in"), DSL, late)
    assert not await keeping.delete(plan.delete[0], late)
    with pytest.raises(WrongStatus):
        await keeping.reviewed(case.reference, DSL, "", late)
    assert ([], [], []) == references(await keeping.plan(late))


async def full_case(tables: Tables, evidence: EvidenceStore) -> tuple[Case, Case]:
    """A case with a file and more rows than one transaction takes; and one beside it."""
    file = await evidence.save(PNG)
    links = tuple(f"https://example.org/{number}" for number in range(20))
    case, other = await closed(tables, "a", evidence=(file,), links=links), await closed(tables, "b", Outcome.REMOVED)
    book = CaseBook(tables)
    for number in range(60):
        await book.apply(case.reference, note(f"note {number}"), DSL, NOON, once=f"form-{number}")
    await Retention(tables, evidence, RULES).reviewed(case.reference, DSL, "", NOON + YEAR)
    return await book.get(case.reference), other


async def rows_left(tables: Tables, case: Case) -> list[str]:
    """The keys of all rows that speak of this case."""
    rows = await tables.query(TABLE, PARTITION)
    return [
        row.key
        for row in rows
        if case.reference in f"{row.key} {row.values}" or row.key == f"submission|{case.submission}"
    ]


async def test_a_deletion_leaves_one_line(tables: Tables, evidence: EvidenceStore) -> None:
    """Case, entries, index, due rows and files go, over a hundred rows; dates and the rule stay. Others are whole."""
    case, other = await full_case(tables, evidence)
    keeping, late = Retention(tables, evidence, RULES), NOON + 4 * YEAR
    assert 120 < len(await rows_left(tables, case))
    (aged,) = (await keeping.plan(late)).delete
    assert await keeping.delete(aged, late)
    assert [f"gone|{case.reference}"] == await rows_left(tables, case)
    left = await tables.get(TABLE, PARTITION, f"gone|{case.reference}")
    assert {"reference", "raised_at", "closed_at", "reviewed_at", "deleted_at", "rule"} == set(left.values)
    assert "nothing found" == left.values["rule"]
    with pytest.raises(NotFound):
        await evidence.load(case.report.evidence[0].id)
    assert [other] == await CaseBook(tables).reports_of(TEACHER)
    assert [other.reference] == [line.reference for line in await Register(tables).search("teacher")]
    assert [] == (await audit(tables)).breaks


class FailsAfter:
    """Tables that carry out so many writes and then no more, as if the process was killed."""

    def __init__(self, tables: Tables, writes: int) -> None:
        self._tables = tables
        self._left = writes

    async def write(self, table: str, partition: str, *operations: Operation) -> list[str]:
        if self._left <= 0:
            raise StorageUnavailable("killed by the test")
        self._left -= 1
        return await self._tables.write(table, partition, *operations)

    async def get(self, table: str, partition: str, key: str) -> Row:
        return await self._tables.get(table, partition, key)

    async def query(self, table: str, partition: str, **bounds: Any) -> list[Row]:
        return await self._tables.query(table, partition, **bounds)

    async def ping(self) -> None:
        await self._tables.ping()

    async def close(self) -> None:
        await self._tables.close()


@pytest.mark.parametrize("writes", range(4))
async def test_killed_in_the_middle_it_is_finished(tables: Tables, evidence: EvidenceStore, writes: int) -> None:
    """After any of its writes: the next run finds it, meanwhile the audit does not call it a break."""
    case, _ = await full_case(tables, evidence)
    late = NOON + 4 * YEAR
    (aged,) = (await Retention(tables, evidence, RULES).plan(late)).delete
    with pytest.raises(StorageUnavailable):
        await Retention(FailsAfter(tables, writes), evidence, RULES).delete(aged, late)
    assert [] == (await audit(tables)).breaks
    keeping = Retention(tables, evidence, RULES)
    plan = await keeping.plan(late)
    assert ([case.reference] if writes else []) == list(plan.begun)
    for reference in plan.begun:
        await keeping.finish(reference)
    for aged in plan.delete:
        await keeping.delete(aged, late)
    assert [f"gone|{case.reference}"] == await rows_left(tables, case)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2024-02-29T12:00+00:00", 12, "2025-02-28T12:00+00:00"),
        ("2026-01-31T12:00+00:00", 1, "2026-02-28T12:00+00:00"),
        ("2026-12-15T12:00+00:00", 1, "2027-01-15T12:00+00:00"),
        ("2026-01-15T12:00+00:00", 6, "2026-07-15T11:00+00:00"),
        ("2026-06-03T12:00+00:00", 300, "2051-06-03T12:00+00:00"),
    ],
)
def test_months_by_the_calendar(start: str, months: int, end: str) -> None:
    """The same day and hour on the wall in England; the last of a shorter month."""
    assert datetime.fromisoformat(end) == months_after(datetime.fromisoformat(start), months)


class Meanwhile(FailsAfter):
    """Tables in which somebody gets in before the first write."""

    def __init__(self, tables: Tables, work: Callable[[], Awaitable[object]]) -> None:
        super().__init__(tables, 999)
        self._work: Callable[[], Awaitable[object]] | None = work

    async def write(self, table: str, partition: str, *operations: Operation) -> list[str]:
        work, self._work = self._work, None
        if work:
            await work()
        return await super().write(table, partition, *operations)


@pytest.mark.parametrize("move", [hold(True, "court"), reopen("more came in")], ids=["held", "reopened"])
async def test_what_is_decided_in_the_last_moment_holds(
    tables: Tables, evidence: EvidenceStore, move: CaseMove
) -> None:
    """After the deletion has looked at the case and before it writes: nothing goes, not a file, not an entry."""
    case, _ = await full_case(tables, evidence)
    late = NOON + 4 * YEAR
    (aged,) = (await Retention(tables, evidence, RULES).plan(late)).delete
    racing = Meanwhile(tables, lambda: CaseBook(tables).apply(case.reference, move, DSL, late))
    assert not await Retention(racing, evidence, RULES).delete(aged, late)
    kept = await CaseBook(tables).get(case.reference)
    assert kept.revision == len(await CaseBook(tables).chronology(case.reference)) == case.revision + 1
    assert PNG == await evidence.load(case.report.evidence[0].id)
    plan = await Retention(tables, evidence, RULES).plan(late)
    assert ([], []) == ([aged.reference for aged in plan.delete], list(plan.begun))


async def test_a_deletion_that_was_begun_takes_no_more_decisions(tables: Tables, evidence: EvidenceStore) -> None:
    """Killed after its first write, nobody is told that a hold stands on what is half gone; lists come upon none."""
    case, other = await full_case(tables, evidence)
    late, book = NOON + 4 * YEAR, CaseBook(tables)
    (aged,) = (await Retention(tables, evidence, RULES).plan(late)).delete
    with pytest.raises(StorageUnavailable):
        await Retention(FailsAfter(tables, 1), evidence, RULES).delete(aged, late)
    for move in (hold(True, "court"), reopen("more came in"), note("late")):
        with pytest.raises(NotFound):
            await book.apply(case.reference, move, DSL, late)
    assert [other] == await book.reports_of(TEACHER)
    assert None is await book.by_submission(case.submission)
    assert [other.reference] == [line.reference for line in await Register(tables).closed_lines(NOON - YEAR, late)]


async def test_two_runs_at_once_finish_a_deletion_once(tables: Tables, evidence: EvidenceStore) -> None:
    """The second finds nothing more to do, and says nothing of an error."""
    case, _ = await full_case(tables, evidence)
    keeping, late = Retention(tables, evidence, RULES), NOON + 4 * YEAR
    (aged,) = (await keeping.plan(late)).delete
    assert await keeping.delete(aged, late)
    await keeping.finish(case.reference)
    assert not await keeping.delete(aged, late)
    assert [f"gone|{case.reference}"] == await rows_left(tables, case)
