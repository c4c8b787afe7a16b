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

from bot.connector import ConnectorError
from storage.due import Claim, DueQueue
from storage.tables import StorageUnavailable

log = structlog.get_logger()
LEASE = timedelta(seconds=30)
"""Longer than one delivery can take (`connector.ALL_TRIES_LIMIT`, twice)."""
EVERY = 2.0
"""Seconds between two looks at what is due, if nobody wakes the loop before."""
SLOWEST = timedelta(minutes=1)

DELIVERIES = Counter("bot_notifications_total", "Notifications by kind and outcome", ["kind", "outcome"])
LAST_ROUND = Gauge("bot_notifier_last_round_timestamp_seconds", "When the notifier last looked at what is due")

Deliver = Callable[[Claim], Awaitable[None]]
"""Tells somebody, and settles the claim. Raises `ConnectorError` or `NoRoute` where they could not be told."""


class NoRoute(Exception):
    """There is nowhere to deliver to yet: no channel is bound, or the person's chat is not known."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """What one book has to tell, and how each kind of it is delivered."""

    due: DueQueue
    deliver: Mapping[str, Deliver]


class Notifier:
    """Runs beside the web app. `wake` makes it look at once."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something has become due."""
        self._woken.set()

    async def run(self, *outboxes: Outbox) -> None:
        """Deliver for ever. Nothing but its cancellation ends it."""
        while True:
            self._woken.clear()
            for outbox in outboxes:
                await self._deliver_due(outbox)
            LAST_ROUND.set_to_current_time()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), EVERY)

    async def _deliver_due(self, outbox: Outbox) -> None:
        """One round: everything that is due now, each by itself."""
        try:
            claims = await outbox.due.claim(self._now(), LEASE)
        except StorageUnavailable as error:
            log.warning("storage_unavailable", where="notifier", error=str(error))
            return
        await asyncio.gather(*(self._attempt(outbox, claim) for claim in claims))

    async def _attempt(self, outbox: Outbox, claim: Claim) -> None:
        """Deliver one. One that fails, however it does, silences no other; it is due again after its lease at last."""
        notification = claim.notification
        outcome = "failed"
        try:
            await outbox.deliver[notification.kind](claim)
            outcome = "delivered"
        except (ConnectorError, NoRoute) as error:
            outcome = "postponed"
            log.warning("not_delivered", subject=notification.subject, kind=notification.kind, reason=str(error))
            with contextlib.suppress(StorageUnavailable):  # then its lease ends by itself
                await outbox.due.postpone(claim, self._now() + _pause(notification.attempts))
        except StorageUnavailable as error:
            log.warning("storage_unavailable", where="notifier", subject=notification.subject, error=str(error))
        except Exception as error:  # noqa: BLE001 (see above)
            log.error("delivery_failed", subject=notification.subject, error=type(error).__name__)
        DELIVERIES.labels(notification.kind, outcome).inc()


def _pause(attempts: int) -> timedelta:
    """1, 2, 4 … seconds, a minute at most."""
    return min(timedelta(seconds=2 ** min(attempts, 10)), SLOWEST)
