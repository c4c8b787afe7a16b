"""The rules of the desk, whatever is done in whatever order."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.cases import case_moves
from storage.cases.case_moves import CaseMove
from storage.cases.case_records import (
    ALLOWED_TRANSITIONS,
    Body,
    Case,
    Outcome,
    Place,
    Report,
    Route,
    Status,
    Whose,
    WrongStatus,
)
from storage.records import Person, PostedCard

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
    case_moves.hand_over(Place(Route.CHAIR), "r"),
    case_moves.hand_over(Place(Route.HEAD), "r"),
    case_moves.settle_whose(Whose.STAFF, "r"),
    case_moves.settle_whose(Whose.PUPIL, "r"),
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


HIGH, TRUST = Place(Route.DSL_CHANNEL, "Demo High School"), Place(Route.DSL_CHANNEL)
HEAD_OF_HIGH = Place(Route.HEAD, "Demo High School")
CARD = PostedCard("https://teams.example/", "19:channel", "1")
DEPUTY = Person("id-deputy", "Deputy", "29:deputy")
ABOUT_A_PUPIL = replace(NEW, report=Report(whose=Whose.PUPIL, school="Demo High School"), alert=CARD)


@pytest.mark.parametrize("status", Status)
def test_a_case_that_is_handed_over_is_new_for_those_who_get_it(status: Status) -> None:
    """From any status: nobody has taken it, no old card is current, and the old card is known, to be replaced."""
    before = replace(_in(status), report=ABOUT_A_PUPIL.report, alert=CARD, waiting=True, snoozed_until=NOON)
    after = case_moves.hand_over(HEAD_OF_HIGH, "It is about a colleague.").change(before, DSL, NOON)
    assert HEAD_OF_HIGH == after.place
    assert (Status.RAISED, None, None, None, None) == (
        after.status, after.alert, after.acknowledged_by, after.acknowledged_at, after.assigned_to,
    )  # fmt: skip
    assert (CARD,) == after.left_cards
    assert (False, None, None, None) == (after.waiting, after.outcome, after.closed_at, after.snoozed_until)


def test_a_case_is_not_handed_to_those_who_have_it() -> None:
    """It would only lose who has taken it."""
    with pytest.raises(WrongStatus):
        case_moves.hand_over(HIGH, "r").change(ABOUT_A_PUPIL, DSL, NOON)


@pytest.mark.parametrize(
    ("whose", "goes_to"),
    [
        (Whose.PUPIL, HIGH),
        (Whose.PARENT, HIGH),
        (Whose.PUBLIC, HIGH),
        (Whose.UNKNOWN, HIGH),
        (Whose.STAFF, HEAD_OF_HIGH),
        (Whose.DSL_TEAM, HEAD_OF_HIGH),
        (Whose.HEAD, Place(Route.CHAIR, "Demo High School")),
    ],
)
def test_whose_conduct_it_is_decides_who_has_it(whose: Whose, goes_to: Place) -> None:
    """However late it is settled (Keeping Children Safe in Education, part 4)."""
    unknown = replace(ABOUT_A_PUPIL, report=replace(ABOUT_A_PUPIL.report, whose=Whose.UNKNOWN))
    settled = case_moves.settle_whose(whose, "r").change(unknown, DSL, NOON)
    assert (goes_to, whose) == (settled.place, settled.report.whose)
    assert (CARD if goes_to == HIGH else None) == settled.alert


def test_what_is_written_on_about_a_colleague_leaves_the_team() -> None:
    """The alert of a danger went to the safeguarding team; the words about a colleague never reach it."""
    danger = replace(ABOUT_A_PUPIL, report=Report(danger=True, school="Demo High School"), being_written=True)
    written = replace(danger.report, whose=Whose.STAFF, description="words")
    after = case_moves.write_on(written).change(danger, DSL, NOON)
    assert (HEAD_OF_HIGH, None, (CARD,), True) == (after.place, after.alert, after.left_cards, after.being_written)
    finished = case_moves.finish(written).change(after, DSL, NOON)
    assert (HEAD_OF_HIGH, False) == (finished.place, finished.being_written)
    with pytest.raises(WrongStatus):
        case_moves.write_on(written).change(finished, DSL, NOON)


def test_what_was_handed_over_stays_there_whatever_is_written_on() -> None:
    """Who has the case decided; a reporter's later answer does not take it back."""
    danger = replace(ABOUT_A_PUPIL, report=Report(danger=True), being_written=True)
    moved = case_moves.hand_over(HEAD_OF_HIGH, "r").change(danger, DSL, NOON)
    after = case_moves.write_on(Report(danger=True, whose=Whose.PUPIL)).change(moved, DSL, NOON)
    assert HEAD_OF_HIGH == after.place


def test_a_case_is_kept_from_one_of_the_team() -> None:
    """Whatever the capitals of the id; it is not assigned to them any more, and nobody keeps it from themselves."""
    mine = replace(ABOUT_A_PUPIL, assigned_to=DEPUTY)
    kept = case_moves.keep_from(DEPUTY, "named in it").change(mine, DSL, NOON)
    assert kept.is_kept_from(replace(DEPUTY, id=DEPUTY.id.upper()))
    assert not kept.is_kept_from(DSL)
    assert kept.assigned_to is None
    with pytest.raises(WrongStatus):
        case_moves.keep_from(DEPUTY, "again").change(kept, DSL, NOON)
    with pytest.raises(WrongStatus):
        case_moves.keep_from(DSL, "myself").change(kept, DSL, NOON)
    assert () == case_moves.show_again(DEPUTY, "a mistake").change(kept, DSL, NOON).kept_from
    with pytest.raises(WrongStatus):
        case_moves.show_again(DEPUTY, "a mistake").change(mine, DSL, NOON)


def test_a_danger_pressed_by_mistake_is_taken_back() -> None:
    """The case stays, is not urgent for it any more, and says so."""
    danger = replace(ABOUT_A_PUPIL, report=Report(danger=True), being_written=True)
    after = case_moves.no_danger().change(danger, DSL, NOON)
    assert (True, False, True) == (danger.urgent, after.urgent, after.danger_taken_back)
