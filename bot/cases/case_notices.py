"""What a case has to tell: the alert in the channel, its updates, and words to the reporter."""

import contextlib
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.cases.case_mentions import mentions_of
from bot.cases.report_routes import Routes
from bot.delivery.notifier import Deliver
from bot.teams.connector import ConnectorError, Gone
from bot.teams.messenger import Messenger, Unreachable, first_reachable
from cards.cases import case_action_forms, case_cards, case_texts
from cards.kit.elements import Card
from cards.kit.mentions import Mention
from cards.reports import receipt_cards
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Case, CaseEntry, EntryKind, MovedMeanwhile, NotificationKind, Route
from storage.conversation_references import Conversation, Purpose
from storage.due import Claim
from storage.records import Person, PostedCard

log = structlog.get_logger()
TRIES_BEFORE_TELLING = 2
TRIES_BEFORE_SELDOM = 60
"""About an hour."""
SELDOM = 3600.0


class CaseNotices:
    """Delivers the notifications of the case book."""

    def __init__(
        self,
        cases: CaseBook,
        routes: Routes,
        admins: frozenset[str],
        messenger: Messenger,
        channel_card: Callable[[Case, str], Card],
        now: Callable[[], datetime],
    ) -> None:
        self._channel_card = channel_card
        self._cases = cases
        self._routes = routes
        self._admins = sorted(admins)
        self._messenger = messenger
        self._now = now
        self.kinds: dict[str, Deliver] = {
            NotificationKind.ALERT: self._alert,
            NotificationKind.CARD: self._card,
            NotificationKind.REPORTER: self._reaching(self._reporter),
            NotificationKind.WAITING: self._waiting,
            NotificationKind.REPORTER_WAITS: self._reaching(self._reporter_waits),
            NotificationKind.ADDED: self._added,
            NotificationKind.ASSIGNED: self._assigned,
            NotificationKind.QUESTION: self._reaching(self._question),
            NotificationKind.MESSAGE: self._reaching(self._message),
            NotificationKind.REPORTER_STATUS: self._reaching(self._reporter_status),
            NotificationKind.ELSEWHERE: self._elsewhere,
            NotificationKind.REPORTER_MOVED: self._reaching(self._reporter_moved),
        }

    async def _alert(self, claim: Claim) -> None:
        """The first card in the channel; from then on the case knows where it stands."""
        case = await self._cases.get(claim.notification.subject)
        if case.alert is not None:
            await self._cases.settle(claim, self._now())
            return
        alert = await self._post_alert(case)
        try:
            entry = CaseEntry(self._now(), EntryKind.ALERTED)
            await self._cases.settle(claim, self._now(), entry, alert, place=case.place)
        except MovedMeanwhile as moved:
            await self._messenger.update_card(alert, case_cards.elsewhere_card(moved.case))
            raise Unreachable("the case was moved while its alert was on its way") from moved
        log.info("alert_delivered", reference=case.reference)

    async def _elsewhere(self, claim: Claim) -> None:
        """Where the cards of a case stood before it was moved there is a line without content now.

        Its new card may stand in the same channel: there the old one points to it.
        """
        case = await self._cases.get(claim.notification.subject)
        here = {way.id for way in (await self._routes.ways(case.place))[:1]}
        for posted in case.left_cards:
            is_here = posted.conversation in here
            with contextlib.suppress(Gone):  # a card that somebody deleted shows nothing either
                await self._messenger.update_card(posted, case_cards.elsewhere_card(case, is_here=is_here))
        await self._cases.settle(claim, self._now())

    async def _reporter_moved(self, claim: Claim) -> None:
        """The reporter hears who has their report now, since that is not whom the receipt named."""
        case = await self._cases.get(claim.notification.subject)
        chat = await self._messenger.chat_with(case.reporter)
        await self._messenger.say(chat, receipt_cards.moved_text(case))
        await self._cases.settle(claim, self._now())

    async def _card(self, claim: Claim) -> None:
        """The card in the channel shows the case as it is now; a card that was deleted is posted anew."""
        case = await self._cases.get(claim.notification.subject)
        if case.alert is None:  # the alert itself is still due, and will show the case as it is then
            await self._cases.settle(claim, self._now())
            return
        try:
            await self._show_as_it_is(case, case.alert)
        except Gone:
            alert = await self._post_alert(case)
            entry = CaseEntry(self._now(), EntryKind.ALERTED, text="posted again, the first card was gone")
            await self._cases.settle(claim, self._now(), entry, alert)
            return
        await self._cases.settle(claim, self._now())

    async def _show_as_it_is(self, case: Case, alert: PostedCard) -> None:
        """Until what was shown is so: another process may have shown a later state while this call was on its way."""
        shown: Card | None = None
        while shown != (card := self._channel_card(case, "")):
            await self._messenger.update_card(alert, card)
            shown, case = card, await self._cases.get(case.reference)

    async def _reporter(self, claim: Claim) -> None:
        """The reporter hears in their own chat that somebody has it, once, to whomever it is given later."""
        case = await self._cases.get(claim.notification.subject)
        if any(entry.kind is EntryKind.REPORTER_TOLD for entry in await self._cases.chronology(case.reference)):
            await self._cases.settle(claim, self._now())
            return
        await self._messenger.say(await self._messenger.chat_with(case.reporter), receipt_cards.acknowledged_text(case))
        await self._cases.settle(claim, self._now(), CaseEntry(self._now(), EntryKind.REPORTER_TOLD))

    async def _post_alert(self, case: Case) -> PostedCard:
        """To where the case goes; a school's channel that is gone is stood in for by the trust-wide one."""
        card = self._channel_card(case, "")

        async def post(channel: Conversation) -> PostedCard:
            people = await self._to_be_woken(case, channel)
            text = case_texts.urgent_text(case, people) if people else ""
            return await self._messenger.post_card(channel, card, text, people)

        try:
            return await first_reachable(await self._routes.ways(case.place), post)
        except Unreachable:
            await self._cases.waits(case.reference, self._now())
            raise

    async def _to_be_woken(self, case: Case, channel: Conversation) -> list[Mention]:
        """The leads of an urgent case: a post in a channel notifies nobody whom it does not mention."""
        if not case.urgent or case.place.route is not Route.DSL_CHANNEL:
            return []
        ladder = self._routes.ladder(case.place.school)
        leads = [lead for lead in (ladder.dsl, ladder.deputy) if not case.is_kept_from(Person(lead.id or "", "", ""))]
        return await mentions_of(leads, channel, self._messenger)

    async def _added(self, claim: Claim) -> None:
        """Those who deal with it hear that the reporter came back; what they said opens with the report."""
        case = await self._cases.get(claim.notification.subject)
        kind = (await self._cases.entry(case.reference, claim.notification.number)).kind
        await self._say_to_team(case, case_texts.added_text(case, kind))
        await self._cases.settle(claim, self._now())

    async def _assigned(self, claim: Claim) -> None:
        """Who has the case now is told in their own chat, or in the channel if no message reaches them."""
        case = await self._cases.get(claim.notification.subject)
        entries = (await self._cases.chronology(case.reference))[claim.notification.number - 1 :]
        is_given_on = any(entry.kind is EntryKind.ASSIGNED for entry in entries[1:])
        to, by = case.assigned_to, entries[0].by
        if to and by and to.id != by.id and not is_given_on:
            await self._tell_colleague(case, to, by.name)
        await self._cases.settle(claim, self._now())

    async def _tell_colleague(self, case: Case, to: Person, by: str) -> None:
        try:
            chat = await self._messenger.chat_with(to)
            await self._messenger.post_card(chat, case_cards.assigned_card(case, by))
        except (Unreachable, Gone):
            await self._say_to_team(case, case_texts.assigned_text(case))

    def _reaching(self, deliver: Deliver) -> Deliver:
        """The team learns that the reporter does not get what it wrote; meanwhile it is tried again."""

        async def attempt(claim: Claim) -> None:
            try:
                await deliver(claim)
            except (Unreachable, Gone) as error:
                asked = claim.notification
                if asked.attempts >= TRIES_BEFORE_TELLING:
                    entry = CaseEntry(self._now(), EntryKind.NOT_REACHED)
                    told = (NotificationKind.ADDED,)
                    await self._cases.record(asked.subject, entry, f"not-reached-{asked.number}", told)
                raise Unreachable(str(error), SELDOM if asked.attempts > TRIES_BEFORE_SELDOM else 0.0) from error

        return attempt

    async def _question(self, claim: Claim) -> None:
        """What the team asks reaches the reporter as a card with a field for the answer."""
        case = await self._cases.get(claim.notification.subject)
        number = claim.notification.number
        asked = await self._cases.entry(case.reference, number)
        by = asked.by.name if asked.by else receipt_cards.TEAM
        card = case_action_forms.question_card(case, by, asked.text, number)
        await self._messenger.post_card(await self._messenger.chat_with(case.reporter), card)
        await self._cases.settle(claim, self._now())

    async def _message(self, claim: Claim) -> None:
        """What the team tells the reporter."""
        case = await self._cases.get(claim.notification.subject)
        said = await self._cases.entry(case.reference, claim.notification.number)
        card = receipt_cards.message_from_team_card(case, said)
        await self._messenger.post_card(await self._messenger.chat_with(case.reporter), card)
        await self._cases.settle(claim, self._now())

    async def _reporter_status(self, claim: Claim) -> None:
        """The reporter hears that it was passed on, is finished or open again; never to whom or how it ended."""
        case = await self._cases.get(claim.notification.subject)
        kind = (await self._cases.entry(case.reference, claim.notification.number)).kind
        await self._messenger.say(await self._messenger.chat_with(case.reporter), receipt_cards.status_text(case, kind))
        await self._cases.settle(claim, self._now())

    async def _say_to_team(self, case: Case, text: str) -> None:
        ways = await self._routes.ways(case.place)
        await first_reachable(ways, lambda channel: self._messenger.say(channel, text))

    async def _waiting(self, claim: Claim) -> None:
        """The admins hear that a report waits; where none can be told, the trust-wide channel, in fewer words still."""
        case = await self._cases.get(claim.notification.subject)
        stands_now = (await self._routes.destination(case.place)).conversation is not None
        if case.alert is None and not (stands_now and claim.notification.attempts):
            await self._tell_who_can_mend(case)
        await self._cases.settle(claim, self._now())

    async def _reporter_waits(self, claim: Claim) -> None:
        """The reporter does not rest on an alert that nobody has read."""
        case = await self._cases.get(claim.notification.subject)
        if case.alert is None:
            goes_to = await self._routes.goes_to(case.place)
            await self._messenger.say(
                await self._messenger.chat_with(case.reporter), receipt_cards.waiting_text(case, goes_to)
            )
        await self._cases.settle(claim, self._now())

    async def _tell_who_can_mend(self, case: Case) -> None:
        told = 0
        for admin in self._admins:
            with contextlib.suppress(Unreachable, ConnectorError):  # who cannot be reached is not the only one
                chat = await self._messenger.chat_with(Person(admin, "", ""))
                await self._messenger.say(chat, case_texts.waiting_text(case))
                told += 1
        if not told:
            channel = await self._messenger.channel_for(Purpose.SAFEGUARDING_ALERTS)
            await self._messenger.say(channel, case_texts.waiting_in_channel_text(case))
