"""What one person may see of the cases: asked of the rosters, each of them once in one request."""

from collections.abc import Iterable

from bot.cases.report_routes import Routes
from bot.teams.connector import ConnectorError
from bot.teams.messenger import Messenger
from storage.cases.register_lines import Line
from storage.conversation_references import Conversation, ConversationReferences, Purpose
from storage.records import Case, Person, Route


class Sight:
    """For one person and one request; never kept longer, since people leave teams.

    May raise `StorageUnavailable` or `ConnectorError`: then they see nothing.
    """

    def __init__(
        self, person: Person, references: ConversationReferences, messenger: Messenger, routes: Routes
    ) -> None:
        self._person = person
        self._references = references
        self._messenger = messenger
        self._routes = routes
        self._decided: dict[tuple[Route, str], bool] = {}
        self._member_of: dict[str, bool] = {}

    async def works_on(self, case: Case) -> bool:
        """Whether this case is theirs: it goes to them, or its alert stands in the trust-wide channel, where they are.

        It does where the school had no channel of its own yet, or one that was gone (`Routes.ways`).
        """
        if await self.covers(case.report.route, case.report.school):
            return True
        if case.report.route is not Route.DSL_CHANNEL or case.alert is None:
            return False
        trust_wide = await self._references.bound(Purpose.SAFEGUARDING_ALERTS)
        stands_there = trust_wide is not None and trust_wide.conversation.id == case.alert.conversation
        return stands_there and await self.is_in_channel(Purpose.SAFEGUARDING_ALERTS)

    async def covers(self, route: Route, school: str) -> bool:
        """Whether reports of this route and school are, now, this person's to deal with."""
        where = (route, school)
        if where not in self._decided:
            if route is Route.DSL_CHANNEL:
                self._decided[where] = await self.is_in_channel(Purpose.SAFEGUARDING_ALERTS, school)
            else:
                self._decided[where] = self._routes.is_leader(self._person, route, school)
        return self._decided[where]

    async def covers_anything(self) -> bool:
        """Whether there is any kind of report that would be theirs."""
        for route in (Route.HEAD, Route.CHAIR, Route.DSL_CHANNEL):  # the rosters, which are asked of Teams, last
            for school in ("", *self._routes.schools):
                if await self.covers(route, school):
                    return True
        return False

    async def only(self, lines: Iterable[Line]) -> list[Line]:
        """Those of these cases that are theirs."""
        return [line for line in lines if await self.covers(line.route, line.school)]

    async def is_in_channel(self, purpose: Purpose, school: str | None = None) -> bool:
        """Whether this person is, now, in the roster of the channel that has this purpose.

        A school's channel that is gone is stood in for by the trust-wide one.
        """
        binding = await self._references.bound(purpose, school)
        if binding is None:
            return False
        try:
            return await self._is_member(binding.conversation)
        except ConnectorError as error:
            if not error.is_gone or not school:
                raise
            return await self.is_in_channel(purpose)

    async def _is_member(self, channel: Conversation) -> bool:
        if channel.id not in self._member_of:
            self._member_of[channel.id] = await self._messenger.is_member(channel, self._person.account)
        return self._member_of[channel.id]
