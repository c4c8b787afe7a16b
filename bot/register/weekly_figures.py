"""The week's figures: for who asks in their own chat, and for a safeguarding channel every Monday."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.register.register_request import RegisterRequest
from bot.trust.school_calendar import Term
from bot.trust.school_hours import SchoolHours
from bot.trust.school_periods import beside, last_days
from cards.kit.elements import Card
from cards.register.weekly_card import Weekly, own_chat_actions, weekly_card
from storage.cases.case_records import Route
from storage.cases.register_lines import Line
from storage.conversation_references import ConversationReferences, Purpose
from storage.register.figures import count
from storage.register.register_reader import Register

OLDEST = timedelta(days=365)
"""A case that was raised longer than this before the earlier term, and closed since, is not counted as closed."""


class WeeklyFigures:
    """Counts what its reader deals with, and nothing else. May raise `StorageUnavailable` or `ConnectorError`."""

    def __init__(
        self,
        register: Register,
        references: ConversationReferences,
        hours: SchoolHours,
        terms: tuple[Term, ...],
        now: Callable[[], datetime],
    ) -> None:
        self._register = register
        self._references = references
        self._hours = hours
        self._terms = terms
        self._now = now

    async def for_person(self, request: RegisterRequest) -> Card:
        """Over all cases that this person deals with."""
        lines = await request.access.only(await self._lines())
        return weekly_card(self._counted(lines), own_chat_actions())

    async def for_channel(self, conversation: str) -> Card:
        """Over the cases that this channel's team deals with, as the channels are bound now."""
        goes_here: dict[str, bool] = {}
        lines = [line for line in await self._lines() if line.route is Route.DSL_CHANNEL]
        for school in {line.school for line in lines}:
            binding = await self._references.bound(Purpose.SAFEGUARDING_ALERTS, school)
            goes_here[school] = binding is not None and binding.conversation.id == conversation
        return weekly_card(self._counted([line for line in lines if goes_here[line.school]]))

    async def _lines(self) -> list[Line]:
        _, last = beside(self._terms, self._now())
        return await self._register.open_lines() + await self._register.closed_lines(last.start - OLDEST, self._now())

    def _counted(self, lines: Sequence[Line]) -> Weekly:
        now = self._now()
        this, last = beside(self._terms, now)
        still_open = [line for line in lines if line.closed_at is None]

        week, this_one, last_one = (
            count(lines, period.start, period.stop, self._hours.acknowledge_by, now)
            for period in (last_days(now, 7), this, last)
        )
        return Weekly(
            at=now,
            open=len(still_open),
            urgent=sum(line.urgent for line in still_open),
            week=week,
            this=this_one,
            last=last_one,
            this_name=this.name,
            last_name=last.name,
        )
