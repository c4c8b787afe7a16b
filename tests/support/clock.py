"""The time that the bot under test is told, so that no test depends on the day or the hour on which it runs.

It begins on a Thursday morning in term: the desk is open, and the figures of the week, which come from Monday to
Wednesday, are not due. A test about another moment sets it.
"""

import time
from datetime import UTC, datetime, timedelta

from bot.delivery.notifier import LEASE
from cards.kit.times import LONDON
from storage.due import DueQueue
from tests.support.waiting import until

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
THURSDAY = "2026-11-19 10:00"
"""A school day of the demo trust's autumn term, on London's clock. The Friday after it is a school day as well."""

ENOUGH_LOOKS = 40
"""Three rounds at least, of each loop."""


class Clock:
    """Gives the time, in UTC, to whoever calls it.

    It goes on as real time does, so that what is put off for a second comes a second later, and what happened later
    has a later time. With `stands` it only goes on when a test moves it.
    """

    def __init__(self, at: str = THURSDAY, *, stands: bool = False) -> None:
        self._stands = stands
        self.looks = 0
        self.set(at)

    def __call__(self) -> datetime:
        self.looks += 1
        passed = 0.0 if self._stands else time.monotonic() - self._set_at
        return self._at + timedelta(seconds=passed)

    def set(self, text: str) -> None:
        """Puts it to this day and time, as a clock in London shows it: "2026-11-19 10:00"."""
        self._at = datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)
        self._set_at = time.monotonic()

    def move(self, step: timedelta) -> None:
        """Puts it forward by so much real time."""
        self._at += step

    async def looked_at(self) -> None:
        """Until the bot has looked at it so often that what it brings up at this time by itself has been told.

        Each round of its loops looks at the clock, a few times if there are several books, and ends when all that it
        had to tell is told.
        """
        enough = self.looks + ENOUGH_LOOKS
        await until(lambda: self.looks >= enough)


async def all_told(due: DueQueue, clock: Clock) -> None:
    """Until nothing is due in this book, nor in the hands of a bot that has not noted yet what came of it."""

    async def nothing_waits() -> bool:
        return not await due.waiting(clock() + 2 * LEASE)

    await until(nothing_waits)
