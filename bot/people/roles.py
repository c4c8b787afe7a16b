"""Who may do what: by the settings and by channels' rosters as they are now, never by what a card or message claims."""

from bot.teams.connector import Gone
from bot.teams.messenger import Messenger
from storage.conversation_references import Conversation, ConversationReferences, Purpose
from storage.records import Person


class Memberships:
    """In which channels one person is. For one request, in which each roster is asked once; people leave teams.

    May raise `StorageUnavailable` or `ConnectorError`: then it is not known, and they count as in none.
    """

    def __init__(self, person: Person, references: ConversationReferences, messenger: Messenger) -> None:
        self.person = person
        self._references = references
        self._messenger = messenger
        self._member_of: dict[str, bool] = {}

    async def is_in_channel(self, purpose: Purpose, school: str | None = None) -> bool:
        """Whether this person is, now, in the roster of the channel that has this purpose.

        A school's channel that is gone is stood in for by the trust-wide one. One whose roster cannot be read for any
        other reason is not: that raises, since to try again is better than to open a school's cases to others.
        """
        binding = await self._references.bound(purpose, school)
        if binding is None:
            return False
        try:
            return await self._is_member(binding.conversation)
        except Gone:
            if not school:
                raise
            return await self.is_in_channel(purpose)

    async def _is_member(self, channel: Conversation) -> bool:
        if channel.id not in self._member_of:
            self._member_of[channel.id] = await self._messenger.is_member(channel, self.person.account)
        return self._member_of[channel.id]


class Roles:
    """Answers questions about a person."""

    def __init__(self, admins: frozenset[str], references: ConversationReferences, messenger: Messenger) -> None:
        self._admins = admins
        self._references = references
        self._messenger = messenger

    def is_admin(self, person: Person) -> bool:
        """Whether the settings name this person (`BOT_ADMINS`)."""
        return person.id.casefold() in self._admins

    def memberships(self, person: Person) -> Memberships:
        """The channels of this person, for one request."""
        return Memberships(person, self._references, self._messenger)

    async def is_in_channel(self, person: Person, purpose: Purpose, school: str | None = None) -> bool:
        """Whether this person is, now, in the roster of the channel that has this purpose."""
        return await self.memberships(person).is_in_channel(purpose, school)
