"""What a case has to tell: the alert in the channel, its updates, and words to the reporter."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.connector import ConnectorError
from bot.messenger import Messenger
from bot.notifier import Deliver, NoRoute, Outbox
from cards import case_cards, report_cards
from storage.case_book import CaseBook
from storage.conversation_references import ConversationReferences, Purpose
from storage.due import Claim
from storage.records import Case, Entry, EntryKind, NotificationKind, PostedCard
from storage.tables import NotFound

log = structlog.get_logger()


class CaseNotices:
    """Delivers the notifications of the case book."""

    def __init__(
        self, cases: CaseBook, references: ConversationReferences, messenger: Messenger, now: Callable[[], datetime]
    ) -> None:
        self._cases = cases
        self._references = references
        self._messenger = messenger
        self._now = now
        kinds: dict[str, Deliver] = {
            NotificationKind.ALERT: self._alert,
            NotificationKind.CARD: self._card,
            NotificationKind.REPORTER: self._reporter,
        }
        self.outbox = Outbox(cases.due, kinds)

    async def _alert(self, claim: Claim) -> None:
        """The first card in the channel; from then on the case knows where it stands."""
        case = await self._cases.get(claim.notification.subject)
        if case.alert is not None:
            await self._cases.settle(claim, self._now())
            return
        alert = await self._post_alert(case)
        await self._cases.settle(claim, self._now(), Entry(self._now(), EntryKind.ALERTED), alert)
        log.info("alert_delivered", reference=case.reference)

    async def _card(self, claim: Claim) -> None:
        """The card in the channel shows the case as it is now; a card that was deleted is posted anew."""
        case = await self._cases.get(claim.notification.subject)
        if case.alert is None:  # the alert itself is still due, and will show the case as it is then
            await self._cases.settle(claim, self._now())
            return
        try:
            await self._messenger.update_card(case.alert, case_cards.case_card(case))
        except ConnectorError as error:
            if not error.is_gone:
                raise
            alert = await self._post_alert(case)
            entry = Entry(self._now(), EntryKind.ALERTED, text="posted again, the first card was gone")
            await self._cases.settle(claim, self._now(), entry, alert)
            return
        await self._cases.settle(claim, self._now())

    async def _reporter(self, claim: Claim) -> None:
        """The reporter hears in their own chat that somebody has it."""
        case = await self._cases.get(claim.notification.subject)
        try:
            chat = await self._references.chat_with(case.reporter)
        except NotFound:
            raise NoRoute("the reporter's chat is not known") from None
        await self._messenger.say(chat, report_cards.acknowledged_text(case))
        await self._cases.settle(claim, self._now(), Entry(self._now(), EntryKind.REPORTER_TOLD))

    async def _post_alert(self, case: Case) -> PostedCard:
        binding = await self._references.bound(Purpose.SAFEGUARDING_ALERTS, case.report.school)
        if binding is None:
            raise NoRoute("no channel is used for safeguarding alerts")
        return await self._messenger.post_card(binding.conversation, case_cards.case_card(case))
