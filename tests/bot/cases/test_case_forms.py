"""What the DSL types into a form becomes a move, or a sentence beside the field; never an error."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.case_forms import LONGEST_SNOOZE, read_form
from cards.cases.case_action_forms import CaseAction, Offered, actions_of, form_card, form_of
from storage.cases import case_moves
from storage.cases.case_moves import CaseMove
from storage.cases.case_records import Case, Outcome, Report, Status
from storage.record_book import Move
from storage.records import Person

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
TODAY = NOON.date()
DSL, DEPUTY = Person("id-dsl", "DSL", "29:dsl"), Person("id-deputy", "Deputy", "29:deputy")
TEACHER = Person("id-teacher", "Teacher", "29:teacher")
NEW = Case("SM-000-0001", "draft", Report(), TEACHER, NOON)
TAKEN = case_moves.acknowledge().change(NEW, DSL, NOON)
CLOSED = case_moves.close(Outcome.REMOVED, "r").change(TAKEN, DSL, NOON)
TEAM = (DSL, DEPUTY)
FIELDS = ["text", "to", "body", "outcome", "number", "other", "until", "prepared"]


def read(do: CaseAction, case: Case = TAKEN, **typed: str) -> CaseMove | dict[str, str]:
    return read_form(do, case, form_of(do, case, Offered(TEAM)), typed, Offered(TEAM), TODAY)


@given(
    st.sampled_from(list(CaseAction)),
    st.sampled_from([NEW, TAKEN, CLOSED]),
    st.dictionaries(
        st.sampled_from(["text", "to", "body", "outcome", "number", "other", "until", "prepared"]), st.text()
    ),
)
def test_whatever_is_typed_is_a_move_or_a_problem_of_a_field(do: CaseAction, case: Case, typed: dict[str, str]) -> None:
    """And the card that gives it back can be built."""
    form = form_of(do, case, Offered(TEAM))
    result = read_form(do, case, form, typed, Offered(TEAM), TODAY)
    if not isinstance(result, Move):
        assert set(result) <= {question.name for question in form.fields} and all(result.values())
        assert form_card(do, case, form, "token", typed, result)


@pytest.mark.parametrize(
    "do", [CaseAction.CLOSE, CaseAction.REOPEN, CaseAction.URGENCY, CaseAction.SNOOZE, CaseAction.HOLD]
)
def test_a_decision_needs_its_reason(do: CaseAction) -> None:
    """The chronology says why."""
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    result = read(
        do, CLOSED if do is CaseAction.REOPEN else TAKEN, outcome=Outcome.REMOVED.value, until=tomorrow, text="  "
    )
    assert {"text"} == set(result if isinstance(result, dict) else {})


@pytest.mark.parametrize(
    ("until", "taken"),
    [(TODAY, False), (TODAY + timedelta(days=1), True), (TODAY + LONGEST_SNOOZE, True),
     (TODAY + LONGEST_SNOOZE + timedelta(days=1), False)],
)  # fmt: skip
def test_reminders_are_put_off_for_a_while(until: date, taken: bool) -> None:
    """From tomorrow, for three months at most: nothing sleeps for ever."""
    assert taken == isinstance(read(CaseAction.SNOOZE, until=until.isoformat(), text="why"), Move)


@pytest.mark.parametrize("typed", ["SM-123-4567", "sm 123 4567", "1234567", " SM1234567 "])
def test_a_reference_is_read_as_people_write_it(typed: str) -> None:
    """The digits are what counts."""
    result = read(CaseAction.LINK, other=typed)
    assert isinstance(result, Move) and "SM-123-4567" == result.text


def test_a_new_case_can_only_be_taken_or_prepared() -> None:
    """Nobody closes, refers or asks before somebody has it."""
    assert Status.RAISED is NEW.status
    assert not {CaseAction.CLOSE, CaseAction.REFER, CaseAction.ASK, CaseAction.TELL, CaseAction.REOPEN} & set(
        actions_of(NEW)
    )
