"""What nobody has touched for some school days: once a school day, in one message for each channel or leader."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.cases.case_clocks import CaseClocks, waits_since
from bot.cases.report_routes import Routes, key_of
from bot.delivery.notifier import Deliver
from bot.teams.messenger import Messenger, first_reachable
from bot.trust.school_hours import SchoolHours
from cards.cases import reminder_cards
from cards.cases.reminder_cards import Untouched
from cards.kit.mentions import mention_of
from cards.kit.times import LONDON
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Place, Route
from storage.cases.register_lines import Line
from storage.conversation_references import Conversation
from storage.due import Claim
from storage.register.register_reader import Register

log = structlog.get_logger()
DAILY = "daily"
"""The kind of the due row that brings up a day's list in one conversation."""


@dataclass(frozen=True, slots=True)
class DailyList:
    """What nobody has touched of the cases that go to one conversation, the longest waiting first.

    `ways`: that conversation, and the one that stands in for it if it is gone.
    """

    ways: list[Conversation]
    lines: list[Line]


class DailyLists:
    """Makes them out of the register, and posts them."""

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
        self.kinds: dict[str, Deliver] = {DAILY: self._post}

    async def lists_due(self) -> list[str]:
        """The keys of the conversations that have cases which nobody touched."""
        return list(await self._lists())

    async def _post(self, claim: Claim) -> None:
        """One list in one conversation, as things stand now; the subject is a day and the conversation's key.

        What did not arrive on its day is left: the next school day brings up its own.
        """
        day, _, key = claim.notification.subject.rpartition("|")
        is_today = day == str(self._now().astimezone(LONDON).date())
        found = (await self._lists()).get(key) if is_today else None
        if found:
            rows = [self._row(line) for line in found.lines]
            card = reminder_cards.untouched_card(rows, self._hours.targets.untouched_school_days)
            await first_reachable(found.ways, lambda channel: self._messenger.post_card(channel, card))
            log.info("daily_list", cases=len(rows))
        await self._cases.settle(claim, self._now())

    async def _lists(self) -> dict[str, DailyList]:
        now = self._now()
        by_place: dict[tuple[Route, str], list[Line]] = defaultdict(list)
        for line in await self._register.open_lines():
            if self._clocks.is_overdue(line, now):
                by_place[line.route, line.school].append(line)
        lists: dict[str, DailyList] = {}
        for (route, school), lines in by_place.items():
            if ways := await self._routes.ways(Place(route, school)):
                lists.setdefault(key_of(ways[0]), DailyList(ways, [])).lines.extend(lines)
        for each in lists.values():
            each.lines.sort(key=waits_since)
        return lists

    def _row(self, line: Line) -> Untouched:
        days = self._hours.school_days_between(waits_since(line), self._now())
        who = mention_of(line.assigned_to) if line.assigned_to else None
        return Untouched(line.reference, line.status, line.urgent, line.raised_at, days, who)
