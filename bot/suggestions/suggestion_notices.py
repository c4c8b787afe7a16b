"""What a suggestion has to tell: cards for the line manager and the team, news to its author, reminders, a digest."""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import structlog

from bot.delivery.notifier import Deliver, Outbox
from bot.people.line_managers import LineManagers
from bot.teams.connector import Gone
from bot.teams.messenger import Messenger, Unreachable
from bot.trust.school_hours import SchoolHours
from cards.kit.elements import Card
from cards.kit.times import LONDON
from cards.suggestions import suggestion_decision_cards, suggestion_news, suggestion_receipts
from dialogs.suggestions.suggestion_check import PostChecks
from storage.conversation_references import Conversation, Purpose
from storage.due import Claim
from storage.files.evidence import EvidenceStore
from storage.records import PostedCard
from storage.suggestions.suggestion_book import SuggestionBook, managers_card_at, teams_card_at
from storage.suggestions.suggestion_moves import waits
from storage.suggestions.suggestion_records import (
    Suggestion,
    SuggestionEntry,
    SuggestionEntryKind,
    SuggestionNotice,
    SuggestionStatus,
)

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
    check: PostChecks
    managers: LineManagers
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
        is_asked = suggestion.status is SuggestionStatus.SUBMITTED and claim.notification.number == suggestion.asked
        if manager is None or not is_asked or suggestion.manager_card:
            await self._book.settle(claim, self._tools.now())
            return
        install = claim.notification.attempts % INSTALL_EVERY == 0
        chat = await self._tools.managers.chat_with(manager, suggestion.author, install=install)
        if chat is None:
            await self._wait(suggestion)
            raise Unreachable("the line manager has no chat with the bot")
        try:
            posted = await self._tools.messenger.post_card(chat, shown := self._managers_card(suggestion))
        except Gone:  # they removed or blocked the bot
            await self._wait(suggestion)
            raise
        now = self._tools.now()
        later = {SuggestionNotice.REMINDER: self._tools.hours.after_school_days(now, REMIND_AFTER)}
        is_at = managers_card_at(posted, suggestion.asked)
        await self._book.settle(claim, now, is_at, text=manager.name, later=later)
        await self._show_as_it_is(suggestion.reference, posted, self._in_managers_chat(posted), shown)

    async def _wait(self, suggestion: Suggestion) -> None:
        if not suggestion.waits:
            await self._book.apply(suggestion.reference, waits(), None, self._tools.now())

    async def _manager_card(self, claim: Claim) -> None:
        """A card that was deleted stays away: what waits for a line manager is in their list too."""
        suggestion = await self._of(claim)
        if posted := suggestion.manager_card:
            with _gone_is_well():
                await self._show_as_it_is(suggestion.reference, posted, self._in_managers_chat(posted))
        await self._book.settle(claim, self._tools.now())

    async def _team_card(self, claim: Claim) -> None:
        suggestion = await self._of(claim)
        if not await self._is_shown_to_team(suggestion):
            await self._post_to_team(claim, suggestion)
            return
        await self._book.settle(claim, self._tools.now())

    async def _is_shown_to_team(self, suggestion: Suggestion) -> bool:
        """Whether their card shows it as it is; not if it was deleted while it is theirs to deal with."""
        if posted := suggestion.team_card:
            try:
                await self._show_as_it_is(suggestion.reference, posted, self._teams_card)
            except Gone:
                return not suggestion.is_with_team
        return True

    async def _old_cards(self, claim: Claim) -> None:
        """Whoever had it before sees that it is with somebody else."""
        suggestion = await self._of(claim)
        for old in suggestion.old_cards:
            with _gone_is_well():
                await self._tools.messenger.update_card(old, suggestion_decision_cards.not_yours_card(suggestion))
        await self._book.settle(claim, self._tools.now())

    async def _team(self, claim: Claim) -> None:
        """The card in the channel, once; and a digest on the Monday after."""
        suggestion = await self._of(claim)
        if suggestion.team_card or not suggestion.is_with_team:
            await self._book.settle(claim, self._tools.now())
            return
        await self._post_to_team(claim, suggestion)
        await self._put_digest()

    async def _post_to_team(self, claim: Claim, suggestion: Suggestion) -> None:
        channel = await self._channel_of(suggestion)
        posted = await self._tools.messenger.post_card(channel, shown := self._teams_card(suggestion))
        await self._book.settle(claim, self._tools.now(), teams_card_at(posted), text="to the team")
        await self._show_as_it_is(suggestion.reference, posted, self._teams_card, shown)

    async def _author(self, claim: Claim) -> None:
        """Each step once, in the words of the entry that it left."""
        suggestion = await self._of(claim)
        entry = await self._book.entry(suggestion.reference, claim.notification.number)
        chat = await self._tools.messenger.chat_with(suggestion.author)
        with _gone_is_well():  # their own list says where it stands
            await self._tools.messenger.post_card(chat, suggestion_receipts.news_card(suggestion, entry))
        await self._book.settle(claim, self._tools.now())

    async def _manager_told(self, claim: Claim) -> None:
        """What becomes of it; not to somebody who was only named, nor of their own doing."""
        suggestion = await self._of(claim)
        entry = await self._book.entry(suggestion.reference, claim.notification.number)
        told = suggestion.manager if suggestion.confirmed else None
        if told and not (entry.by and entry.by.id == told.id):
            who = entry.by.name if entry.by and entry.kind is not SuggestionEntryKind.WITHDRAWN else ""
            text = suggestion_news.manager_news_text(suggestion, entry.kind.words, who)
            with _gone_is_well(), contextlib.suppress(Unreachable):  # it was withdrawn before they could be reached
                await self._tools.messenger.say(await self._tools.messenger.chat_with(told), text)
        await self._book.settle(claim, self._tools.now())

    async def _reminder(self, claim: Claim) -> None:
        suggestion = await self._of(claim)
        if suggestion.manager is None or not self._still_asked(suggestion, claim) or suggestion.reminded:
            await self._book.settle(claim, self._tools.now())
            return
        text = suggestion_news.reminder_text(suggestion)
        with _gone_is_well():  # they removed the bot since: all the more may the author choose another
            await self._tools.messenger.say(await self._tools.messenger.chat_with(suggestion.manager), text)
        now = self._tools.now()
        later = {SuggestionNotice.AUTHOR_MAY_CHOOSE: self._tools.hours.after_school_days(now, CHOOSE_AFTER)}
        await self._book.settle(
            claim, now, lambda each: replace(each, reminded=True), SuggestionEntryKind.REMINDED, later=later
        )

    async def _author_may_choose(self, claim: Claim) -> None:
        suggestion = await self._of(claim)
        if self._still_asked(suggestion, claim):
            entry = SuggestionEntry(self._tools.now(), SuggestionEntryKind.REMINDED)
            chat = await self._tools.messenger.chat_with(suggestion.author)
            with _gone_is_well():
                await self._tools.messenger.post_card(chat, suggestion_receipts.news_card(suggestion, entry))
        await self._book.settle(claim, self._tools.now())

    async def _date(self, claim: Claim) -> None:
        """On the day of a scheduled post; a day that was changed since is let go by."""
        suggestion = await self._of(claim)
        if suggestion.status is SuggestionStatus.SCHEDULED and claim.notification.number == suggestion.dated:
            channel = await self._channel_of(suggestion)
            await self._tools.messenger.say(channel, suggestion_news.date_text(suggestion))
        await self._book.settle(claim, self._tools.now())

    async def _digest(self, claim: Claim) -> None:
        """What waits and what went out, to each channel what is its own; and again next week if there is anything.

        Each channel's is due by itself, so that one that does not take it brings no other the same again.
        """
        now, only = self._tools.now(), claim.notification.subject.partition("|")[2]
        waiting, posted = await self._book.with_team(), await self._book.posted_since(now - WEEK)
        by_channel: dict[Conversation, tuple[list[Suggestion], list[Suggestion]]] = defaultdict(lambda: ([], []))
        for number, found in enumerate((waiting, posted)):
            for suggestion in found:
                with contextlib.suppress(Unreachable):
                    by_channel[await self._channel_of(suggestion)][number].append(suggestion)
        for channel, (open_ones, done) in by_channel.items():
            if not only:
                await self._book.put_due(f"{DIGEST}|{channel.id}", SuggestionNotice.DIGEST, 0, now)
            elif only == channel.id:
                with _gone_is_well():
                    card = suggestion_news.digest_card(open_ones, done, now)
                    await self._tools.messenger.post_card(channel, card)
        if (waiting or posted) and not only:
            for suggestion in waiting:  # a card that was deleted in the channel comes back
                await self._book.put_due(suggestion.reference, SuggestionNotice.TEAM_CARD, suggestion.revision, now)
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
        is_asked = suggestion.status is SuggestionStatus.SUBMITTED and suggestion.manager is not None
        return is_asked and claim.notification.number == suggestion.asked

    async def _channel_of(self, suggestion: Suggestion) -> Conversation:
        return await self._tools.messenger.channel_for(Purpose.POST_SUGGESTIONS, suggestion.post.school)

    async def _show_as_it_is(
        self, reference: str, posted: PostedCard, build: Callable[[Suggestion], Card], shown: Card | None = None
    ) -> None:
        """Until what was shown is so: it may have moved on while the card was on its way."""
        while shown != (card := build(await self._book.get(reference))):
            await self._tools.messenger.update_card(posted, card)
            shown = card

    def _in_managers_chat(self, posted: PostedCard) -> Callable[[Suggestion], Card]:
        """What stands there: the suggestion, as long as this is the card of who has it."""

        def build(suggestion: Suggestion) -> Card:
            is_theirs = suggestion.manager_card == posted
            if is_theirs:
                return self._managers_card(suggestion)
            return suggestion_decision_cards.not_yours_card(suggestion)

        return build

    def _managers_card(self, suggestion: Suggestion) -> Card:
        return suggestion_decision_cards.manager_card(suggestion, self._tools.check(suggestion.to_be_posted))

    def _teams_card(self, suggestion: Suggestion) -> Card:
        return suggestion_decision_cards.team_card(suggestion, self._tools.check(suggestion.to_be_posted))


@contextlib.contextmanager
def _gone_is_well() -> Iterator[None]:
    """A chat or card that is not there any more is not tried again for ever; what it had to say is in the lists."""
    try:
        yield
    except Gone as error:
        log.info("nowhere_to_tell", status=error.status)
