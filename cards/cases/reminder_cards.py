"""Reminders: reference, school, since when, who has it or whom to ring. Nothing of the matter, and no reporter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from microsoft_teams.cards import Container

from cards.kit.elements import Card, button, card, heading, words
from cards.kit.mentions import Mention, entities_of, plain_name
from cards.kit.times import said
from cards.verbs import Verb
from storage.cases.case_records import Case, Status
from storage.stored_names import school_words

MOST_ROWS = 20
"""Cases in one list; a card has to stay readable, and under 80 KB."""


def unanswered_text(case: Case, people: Sequence[Mention]) -> str:
    """In the channel, to those who are to take it."""
    return f"{_to(people)}{_what(case)} and nobody has acknowledged it yet. Please press Acknowledge on its card."


def put_off_text(case: Case, people: Sequence[Mention]) -> str:
    """When the time is over for which reminders were put off."""
    return f"{_to(people)}the reminders of report {_named(case)} were put off until now. It is still open."


def personal_text(case: Case, ring: Sequence[str]) -> str:
    """To somebody on the ladder in their own chat; `ring`: names and numbers."""
    return (
        f"{_what(case)[0].upper()}{_what(case)[1:]} and nobody in the safeguarding team has acknowledged it yet. "
        f"{_ring(ring)}What was reported is not shown here."
    )


def leader_text(case: Case) -> str:
    """To the one person whom the report went to."""
    return f"{_what(case)[0].upper()}{_what(case)[1:]} and waits for you. Please press Acknowledge on its card here."


@dataclass(frozen=True, slots=True)
class Untouched:
    """One row of the daily list. `days`: school days that it waits."""

    reference: str
    status: Status
    urgent: bool
    raised_at: datetime
    days: int
    who: Mention | None


def untouched_card(rows: Sequence[Untouched], school_days: int) -> Card:
    """The daily list: what nobody has touched for so many school days, the longest waiting first."""
    shown = rows[:MOST_ROWS]
    left_out = len(rows) - len(shown)
    count = "1 case" if len(rows) == 1 else f"{len(rows)} cases"
    title = f"{count} not touched for {school_days} school days or more"
    hint = "Press one to open it in your own chat. Reminders of a case can be put off there, with a reason."
    rest = f"{left_out} more are not shown here." if left_out else ""
    built = card([heading(title), words(hint, is_subtle=True), *map(_row, shown), *_some(rest)], fallback=title)
    built["msteams"] = {"entities": entities_of([row.who for row in shown if row.who])}
    return built


def _row(row: Untouched) -> Container:
    urgent = "Urgent, " if row.urgent else ""
    status = row.status.words.lower() if urgent else row.status.words
    who = row.who.text if row.who else "Nobody has it"
    return Container(
        items=[
            words(f"{row.reference}: {urgent}{status}", weight="Bolder"),
            words(f"{who}. Received {said(row.raised_at)}; {_waits(row)} for {row.days} school days.", spacing="None"),
        ],
        select_action=button(f"Open {row.reference}", Verb.OPEN, {"case": row.reference}),
        separator=True,
    )


def _waits(row: Untouched) -> str:
    return "not acknowledged" if row.status is Status.RAISED else "untouched"


def _some(text: str) -> list[Container]:
    return [Container(items=[words(text, is_subtle=True)])] if text else []


def _to(people: Sequence[Mention]) -> str:
    return f"{', '.join(person.text for person in people)}: " if people else ""


def _what(case: Case) -> str:
    return f"{'urgent report' if case.urgent else 'report'} {_named(case)} came in on {said(case.raised_at)}"


def _named(case: Case) -> str:
    return f"{case.reference} ({plain_name(school_words(case.place.school))})" if case.place.school else case.reference


def _ring(ring: Sequence[str]) -> str:
    return f"Please ring {' or '.join(ring)}. " if ring else "Please speak to the safeguarding team. "
