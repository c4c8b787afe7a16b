"""What a suggestion has to tell: cards for the line manager and the team, news to its author, reminders, a digest."""

import contextlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import structlog

from bot.connector import ConnectorError
from bot.line_managers import LineManagers
from bot.messenger import Messenger
from bot.notifier import Deliver, NoRoute, Outbox
from bot.school_hours import SchoolHours
from cards import suggestion_desk_cards, suggestion_news, suggestion_receipts
from cards.parts import Card
from cards.times import LONDON
from dialogs.suggestion_check import check
from policy.document import Policy
from storage.conversation_references import Conversation, ConversationReferences, Purpose
from storage.due import Claim
from storage.evidence import EvidenceStore
from storage.records import Person, PostedCard
from storage.suggestion_book import SuggestionBook, card_now_at
from storage.suggestion_moves import waits
from storage.suggestion_records import EntryKind, Status, Suggestion, SuggestionEntry, SuggestionNotice
from storage.tables import NotFound

log = structlog.get_logger()
REMIND_AFTER = 3
"""School days after which a line manager is reminded (issue: "does not answer within three school days")."""
CHOOSE_AFTER = 1
"""School days after the reminder, after which the author is told that they can choose another."""
WEEK = timedelta(days=7)
INSTALL_EVERY = 60
"""Attempts between two tries to install the bot for somebody: about an hour."""
DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class SuggestionNoticeTools:
    """What the notices stand on."""

    suggestions: SuggestionBook
    policy: Policy
    managers: LineManagers
    references: ConversationReferences
    messenger: Messenger
    evidence: EvidenceStore
    hours: SchoolHours
    now: Callable[[], datetime]


class SuggestionNotices:
    """Delivers the notifications of the suggestion book."""

    def __init__(self, tools: SuggestionNoticeTools) -> None:
        self._tools = tools
        self._book = tools.suggestions
        kinds: dict[str, Deliver] = {
            SuggestionNotice.MANAGER: self._manager,
            SuggestionNotice.MANAGER_CARD: self._manager_card,
            SuggestionNotice.OLD_CARDS: self._old_cards,
            SuggestionNotice.REMINDER: self._reminder,
            SuggestionNotice.AUTHOR_MAY_CHOOSE: self._author_may_choose,
            SuggestionNotice.AUTHOR: self._author,
            SuggestionNotice.MANAGER_TOLD: self._manager_told,
            SuggestionNotice.TEAM: self._team,
            SuggestionNotice.TEAM_CARD: self._team_card,
            SuggestionNotice.DATE: self._date,
            SuggestionNotice.DIGEST: self._digest,
            SuggestionNotice.DELETE_FILE: self._delete_file,
        }
        self.outbox = Outbox(self._book.due, kinds)

    async def _manager(self, claim: Claim) -> None:
        """The card in the line manager's chat; from then on they have three school days until they are reminded."""
        suggestion = await self._of(claim)
        manager = suggestion.manager
        is_asked = suggestion.status is Status.SUBMITTED and claim.notification.number == suggestion.asked
        if manager is None or not is_asked or suggestion.manager_card:
            await self._book.settle(claim, self._tools.now())
            return
        install = claim.notification.attempts % INSTALL_EVERY == 0
        chat = await self._tools.managers.chat_with(manager, suggestion.author, install=install)
        if chat is None:
            await self._wait(suggestion)
            raise NoRoute("the line manager has no chat with the bot")
        try:
            posted = await self._tools.messenger.post_card(chat, self._managers_card(suggestion))
        except ConnectorError as error:
            if error.is_gone:  # they removed or blocked the bot
                await self._wait(suggestion)
            raise
        now = self._tools.now()
        later = {SuggestionNotice.REMINDER: self._tools.hours.after_school_days(now, REMIND_AFTER)}
        await self._book.settle(claim, now, card_now_at(posted, team=False), text=manager.name, later=later)

    async def _wait(self, suggestion: Suggestion) -> None:
        if not suggestion.waits:
            await self._book.apply(suggestion.reference, waits(), None, self._tools.now())

    async def _manager_card(self, claim: Claim) -> None:
        suggestion = await self._of(claim)
        await self._update(suggestion.manager_card, self._managers_card(suggestion))
        await self._book.settle(claim, self._tools.now())

    async def _team_card(self, claim: Claim) -> None:
        suggestion = await self._of(claim)
        await self._update(suggestion.team_card, self._teams_card(suggestion))
        await self._book.settle(claim, self._tools.now())

    async def _old_cards(self, claim: Claim) -> None:
        """Whoever had it before sees that it is with somebody else."""
        suggestion = await self._of(claim)
        for old in suggestion.old_cards:
            await self._update(old, suggestion_desk_cards.not_yours_card(suggestion))
        await self._book.settle(claim, self._tools.now())

    async def _team(self, claim: Claim) -> None:
        """The card in the channel, once; and a digest on the Monday after."""
        suggestion = await self._of(claim)
        if suggestion.team_card or not suggestion.is_with_team:
            await self._book.settle(claim, self._tools.now())
            return
        channel = await self._channel_of(suggestion)
        if channel is None:
            raise NoRoute("no channel is used for post suggestions")
        posted = await self._tools.messenger.post_card(channel, self._teams_card(suggestion))
        await self._put_digest()
        await self._book.settle(claim, self._tools.now(), card_now_at(posted, team=True), text="to the team")

    async def _author(self, claim: Claim) -> None:
        """Each step once, in the words of the entry that it left."""
        suggestion = await self._of(claim)
        entry = await self._book.entry(suggestion.reference, claim.notification.number)
        chat = await self._chat_with(suggestion.author)
        await self._tools.messenger.post_card(chat, suggestion_receipts.news_card(suggestion, entry))
        await self._book.settle(claim, self._tools.now())

    async def _manager_told(self, claim: Claim) -> None:
        """What becomes of it; not to somebody who was only named, nor of their own doing."""
        suggestion = await self._of(claim)
        entry = await self._book.entry(suggestion.reference, claim.notification.number)
        told = suggestion.manager if suggestion.confirmed else None
        if told and not (entry.by and entry.by.id == told.id):
            who = entry.by.name if entry.by and entry.kind is not EntryKind.WITHDRAWN else ""
            text = suggestion_news.manager_news_text(suggestion, entry.kind, who)
            with contextlib.suppress(NoRoute):  # it was withdrawn before they could be reached
                await self._tools.messenger.say(await self._chat_with(told), text)
        await self._book.settle(claim, self._tools.now())

    async def _reminder(self, claim: Claim) -> None:
        suggestion = await self._of(claim)
        if suggestion.manager is None or not self._still_asked(suggestion, claim) or suggestion.reminded:
            await self._book.settle(claim, self._tools.now())
            return
        text = suggestion_news.reminder_text(suggestion)
        await self._tools.messenger.say(await self._chat_with(suggestion.manager), text)
        now = self._tools.now()
        later = {SuggestionNotice.AUTHOR_MAY_CHOOSE: self._tools.hours.after_school_days(now, CHOOSE_AFTER)}
        await self._book.settle(claim, now, lambda each: replace(each, reminded=True), EntryKind.REMINDED, later=later)

    async def _author_may_choose(self, claim: Claim) -> None:
        suggestion = await self._of(claim)
        if self._still_asked(suggestion, claim):
            entry = SuggestionEntry(self._tools.now(), EntryKind.REMINDED)
            chat = await self._chat_with(suggestion.author)
            await self._tools.messenger.post_card(chat, suggestion_receipts.news_card(suggestion, entry))
        await self._book.settle(claim, self._tools.now())

    async def _date(self, claim: Claim) -> None:
        """On the day of a scheduled post; a day that was changed since is let go by."""
        suggestion = await self._of(claim)
        if suggestion.status is Status.SCHEDULED and claim.notification.number == suggestion.dated:
            channel = await self._channel_of(suggestion)
            if channel is None:
                raise NoRoute("no channel is used for post suggestions")
            await self._tools.messenger.say(channel, suggestion_news.date_text(suggestion))
        await self._book.settle(claim, self._tools.now())

    async def _digest(self, claim: Claim) -> None:
        """What waits and what went out, to each channel what is its own; and again next week if there is anything."""
        now = self._tools.now()
        waiting, posted = await self._book.with_team(), await self._book.posted_since(now - WEEK)
        by_channel: dict[Conversation, tuple[list[Suggestion], list[Suggestion]]] = defaultdict(lambda: ([], []))
        for number, found in enumerate((waiting, posted)):
            for suggestion in found:
                if channel := await self._channel_of(suggestion):
                    by_channel[channel][number].append(suggestion)
        for channel, (open_ones, done) in by_channel.items():
            card = suggestion_news.digest_card(open_ones, done, now)
            await self._tools.messenger.post_card(channel, card)
        if waiting or posted:
            await self._put_digest()
        await self._book.settle(claim, now)

    async def _delete_file(self, claim: Claim) -> None:
        await self._tools.evidence.delete(claim.notification.subject)
        await self._book.settle(claim, self._tools.now())

    async def _put_digest(self) -> None:
        """On the next Monday at opening, or the first school day of that week. The same again changes nothing."""
        today = self._tools.now().astimezone(LONDON).date()
        monday = today + timedelta(days=7 - today.weekday())
        opens = self._tools.hours.next_opening(datetime.combine(monday, time(), LONDON))
        await self._book.put_due(DIGEST, SuggestionNotice.DIGEST, 0, opens)

    async def _of(self, claim: Claim) -> Suggestion:
        return await self._book.get(claim.notification.subject)

    def _still_asked(self, suggestion: Suggestion, claim: Claim) -> bool:
        return suggestion.status is Status.SUBMITTED and claim.notification.number == suggestion.asked

    async def _channel_of(self, suggestion: Suggestion) -> Conversation | None:
        binding = await self._tools.references.bound(Purpose.POST_SUGGESTIONS, suggestion.post.school)
        return binding.conversation if binding else None

    async def _chat_with(self, person: Person) -> Conversation:
        try:
            return await self._tools.references.chat_with(person)
        except (NotFound, ValueError):
            raise NoRoute("their chat with the bot is not known") from None

    async def _update(self, posted: PostedCard | None, card: Card) -> None:
        """A card that was deleted stays away."""
        if posted is None:
            return
        try:
            await self._tools.messenger.update_card(posted, card)
        except ConnectorError as error:
            if not error.is_gone:
                raise

    def _managers_card(self, suggestion: Suggestion) -> Card:
        return suggestion_desk_cards.manager_card(suggestion, check(suggestion.to_be_posted, self._tools.policy))

    def _teams_card(self, suggestion: Suggestion) -> Card:
        return suggestion_desk_cards.team_card(suggestion, check(suggestion.to_be_posted, self._tools.policy))
