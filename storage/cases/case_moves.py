"""What the team of a case may do to it: from where it goes, what changes, what the chronology says, who is told.

Each function is one action of the DSL's desk and gives a `CaseMove`; `CaseBook.apply` carries it out, once, in one
transaction with its entry and what becomes due. A move that does not go from the case's status raises `WrongStatus`.
"""

from dataclasses import replace
from datetime import datetime

from storage.cases.case_records import (
    Body,
    Case,
    EntryKind,
    NotificationKind,
    Outcome,
    Referral,
    Status,
    WrongStatus,
)
from storage.record_book import Move
from storage.records import Person

_TEAM = (NotificationKind.CARD,)


CaseMove = Move[Case, EntryKind]


def acknowledge() -> CaseMove:
    """Take the case. The reporter is told who has it."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        return case.moved(Status.ACKNOWLEDGED, acknowledged_by=by, acknowledged_at=at, assigned_to=by)

    return Move(EntryKind.ACKNOWLEDGED, change, tell=(*_TEAM, NotificationKind.REPORTER))


def assign(to: Person) -> CaseMove:
    """Give the case to a member of the team, who is told. `to` comes from the roster. A new case is taken with it."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        _is_open(case)
        if case.status is Status.RAISED:
            case = case.moved(Status.ACKNOWLEDGED, acknowledged_by=by, acknowledged_at=at)
        return replace(case, assigned_to=to)

    tell = (*_TEAM, NotificationKind.ASSIGNED, NotificationKind.REPORTER)
    return Move(EntryKind.ASSIGNED, change, f"to {to.name}", tell)


def note(text: str) -> CaseMove:
    """Words for the chronology; the first one after the case was taken puts it under review."""
    return Move(EntryKind.NOTE, lambda case, by, at: _worked_on(case), text, _TEAM, decides=False)


def set_urgency(urgent: bool, reason: str) -> CaseMove:
    """Make it urgent or not, whatever the report said."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        return replace(_worked_on(_is_open(case)), marked_urgent=urgent)

    text = f"{'Urgent' if urgent else 'Not urgent'}: {reason}"
    return Move(EntryKind.URGENCY, change, text, (*_TEAM, NotificationKind.REMIND))


def ask(question: str) -> CaseMove:
    """A question to the reporter, which reaches their chat as a card."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        return replace(_worked_on(_taken(case)), asked=case.revision + 1)

    return Move(EntryKind.ASKED, change, question, (*_TEAM, NotificationKind.QUESTION), decides=False)


def answer(text: str, question: int) -> CaseMove:
    """The reporter's answer to the question of this number; those who deal with the case hear of it."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        return replace(case, asked=0) if case.asked == question else case

    return Move(EntryKind.ANSWERED, change, text, (*_TEAM, NotificationKind.ADDED), decides=False)


def tell(text: str) -> CaseMove:
    """Words to the reporter."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        return _worked_on(_taken(case))

    return Move(EntryKind.TOLD, change, text, (*_TEAM, NotificationKind.MESSAGE), decides=False)


def refer(body: Body, number: str = "") -> CaseMove:
    """Pass it on to another body; it may go to several."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        referrals = (*case.referrals, Referral(body, at, by, number))
        if case.status is Status.REFERRED:
            return replace(case, referrals=referrals)
        return case.moved(Status.REFERRED, referrals=referrals)

    text = f"{body.words}, their reference {number}" if number else body.words
    return Move(EntryKind.REFERRED, change, text, (*_TEAM, NotificationKind.REPORTER_STATUS))


def link(other: str) -> CaseMove:
    """Join it to another case about the same matter. The other one is linked by a move of its own."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        return replace(_worked_on(case), linked=tuple(dict.fromkeys((*case.linked, other))))

    return Move(EntryKind.LINKED, change, other, _TEAM, decides=False)


def close(outcome: Outcome, reason: str) -> CaseMove:
    """End it, with an outcome and why. The reporter hears that it is finished."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        return case.moved(Status.CLOSED, outcome=outcome, closed_at=at, snoozed_until=None, asked=0)

    return Move(EntryKind.CLOSED, change, f"{outcome.words}: {reason}", (*_TEAM, NotificationKind.REPORTER_STATUS))


def reopen(reason: str) -> CaseMove:
    """There is more to do after all."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        if case.is_open:
            raise WrongStatus(case)
        return case.moved(Status.UNDER_REVIEW, outcome=None, closed_at=None)

    return Move(EntryKind.REOPENED, change, reason, (*_TEAM, NotificationKind.REPORTER_STATUS))


def snooze(until: datetime, reason: str) -> CaseMove:
    """No reminders of it until then. What nobody has taken cannot be put off."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        return replace(_taken(case), snoozed_until=until)

    return Move(EntryKind.SNOOZED, change, reason, (*_TEAM, NotificationKind.REMIND))


def hold(on: bool, reason: str) -> CaseMove:
    """While a legal hold stands, nothing of the case is deleted, however old it is."""
    said = "Set" if on else "Lifted"
    return Move(EntryKind.HOLD, lambda case, by, at: replace(case, legal_hold=on), f"{said}: {reason}", _TEAM)


def review(text: str = "") -> CaseMove:
    """Somebody looked at a closed case: it need not be kept longer than its rule of retention says."""

    def change(case: Case, by: Person, at: datetime) -> Case:
        if case.is_open:
            raise WrongStatus(case)
        return replace(case, reviewed_at=at)

    return Move(EntryKind.REVIEWED, change, text, decides=False)


def _is_open(case: Case) -> Case:
    if not case.is_open:
        raise WrongStatus(case)
    return case


def _taken(case: Case) -> Case:
    if case.status is Status.RAISED:
        raise WrongStatus(case)
    return _is_open(case)


def _worked_on(case: Case) -> Case:
    """The first piece of work after it was taken."""
    return case.moved(Status.UNDER_REVIEW) if case.status is Status.ACKNOWLEDGED else case
