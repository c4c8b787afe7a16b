"""Where the bot can write to people and channels: learnt anew on every turn, since about 1 % of them go stale.

Our own record rather than the SDK's, which loses the tenant (platform notes, fault 13).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from storage.records import Person
from storage.stored_names import StoredName
from storage.tables.port import NotFound, Put, Tables
from storage.tables.rows import RowCodec

TABLE = "conversations"


class Purpose(StoredName):
    """What a channel is used for; an admin says it in the channel in these words."""

    SAFEGUARDING_ALERTS = "safeguarding_alerts", "safeguarding alerts"
    POST_SUGGESTIONS = "post_suggestions", "post suggestions"
    POLICY_QUESTIONS = "policy_questions", "policy questions"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A chat or a channel. `bot` is the bot's own account there, which Teams wants as the sender."""

    service_url: str
    id: str
    bot: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """A channel that an admin has given a purpose."""

    conversation: Conversation
    by: Person
    at: datetime


_conversation_codec = RowCodec(Conversation)
_binding_codec = RowCodec(Binding)


class ConversationReferences:
    """Finds the chat with a person and the channel for a purpose. May raise `StorageUnavailable`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._seen: dict[str, Conversation] = {}

    async def remember(self, person: Person, conversation: Conversation) -> None:
        """Keep where this person's chat with the bot is; writes only what changed."""
        if self._seen.get(person.id) != conversation:
            await self._tables.write(TABLE, "people", Put(person.id, _conversation_codec.to_values(conversation)))
            self._seen[person.id] = conversation

    async def chat_with(self, person: Person) -> Conversation:
        """The chat with this person; `NotFound` if the bot never met them."""
        row = await self._tables.get(TABLE, "people", person.id)
        return _conversation_codec.from_values(row.values)

    async def bind(self, purpose: Purpose, school: str | None, binding: Binding) -> None:
        """Use this channel for the purpose from now on, for one school or for all."""
        await self._tables.write(TABLE, "channels", Put(_key(purpose.value, school), _binding_codec.to_values(binding)))

    async def bound(self, purpose: Purpose, school: str | None = None) -> Binding | None:
        """The channel of this school for the purpose, else the trust-wide one, else `None`."""
        for name in dict.fromkeys((school, None)):
            for said in (purpose.value, purpose.first_words):  # the second: bound under the first version
                try:
                    row = await self._tables.get(TABLE, "channels", _key(said, name))
                except NotFound:
                    continue
                return _binding_codec.from_values(row.values)
        return None


def _key(purpose: str, school: str | None) -> str:
    return f"{purpose}|{re.sub(r'[^a-z0-9]+', '-', (school or '').casefold())}"
