"""Delivers what is due until it has arrived: alerts, card updates, words to people.

A book writes what is due in the same transaction as the change itself; this loop takes it on with a lease, so that two
copies of the bot do not deliver it twice, and one that was killed is followed by another. A message that was posted in
the moment of a crash may be posted again: better an alert twice than none.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter, Gauge

from bot.logs import where_it_failed
from bot.teams.connector import ConnectorError
from bot.teams.messenger import Unreachable
from storage.due import Claim, DueQueue
from storage.tables.port import Row, StorageUnavailable

log = structlog.get_logger()
LONGEST_DELIVERY = 25.0
LEASE = timedelta(seconds=30)
"""Longer than a delivery may take."""
AT_ONCE = 4
STUCK = timedelta(minutes=2)
EVERY = 2.0
"""Seconds between two looks at what is due, if nobody wakes the loop before."""
SLOWEST = timedelta(minutes=1)

DELIVERIES = Counter("bot_notifications_total", "Notifications by kind and outcome", ["kind", "outcome"])
LAST_ROUND = Gauge("bot_notifier_last_round_timestamp_seconds", "When it was last looked at what is due", ["loop"])

Deliver = Callable[[Claim], Awaitable[None]]
"""Tells somebody, and settles the claim. Raises `ConnectorError` or `Unreachable` where they could not be told."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """What one book has to tell, and how each kind of it is delivered.

    `elsewhere`: kinds of the same book that another outbox delivers, in a loop of its own.
    """

    due: DueQueue
    deliver: Mapping[str, Deliver]
    elsewhere: frozenset[str] = frozenset()

    async def rows(self, now: datetime) -> list[Row]:
        """What of it is due now."""
        return [row for row in await self.due.waiting(now) if row.values.get("kind") not in self.elsewhere]


class _Loop:
    """One outbox being delivered: whether it is to look at once, how many deliveries go on, when it looked last."""

    def __init__(self, now: datetime) -> None:
        self.woken = asyncio.Event()
        self.few_at_once = asyncio.Semaphore(AT_ONCE)
        self.last_round = now


class Notifier:
    """Runs beside the web app. `wake` makes it look at once.

    Each outbox has a loop of its own, so that no alert waits behind a digest or a suggestion. `longest`: seconds that
    one delivery may take.
    """

    def __init__(self, now: Callable[[], datetime], name: str = "alerts", longest: float = LONGEST_DELIVERY) -> None:
        self._now = now
        self._name = name
        self._longest = longest
        self._lease = timedelta(seconds=longest) + LEASE - timedelta(seconds=LONGEST_DELIVERY)
        self._loops: list[_Loop] = []

    def wake(self) -> None:
        """Something has become due."""
        for loop in self._loops:
            loop.woken.set()

    async def run(self, *outboxes: Outbox) -> None:
        """Deliver for ever. Nothing but its cancellation ends it."""
        self._loops = [_Loop(self._now()) for _ in outboxes]
        async with asyncio.TaskGroup() as running:
            for loop, outbox in zip(self._loops, outboxes, strict=True):
                running.create_task(self._run_one(loop, outbox))

    async def _run_one(self, loop: _Loop, outbox: Outbox) -> None:
        while True:
            loop.woken.clear()
            await self._deliver_due(loop, outbox)
            loop.last_round = self._now()
            LAST_ROUND.labels(self._name).set_to_current_time()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY):  # not wait_for, which can swallow a cancellation (Python 3.11)
                    await loop.woken.wait()

    def is_stuck(self) -> bool:
        """Whether nothing was looked at for so long that alerts may be waiting."""
        return any(self._now() - loop.last_round > STUCK for loop in self._loops)

    async def _deliver_due(self, loop: _Loop, outbox: Outbox) -> None:
        """One round: everything that is due now. Whatever goes wrong here, the next round comes."""
        try:
            rows = await outbox.rows(self._now())
            await asyncio.gather(*(self._attempt(loop, outbox, row) for row in rows))
        except StorageUnavailable as error:
            log.warning("storage_unavailable", where="notifier", error=str(error))
        except Exception as error:  # noqa: BLE001 (see above)
            log.error("round_failed", error=type(error).__name__, where=where_it_failed(error))

    async def _attempt(self, loop: _Loop, outbox: Outbox, row: Row) -> None:
        """Claim one and deliver it at once. One that fails, however it does, silences no other."""
        async with loop.few_at_once:
            try:
                claim = await outbox.due.claim(row, self._now() + self._lease)
                if claim:
                    await self._deliver(outbox, claim)
            except StorageUnavailable as error:
                log.warning("storage_unavailable", where="notifier", error=str(error))
            except Exception as error:  # noqa: BLE001 (see above)
                log.error("delivery_failed", row=row.key, error=type(error).__name__, where=where_it_failed(error))

    async def _deliver(self, outbox: Outbox, claim: Claim) -> None:
        notification = claim.notification
        try:
            async with asyncio.timeout(self._longest):
                await outbox.deliver[notification.kind](claim)
        except (ConnectorError, Unreachable, StorageUnavailable, TimeoutError) as error:
            DELIVERIES.labels(notification.kind, "postponed").inc()
            reason = str(error) or type(error).__name__
            log.warning("not_delivered", subject=notification.subject, kind=notification.kind, reason=reason)
            await outbox.due.postpone(claim, self._now() + _pause(notification.attempts, error))
        else:
            DELIVERIES.labels(notification.kind, "delivered").inc()


def _pause(attempts: int, error: Exception) -> timedelta:
    """1, 2, 4 … seconds, a minute at most; longer if Teams asks for it."""
    asked = timedelta(seconds=error.retry_after if isinstance(error, ConnectorError | Unreachable) else 0)
    return max(asked, min(timedelta(seconds=2 ** min(attempts, 10)), SLOWEST))
