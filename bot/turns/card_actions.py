"""Buttons: each verb to its handler. The only builder of invoke bodies; an error becomes words.

`Action.Execute` arrives as an invoke, its fallback `Action.Submit` as a message; both come through here.
"""

from typing import Any

import structlog
from botbuilder.core import InvokeResponse, TurnContext

from bot.teams.connector import ConnectorError
from bot.teams.messenger import Unreachable
from cards import help_cards
from dialogs.buttons import ButtonPress, Handler, Handlers, Reply
from dialogs.main_dialog import MainDialog
from dialogs.turn import CARD_TYPE, press_of, pressed_in, reply_in, show
from storage.tables.port import StorageUnavailable

log = structlog.get_logger()
OWN_CHAT_ONLY = "This belongs into our own chat; open it from my name."
SEE_BELOW = "See the newest message in this chat."
TRY_AGAIN = "That did not work just now. Please try again in a minute; nothing is done twice."
NO_CHAT = "I cannot write to you yet. Open a chat with me, send any word, then press this again."


async def reply_of(handle: Handler, press: ButtonPress) -> Reply:
    """What the handler gives back, or words for what Teams did not take. May raise `StorageUnavailable`."""
    try:
        return await handle(press)
    except Unreachable:
        return NO_CHAT
    except ConnectorError as error:
        log.warning("action_failed", verb=press.verb, error=str(error))
        return TRY_AGAIN


class CardActions:
    """Answers every button. `handlers`: of those that work anywhere; all others belong to the person's own chat."""

    def __init__(self, main: MainDialog, handlers: Handlers) -> None:
        self._main = main
        self._handlers = handlers

    async def invoke(self, context: TurnContext) -> InvokeResponse:
        """The answer to an `adaptiveCard/action`: always 200, with a card or a sentence in it."""
        press = pressed_in(context.activity) or press_of(context.activity)
        try:
            return _response(await self._answer(context, press))
        except (StorageUnavailable, ConnectorError) as error:
            log.warning("action_failed", verb=press.verb, error=str(error))
            return _response(TRY_AGAIN)

    async def submit(self, context: TurnContext) -> None:
        """The same button where the client cannot `Action.Execute`. May raise `StorageUnavailable`."""
        reply = await self._answer(context, pressed_in(context.activity) or press_of(context.activity))
        if not isinstance(reply, str):
            await show(context, reply or help_cards.unknown_button_card())
        elif reply != SEE_BELOW:
            await context.send_activity(reply)

    async def _answer(self, context: TurnContext, press: ButtonPress) -> Reply:
        if handle := self._handlers.get(press.verb):
            return await reply_of(handle, press)
        if not press.in_own_chat:
            return OWN_CHAT_ONLY
        try:
            await self._main.run(context)
        except StorageUnavailable as error:
            log.warning("storage_unavailable", verb=press.verb, error=str(error))
            await self._main.run_without_storage(context)
        return reply_in(context) or SEE_BELOW


def _response(reply: Reply) -> InvokeResponse:
    value = reply or help_cards.unknown_button_card()
    kind = "application/vnd.microsoft.activity.message" if isinstance(value, str) else CARD_TYPE
    body: dict[str, Any] = {"statusCode": 200, "type": kind, "value": value}
    return InvokeResponse(status=200, body=body)
