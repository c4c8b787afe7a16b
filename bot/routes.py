"""Where a report goes: by school, and by whose conduct it is about.

About a member of staff, or somebody in the DSL's team: the head teacher, not the DSL's channel. About the head: the
chair of governors (Keeping Children Safe in Education, part 4). A route that does not stand yet keeps the report
waiting; it goes nowhere else meanwhile.
"""

from dataclasses import dataclass

from bot.trust import Leader, Leadership, Trust
from cards.receipt_cards import GoesTo
from storage.conversation_references import Conversation, ConversationReferences, Purpose
from storage.records import Person, Report, Route
from storage.tables import NotFound


@dataclass(frozen=True, slots=True)
class Destination:
    """`conversation` is `None` while nobody can be reached there. `whom` and `contact` are for people to read."""

    route: Route
    whom: str
    contact: str
    conversation: Conversation | None


class Routes:
    """Finds the destination of a report. May raise `StorageUnavailable`."""

    def __init__(self, trust: Trust, references: ConversationReferences) -> None:
        self._trust = trust
        self._references = references

    async def destination(self, report: Report) -> Destination:
        """Where this report goes as things stand."""
        school = self._trust.school_called(report.school)
        of_school = f" of {school.name}" if school else ""
        if report.route is Route.DSL_CHANNEL:
            binding = await self._references.bound(Purpose.SAFEGUARDING_ALERTS, report.school)
            contact = school.dsl if school and school.dsl.phone else self._trust.safeguarding_desk
            whom = f"{report.route}{of_school}"
            return Destination(report.route, whom, str(contact), binding.conversation if binding else None)
        leader = self._leader(report.route, report.school)
        conversation = await self._chat_with(leader.id) if leader.id else None
        return Destination(report.route, f"{report.route}{of_school}", str(leader), conversation)

    async def ways(self, report: Report) -> list[Conversation]:
        """Where its alert may be posted, best first: for a school's reports the trust-wide channel comes second."""
        first = (await self.destination(report)).conversation
        if report.route is not Route.DSL_CHANNEL:
            return [first] if first else []
        binding = await self._references.bound(Purpose.SAFEGUARDING_ALERTS)
        ways = [first, binding.conversation if binding else None]
        return list(dict.fromkeys(way for way in ways if way))

    async def goes_to(self, report: Report) -> GoesTo:
        """The same in words for the reporter."""
        destination = await self.destination(report)
        return GoesTo(destination.whom, destination.contact, destination.conversation is not None)

    @property
    def schools(self) -> tuple[str, ...]:
        """The names of the trust's schools."""
        return tuple(school.name for school in self._trust.schools)

    def is_leader(self, person: Person, route: Route, school: str) -> bool:
        """Whether reports of this route, which go to one person, go to this one."""
        leader = self._leader(route, school)
        return leader.id is not None and person.id.casefold() == leader.id.casefold()

    def _leader(self, route: Route, school: str) -> Leader:
        leadership: Leadership = self._trust.school_called(school) or self._trust.leadership
        return leadership.chair_of_governors if route is Route.CHAIR else leadership.head

    async def _chat_with(self, person_id: str) -> Conversation | None:
        try:
            return await self._references.chat_with(Person(person_id, "", ""))
        except NotFound:
            return None
