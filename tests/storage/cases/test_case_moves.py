"""The rules of the desk, whatever is done in whatever order."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from storage.cases import case_moves
from storage.cases.case_moves import CaseMove
from storage.cases.case_records import ALLOWED_TRANSITIONS, Body, Case, Outcome, Report, Status, WrongStatus
from storage.records import Person

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
DSL = Person("id-dsl", "DSL", "29:dsl")
NEW = Case("SM-000-0001", "draft", Report(), DSL, NOON)
MOVES: tuple[CaseMove, ...] = (
    case_moves.acknowledge(),
    case_moves.assign(DSL),
    case_moves.note("n"),
    case_moves.set_urgency(True, "r"),
    case_moves.ask("q"),
    case_moves.answer("a", 3),
    case_moves.tell("t"),
    case_moves.refer(Body.LADO),
    case_moves.link("SM-000-0002"),
    case_moves.close(Outcome.NO_BREACH, "r"),
    case_moves.reopen("r"),
    case_moves.snooze(NOON, "r"),
    case_moves.hold(True, "r"),
)


@given(st.lists(st.sampled_from(MOVES), max_size=30))
def test_a_case_only_takes_allowed_steps(moves: list[CaseMove]) -> None:
    """No move leads past the table; a closed case has an outcome and a date, an open one has neither."""
    case = NEW
    for move in moves:
        before = case.status
        try:
            case = move.change(case, DSL, NOON)
        except WrongStatus:
            continue
        assert case.status is before or case.status in ALLOWED_TRANSITIONS[before]
        assert (case.status is Status.CLOSED) == (case.outcome is not None) == (case.closed_at is not None)
        assert (case.status is Status.RAISED) == (case.acknowledged_by is None)


def test_every_allowed_step_is_some_move() -> None:
    """The table promises nothing that the desk cannot do."""
    for start, goals in ALLOWED_TRANSITIONS.items():
        case = _in(start)
        assert goals <= {reached for move in MOVES if (reached := _after(case, move)) is not start}


def _in(status: Status) -> Case:
    ways: dict[Status, tuple[CaseMove, ...]] = {
        Status.RAISED: (),
        Status.ACKNOWLEDGED: (case_moves.acknowledge(),),
        Status.UNDER_REVIEW: (case_moves.acknowledge(), case_moves.note("n")),
        Status.REFERRED: (case_moves.acknowledge(), case_moves.refer(Body.POLICE)),
        Status.CLOSED: (case_moves.acknowledge(), case_moves.close(Outcome.REMOVED, "r")),
    }
    case = NEW
    for move in ways[status]:
        case = move.change(case, DSL, NOON)
    return case


def _after(case: Case, move: CaseMove) -> Status:
    try:
        return move.change(case, DSL, NOON).status
    except WrongStatus:
        return case.status
