"""Buttons: verb to handler, and who may press it. The only builder of invoke bodies; an error becomes words.

`Action.Execute` arrives as an invoke, its fallback `Action.Submit` as a message; both come through here.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from botbuilder.core import InvokeResponse, TurnContext

from bot.connector import ConnectorError
from bot.messenger import Messenger
from bot.roles import Roles
from cards import case_cards
from cards.parts import Card, escape
from cards.verbs import Verb
from dialogs.main_dialog import MainDialog
from dialogs.turn import CARD_TYPE, Pressed, is_personal, person_in, pressed_in, show, told_in
from storage import case_moves
from storage.case_book import CaseBook
from storage.conversation_references import ConversationReferences
from storage.records import Case, Entry, EntryKind, Person, WrongStatus
from storage.tables import NotFound, StorageUnavailable

log = structlog.get_logger()
NOT_IN_TEAM = "Only members of the safeguarding team that has this report can do this. Nothing was changed."
NO_CASE = "There is no report {reference} here. The card may be from a trial; tell IT if it should be there."
TRY_AGAIN = "That did not work, and nothing was changed. Please try again in a minute."
HAS_IT = "{who} has taken this already, so nothing was changed."
SENT_TO_YOU = "The report is in your own chat with me."
NO_CHAT = "I cannot write to you yet. Open a chat with me, send any word, then press this again."
OWN_CHAT_ONLY = "This belongs into our own chat; open it from my name."
SEE_BELOW = "See the newest message in this chat."

Told = Card | str
"""What an action gives back: a card in place of the one that was pressed, or a sentence for the person alone."""


class CardActions:
    """Answers every button."""

    def __init__(
        self,
        main: MainDialog,
        cases: CaseBook,
        references: ConversationReferences,
        roles: Roles,
        on_question: Callable[[Person, Pressed], Awaitable[Told]],
        messenger: Messenger,
        wake_notifier: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._main = main
        self._cases = cases
        self._references = references
        self._roles = roles
        self._on_question = on_question
        self._messenger = messenger
        self._wake_notifier = wake_notifier
        self._now = now
        self._case_actions: dict[str, Callable[[Person, Case], Awaitable[Told]]] = {
            Verb.ACKNOWLEDGE: self._acknowledge,
            Verb.OPEN: self._open,
        }

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
        told = await self._answer(context, pressed_in(context.activity) or Pressed(""))
        if isinstance(told, str):
            if told != SEE_BELOW:
                await context.send_activity(told)
        else:
            await show(context, told)

    async def _answer(self, context: TurnContext, pressed: Pressed) -> Told:
        if pressed.verb.startswith("case."):
            return await self._on_case(person_in(context.activity), pressed)
        if pressed.verb.startswith("question."):
            return await self._on_question(person_in(context.activity), pressed)
        if not is_personal(context.activity):
            return OWN_CHAT_ONLY
        try:
            await self._main.run(context)
        except StorageUnavailable as error:
            log.warning("storage_unavailable", verb=pressed.verb, error=str(error))
            await self._main.run_without_storage(context)
        return told_in(context) or SEE_BELOW

    async def _on_case(self, person: Person, pressed: Pressed) -> Told:
        reference = pressed.text("case")
        handle = self._case_actions.get(pressed.verb)
        try:
            case = await self._cases.get(reference)
        except (NotFound, ValueError):
            return NO_CASE.format(reference=reference[:20])
        if not await self._roles.works_on(person, case):
            log.warning("not_in_team", verb=pressed.verb, reference=case.reference)
            return NOT_IN_TEAM
        if handle is None:
            return case_cards.case_card(case)
        return await handle(person, case)

    async def _acknowledge(self, person: Person, case: Case) -> Told:
        try:
            case = await self._cases.apply(case.reference, case_moves.acknowledge(), person, self._now())
        except WrongStatus as late:
            who = case_cards.taken_by(late.case)
            is_theirs = late.case.acknowledged_by and late.case.acknowledged_by.id == person.id
            return case_cards.case_card(late.case, "" if is_theirs else HAS_IT.format(who=escape(who)))
        log.info("case_acknowledged", reference=case.reference)
        self._wake_notifier()
        return case_cards.case_card(case)

    async def _open(self, person: Person, case: Case) -> Told:
        """The report goes to the person's own chat, and the chronology says who read it."""
        try:
            chat = await self._references.chat_with(person)
        except NotFound:
            return NO_CHAT
        case = await self._cases.record(case.reference, Entry(self._now(), EntryKind.OPENED, person))
        await self._messenger.post_card(
            chat, case_cards.report_card(case, await self._cases.chronology(case.reference))
        )
        return SENT_TO_YOU


def _response(told: Told) -> InvokeResponse:
    kind = "application/vnd.microsoft.activity.message" if isinstance(told, str) else CARD_TYPE
    body: dict[str, Any] = {"statusCode": 200, "type": kind, "value": told}
    return InvokeResponse(status=200, body=body)
