"""Dialogs of Teams (task modules): a case opens over the channel, for the person who asked alone, and is worked there.

The buttons are those of the desk in the person's own chat, and go to the same handlers. Source: Microsoft, "Use dialogs
with bots": `task/fetch` opens one, `task/submit` brings a button, each answered with a card or with a sentence.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from botbuilder.core import InvokeResponse, TurnContext

from bot.cases.case_actions import TRY_AGAIN, CaseActions
from bot.teams.connector import ConnectorError
from cards.kit.elements import Card, in_dialog
from dialogs.turn import CARD_TYPE, Pressed, person_in
from storage.records import Person
from storage.tables.port import StorageUnavailable

log = structlog.get_logger()
TITLE = "Case"
_EXPORTS = "cases.export"
"""How the verbs of exports begin; what they give arrives in the person's own chat."""
NOT_HERE = "This cannot be done here. Close this window and press the button on the card again."


class CaseDialogs:
    """Answers `task/fetch` and `task/submit`."""

    def __init__(self, on_case: CaseActions, on_register: Callable[[Person, Pressed], Awaitable[Card | str]]) -> None:
        self._on_case = on_case
        self._on_register = on_register

    async def answer(self, context: TurnContext) -> InvokeResponse:
        """The dialog as it then is, or the sentence that ends it."""
        value = context.activity.value
        data = value.get("data") if isinstance(value, dict) else None
        pressed = Pressed(str(data.get("verb", "")), data) if isinstance(data, dict) else Pressed("")
        if not pressed.verb.startswith(("case.", _EXPORTS)):
            return _response("message", NOT_HERE)
        try:
            told = await self._told(person_in(context.activity), pressed)
        except (StorageUnavailable, ConnectorError) as error:
            log.warning("action_failed", verb=pressed.verb, error=str(error))
            return _response("message", TRY_AGAIN)
        if isinstance(told, str):
            return _response("message", told)
        card = {"contentType": CARD_TYPE, "content": in_dialog(told)}
        return _response("continue", {"title": TITLE, "height": "large", "width": "large", "card": card})

    async def _told(self, person: Person, pressed: Pressed) -> Card | str:
        if pressed.verb.startswith(_EXPORTS):
            return await self._on_register(person, pressed)
        return await self._on_case(person, pressed, in_own_chat=True)


def _response(kind: str, value: Any) -> InvokeResponse:
    return InvokeResponse(status=200, body={"task": {"type": kind, "value": value}})
