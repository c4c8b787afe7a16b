"""Where a report goes: by school, and by whose conduct it is about.

About a member of staff, or somebody in the DSL's team: the head teacher, not the DSL's channel. About the head: the
chair of governors (Keeping Children Safe in Education, part 4). A route that does not stand yet keeps the report
waiting; it goes nowhere else meanwhile.
"""

import hashlib
from dataclasses import dataclass

from bot.trust.facts import Leader, Leadership, Trust
from cards.reports.receipt_cards import GoesTo
from storage.cases.case_records import Place, Route
from storage.conversation_references import Conversation, ConversationReferences, Purpose
from storage.records import Person
from storage.tables.port import NotFound


@dataclass(frozen=True, slots=True)
class Destination:
    """`conversation` is `None` while nobody can be reached there. `whom` and `contact` are for people to read."""

    route: Route
    whom: str
    contact: str
    conversation: Conversation | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who is reminded of what waits in a channel. Any of them may not be set up."""

    dsl: Leader
    deputy: Leader
    head: Leader


class Routes:
    """Finds the destination of a report. May raise `StorageUnavailable`."""

    def __init__(self, trust: Trust, references: ConversationReferences) -> None:
        self._trust = trust
        self._references = references

    async def destination(self, place: Place) -> Destination:
        """Where the cases of this place go as things stand."""
        route, school_name = place.route, place.school
        school = self._trust.school_called(school_name)
        whom = f"{route.words}{f' of {school.name}' if school else ''}"
        if route is Route.DSL_CHANNEL:
            binding = await self._references.bound(Purpose.SAFEGUARDING_ALERTS, school_name)
            contact = school.dsl if school and school.dsl.phone else self._trust.safeguarding_desk
            return Destination(route, whom, str(contact), binding.conversation if binding else None)
        leader = self._leader(route, school_name)
        conversation = await self.chat_with(leader)
        return Destination(route, whom, str(leader), conversation)

    def ladder(self, school_name: str) -> Ladder:
        """Who is reminded of a report in the safeguarding team's channel, one after the other."""
        school = self._trust.school_called(school_name)
        if school is None:
            return Ladder(self._trust.safeguarding_desk, self._trust.deputy, self._trust.leadership.head)
        return Ladder(
            school.dsl if school.dsl.name else self._trust.safeguarding_desk,
            school.deputy if school.deputy.name else self._trust.deputy,
            school.head if school.head.name else self._trust.leadership.head,
        )

    async def channels(self) -> dict[str, Conversation]:
        """Each channel of a safeguarding team once, by a key that is the same tomorrow."""
        found = {}
        for school in (None, *(school.name for school in self._trust.schools)):
            binding = await self._references.bound(Purpose.SAFEGUARDING_ALERTS, school)
            if binding:
                found[key_of(binding.conversation)] = binding.conversation
        return found

    async def ways(self, place: Place) -> list[Conversation]:
        """Where its alerts may be posted, best first: for a school's team the trust-wide channel comes second."""
        first = (await self.destination(place)).conversation
        second = await self.trust_wide() if place.route is Route.DSL_CHANNEL else None
        return list(dict.fromkeys(way for way in (first, second) if way))

    async def trust_wide(self) -> Conversation | None:
        """The safeguarding channel of the whole trust, which stands in for a school's own."""
        binding = await self._references.bound(Purpose.SAFEGUARDING_ALERTS)
        return binding.conversation if binding else None

    async def goes_to(self, place: Place) -> GoesTo:
        """The same in words for the reporter."""
        destination = await self.destination(place)
        return GoesTo(destination.whom, destination.contact, destination.conversation is not None)

    @property
    def places(self) -> tuple[Place, ...]:
        """Everybody to whom a case can be given: of the trust as a whole, then school by school."""
        return tuple(Place(route, school) for school in ("", *self.schools) for route in Route)

    @property
    def schools(self) -> tuple[str, ...]:
        """The names of the trust's schools."""
        return tuple(school.name for school in self._trust.schools)

    def is_leader(self, person: Person, route: Route, school: str) -> bool:
        """Whether reports of this route, which go to one person, go to this one."""
        leader = self._leader(route, school)
        return leader.id is not None and person.id.casefold() == leader.id.casefold()

    async def chat_with(self, leader: Leader) -> Conversation | None:
        """Their own chat with the bot, if they have an Entra id and ever wrote to it."""
        if not leader.id:
            return None
        try:
            return await self._references.chat_with(Person(leader.id, "", ""))
        except NotFound:
            return None

    def _leader(self, route: Route, school_name: str) -> Leader:
        leadership: Leadership = self._trust.school_called(school_name) or self._trust.leadership
        return leadership.chair_of_governors if route is Route.CHAIR else leadership.head


def key_of(conversation: Conversation) -> str:
    """A short name for a conversation, fit for the key of a row."""
    return hashlib.sha256(conversation.id.encode()).hexdigest()[:16]
