"""What the calendar brings up by itself: each school day when the desk opens, or on the first one of a week.

A copy of the bot that starts later in the day still does it; two copies do it once (`tick` of a book keeps its name).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from bot.trust.school_hours import SchoolHours
from cards.kit.times import LONDON
from storage.tables.port import StorageUnavailable

log = structlog.get_logger()
EVERY = 2.0
"""Seconds between two looks at the clock; the storage is asked once a day."""
STILL_NEWS = timedelta(days=3)
"""So long what was missed on the first school day of a week is brought up later in it."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that comes up. `keys`: for whom, now; `tick`: makes it due unless it was before, as `CaseBook.tick`.

    The subject of the notification is a day and a key: "2026-11-23|KEY".
    """

    kind: str
    keys: Callable[[], Awaitable[Iterable[str]]]
    tick: Callable[[str, str, datetime], Awaitable[bool]]
    weekly: bool = False


class Ticker:
    """Runs beside the web app."""

    def __init__(
        self,
        hours: SchoolHours,
        now: Callable[[], datetime],
        wake_notifier: Callable[[], None],
        *occasions: Occasion,
    ) -> None:
        self._hours = hours
        self._now = now
        self._wake_notifier = wake_notifier
        self._occasions = occasions
        self._done: date | None = None

    async def run(self) -> None:
        """Look at the clock for ever. Nothing but its cancellation ends it."""
        while True:
            try:
                await self.look()
            except StorageUnavailable as error:
                log.warning("storage_unavailable", where="ticker", error=str(error))
            except Exception as error:  # noqa: BLE001 (one bad row must not end all later days)
                log.error("ticker_failed", error=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Once a school day, while the desk is open. May raise `StorageUnavailable`; then it is done in the next."""
        now = self._now()
        day = now.astimezone(LONDON).date()
        if day == self._done or not self._hours.is_open(now):
            return
        first = self._hours.first_of_week(day) or day
        for occasion in self._occasions:
            if not occasion.weekly:
                await self._bring_up(occasion, day, now)
            elif day - first < STILL_NEWS:  # a copy that was down on that day makes up for it, once
                await self._bring_up(occasion, first, now)
        self._done = day
        self._wake_notifier()

    async def _bring_up(self, occasion: Occasion, day: date, now: datetime) -> None:
        for key in await occasion.keys():
            if await occasion.tick(f"{day}|{key}", occasion.kind, now):
                log.info("brought_up", kind=occasion.kind, day=str(day))
