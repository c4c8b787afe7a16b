"""Channels, chats and rosters in memory, for tests of who may do what: nothing is sent, and nothing is waited for."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.teams.connector import ConnectorError, Gone
from bot.teams.messenger import Messenger
from storage.conversation_references import Binding, Conversation, ConversationReferences, Purpose
from storage.records import Person
from storage.tables.port import NotFound

GONE = Gone(404, "ConversationNotFound")
REMOVED = Gone(403, "BotNotInConversationRoster")
PASSING = [ConnectorError(0, "no answer in time"), ConnectorError(429, "", 30.0), ConnectorError(503, "")]
"""Faults that say nothing of whether a channel is there."""


def place(name: str) -> Conversation:
    """A chat or a channel."""
    return Conversation("https://teams.example", name, "28:bot", name)


def person(name: str) -> Person:
    return Person(f"id-{name}", name, f"29:{name}")


@dataclass
class FakeReferences(ConversationReferences):
    """`channels`: by purpose and school, the trust-wide one under `None`. `chats`: by the person's id."""

    channels: dict[tuple[Purpose, str | None], Conversation] = field(default_factory=dict)
    chats: dict[str, Conversation] = field(default_factory=dict)

    async def bound(self, purpose: Purpose, school: str | None = None) -> Binding | None:
        found = self.channels.get((purpose, school)) or self.channels.get((purpose, None))
        return Binding(found, person("admin"), datetime(2026, 1, 1, tzinfo=UTC)) if found else None

    async def chat_with(self, person: Person) -> Conversation:
        if person.id not in self.chats:
            raise NotFound(person.id)
        return self.chats[person.id]


@dataclass
class FakeMessenger(Messenger):
    """`rosters`: the people of each conversation, or what Teams answers instead. `asked`: for which, in order."""

    rosters: dict[str, list[Person] | ConnectorError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def is_member(self, of: Conversation, account: str) -> bool:
        return account in [member.account for member in await self.members(of)]

    async def members(self, of: Conversation) -> list[Person]:
        self.asked.append(of.id)
        roster = self.rosters[of.id]
        if isinstance(roster, ConnectorError):
            raise roster
        return roster
