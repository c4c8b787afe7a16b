"""The week's figures in each safeguarding team's channel, on the first school day of a week."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import structlog

from bot.cases.report_routes import Routes
from bot.delivery.notifier import Deliver
from bot.teams.connector import Gone
from bot.teams.messenger import Messenger
from cards.kit.elements import Card
from cards.kit.times import LONDON
from storage.cases.case_book import CaseBook
from storage.conversation_references import Conversation
from storage.due import Claim

log = structlog.get_logger()
WEEKLY = "weekly"
"""The kind of the due row that brings them up in one channel."""
A_WEEK = timedelta(days=7)


class WeeklyNotices:
    """Posts them. `card_for` counts what the channel of this id deals with."""

    def __init__(
        self,
        cases: CaseBook,
        routes: Routes,
        card_for: Callable[[str], Awaitable[Card]],
        messenger: Messenger,
        now: Callable[[], datetime],
    ) -> None:
        self._cases = cases
        self._routes = routes
        self._card_for = card_for
        self._messenger = messenger
        self._now = now
        self.kinds: dict[str, Deliver] = {WEEKLY: self._post}

    async def channels_due(self) -> list[str]:
        """The keys of the channels that get them."""
        return list(await self._routes.channels())

    async def _post(self, claim: Claim) -> None:
        """One channel's, as things stand now; one that is not used any more gets none, nor does a week that is over."""
        day, _, key = claim.notification.subject.rpartition("|")
        is_over = self._now().astimezone(LONDON).date() - date.fromisoformat(day) >= A_WEEK
        channel = None if is_over else (await self._routes.channels()).get(key)
        if channel:
            await self._post_in(channel)
        await self._cases.settle(claim, self._now())

    async def _post_in(self, channel: Conversation) -> None:
        try:
            await self._messenger.post_card(channel, await self._card_for(channel.id))
        except Gone as error:
            log.warning("weekly_not_posted", reason=str(error))  # its team asks for them in their own chats
        else:
            log.info("weekly_posted")
