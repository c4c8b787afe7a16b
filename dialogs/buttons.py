"""A button of ours that somebody presses, and what answers it.

Every button is answered by a `Handler`. Most are about something that not everybody may have, such as a case: then
`guarded` joins an `Admit`, which finds it for who may have it, with what is done with it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cards.kit.elements import Card
from storage.records import Person

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """Who pressed which button, or typed the command that does the same.

    `data`: what the button carries, together with the card's inputs. `in_own_chat`: in the person's own chat with the
    bot, or in a window that they alone see. `message`: the id of the message that the button stands on, if it is known.
    """

    person: Person
    verb: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    in_own_chat: bool = False
    message: str = ""

    def text(self, name: str) -> str:
        """A value as text; what is not text is as good as nothing."""
        value = self.data.get(name)
        return value if isinstance(value, str) else ""


Reply = Card | str | None
"""A card, a sentence for the person alone, or `None` for a button that this version does not know."""

Handler = Callable[[ButtonPress], Awaitable[Reply]]
"""Answers one verb. May raise `StorageUnavailable` or `ConnectorError`; whoever calls it makes words of that."""

Handlers = Mapping[str, Handler]
"""Who answers which verb."""

Admit = Callable[[ButtonPress], Awaitable[T | Card | str]]
"""Who may press: what the button is about, for a person who may have it now; else the reply that says why not."""


def guarded(admit: Admit[T], handle: Callable[[T], Awaitable[Reply]]) -> Handler:
    """The handler of a button that only those may press whom `admit` lets through."""

    async def answer(press: ButtonPress) -> Reply:
        found = await admit(press)
        return found if isinstance(found, str | dict) else await handle(found)

    return answer
