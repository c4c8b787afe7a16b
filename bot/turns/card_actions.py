"""Buttons: verb to handler, and who may press it. The only builder of invoke bodies; an error becomes words.

`Action.Execute` arrives as an invoke, its fallback `Action.Submit` as a message; both come through here.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from botbuilder.core import InvokeResponse, TurnContext

from bot.cases.case_actions import TRY_AGAIN, CaseActions
from bot.teams.connector import ConnectorError
from cards.kit.elements import Card
from dialogs.main_dialog import MainDialog
from dialogs.turn import CARD_TYPE, Pressed, is_personal, person_in, pressed_in, show, told_in
from storage.records import Person
from storage.tables.port import StorageUnavailable

log = structlog.get_logger()
OWN_CHAT_ONLY = "This belongs into our own chat; open it from my name."
SEE_BELOW = "See the newest message in this chat."

Told = Card | str
"""What an action gives back: a card in place of the one that was pressed, or a sentence for the person alone."""


class CardActions:
    """Answers every button."""

    def __init__(
        self,
        main: MainDialog,
        on_case: CaseActions,
        on_question: Callable[[Person, Pressed], Awaitable[Told]],
        on_post: Callable[[Person, Pressed], Awaitable[Told]],
    ) -> None:
        self._main = main
        self._on_case = on_case
        self._on_question = on_question
        self._on_post = on_post

    async def invoke(self, context: TurnContext) -> InvokeResponse:
        """The answer to an `adaptiveCard/action`: always 200, with a card or a sentence in it."""
        pressed = pressed_in(context.activity) or Pressed("")
        try:
            told = await self._answer(context, pressed)
        except (StorageUnavailable, ConnectorError) as error:
            log.warning("action_failed", verb=pressed.verb, error=str(error))
            told = TRY_AGAIN
        return _response(told)

    async def submit(self, context: TurnContext) -> None:
        """The same button where the client cannot `Action.Execute`."""
        pressed = pressed_in(context.activity) or Pressed("")
        try:
            told = await self._answer(context, pressed)
        except ConnectorError as error:
            log.warning("action_failed", verb=pressed.verb, error=str(error))
            told = TRY_AGAIN
        if isinstance(told, str):
            if told != SEE_BELOW:
                await context.send_activity(told)
        else:
            await show(context, told)

    async def _answer(self, context: TurnContext, pressed: Pressed) -> Told:
        if pressed.verb.startswith("case."):
            in_own_chat, on = is_personal(context.activity), context.activity.reply_to_id or ""
            return await self._on_case(person_in(context.activity), pressed, in_own_chat=in_own_chat, on=on)
        if pressed.verb.startswith("question."):
            return await self._on_question(person_in(context.activity), pressed)
        if pressed.verb.startswith("post."):
            return await self._on_post(person_in(context.activity), pressed)
        if not is_personal(context.activity):
            return OWN_CHAT_ONLY
        try:
            await self._main.run(context)
        except StorageUnavailable as error:
            log.warning("storage_unavailable", verb=pressed.verb, error=str(error))
            await self._main.run_without_storage(context)
        return told_in(context) or SEE_BELOW


def _response(told: Told) -> InvokeResponse:
    kind = "application/vnd.microsoft.activity.message" if isinstance(told, str) else CARD_TYPE
    body: dict[str, Any] = {"statusCode": 200, "type": kind, "value": told}
    return InvokeResponse(status=200, body=body)
