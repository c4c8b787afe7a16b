"""Writes to people and channels outside a turn. Every method raises `ConnectorError` where Teams does not take it."""

import contextlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from bot.teams.connector import ConnectorError, Gone, TeamsConnector
from cards.kit.elements import Card
from cards.kit.mentions import Mention, entities_of
from dialogs.turn import CARD_TYPE
from storage.conversation_references import Conversation, ConversationReferences, Purpose
from storage.records import Person, PostedCard
from storage.tables.port import NotFound

T = TypeVar("T")
BOT_ACCOUNT = "28:"
"""How Teams' ids of bots begin."""


class Unreachable(Exception):
    """There is nowhere to write to yet: no channel is bound, the person's chat is not known, or all that were are gone.

    `retry_after`: seconds until it is worth another try, where the usual minute is too soon.
    """

    def __init__(self, reason: str, retry_after: float = 0.0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


async def first_reachable(ways: Iterable[Conversation], send: Callable[[Conversation], Awaitable[T]]) -> T:
    """What `send` gives at the first of these conversations that is still there. Raises `Unreachable` if none is."""
    for conversation in ways:
        with contextlib.suppress(Gone):
            return await send(conversation)
    raise Unreachable("no channel takes it")


class Messenger:
    """Posts and updates messages of the bot, and knows where people and channels are."""

    def __init__(self, connector: TeamsConnector, references: ConversationReferences) -> None:
        self._connector = connector
        self._references = references

    async def chat_with(self, person: Person) -> Conversation:
        """The person's own chat with the bot. Raises `Unreachable` if the bot never met them."""
        try:
            return await self._references.chat_with(person)
        except (NotFound, ValueError):  # an id that cannot be a key is nobody's
            raise Unreachable("their chat with the bot is not known") from None

    async def channel_for(self, purpose: Purpose, school: str | None = None) -> Conversation:
        """The channel that is used for this. Raises `Unreachable` while there is none."""
        binding = await self._references.bound(purpose, school)
        if binding is None:
            raise Unreachable(f"no channel is used for {purpose.words}")
        return binding.conversation

    async def post_card(
        self, to: Conversation, card: Card, text: str = "", mentions: Sequence[Mention] = ()
    ) -> PostedCard:
        """A new message with a card; in a channel, a new thread. `text` stands above it, and may mention people."""
        message = _message(to.bot, text=text, card=card)
        if mentions:
            message |= {"textFormat": "markdown", "entities": entities_of(mentions)}
        activity = await self._connector.send(to.service_url, to.id, message)
        return PostedCard(to.service_url, to.id, activity)

    async def say(self, to: Conversation, text: str) -> None:
        """A new message of plain words of ours."""
        await self._connector.send(to.service_url, to.id, _message(to.bot, text=text))

    async def remind(self, to: Conversation, text: str, mentions: Sequence[Mention], under: PostedCard | None) -> None:
        """Words of ours that mention people: as an answer to `under`, a card in this channel; else a new thread."""
        message = _message(to.bot, text=text) | {"textFormat": "markdown", "entities": entities_of(mentions)}
        if under and under.activity and under.conversation == to.id:
            thread = f"{to.id};messageid={under.activity}"
            try:
                await self._connector.send(to.service_url, thread, message)
            except ConnectorError as error:
                if error.status not in (400, 403, 404):  # the card was deleted, and its thread with it
                    raise
            else:
                return
        await self._connector.send(to.service_url, to.id, message)

    async def account_of(self, person_id: str, in_: Conversation) -> str:
        """What Teams calls this person in the conversation; their Entra object id where it does not say.

        Teams finds a member by their Entra id too; where it does not, the whole roster is read.
        """
        try:
            member = await self._connector.member(in_.service_url, in_.id, person_id)
            if member and member.get("id"):
                return str(member["id"])
            roster = await self.members(in_)
        except ConnectorError:
            return person_id
        return next((each.account for each in roster if each.id.casefold() == person_id.casefold()), person_id)

    async def update_card(self, posted: PostedCard, card: Card) -> None:
        """The card in place of what stands there."""
        await self._connector.update(posted.service_url, posted.conversation, posted.activity, _message("", card=card))

    async def is_member(self, of: Conversation, account: str) -> bool:
        """Whether this account is in the conversation's roster now."""
        return await self.member(of, account) is not None

    async def member(self, of: Conversation, account: str) -> dict[str, Any] | None:
        """What Teams tells of this account in the conversation's roster; `None` if it is not in it."""
        return await self._connector.member(of.service_url, of.id, account)

    async def members(self, of: Conversation) -> list[Person]:
        """The people in the conversation's roster now, by name; bots left out."""
        found = await self._connector.members(of.service_url, of.id)
        people = [_person(member) for member in found if not str(member.get("id", "")).startswith(BOT_ACCOUNT)]
        return sorted(people, key=lambda person: person.name.casefold())


def _person(member: dict[str, Any]) -> Person:
    account = str(member.get("id", ""))
    entra = member.get("aadObjectId") or member.get("objectId") or account
    return Person(id=str(entra), name=str(member.get("name") or "Somebody"), account=account)


def _message(sender: str, *, text: str = "", card: Card | None = None) -> dict[str, Any]:
    message: dict[str, Any] = {"type": "message"}
    if sender:
        message["from"] = {"id": sender}
    if text:
        message |= {"text": text, "textFormat": "plain"}  # it may name people: no markdown comes of a name
    if card:
        message["attachments"] = [{"contentType": CARD_TYPE, "content": card}]
        message["summary"] = card.get("fallbackText", "")
    return message
