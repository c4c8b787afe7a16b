"""Which cases a person may work on, and who works on a case: asked of rosters and the trust's facts, each time."""

from collections.abc import Iterable

from bot.cases.report_routes import Routes
from bot.people.roles import Memberships, Roles
from bot.teams.messenger import Messenger, Unreachable, first_reachable
from storage.cases.case_records import Case, Place, Route
from storage.cases.register_lines import Line
from storage.conversation_references import Purpose
from storage.records import Person


class CaseAccess:
    """Which cases one person may work on. For one request only: in it, each roster is asked once.

    May raise `StorageUnavailable` or `ConnectorError`: then they may work on none.
    """

    def __init__(self, memberships: Memberships, routes: Routes) -> None:
        self._memberships = memberships
        self._routes = routes
        self._decided: dict[tuple[Route, str], bool] = {}

    async def works_on(self, case: Case) -> bool:
        """Whether this case is theirs: it goes to them, or its alert stands in the trust-wide channel, where they are.

        It stands there where the school had no channel of its own yet, or one that was gone (`Routes.ways`).
        """
        if case.is_kept_from(self._memberships.person):
            return False
        if await self.covers(case.place.route, case.place.school):
            return True
        if case.place.route is not Route.DSL_CHANNEL or case.alert is None:
            return False
        trust_wide = await self._routes.trust_wide()
        stands_there = trust_wide is not None and trust_wide.id == case.alert.conversation
        return stands_there and await self._memberships.is_in_channel(Purpose.SAFEGUARDING_ALERTS)

    async def covers(self, route: Route, school: str) -> bool:
        """Whether reports of this route and school are, now, this person's to deal with."""
        where = (route, school)
        if where not in self._decided:
            if route is Route.DSL_CHANNEL:
                decided = await self._memberships.is_in_channel(Purpose.SAFEGUARDING_ALERTS, school)
            else:
                decided = self._routes.is_leader(self._memberships.person, route, school)
            self._decided[where] = decided
        return self._decided[where]

    async def covers_anything(self) -> bool:
        """Whether there is any kind of report that would be theirs."""
        for route in (Route.HEAD, Route.CHAIR, Route.DSL_CHANNEL):  # the rosters, which are asked of Teams, last
            for school in ("", *self._routes.schools):
                if await self.covers(route, school):
                    return True
        return False

    async def only(self, lines: Iterable[Line]) -> list[Line]:
        """Those of these cases that are theirs, and not kept from them."""
        me = self._memberships.person.id.casefold()
        return [line for line in lines if me not in line.kept_from and await self.covers(line.route, line.school)]


class CaseRoles:
    """Who deals with cases: one person's access to them, and one case's team."""

    def __init__(self, roles: Roles, routes: Routes, messenger: Messenger) -> None:
        self._roles = roles
        self._routes = routes
        self._messenger = messenger

    def access(self, person: Person) -> CaseAccess:
        """What this person may work on, for one request."""
        return CaseAccess(self._roles.memberships(person), self._routes)

    def places_beside(self, case: Case) -> list[Place]:
        """To whom the case can be given, other than those who have it."""
        return [place for place in self._routes.places if place != case.place]

    async def team_of(self, case: Case) -> list[Person]:
        """To whom the case can be given: the roster of its channel as it is now; nobody where one person has it."""
        if case.place.route is not Route.DSL_CHANNEL:
            return []
        try:
            members = await first_reachable(await self._routes.ways(case.place), self._messenger.members)
        except Unreachable:
            return []
        return [member for member in members if not case.is_kept_from(member)]
