"""Reminds of cases that wait, one by one: while nobody has acknowledged them, or when they were put off until now.

Who cannot be reached is passed over for the next on the ladder, so that an urgent report never waits for a channel that
was deleted. A report that goes to one person reminds that person alone.
"""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.cases.case_clocks import LADDER, CaseClocks, Clock, clock_of
from bot.cases.case_mentions import mentions_of
from bot.cases.report_routes import Ladder, Routes
from bot.delivery.notifier import Deliver
from bot.teams.connector import ConnectorError, Gone
from bot.teams.messenger import Messenger, Unreachable, first_reachable
from bot.trust.facts import Leader
from bot.trust.school_hours import SchoolHours
from cards.cases import reminder_cards
from cards.kit.mentions import Mention, mention_of
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Case, CaseEntry, EntryKind, NotificationKind, Route, Status
from storage.conversation_references import Conversation
from storage.due import Claim
from storage.records import Person

log = structlog.get_logger()


class CaseReminders:
    """Delivers reminders: looks, tells the next on the ladder, and notes in the chronology whom."""

    def __init__(
        self,
        cases: CaseBook,
        routes: Routes,
        hours: SchoolHours,
        messenger: Messenger,
        now: Callable[[], datetime],
    ) -> None:
        self._cases = cases
        self._routes = routes
        self._clocks = CaseClocks(hours)
        self._messenger = messenger
        self._now = now
        self.kinds: dict[str, Deliver] = {NotificationKind.REMIND: self._remind}

    async def _remind(self, claim: Claim) -> None:
        """Look at the case as it is now: remind, look again later, or leave it, since somebody has it."""
        case = await self._cases.get(claim.notification.subject)
        clock = clock_of(await self._cases.chronology(case.reference))
        at = self._clocks.next(case, clock) if claim.notification.number == clock.number else None
        now = self._now()
        if at is None or now < at:
            await self._cases.settle(claim, now, again=at)
            return
        told = await self._tell(case, clock)
        # Looked at again at once: what was decided meanwhile may have changed when the next one is due.
        await self._cases.settle(claim, now, CaseEntry(now, EntryKind.REMINDED, text=told), again=now)
        log.info("reminded", reference=case.reference, reminder=clock.sent + 1)

    async def _tell(self, case: Case, clock: Clock) -> str:
        """Remind whoever is next; whom, for the chronology."""
        if case.place.route is not Route.DSL_CHANNEL:
            return await self._tell_leader(case)
        ladder = who_may_see(case, self._routes.ladder(case.place.school))
        step = min(clock.sent, LADDER) if case.urgent and case.status is Status.RAISED else 0
        told = list(filter(None, await self._next_step(case, ladder, step)))
        for person in (ladder.dsl, ladder.deputy, ladder.head):
            if not told:
                told = list(filter(None, [await self._write(case, person)]))
        if not told:
            raise Unreachable("nobody could be reminded")
        return ", ".join(told)

    async def _next_step(self, case: Case, ladder: Ladder, step: int) -> list[str]:
        """Whom it reached; a deputy or a head who is not set up leaves the channel."""
        both = [ladder.dsl, ladder.deputy]
        match step:
            case 0:
                return [await self._post(case, [ladder.dsl])]
            case 1:
                first = [ladder.deputy] if ladder.deputy.name else [ladder.dsl]
                return await self._post_and_write(case, first, ladder.deputy)
            case 2:
                return [await self._write(case, ladder.head) or await self._post(case, both)]
            case _:
                return [await self._post(case, both)]

    async def _post_and_write(self, case: Case, leaders: list[Leader], leader: Leader) -> list[str]:
        posted = await self._post(case, leaders)
        try:
            return [posted, await self._write(case, leader)]
        except ConnectorError as error:
            if not posted:
                raise
            log.warning("not_reminded_in_person", reference=case.reference, reason=str(error))
            return [posted]  # to try again would post again in the channel

    async def _tell_leader(self, case: Case) -> str:
        destination = await self._routes.destination(case.place)
        if destination.conversation is None:
            raise Unreachable(f"no chat with {destination.route.words}")
        is_new = case.status is Status.RAISED
        text = reminder_cards.leader_text(case) if is_new else reminder_cards.put_off_text(case, [])
        await self._messenger.say(destination.conversation, text)
        return destination.route.words

    async def _post(self, case: Case, leaders: list[Leader]) -> str:
        """In the channel, under the case's card; nothing where no channel takes it."""

        async def post(channel: Conversation) -> str:
            people = await mentions_of(leaders, channel, self._messenger)
            if case.status is not Status.RAISED and case.assigned_to:
                people = [mention_of(case.assigned_to)]
            await self._messenger.remind(channel, _text(case, people), people, case.alert)
            return f"{', '.join(person.name for person in people) or 'the team'} in the channel"

        try:
            return await first_reachable(await self._routes.ways(case.place), post)
        except Unreachable:
            return ""

    async def _write(self, case: Case, leader: Leader) -> str:
        """In their own chat; nothing where that is not known."""
        conversation = await self._routes.chat_with(leader)
        if conversation is None:
            return ""
        ladder = self._routes.ladder(case.place.school)
        ring = [str(other) for other in (ladder.dsl, ladder.deputy) if other.phone and other != leader]
        is_new = case.status is Status.RAISED
        text = reminder_cards.personal_text(case, ring) if is_new else reminder_cards.put_off_text(case, [])
        try:
            await self._messenger.say(conversation, text)
        except Gone:
            return ""
        return f"{leader.name or 'a leader'} in their own chat"


def who_may_see(case: Case, ladder: Ladder) -> Ladder:
    """The ladder without those from whom the case is kept; the next on it stands in for them."""
    everybody = (ladder.dsl, ladder.deputy, ladder.head)
    kept = (case.is_kept_from(Person(each.id or "", "", "")) for each in everybody)
    return Ladder(*(Leader() if is_kept else each for is_kept, each in zip(kept, everybody, strict=True)))


def _text(case: Case, people: list[Mention]) -> str:
    if case.status is Status.RAISED:
        return reminder_cards.unanswered_text(case, people)
    return reminder_cards.put_off_text(case, people)
