"""Nobody is reminded of a case that is kept from them."""

from datetime import UTC, datetime

from bot.cases.case_reminders import who_may_see
from bot.cases.report_routes import Ladder
from bot.trust.facts import Leader
from storage.cases.case_records import Case, Report
from storage.records import Person

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
LADDER = Ladder(Leader(name="DSL", id="id-dsl"), Leader(name="Deputy", id="id-deputy"), Leader(name="Head"))
CASE = Case("SM-000-0001", "draft", Report(), Person("id-teacher", "Teacher", "29:t"), NOON)


def test_the_whole_ladder_is_reminded() -> None:
    """A leader without an Entra id is not taken for anybody."""
    assert LADDER == who_may_see(CASE, LADDER)


def test_who_may_not_see_the_case_is_left_out() -> None:
    """Whatever the capitals of their id; the others stay where they are."""
    kept = Case("SM-000-0001", "draft", Report(), CASE.reporter, NOON, kept_from=(Person("ID-DSL", "DSL", ""),))
    assert Ladder(Leader(), LADDER.deputy, LADDER.head) == who_may_see(kept, LADDER)
