"""Actions on any message in Teams: "Report this message" and "Suggest as a post" start a walk with what it says.

Each opens a task module with the message's words; "Go on in our chat" puts them into a draft and shows the walk in the
person's own chat, so that it ends in the same case, or the same suggestion, as every other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import structlog
from botbuilder.core import InvokeResponse, TurnContext

from bot.teams.connector import ConnectorError
from bot.teams.messenger import Messenger, Unreachable
from cards.kit.elements import Card
from cards.kit.times import said
from cards.reports import report_cards
from cards.suggestions import suggestion_cards
from dialogs.links import split_links
from dialogs.message_html import words_in_html
from dialogs.reports.report_dialog import ReportDialog
from dialogs.suggestions.suggestion_dialog import SuggestionDialog
from dialogs.turn import CARD_TYPE, person_in
from storage.records import Person
from storage.tables.port import StorageUnavailable

log = structlog.get_logger()
IN_CHAT = "{it} goes on in your own chat with me. Nothing has been sent yet."
NO_CHAT = "I cannot write to you yet. Open a chat with me, send any word, then try this on the message again."
TRY_AGAIN = "That did not work, and nothing was kept. Please try again in a minute."
MAX_QUOTED = 3_000


class Walk(Protocol):
    """A walk that can begin with words from elsewhere."""

    async def fill_in(self, person: Person, fields: dict[str, str]) -> Card:
        """Put them into the person's draft, and give the card of its step."""


@dataclass(frozen=True, slots=True)
class MessageCommand:
    """One action: its title, the card of its task module, the fields of that, and the walk that they begin."""

    title: str
    card: Callable[[object], Card]
    fields: tuple[str, ...]
    walk: Walk
    it: str


class MessageExtension:
    """Answers the two invokes of an action."""

    def __init__(
        self,
        report: ReportDialog,
        suggestion: SuggestionDialog,
        messenger: Messenger,
    ) -> None:
        self._commands = {
            "reportMessage": MessageCommand(
                "Report this message", _report_card, ("description", "links"), report, "Your report"
            ),
            "suggestMessage": MessageCommand(
                "Suggest as a post", _suggestion_card, ("text", "links"), suggestion, "Your suggestion"
            ),
        }
        self._messenger = messenger

    async def fetch_task(self, context: TurnContext) -> InvokeResponse:
        """The task module, filled in from the message."""
        value = context.activity.value if isinstance(context.activity.value, dict) else {}
        command = self._commands.get(str(value.get("commandId")))
        if command is None:
            return InvokeResponse(status=501)
        card = command.card(value.get("messagePayload"))
        module = {"title": command.title, "height": "medium", "width": "medium", "card": _attachment(card)}
        return InvokeResponse(status=200, body={"task": {"type": "continue", "value": module}})

    async def submit(self, context: TurnContext) -> InvokeResponse:
        """Into a draft, and on in the person's own chat."""
        value = context.activity.value if isinstance(context.activity.value, dict) else {}
        given = value.get("data")
        data = given if isinstance(given, dict) else {}
        # Not every client says the command once more; our own task module does, on its button.
        command = self._commands.get(str(data.get("command") or value.get("commandId")))
        if command is None:
            return InvokeResponse(status=501)
        try:
            fields = {name: str(data.get(name) or "") for name in command.fields}
            text = await self._go_on(context, command, fields)
        except (StorageUnavailable, ConnectorError) as error:
            log.warning("message_not_taken", error=str(error))
            text = TRY_AGAIN
        return InvokeResponse(status=200, body={"task": {"type": "message", "value": text}})

    async def _go_on(self, context: TurnContext, command: MessageCommand, fields: dict[str, str]) -> str:
        person = person_in(context.activity)
        try:
            chat = await self._messenger.chat_with(person)
        except Unreachable:
            return NO_CHAT
        card = await command.walk.fill_in(person, fields)
        await self._messenger.post_card(chat, card)
        return IN_CHAT.format(it=command.it)


def _attachment(card: Card) -> dict[str, Any]:
    return {"contentType": CARD_TYPE, "content": card}


def _report_card(payload: object) -> Card:
    return report_cards.WALK.message_card(*_quoted(payload))


def _suggestion_card(payload: object) -> Card:
    """The words alone: who wrote them and when is nothing for the page. A link in them goes along."""
    text = _words_of(payload)
    links, _ = split_links(text)
    return suggestion_cards.WALK.message_card(text, links[0] if links else "")


def _quoted(payload: object) -> tuple[str, str]:
    """The message as a description (author, time, words), and its link."""
    message = payload if isinstance(payload, dict) else {}
    user = (message.get("from") or {}).get("user") if isinstance(message.get("from"), dict) else None
    author = str((user or {}).get("displayName") or "somebody")
    words = f"A message in Teams from {author}{_when(message.get('createdDateTime'))}:\n{_words_of(payload)}"
    return words, str(message.get("linkToMessage") or "")


def _words_of(payload: object) -> str:
    body = payload.get("body") if isinstance(payload, dict) else None
    content = body.get("content", "") if isinstance(body, dict) else ""
    return words_in_html(str(content))[:MAX_QUOTED]


def _when(stamp: object) -> str:
    try:
        return f", {said(datetime.fromisoformat(str(stamp)))}"
    except ValueError:
        return ""
