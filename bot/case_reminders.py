"""Reminds of cases that wait: one by one while nobody has acknowledged them, then in one list a day.

Who cannot be reached is passed over for the next on the ladder, so that an urgent report never waits for a channel that
was deleted. A report that goes to one person reminds that person alone.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.case_clocks import LADDER, CaseClocks, Clock, clock_of
from bot.connector import ConnectorError
from bot.messenger import Messenger
from bot.notifier import Deliver, NoRoute
from bot.routes import Routes, key_of
from bot.school_hours import SchoolHours
from bot.trust import Leader
from cards import reminder_cards
from cards.mentions import Mention
from cards.reminder_cards import Untouched
from storage.case_book import CaseBook
from storage.conversation_references import Conversation
from storage.due import Claim
from storage.records import Case, Entry, EntryKind, NotificationKind, Person, Route, Status
from storage.register import Line
from storage.register_reader import Register

log = structlog.get_logger()
DAILY = "daily"
"""The kind of the due row that brings up a day's list in one conversation."""


@dataclass(frozen=True, slots=True)
class DailyList:
    """What nobody has touched in one conversation's cases, the longest waiting first."""

    conversation: Conversation
    lines: list[Line]


class CaseReminders:
    """Delivers reminders and daily lists."""

    def __init__(
        self,
        cases: CaseBook,
        register: Register,
        routes: Routes,
        hours: SchoolHours,
        messenger: Messenger,
        now: Callable[[], datetime],
    ) -> None:
        self._cases = cases
        self._register = register
        self._routes = routes
        self._hours = hours
        self._clocks = CaseClocks(hours)
        self._messenger = messenger
        self._now = now
        self.kinds: dict[str, Deliver] = {NotificationKind.REMIND: self._remind, DAILY: self._bring_up}

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
        await self._cases.settle(claim, now, Entry(now, EntryKind.REMINDED, text=told), again=now)
        log.info("reminded", reference=case.reference, reminder=clock.sent + 1)

    async def _tell(self, case: Case, clock: Clock) -> str:
        """Remind whoever is next; whom, for the chronology."""
        if case.report.route is not Route.DSL_CHANNEL:
            return await self._tell_leader(case)
        ladder = self._routes.ladder(case.report.school)
        step = min(clock.sent, LADDER) if case.urgent and case.status is Status.RAISED else 0
        in_channel = [[ladder.dsl], [ladder.deputy], [], [ladder.dsl, ladder.deputy]][step]
        in_person = [[], [ladder.deputy], [ladder.head], []][step]
        told = [await self._post(case, in_channel)] if step != LADDER - 1 else []
        told += [await self._write(case, person) for person in in_person]
        for person in (ladder.dsl, ladder.deputy, ladder.head):
            if any(told):
                break
            told = [await self._write(case, person)]
        if not any(told) and step == LADDER - 1:
            told = [await self._post(case, [ladder.dsl, ladder.deputy])]
        if not any(told):
            raise NoRoute("nobody could be reminded")
        return ", ".join(filter(None, told))

    async def _tell_leader(self, case: Case) -> str:
        destination = await self._routes.destination(case.report)
        if destination.conversation is None:
            raise NoRoute(destination.route)
        is_new = case.status is Status.RAISED
        text = reminder_cards.leader_text(case) if is_new else reminder_cards.put_off_text(case, [])
        await self._messenger.say(destination.conversation, text)
        return destination.route

    async def _post(self, case: Case, leaders: list[Leader]) -> str:
        """In the channel, under the case's card; nothing where no channel takes it."""
        for conversation in await self._routes.ways(case.report):
            people = [await self._mention(leader, conversation) for leader in leaders if leader.name]
            if case.status is not Status.RAISED and case.assigned_to:
                people = [_mention_of(case.assigned_to)]
            try:
                await self._messenger.remind(conversation, _text(case, people), people, case.alert)
            except ConnectorError as error:
                if not error.is_gone:
                    raise
            else:
                return f"{', '.join(person.name for person in people) or 'the team'} in the channel"
        return ""

    async def _write(self, case: Case, leader: Leader) -> str:
        """In their own chat; nothing where that is not known."""
        conversation = await self._routes.chat_with(leader)
        if conversation is None:
            return ""
        ladder = self._routes.ladder(case.report.school)
        ring = [str(other) for other in (ladder.dsl, ladder.deputy) if other.phone and other != leader]
        is_new = case.status is Status.RAISED
        text = reminder_cards.personal_text(case, ring) if is_new else reminder_cards.put_off_text(case, [])
        try:
            await self._messenger.say(conversation, text)
        except ConnectorError as error:
            if not error.is_gone:
                raise
            return ""
        return f"{leader.name or 'a leader'} in their own chat"

    async def _mention(self, leader: Leader, in_: Conversation) -> Mention:
        account = await self._messenger.account_of(leader.id, in_) if leader.id else ""
        return Mention(leader.name or "", account)

    async def lists_due(self) -> list[str]:
        """The keys of the conversations that have cases which nobody touched."""
        return list(await self._lists())

    async def _bring_up(self, claim: Claim) -> None:
        """One list in one conversation, as things stand now; the subject is a day and the conversation's key."""
        found = (await self._lists()).get(claim.notification.subject.rpartition("|")[2])
        if found:
            rows = [self._row(line) for line in found.lines]
            card = reminder_cards.untouched_card(rows, self._hours.targets.untouched_school_days)
            await self._messenger.post_card(found.conversation, card)
            log.info("daily_list", cases=len(rows))
        await self._cases.settle(claim, self._now())

    async def _lists(self) -> dict[str, DailyList]:
        now = self._now()
        by_place: dict[tuple[Route, str], list[Line]] = defaultdict(list)
        for line in await self._register.open_lines():
            if self._clocks.is_untouched(line.touched_at or line.raised_at, line.snoozed_until, now):
                by_place[line.route, line.school].append(line)
        lists: dict[str, DailyList] = {}
        for (route, school), lines in by_place.items():
            conversation = (await self._routes.destination_of(route, school)).conversation
            if conversation:
                lists.setdefault(key_of(conversation), DailyList(conversation, [])).lines.extend(lines)
        for each in lists.values():
            each.lines.sort(key=lambda line: line.touched_at or line.raised_at)
        return lists

    def _row(self, line: Line) -> Untouched:
        days = self._hours.school_days_between(line.touched_at or line.raised_at, self._now())
        who = _mention_of(line.assigned_to) if line.assigned_to else None
        return Untouched(line.reference, line.status, line.urgent, line.raised_at, days, who)


def _text(case: Case, people: list[Mention]) -> str:
    if case.status is Status.RAISED:
        return reminder_cards.unanswered_text(case, people)
    return reminder_cards.put_off_text(case, people)


def _mention_of(person: Person) -> Mention:
    return Mention(person.name, person.account or person.id)
