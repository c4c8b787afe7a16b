""" "Report this message": an action on any message in Teams that starts the report walk with what the message says.

It opens a task module with the message's text, author, link and time; "Go on in our chat" puts them into a draft and
shows the walk in the person's own chat, so that it ends in the same case as every other report.
"""

from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import structlog
from botbuilder.core import InvokeResponse, TurnContext

from bot.connector import ConnectorError
from bot.messenger import Messenger
from cards import receipt_cards
from cards.parts import Card
from cards.times import said
from dialogs.report_dialog import ReportDialog
from dialogs.turn import CARD_TYPE, person_in
from storage.conversation_references import ConversationReferences
from storage.tables import NotFound, StorageUnavailable

log = structlog.get_logger()
COMMAND = "reportMessage"
TITLE = "Report this message"
IN_CHAT = "Your report goes on in your own chat with me. Nothing has been sent yet."
NO_CHAT = "I cannot write to you yet. Open a chat with me, send any word, then report the message again."
TRY_AGAIN = "That did not work, and nothing was kept. Please try again in a minute."
MAX_QUOTED = 3_000


class MessageExtension:
    """Answers the two invokes of the action."""

    def __init__(self, report: ReportDialog, references: ConversationReferences, messenger: Messenger) -> None:
        self._report = report
        self._references = references
        self._messenger = messenger

    async def fetch_task(self, context: TurnContext) -> InvokeResponse:
        """The task module, filled in from the message."""
        value = context.activity.value if isinstance(context.activity.value, dict) else {}
        if value.get("commandId") != COMMAND:
            return InvokeResponse(status=501)
        card = receipt_cards.message_card(*_quoted(value.get("messagePayload")))
        module = {"title": TITLE, "height": "medium", "width": "medium", "card": _attachment(card)}
        return InvokeResponse(status=200, body={"task": {"type": "continue", "value": module}})

    async def submit(self, context: TurnContext) -> InvokeResponse:
        """Into a draft, and on in the person's own chat."""
        value = context.activity.value if isinstance(context.activity.value, dict) else {}
        data = value.get("data") if isinstance(value.get("data"), dict) else {}
        try:
            text = await self._go_on(
                context, {name: str((data or {}).get(name, "")) for name in ("description", "links")}
            )
        except (StorageUnavailable, ConnectorError) as error:
            log.warning("message_not_taken", error=str(error))
            text = TRY_AGAIN
        return InvokeResponse(status=200, body={"task": {"type": "message", "value": text}})

    async def _go_on(self, context: TurnContext, fields: dict[str, str]) -> str:
        person = person_in(context.activity)
        try:
            chat = await self._references.chat_with(person)
        except NotFound:
            return NO_CHAT
        card = await self._report.fill_in(person, fields)
        await self._messenger.post_card(chat, card)
        return IN_CHAT


def _attachment(card: Card) -> dict[str, Any]:
    return {"contentType": CARD_TYPE, "content": card}


def _quoted(payload: object) -> tuple[str, str]:
    """The message as a description (author, time, words), and its link."""
    message = payload if isinstance(payload, dict) else {}
    user = (message.get("from") or {}).get("user") if isinstance(message.get("from"), dict) else None
    author = str((user or {}).get("displayName") or "somebody")
    body = message.get("body") if isinstance(message.get("body"), dict) else {}
    words = _plain(str((body or {}).get("content", "")))[:MAX_QUOTED]
    return f"A message in Teams from {author}{_when(message.get('createdDateTime'))}:\n{words}", str(
        message.get("linkToMessage") or ""
    )


def _when(stamp: object) -> str:
    try:
        return f", {said(datetime.fromisoformat(str(stamp)))}"
    except ValueError:
        return ""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _plain(content: str) -> str:
    """The words of a message that Teams hands over as HTML."""
    parser = _Words()
    parser.feed(content)
    return "\n".join(filter(None, (words.strip() for words in parser.words)))
