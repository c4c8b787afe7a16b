"""The card of closed cases that are due for review: the safeguarding team says which may be deleted, or keeps them."""

from collections.abc import Sequence

from microsoft_teams.cards import CardElement, Container

from cards.kit.elements import Card, action_row, button, card, escape, heading, notice, typed, words
from cards.kit.times import said
from cards.verbs import Verb
from storage.register.retention import Aged
from storage.stored_names import school_words, words_of

SHOWN = 5
"""Cases on the card, the longest closed first."""
WHAT_IT_MEANS = (
    "Look at each before you say that it may go: it is deleted when its date comes. To keep one longer, open it and "
    "set a legal hold."
)


def review_card(aged: Sequence[Aged], note: str = "") -> Card:
    """What is to be reviewed; nothing of what was reported."""
    many = len(aged)
    body: list[CardElement | None] = [
        heading("Cases to review", small=f"{many} {'case' if many == 1 else 'cases'}"),
        notice(note, "good") if note else None,
        words(WHAT_IT_MEANS if aged else "No case is to be reviewed.", is_subtle=True),
        *(_row(each) for each in aged[:SHOWN]),
        words(f"{many - SHOWN} more follow as these are done.", is_subtle=True) if many > SHOWN else None,
    ]
    return card(body, [button("Open cases", Verb.CASES, {"clear": "yes"})], fallback="Cases to review")


def _row(aged: Aged) -> Container:
    line = aged.line
    goes = f"is deleted {said(aged.delete_at)}" if aged.delete_at else "is kept, whatever its age"
    about = " · ".join(filter(None, (words_of(line.kind), school_words(line.school))))
    data = {"case": aged.reference}
    items: list[CardElement] = [
        words(f"{aged.reference} · {escape(words_of(line.outcome))}", weight="Bolder"),
        typed(f"{about}\nclosed {said(aged.closed_at)}\nRule “{aged.rule}”: once reviewed, it {goes}", size="Small"),
        action_row(button("Open", Verb.OPEN, data), button("It may go", Verb.REVIEWED, data)),
    ]
    if line.legal_hold:
        items.insert(2, words("A legal hold stands: it stays as long as that does.", color="Warning"))
    return Container(items=items, separator=True, key=f"review-{aged.reference}")
