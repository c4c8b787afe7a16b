"""Naming somebody so that Teams notifies them: the words and the entity that belongs to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from storage.records import Person


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who is named. `id` is their Teams account or Entra object id; without one they are named only."""

    name: str
    id: str = ""

    @property
    def text(self) -> str:
        """As it stands in a sentence."""
        name = plain_name(self.name)
        return f"<at>{name}</at>" if self.id else name

    @property
    def entity(self) -> dict[str, Any]:
        """What makes a mention of the words (Teams: activity and card entities)."""
        return {"type": "mention", "text": self.text, "mentioned": {"id": self.id, "name": self.name}}


def mention_of(person: Person) -> Mention:
    """Of somebody who has written to the bot, or is in a roster."""
    return Mention(person.name, person.account or person.id)


def plain_name(name: str) -> str:
    """A name without what could be markdown or a tag, the same in words of both formats."""
    return " ".join(re.sub(r"[^\w\s.,'’()&-]|_", " ", name).split())


def entities_of(mentions: Sequence[Mention]) -> list[dict[str, Any]]:
    """One entity for each person who can be notified."""
    return list({mention.text: mention.entity for mention in mentions if mention.id}.values())
