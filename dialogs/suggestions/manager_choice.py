"""Finds the line manager whom an author names; it is never the author."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cards.suggestions.suggestion_cards import SOMEBODY_ELSE
from storage.records import Colleague, Person, is_guid

NEEDED = "Say who your line manager is."
NOBODY = "I know nobody called “{text}”. Try their whole name, or their e-mail address."
OWN = "Nobody forwards a suggestion of their own. Choose your line manager."
REFUSED = "They have said that they are not your line manager. Choose somebody else."
SEVERAL = "I know several people of that name. Choose one."
MAX_CANDIDATES = 10


class KnowsPeople(Protocol):
    """Looks people and their line managers up. A directory that does not answer knows nobody."""

    async def manager_of(self, person: Person) -> Colleague | None:
        """The line manager of this person, if that is known."""

    async def find(self, text: str) -> list[Colleague]:
        """Who this name, e-mail address or id may mean."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom an author named: one person, or several that they may mean, or why it is nobody."""

    manager: Colleague | None = None
    candidates: tuple[Colleague, ...] = ()
    wrong: str = ""


async def choose(people: KnowsPeople, author: Person, text: str, refused: Sequence[str] = ()) -> Choice:
    """What the field says: a name, an address, or from the people picker an id."""
    text = text.strip()[:200]
    if not text or text == SOMEBODY_ELSE:
        return Choice(wrong=NEEDED)
    found = await people.find(text) or ([Colleague(text, "")] if is_guid(text) else [])
    others = [colleague for colleague in found if colleague.id.casefold() != author.id.casefold()]
    free = [colleague for colleague in others if colleague.id.casefold() not in {id.casefold() for id in refused}]
    if not free:
        return Choice(wrong=REFUSED if others else OWN if found else NOBODY.format(text=text[:60]))
    if len(free) > 1:
        return Choice(candidates=tuple(free[:MAX_CANDIDATES]), wrong=SEVERAL)
    return Choice(free[0])


def as_person(colleague: Colleague) -> Person:
    """The colleague as a `Person`; their Teams account is still empty, and learnt when they first answer."""
    return Person(colleague.id, colleague.name, "")
