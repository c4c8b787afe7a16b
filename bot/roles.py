"""Who may do what: decided from rosters and settings, never from what a card or a message claims."""

from bot.messenger import Messenger
from storage.conversation_references import ConversationReferences, Purpose
from storage.records import Case, Person


class Roles:
    """Answers questions about a person. May raise `StorageUnavailable` or `ConnectorError`: then nobody may."""

    def __init__(self, admins: frozenset[str], references: ConversationReferences, messenger: Messenger) -> None:
        self._admins = admins
        self._references = references
        self._messenger = messenger

    def is_admin(self, person: Person) -> bool:
        """Whether the settings name this person (`BOT_ADMINS`)."""
        return person.id.casefold() in self._admins

    async def works_on(self, person: Person, case: Case) -> bool:
        """Whether this person is, now, in the channel whose team works on the case."""
        return await self.is_in_channel(person, Purpose.SAFEGUARDING_ALERTS, case.report.school)

    async def is_in_channel(self, person: Person, purpose: Purpose, school: str | None = None) -> bool:
        """Whether this person is, now, in the roster of the channel that has this purpose."""
        binding = await self._references.bound(purpose, school)
        return binding is not None and await self._messenger.is_member(binding.conversation, person.account)
