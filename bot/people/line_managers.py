"""Line managers as the suggestions need them: found if they are known, reached if they can be."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

import structlog

from bot.people.directory import DirectoryUnavailable
from storage.conversation_references import Conversation, ConversationReferences
from storage.records import Colleague, Person
from storage.tables.port import NotFound

T = TypeVar("T")
log = structlog.get_logger()
PATIENCE = 4.0
"""Seconds for one look-up in the middle of a turn; Teams waits fifteen for the whole."""


class PeopleDirectory(Protocol):
    """Where people are looked up (`bot/people/directory.py`). Each may raise `DirectoryUnavailable`."""

    async def manager_of(self, person: Person) -> Colleague | None:
        """The line manager of this person; `None` where nobody knows."""

    async def find(self, text: str) -> Sequence[Colleague]:
        """Who this name, e-mail address or id may mean."""

    async def install_for(self, person_id: str) -> bool:
        """Install the bot for this person; whether it is there then."""

    async def chat_of(self, person_id: str) -> str | None:
        """The id of the bot's chat with this person, once installed."""


class LineManagers:
    """Asks the directory, and takes no answer for "not known": a walk never waits for it."""

    def __init__(self, directory: PeopleDirectory, references: ConversationReferences) -> None:
        self._directory = directory
        self._references = references

    async def manager_of(self, person: Person) -> Colleague | None:
        """The line manager of this person; `None` where nobody knows, or the directory does not answer."""
        return await self._asked(self._directory.manager_of(person), None)

    async def find(self, text: str) -> list[Colleague]:
        """Who this name, e-mail address or id may mean."""
        found: Sequence[Colleague] = await self._asked(self._directory.find(text), [])
        return list(found)

    async def chat_with(self, manager: Person, author: Person, *, install: bool) -> Conversation | None:
        """Their chat with the bot; `None` while there is none. `install`: then the bot is installed for them."""
        try:
            return await self._references.chat_with(manager)
        except (NotFound, ValueError):
            return await self._installed(manager, author) if install else None

    async def _installed(self, manager: Person, author: Person) -> Conversation | None:
        """Installed now, if that may be: the chat is where the author's is, under an id of its own."""
        if not await self._asked(self._directory.install_for(manager.id), False):
            return None
        chat = await self._asked(self._directory.chat_of(manager.id), None)
        try:
            beside = await self._references.chat_with(author)
        except NotFound:
            return None
        if chat is None:
            return None
        conversation = replace(beside, id=chat, name="")
        await self._references.remember(manager, conversation)
        return conversation

    async def _asked(self, question: Awaitable[T], unknown: T) -> T:
        try:
            async with asyncio.timeout(PATIENCE):
                return await question
        except (DirectoryUnavailable, TimeoutError) as error:
            log.warning("directory_unavailable", error=type(error).__name__)
            return unknown
