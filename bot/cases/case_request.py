"""What is asked of a case by one press of a button: read with care, since a card can be old or forged."""

import secrets
from dataclasses import dataclass

from cards.cases import case_action_forms
from cards.cases.case_action_forms import CaseAction
from cards.kit.elements import escape
from dialogs.buttons import ButtonPress
from storage.cases.case_records import Case
from storage.records import Person

YOU = "You"


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """What one press asks of a case, by somebody who may work on it.

    `in_private`: on a card that this person alone sees, where the whole case may be shown. `seen`: the last decision
    that the card knew of; `None` on a card that asks for none.
    """

    press: ButtonPress
    case: Case
    in_private: bool
    seen: int | None

    @property
    def person(self) -> Person:
        return self.press.person


def named(who: Person | None, to: Person) -> str:
    """Somebody, for the person who pressed."""
    if who is None:
        return "Somebody"
    return YOU if who.id == to.id else escape(who.name)


def is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def do_in(request: CaseRequest) -> CaseAction | None:
    """The action that the button names, if it goes from where the case is."""
    do = CaseAction.__members__.get(request.press.text("do"))
    return do if do in case_action_forms.actions_of(request.case) else None


def token_of(request: CaseRequest) -> str:
    """The form's id, kept while it is corrected; one that could not be a key is made anew."""
    token = request.press.text("form")
    return token if token.isascii() and token.isalnum() and len(token) <= 32 else secrets.token_hex(8)


def once_of(request: CaseRequest) -> str:
    """What makes this form count once, for this action alone; empty where the card has none, as a proposal."""
    do = request.press.text("do")
    return f"{do}-{token_of(request)}" if request.press.text("form") and do in CaseAction.__members__ else ""
