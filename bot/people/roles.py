"""Who may do what: decided from rosters and settings, never from what a card or a message claims."""

from bot.cases.case_access import Sight
from bot.cases.report_routes import Routes
from bot.teams.connector import ConnectorError
from bot.teams.messenger import Messenger
from storage.conversation_references import ConversationReferences, Purpose
from storage.records import Case, Person, Route


class Roles:
    """Answers questions about a person. May raise `StorageUnavailable` or `ConnectorError`: then nobody may."""

    def __init__(
        self, admins: frozenset[str], references: ConversationReferences, messenger: Messenger, routes: Routes
    ) -> None:
        self._admins = admins
        self._routes = routes
        self._references = references
        self._messenger = messenger

    def is_admin(self, person: Person) -> bool:
        """Whether the settings name this person (`BOT_ADMINS`)."""
        return person.id.casefold() in self._admins

    async def works_on(self, person: Person, case: Case) -> bool:
        """Whether the case is, now, this person's: in the roster of its channel, or the leader that it goes to."""
        return await self.sight(person).works_on(case)

    def sight(self, person: Person) -> Sight:
        """What this person may see of the cases, for one request."""
        return Sight(person, self._references, self._messenger, self._routes)

    async def team_of(self, case: Case) -> list[Person]:
        """To whom the case can be given: the roster of its channel as it is now; nobody where one person has it."""
        if case.report.route is not Route.DSL_CHANNEL:
            return []
        for channel in await self._routes.ways(case.report):
            try:
                return await self._messenger.members(channel)
            except ConnectorError as error:
                if not error.is_gone:
                    raise
        return []

    async def is_in_channel(self, person: Person, purpose: Purpose, school: str | None = None) -> bool:
        """Whether this person is, now, in the roster of the channel that has this purpose."""
        return await self.sight(person).is_in_channel(purpose, school)
