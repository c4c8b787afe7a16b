"""What the DSL filled in, read and checked: a move on the case, or what is wrong with each field. Pure."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from cards.cases.case_action_forms import NEEDS_REASON, CaseAction, CaseForm, Offered, name_of
from cards.kit.fields import Shape
from cards.kit.times import LONDON
from storage.cases import case_moves
from storage.cases.case_moves import CaseMove
from storage.cases.case_records import Body, Case, Outcome, Whose
from storage.records import Person

MAX_TEXT = 4_000
MAX_LINE = 200
LONGEST_SNOOZE = timedelta(days=90)
TOO_LONG = "This is {length:,} characters long, and {limit:,} fit. Please shorten it; what you wrote is still here."
NEEDS_WORDS = "Choose a prepared sentence, or write your own."
NOT_A_DAY = "Give a day from tomorrow on, within the next three months."
NOT_A_REFERENCE = "That is no reference. Give it as SM-123-4567."
ITSELF = "That is this case itself."
NOT_LINKED = "Link the other case first, so that it is known which one."
CHOOSE = "Choose one of these."

Problems = dict[str, str]


def read_form(
    do: CaseAction, case: Case, form: CaseForm, typed: Mapping[str, str], offered: Offered, today: date
) -> CaseMove | Problems:
    """The move that the fields ask for; else the problems, by field. What the fields claim is checked against the form.

    A link to another case is only read here: whether that case is there, and may be seen, is for who asks.
    """
    problems = _problems(form, typed)
    if problems:
        return problems
    text = typed.get("text", "").strip()
    match do:
        case CaseAction.NOTE:
            return case_moves.note(text)
        case CaseAction.ASK:
            return case_moves.ask(text)
        case CaseAction.TELL:
            message = "\n\n".join(filter(None, (typed.get("prepared", ""), text)))
            return case_moves.tell(message) if message else {"text": NEEDS_WORDS}
        case CaseAction.ASSIGN:
            return case_moves.assign(_member(offered, typed["to"]))
        case CaseAction.REFER:
            return case_moves.refer(Body(typed["body"]), typed.get("number", "").strip())
        case CaseAction.CLOSE:
            outcome = Outcome(typed["outcome"])
            if outcome is Outcome.DUPLICATE and not case.linked:
                return {"outcome": NOT_LINKED}
            return case_moves.close(outcome, text, typed.get("learnt", "").strip())
        case CaseAction.REOPEN:
            return case_moves.reopen(text)
        case CaseAction.URGENCY:
            return case_moves.set_urgency(not case.urgent, text)
        case CaseAction.LINK:
            return _link(case, typed["other"])
        case CaseAction.SNOOZE:
            return _snooze(typed["until"], text, today)
        case CaseAction.HOLD:
            return case_moves.hold(not case.legal_hold, text)
        case CaseAction.WHOSE:
            return case_moves.settle_whose(Whose(typed["whose"]), text)
        case CaseAction.MOVE:
            return case_moves.hand_over(next(to for to in offered.places if name_of(to) == typed["place"]), text)
        case CaseAction.SHOW:
            return case_moves.show_again(next(each for each in case.kept_from if each.id == typed["to"]), text)
        case CaseAction.KEEP:
            return case_moves.keep_from(_member(offered, typed["from"]), text)


def _member(offered: Offered, person_id: str) -> Person:
    return next(person for person in offered.team if person.id == person_id)


def _problems(form: CaseForm, typed: Mapping[str, str]) -> Problems:
    problems: Problems = {}
    for question in form.fields:
        value = typed.get(question.name, "").strip()
        if not value and question.needed:
            problems[question.name] = question.needed
        elif len(value) > (limit := MAX_LINE if question.shape is Shape.LINE else MAX_TEXT):
            problems[question.name] = TOO_LONG.format(length=len(value), limit=limit)
        elif value and question.shape is Shape.CHOICE and question.chosen(value) is None:
            problems[question.name] = question.needed or CHOOSE
    return problems


def _link(case: Case, other: str) -> CaseMove | Problems:
    digits = re.sub(r"\D", "", other)
    if len(digits) != 7:
        return {"other": NOT_A_REFERENCE}
    reference = f"SM-{digits[:3]}-{digits[3:]}"
    return {"other": ITSELF} if reference == case.reference else case_moves.link(reference)


def _snooze(until: str, reason: str, today: date) -> CaseMove | Problems:
    try:
        day = date.fromisoformat(until.strip())
    except ValueError:
        return {"until": NOT_A_DAY}
    if not today < day <= today + LONGEST_SNOOZE:
        return {"until": NOT_A_DAY}
    return case_moves.snooze(datetime.combine(day, time(), LONDON), reason) if reason else {"text": NEEDS_REASON}
