"""Delivers what is due until it has arrived: alerts, card updates, words to reporters.

The case book writes what is due in the same transaction as the change itself; this loop takes it on with a lease, so
that two copies of the bot do not do it twice, and one that was killed is followed by another. A message that was
posted in the moment of a crash may be posted again: better an alert twice than none.
"""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter, Gauge

from bot.connector import ConnectorError
from bot.messenger import Messenger
from cards import case_cards, report_cards
from storage.case_book import CaseBook, Claim
from storage.conversation_references import ConversationReferences, Purpose
from storage.records import Case, Entry, EntryKind, NotificationKind, PostedCard
from storage.tables import NotFound, StorageUnavailable

log = structlog.get_logger()
LEASE = timedelta(seconds=30)
"""Longer than one delivery can take (`connector.ALL_TRIES_LIMIT`, twice)."""
EVERY = 2.0
"""Seconds between two looks at what is due, if nobody wakes the loop before."""
SLOWEST = timedelta(minutes=1)

DELIVERIES = Counter("bot_notifications_total", "Notifications by kind and outcome", ["kind", "outcome"])
LAST_ROUND = Gauge("bot_notifier_last_round_timestamp_seconds", "When the notifier last looked at what is due")


class NoRoute(Exception):
    """There is nowhere to deliver to yet: no channel is bound, or the person's chat is not known."""


class Notifier:
    """Runs beside the web app. `wake` makes it look at once."""

    def __init__(
        self, cases: CaseBook, references: ConversationReferences, messenger: Messenger, now: Callable[[], datetime]
    ) -> None:
        self._cases = cases
        self._references = references
        self._messenger = messenger
        self._now = now
        self._woken = asyncio.Event()
        self._deliver = {
            NotificationKind.ALERT: self._alert,
            NotificationKind.CARD: self._card,
            NotificationKind.REPORTER: self._reporter,
        }

    def wake(self) -> None:
        """Something has become due."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver for ever. Nothing but its cancellation ends it."""
        while True:
            try:
                await self.deliver_due()
            except StorageUnavailable as error:
                log.warning("storage_unavailable", where="notifier", error=str(error))
            except Exception as error:  # noqa: BLE001 (one bad row must not silence every later alert)
                log.error("notifier_failed", error=type(error).__name__)
            self._woken.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), EVERY)

    async def deliver_due(self) -> None:
        """One round: everything that is due now, each by itself."""
        LAST_ROUND.set_to_current_time()
        claims = await self._cases.claim_due(self._now(), LEASE)
        await asyncio.gather(*(self._attempt(claim) for claim in claims))

    async def _attempt(self, claim: Claim) -> None:
        notification = claim.notification
        try:
            case = await self._cases.get(notification.reference)
            await self._deliver[notification.kind](case, claim)
            outcome = "delivered"
        except (ConnectorError, NoRoute) as error:
            outcome = "postponed"
            log.warning(
                "not_delivered",
                reference=notification.reference,
                kind=notification.kind,
                reason=str(error) or "no route",
            )
            await self._cases.postpone(claim, self._now() + _pause(notification.attempts))
        DELIVERIES.labels(notification.kind, outcome).inc()

    async def _alert(self, case: Case, claim: Claim) -> None:
        """The first card in the channel; from then on the case knows where it stands."""
        if case.alert is None:
            alert = await self._post_alert(case)
            await self._cases.settle(claim, self._now(), Entry(self._now(), EntryKind.ALERTED), alert)
            log.info("alert_delivered", reference=case.reference)
        else:
            await self._cases.settle(claim, self._now())

    async def _post_alert(self, case: Case) -> PostedCard:
        binding = await self._references.bound(Purpose.SAFEGUARDING_ALERTS, case.report.school)
        if binding is None:
            raise NoRoute("no channel is used for safeguarding alerts")
        return await self._messenger.post_card(binding.conversation, case_cards.case_card(case))

    async def _card(self, case: Case, claim: Claim) -> None:
        """The card in the channel shows the case as it is now; a card that was deleted is posted anew."""
        if case.alert is None:  # the alert itself is still due, and will show the case as it is then
            await self._cases.settle(claim, self._now())
            return
        try:
            await self._messenger.update_card(case.alert, case_cards.case_card(case))
        except ConnectorError as error:
            if not error.is_gone:
                raise
            alert = await self._post_alert(case)
            await self._cases.settle(
                claim, self._now(), Entry(self._now(), EntryKind.ALERTED, text="posted again"), alert
            )
            return
        await self._cases.settle(claim, self._now())

    async def _reporter(self, case: Case, claim: Claim) -> None:
        """The reporter hears in their own chat that somebody has it."""
        try:
            chat = await self._references.chat_with(case.reporter)
        except NotFound:
            raise NoRoute("the reporter's chat is not known") from None
        await self._messenger.say(chat, report_cards.acknowledged_text(case))
        await self._cases.settle(claim, self._now(), Entry(self._now(), EntryKind.REPORTER_TOLD))


def _pause(attempts: int) -> timedelta:
    """1, 2, 4 … seconds, a minute at most."""
    return min(timedelta(seconds=2 ** min(attempts, 10)), SLOWEST)
