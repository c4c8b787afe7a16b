"""python -m tests.bench_register: what `cases` costs over a register of any size, on SQLite and on Azurite.

Ends with 1 if the list of open cases costs more than ten times what it costs over 1,000 cases. Cases and lines are
written as the bot writes them, but in bulk and without their chronologies.
"""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cases.case_access import CaseAccess
from bot.register.register_actions import RegisterActions
from bot.trust.school_calendar import Term
from cards.register.register_cards import Wanted, register_card
from storage.cases import register_lines
from storage.cases.case_book import PARTITION, TABLE
from storage.cases.case_records import Case, Kind, Outcome, Platform, Report, Status
from storage.records import Person
from storage.register.register_reader import Register
from storage.tables.azure_tables import AzureTables
from storage.tables.port import MAX_OPERATIONS, Operation, Put, Tables
from storage.tables.rows import RowCodec
from storage.tables.sqlite_tables import SqliteTables
from tests.support.azurite import Azurite, AzuriteMissing

OPEN = 200
SMALL = 1_000
LARGE = {"SQLite": 100_000, "Azurite": 20_000}
LIMIT = 10.0
TIMES = 15
YEARS = 10
STAFF = 1_500
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
TERMS = (
    Term(name="Spring term 2026", start="2026-01-05", end="2026-03-27"),
    Term(name="Summer term 2026", start="2026-04-13", end="2026-07-21"),
)
_cases = RowCodec(Case)


class SeesAll(CaseAccess):
    """A DSL of the whole trust; the roster is not asked, since Teams is not what is measured."""

    def __init__(self) -> None:
        """Nothing is needed."""

    async def covers(self, route: object, school: str) -> bool:
        return True


def made_up(count: int) -> Iterator[Case]:
    """Demo cases: `OPEN` of them open and of this year, the others closed, evenly over ten years."""
    chance = random.Random(5)
    for number in range(count):
        days = chance.uniform(0, 300 if number < OPEN else 365 * YEARS)
        at = NOW - timedelta(days=days)
        name = f"Demo Person{chance.randrange(STAFF)}"
        report = Report(
            chance.choice(list(Kind)), school=f"Demo School {chance.randrange(30)}", platform=Platform.FACEBOOK
        )
        case = Case(
            f"SM-{number // 10_000:03d}-{number % 10_000:04d}", f"s{number}", report, Person(name, name, name), at
        )
        yield (
            case
            if number < OPEN
            else replace(case, status=Status.CLOSED, outcome=Outcome.REMOVED, closed_at=at + timedelta(days=3))
        )


def rows_of(case: Case) -> list[Operation]:
    return [
        Put(f"case|{case.reference}", _cases.to_values(case)),
        Put(register_lines.line_key(case), register_lines.line_codec.to_values(register_lines.line_of(case))),
        Put(register_lines.name_keys(case)[-1], {"reference": case.reference}),
    ]


async def fill(tables: Tables, count: int) -> None:
    waiting: list[Operation] = []
    for case in made_up(count):
        waiting += rows_of(case)
        if len(waiting) > MAX_OPERATIONS - 3:
            await tables.write(TABLE, PARTITION, *waiting)
            waiting = []
    if waiting:
        await tables.write(TABLE, PARTITION, *waiting)


async def milliseconds(work: Callable[[], Awaitable[object]]) -> float:
    """The median of some runs, after one that is not counted."""
    await work()
    took = []
    for _ in range(TIMES):
        started = time.perf_counter()
        await work()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took)


async def measured(tables: Tables) -> dict[str, float]:
    actions = RegisterActions(Register(tables), TERMS, lambda: NOW)
    wanted = {
        "cases": Wanted(),
        "cases, third page, filtered": Wanted(kind=Kind.WORRY.name, page=2),
        "cases closed": Wanted(closed=True),
        "search by reference": Wanted(search="SM-000-0900"),
        "search by name": Wanted(search="Person77"),
    }

    async def shown(each: Wanted) -> object:
        return register_card(await actions.listed(each, SeesAll()))

    return {name: await milliseconds(lambda each=each: shown(each)) for name, each in wanted.items()}  # type: ignore[misc]


async def compare(name: str, open_tables: Callable[[str], Tables]) -> bool:
    """Both sizes side by side in one run; whether the list of open cases stays within its limit."""
    sizes = (SMALL, LARGE[name])
    figures = []
    for size in sizes:
        tables = open_tables(f"bench{size}")
        started = time.perf_counter()
        await fill(tables, size + (OPEN if size != SMALL else 0))
        say(f"{name}: {size:,} cases written in {time.perf_counter() - started:.0f} s")
        figures.append(await measured(tables))
        await tables.close()
    small, large = figures
    for what in small:
        before, after = (f"{found[what]:7.1f} ms at {size:,}" for found, size in zip(figures, sizes, strict=True))
        say(f"{name:8} {what:28} {before}, {after}: x{large[what] / small[what]:.1f}")
    return large["cases"] <= LIMIT * small["cases"]


async def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        good = await compare("SQLite", lambda name: SqliteTables(Path(folder) / name / "bot.sqlite3"))
    try:
        with Azurite() as azurite:
            where = azurite.connection_string
            good &= await compare("Azurite", lambda name: AzureTables.from_connection_string(where, prefix=name))
    except AzuriteMissing as missing:
        say(str(missing))
    if not good:
        say(f"`cases` costs more than {LIMIT:.0f} times what it costs at {SMALL:,}.")
    return 0 if good else 1


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
