"""Each action of the desk, as a table: from which status to which, what changes, what is noted, who is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from storage.cases import case_moves as moves
from storage.cases.case_moves import CaseMove
from storage.cases.case_records import (
    Body,
    Case,
    EntryKind,
    NotificationKind,
    Outcome,
    Referral,
    Report,
    Status,
    WrongStatus,
)
from storage.records import Person

NOON, LATER = datetime(2026, 6, 3, 12, 0, tzinfo=UTC), datetime(2026, 6, 9, 8, 0, tzinfo=UTC)
REPORTER, DSL, DEPUTY = (Person(f"id-{name}", name, f"29:{name}") for name in ("Reporter", "DSL", "Deputy"))
EVERY = frozenset(Status)
OPEN = EVERY - {Status.CLOSED}
TAKEN = OPEN - {Status.RAISED}
ALERTED = Case("SM-000-0001", "draft", Report(), REPORTER, NOON)
CARD, REMIND, BACK = NotificationKind.CARD, NotificationKind.REMIND, NotificationKind.REPORTER_STATUS


def standing(status: Status) -> Case:
    """A case that stands there, with all that a move could change filled in."""
    case = replace(ALERTED, status=status, revision=7, asked=5, linked=("SM-000-0009",), snoozed_until=NOON)
    if status is Status.RAISED:
        return case
    case = replace(case, acknowledged_by=DEPUTY, acknowledged_at=NOON, assigned_to=DEPUTY)
    if status is Status.CLOSED:
        return replace(case, outcome=Outcome.REMOVED, closed_at=NOON)
    return replace(case, referrals=(Referral(Body.POLICE, NOON, DEPUTY),)) if status is Status.REFERRED else case


@dataclass(frozen=True)
class Expected:
    """`to`: the status after it from each status it goes from. `changes`: the other fields, from each of them."""

    move: Callable[[], CaseMove]
    to: dict[Status, Status]
    changes: dict[str, Any]
    kind: EntryKind
    text: str
    tell: tuple[NotificationKind, ...]
    decides: bool = True


def stays(statuses: frozenset[Status]) -> dict[Status, Status]:
    return {status: status for status in statuses}


WORKED = {Status.ACKNOWLEDGED: Status.UNDER_REVIEW}
"""The first piece of work after a case was taken puts it under review."""

TABLE = [
    Expected(
        lambda: moves.acknowledge(), {Status.RAISED: Status.ACKNOWLEDGED},
        {"acknowledged_by": DSL, "acknowledged_at": LATER, "assigned_to": DSL},
        EntryKind.ACKNOWLEDGED, "", (CARD, NotificationKind.REPORTER),
    ),
    Expected(
        lambda: moves.assign(DSL), stays(TAKEN), {"assigned_to": DSL},
        EntryKind.ASSIGNED, "to DSL", (CARD, NotificationKind.ASSIGNED, NotificationKind.REPORTER),
    ),
    Expected(lambda: moves.note("seen"), stays(EVERY) | WORKED, {}, EntryKind.NOTE, "seen", (CARD,), decides=False),
    Expected(
        lambda: moves.set_urgency(True, "why"), stays(OPEN) | WORKED, {"marked_urgent": True},
        EntryKind.URGENCY, "Urgent: why", (CARD, REMIND),
    ),
    Expected(
        lambda: moves.set_urgency(False, "why"), stays(OPEN) | WORKED, {"marked_urgent": False},
        EntryKind.URGENCY, "Not urgent: why", (CARD, REMIND),
    ),
    Expected(
        lambda: moves.ask("who?"), stays(TAKEN) | WORKED, {"asked": 8},
        EntryKind.ASKED, "who?", (CARD, NotificationKind.QUESTION), decides=False,
    ),
    Expected(
        lambda: moves.answer("me", 5), stays(EVERY), {"asked": 0},
        EntryKind.ANSWERED, "me", (CARD, NotificationKind.ADDED), decides=False,
    ),
    Expected(
        lambda: moves.answer("me", 4), stays(EVERY), {},
        EntryKind.ANSWERED, "me", (CARD, NotificationKind.ADDED), decides=False,
    ),
    Expected(
        lambda: moves.tell("thanks"), stays(TAKEN) | WORKED, {},
        EntryKind.TOLD, "thanks", (CARD, NotificationKind.MESSAGE), decides=False,
    ),
    Expected(
        lambda: moves.link("SM-000-0002"), stays(EVERY) | WORKED, {"linked": ("SM-000-0009", "SM-000-0002")},
        EntryKind.LINKED, "SM-000-0002", (CARD,), decides=False,
    ),
    Expected(
        lambda: moves.link("SM-000-0009"), stays(EVERY) | WORKED, {},
        EntryKind.LINKED, "SM-000-0009", (CARD,), decides=False,
    ),
    Expected(
        lambda: moves.close(Outcome.NO_BREACH, "why"), dict.fromkeys(TAKEN, Status.CLOSED),
        {"outcome": Outcome.NO_BREACH, "closed_at": LATER, "snoozed_until": None, "asked": 0},
        EntryKind.CLOSED, f"{Outcome.NO_BREACH.words}: why", (CARD, BACK),
    ),
    Expected(
        lambda: moves.reopen("why"), {Status.CLOSED: Status.UNDER_REVIEW}, {"outcome": None, "closed_at": None},
        EntryKind.REOPENED, "why", (CARD, BACK),
    ),
    Expected(
        lambda: moves.snooze(LATER, "why"), stays(TAKEN), {"snoozed_until": LATER},
        EntryKind.SNOOZED, "why", (CARD, REMIND),
    ),
    Expected(lambda: moves.hold(True, "why"), stays(EVERY), {"legal_hold": True}, EntryKind.HOLD, "Set: why", (CARD,)),
    Expected(
        lambda: moves.hold(False, "why"), stays(EVERY), {"legal_hold": False}, EntryKind.HOLD, "Lifted: why", (CARD,)
    ),
    Expected(
        lambda: moves.review("kept"), {Status.CLOSED: Status.CLOSED}, {"reviewed_at": LATER},
        EntryKind.REVIEWED, "kept", (), decides=False,
    ),
    Expected(
        lambda: moves.review(), {Status.CLOSED: Status.CLOSED}, {"reviewed_at": LATER},
        EntryKind.REVIEWED, "", (), decides=False,
    ),
]  # fmt: skip


@pytest.mark.parametrize("status", Status, ids=lambda status: str(status.value))
@pytest.mark.parametrize("expected", TABLE, ids=lambda expected: f"{expected.kind.value}-{expected.text}")
def test_a_move_changes_what_it_says_and_nothing_else(expected: Expected, status: Status) -> None:
    """Or it is refused, with the case as it is."""
    case = standing(status)
    if status is Status.RAISED and expected.kind is EntryKind.ASSIGNED:
        return  # which takes it: see below
    if status not in expected.to:
        with pytest.raises(WrongStatus) as refused:
            expected.move().change(case, DSL, LATER)
        assert case == refused.value.case
        return
    after = expected.move().change(case, DSL, LATER)
    assert replace(case, status=expected.to[status], **expected.changes) == after


@pytest.mark.parametrize("expected", TABLE, ids=lambda expected: f"{expected.kind.value}-{expected.text}")
def test_a_move_is_written_down_and_told(expected: Expected) -> None:
    """Its entry, its words, whom it tells, and whether cards from before it are out of date."""
    move = expected.move()
    assert (expected.kind, expected.text) == (move.kind, move.text)
    assert (expected.tell, expected.decides) == (move.tell, move.decides)


def test_assigning_a_new_case_takes_it() -> None:
    """By who assigned it, at that time; it is then with whom it was given to."""
    after = moves.assign(DEPUTY).change(standing(Status.RAISED), DSL, LATER)
    assert (Status.ACKNOWLEDGED, DSL, LATER, DEPUTY) == (
        after.status, after.acknowledged_by, after.acknowledged_at, after.assigned_to,
    )  # fmt: skip


def test_a_case_may_be_referred_to_several() -> None:
    """Each with its time, who did it, and their reference where they gave one."""
    first = Referral(Body.POLICE, LATER, DSL, "77")
    with_number, without = moves.refer(Body.POLICE, "77"), moves.refer(Body.LADO)
    assert (f"{Body.POLICE.words}, their reference 77", Body.LADO.words) == (with_number.text, without.text)
    for move in (with_number, without):
        assert (EntryKind.REFERRED, (CARD,), True) == (move.kind, move.tell, move.decides)
    for status in (Status.ACKNOWLEDGED, Status.UNDER_REVIEW):
        case = standing(status)
        assert replace(case, status=Status.REFERRED, referrals=(first,)) == with_number.change(case, DSL, LATER)
    case = standing(Status.REFERRED)
    assert replace(case, referrals=(*case.referrals, first)) == with_number.change(case, DSL, LATER)
    for status in (Status.RAISED, Status.CLOSED):
        with pytest.raises(WrongStatus):
            without.change(standing(status), DSL, LATER)
