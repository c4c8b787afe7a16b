"""One button of a case's card: what it carries, read with care, since a card can be old or forged."""

import secrets
from dataclasses import dataclass

from cards.cases import case_action_forms
from cards.cases.case_action_forms import CaseAction
from cards.kit.elements import escape
from dialogs.turn import Pressed
from storage.records import Case, Person

YOU = "You"


@dataclass(frozen=True, slots=True)
class Press:
    """One button on one case. `at_desk`: in the person's own chat, where the whole case may be shown.

    `seen`: the last decision that the card knew of; `None` on a card that asks for none.
    """

    person: Person
    case: Case
    pressed: Pressed
    at_desk: bool
    seen: int | None


def named(who: Person | None, to: Person) -> str:
    """Somebody, for the person who pressed."""
    if who is None:
        return "Somebody"
    return YOU if who.id == to.id else escape(who.name)


def is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def do_in(press: Press) -> CaseAction | None:
    """The action that the button names, if it goes from where the case is."""
    do = CaseAction.__members__.get(press.pressed.text("do"))
    return do if do in case_action_forms.actions_of(press.case) else None


def token_of(press: Press) -> str:
    """The form's id, kept while it is corrected; one that could not be a key is made anew."""
    token = press.pressed.text("form")
    return token if token.isascii() and token.isalnum() and len(token) <= 32 else secrets.token_hex(8)


def once_of(press: Press) -> str:
    """What makes this form count once, for this action alone; empty where the card has none, as a proposal."""
    do = press.pressed.text("do")
    return f"{do}-{token_of(press)}" if press.pressed.text("form") and do in CaseAction.__members__ else ""
