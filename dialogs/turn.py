"""One turn as the dialogs see it: who speaks, what was pressed or typed, and how to show a card in answer."""

from typing import Protocol

import structlog
from botbuilder.core import TurnContext
from botbuilder.schema import Activity, Attachment

from cards.kit.elements import Card
from dialogs.buttons import ButtonPress, Reply
from storage.conversation_references import Conversation
from storage.records import Person, PostedCard, StoredFile

log = structlog.get_logger()
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
_SHOWN = "shown-card"

Fetched = StoredFile | str
"""A file of a message that is kept, or the sentence that says why it is not."""


class FetchFiles(Protocol):
    """Fetches the files of a message and keeps them with the evidence; one result for each file."""

    async def __call__(self, activity: Activity) -> list[Fetched]: ...


def pressed_in(activity: Activity) -> ButtonPress | None:
    """The button behind this activity, by `Action.Execute` or by its fallback, `Action.Submit`."""
    value = activity.value
    if not isinstance(value, dict):
        return None
    if activity.type != "invoke":
        return press_of(activity, str(value.get("verb", "")), value)
    action = value.get("action")
    return press_of(activity, str(action.get("verb", "")), action.get("data")) if isinstance(action, dict) else None


def press_of(activity: Activity, verb: str = "", data: object = None) -> ButtonPress:
    """Who speaks presses this button, where they speak."""
    carried = data if isinstance(data, dict) else {}
    return ButtonPress(person_in(activity), verb, carried, is_personal(activity), activity.reply_to_id or "")


def person_in(activity: Activity) -> Person:
    """Who speaks: by Entra object id where the channel gives one."""
    sender = activity.from_property
    return Person(id=sender.aad_object_id or sender.id, name=sender.name or "Somebody", account=sender.id)


def is_personal(activity: Activity) -> bool:
    """Whether this is the chat between one person and the bot."""
    return bool(activity.conversation.conversation_type == "personal")


def conversation_in(activity: Activity) -> Conversation:
    """Where this activity was sent; in a channel the channel itself, not the thread."""
    channel_data = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    channel = channel_data.get("channel") if isinstance(channel_data.get("channel"), dict) else {}
    return Conversation(
        service_url=activity.service_url,
        id=activity.conversation.id.split(";messageid=")[0],
        bot=activity.recipient.id if activity.recipient else "",
        name=str((channel or {}).get("name") or activity.conversation.name or ""),
    )


def without_mention(activity: Activity) -> str:
    """What was said, without the mention of the bot: only the mention's own text goes (platform notes, fault 14)."""
    text = activity.text or ""
    bot = activity.recipient.id if activity.recipient else ""
    for entity in activity.entities or []:
        extra = entity.additional_properties or {}
        mentioned = extra.get("mentioned")
        if entity.type == "mention" and isinstance(mentioned, dict) and mentioned.get("id") == bot:
            text = text.replace(str(extra.get("text", "")), " ", 1)
    return " ".join(text.split())


def as_attachment(card: Card) -> Attachment:
    """The card, ready for an activity."""
    return Attachment(content_type=CARD_TYPE, content=card)


def as_message(card: Card) -> Activity:
    """A message that shows the card; its fallback text is what a notification says."""
    return Activity(type="message", attachments=[as_attachment(card)], summary=card.get("fallbackText"))


async def show(context: TurnContext, card: Card) -> PostedCard | None:
    """Show a card in answer: in place of the one whose button was pressed, else as a new message.

    An invoke's card travels in its response: `reply_in` gives it to who builds that. Returns where the card stands.
    """
    activity = context.activity
    if activity.type == "invoke":
        context.turn_state[_SHOWN] = card
        return _posted(activity, activity.reply_to_id) if activity.reply_to_id else None
    if activity.value and activity.reply_to_id:
        message = as_message(card)
        message.id = activity.reply_to_id
        message.conversation = activity.conversation
        await context.update_activity(message)
        return _posted(activity, activity.reply_to_id)
    return await post(context, card)


async def post(context: TurnContext, card: Card) -> PostedCard | None:
    """Show a card as a new message, whatever was pressed."""
    sent = await context.send_activity(as_message(card))
    return _posted(context.activity, sent.id) if sent and sent.id else None


async def replace_with_pointer(context: TurnContext, card_id: str, pointer: Card) -> None:
    """Put a pointer where a card of the walk was that has moved to the end of the chat; the old card may stay."""
    message = as_message(pointer)
    message.id = card_id
    message.conversation = context.activity.conversation
    try:
        await context.update_activity(message)
    except Exception as error:  # noqa: BLE001 (the adapter's own error is not known here; the walk goes on in the new card)
        log.info("old_card_stays", error=type(error).__name__)


def plain(text: str) -> Activity:
    """A message with words in it that are not ours: shown as they are, no markdown comes of them."""
    return Activity(type="message", text=text, text_format="plain")


async def say(context: TurnContext, sentence: str) -> None:
    """A sentence for the person alone: with a button's answer where there is one, else as a message."""
    if context.activity.type == "invoke":
        context.turn_state[_SHOWN] = sentence
    else:
        await context.send_activity(sentence)


def reply_in(context: TurnContext) -> Reply:
    """The card that this turn showed, or the sentence that it said, in answer to an invoke."""
    reply: Reply = context.turn_state.get(_SHOWN)
    return reply


def _posted(activity: Activity, card_id: str) -> PostedCard:
    return PostedCard(activity.service_url, activity.conversation.id, card_id)


def has_files(activity: Activity) -> bool:
    """Whether a message brings files; Teams also sends an HTML twin of every message, which is none."""
    return any(
        attachment.content_type != "text/html" and (attachment.content_url or attachment.content)
        for attachment in activity.attachments or []
    )
