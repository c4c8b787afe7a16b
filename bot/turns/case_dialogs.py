"""Dialogs of Teams (task modules): a case opens over the channel, for the person who asked alone, and is worked there.

The buttons are those of the desk in the person's own chat, and go to the same handlers. Source: Microsoft, "Use dialogs
with bots": `task/fetch` opens one, `task/submit` brings a button, each answered with a card or with a sentence.
"""

from typing import Any

import structlog
from botbuilder.core import InvokeResponse, TurnContext

from bot.turns.card_actions import TRY_AGAIN, reply_of
from cards.kit.elements import in_dialog
from dialogs.buttons import ButtonPress, Handler, Handlers, Reply
from dialogs.turn import CARD_TYPE, person_in
from storage.tables.port import StorageUnavailable

log = structlog.get_logger()
TITLE = "Case"
NOT_HERE = "This cannot be done here. Close this window and press the button on the card again."


class CaseDialogs:
    """Answers `task/fetch` and `task/submit`. `handlers`: of the buttons that such a window has."""

    def __init__(self, handlers: Handlers) -> None:
        self._handlers = handlers

    async def answer(self, context: TurnContext) -> InvokeResponse:
        """The dialog as it then is, or the sentence that ends it."""
        value = context.activity.value
        data = value.get("data") if isinstance(value, dict) else None
        carried = data if isinstance(data, dict) else {}
        press = ButtonPress(person_in(context.activity), str(carried.get("verb", "")), carried, in_own_chat=True)
        handle = self._handlers.get(press.verb)
        reply = await self._reply(handle, press) if handle else NOT_HERE
        if reply is None or isinstance(reply, str):
            return _response("message", reply or NOT_HERE)
        card = {"contentType": CARD_TYPE, "content": in_dialog(reply)}
        return _response("continue", {"title": TITLE, "height": "large", "width": "large", "card": card})

    async def _reply(self, handle: Handler, press: ButtonPress) -> Reply:
        try:
            return await reply_of(handle, press)
        except StorageUnavailable as error:
            log.warning("action_failed", verb=press.verb, error=str(error))
            return TRY_AGAIN


def _response(kind: str, value: Any) -> InvokeResponse:
    return InvokeResponse(status=200, body={"task": {"type": kind, "value": value}})
