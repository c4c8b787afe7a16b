"""The buttons of a suggestion: on the line manager's card, and on the social media team's in their channel.

Each press: may this person, now → the move, once, if nobody was first → the card as the suggestion then is. What is
kept and the channel's roster decide who may; the card carries ids only.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from urllib.parse import urlsplit

import structlog

from bot.file_links import FileLinks
from bot.people.roles import Roles
from bot.suggestions.suggestion_press import Press
from bot.teams.messenger import Messenger
from cards.kit.elements import Card, escape
from cards.kit.times import LONDON
from cards.suggestions import suggestion_decision_cards
from cards.suggestions.suggestion_decision_cards import FORMS, MAX_COMMENT, Asking, Audience, PostAction
from cards.verbs import Verb
from dialogs.links import read_links
from dialogs.suggestions.suggestion_check import check
from dialogs.suggestions.suggestion_fields import MAX_POST, is_ahead
from dialogs.turn import Pressed
from policy.posts.findings import Finding, forbids, in_the_way
from policy.posts.post_check import PostChecker
from storage.conversation_references import ConversationReferences, Purpose
from storage.records import Person
from storage.suggestions import suggestion_moves
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_moves import SuggestionMove
from storage.suggestions.suggestion_records import (
    NotAllowed,
    Suggestion,
    SuggestionNotice,
    SuggestionStatus,
    WrongStatus,
    same,
)
from storage.tables.port import NotFound

log = structlog.get_logger()
NO_SUGGESTION = "There is no suggestion {reference} here. The card may be from a trial."
NOT_MANAGER = "Only the line manager who was asked can do this, and never the author themselves. Nothing was changed."
NOT_TEAM = "Only members of the channel for post suggestions can do this. Nothing was changed."
MOVED_ON = "{who} was first: it has moved on since your card was made, so nothing was changed. Here is where it stands."
HAS_IT = "{who} has taken it already, so nothing was changed."
STOPPED = "It cannot go on as it is: see what the check found. Change it, or return it to its author."
NO_CHANNEL = "It is forwarded. The social media team's channel is not set up yet, so it waits until it is."
SENT_TO_YOU = "The pictures are in your own chat with me."
NO_PICTURES = "Its pictures are not kept any more."
NO_CHAT = "I cannot write to you yet. Open a chat with me, send any word, then press this again."
THANKS = "Thank you. {author} is told, and chooses somebody else."
NOT_FACEBOOK = "The official page is on Facebook: paste the address of the post there (https://www.facebook.com/…)."
REMIND_FROM = time(8)
_FACEBOOK = ("facebook.com", "fb.com", "fb.watch", "fb.me")

Told = Card | str


@dataclass(frozen=True, slots=True)
class SuggestionActionTools:
    """What the actions stand on."""

    suggestions: SuggestionBook
    checker: PostChecker
    roles: Roles
    references: ConversationReferences
    messenger: Messenger
    links: FileLinks
    wake_notifier: Callable[[], None]
    now: Callable[[], datetime]


class SuggestionActions:
    """Answers the verbs of `post.*`."""

    def __init__(self, tools: SuggestionActionTools) -> None:
        self._tools = tools
        self._managers: dict[str, Callable[[Press], Awaitable[Told]]] = {
            Verb.POST_YES: self._yes,
            Verb.POST_NO: self._no,
            Verb.POST_FORWARD: self._forward,
        }
        self._teams: dict[str, Callable[[Press], Awaitable[Told]]] = {
            Verb.POST_TAKE: self._take,
            Verb.POST_SCHEDULE: self._schedule,
            Verb.POST_POSTED: self._posted,
        }
        self._both: dict[str, Callable[[Press], Awaitable[Told]]] = {
            Verb.POST_ASK: self._ask,
            Verb.POST_RETURN: self._return,
            Verb.POST_DECLINE: self._decline,
            Verb.POST_PICTURES: self._pictures,
        }

    async def __call__(self, person: Person, pressed: Pressed) -> Told:
        """The suggestion's card as it then is, or the sentence that says why not."""
        reference = pressed.text("suggestion")
        try:
            suggestion = await self._tools.suggestions.get(reference)
        except NotFound:
            return NO_SUGGESTION.format(reference=reference[:20])
        audience = Audience.TEAM if pressed.text("desk") == Audience.TEAM else Audience.MANAGER
        press = Press(person, suggestion, pressed, audience)
        if refused := await self._refused(press):
            log.warning("not_for_them", verb=pressed.verb, reference=suggestion.reference)
            return refused
        own = self._teams if audience is Audience.TEAM else self._managers
        handle = own.get(pressed.verb) or self._both.get(pressed.verb)
        is_asked_first = audience is Audience.MANAGER and not suggestion.confirmed
        if handle is None or (is_asked_first and pressed.verb not in (Verb.POST_YES, Verb.POST_NO)):
            return self._card(press, suggestion)
        return await handle(press)

    async def _refused(self, press: Press) -> str:
        """Why this person may not, if they may not."""
        suggestion = press.suggestion
        if press.audience is Audience.MANAGER:
            return "" if suggestion.is_manager(press.person) else NOT_MANAGER
        was_with_team = suggestion.forwarded_by is not None
        school = suggestion.post.school
        is_team = await self._tools.roles.is_in_channel(press.person, Purpose.POST_SUGGESTIONS, school)
        return "" if was_with_team and is_team else NOT_TEAM

    async def _yes(self, press: Press) -> Told:
        return await self._move(press, suggestion_moves.confirm())

    async def _no(self, press: Press) -> Told:
        """Who was only named says so at once; who is known to be the line manager is asked first."""
        is_waiting = press.suggestion.status is SuggestionStatus.SUBMITTED and press.seen == press.suggestion.moves
        if press.suggestion.confirmed and is_waiting and not press.pressed.text("sure"):
            return suggestion_decision_cards.surely_not_card(press.suggestion)
        told = await self._move(press, suggestion_moves.refuse())
        suggestion = await self._tools.suggestions.get(press.suggestion.reference)
        if suggestion.manager is None:
            return THANKS.format(author=suggestion.author.name)
        return told

    async def _forward(self, press: Press) -> Told:
        """With the manager's text, if they changed it; what the check stops does not travel, whoever wrote it."""
        edited = ""
        if press.pressed.text("do") == PostAction.CHANGE:
            edited, wrong = press.text_in(PostAction.CHANGE, MAX_POST)
            if wrong:
                return self._asking(press, PostAction.CHANGE, edited, wrong)
            edited = "" if edited == press.suggestion.post.text else edited
        post = replace(press.suggestion.post, text=edited or press.suggestion.post.text)
        stopped = in_the_way(check(post, self._tools.checker))
        if stopped and edited:
            return self._asking(press, PostAction.CHANGE, edited, " ".join(_said(finding) for finding in stopped[:3]))
        if stopped:
            return self._card(press, press.suggestion, STOPPED)
        told = await self._move(press, suggestion_moves.forward(edited))
        after = await self._tools.suggestions.get(press.suggestion.reference)
        if after.status is not SuggestionStatus.FORWARDED or after.moves != press.suggestion.moves + 1:
            return told
        channel = await self._tools.references.bound(Purpose.POST_SUGGESTIONS, post.school)
        return told if channel else self._card(press, after, NO_CHANNEL)

    async def _return(self, press: Press) -> Told:
        comment, wrong = press.text_in(PostAction.RETURN, MAX_COMMENT)
        if wrong:
            return self._asking(press, PostAction.RETURN, comment, wrong)
        return await self._move(press, suggestion_moves.send_back(comment, press.role))

    async def _decline(self, press: Press) -> Told:
        reason, wrong = press.text_in(PostAction.DECLINE, MAX_COMMENT)
        if wrong:
            return self._asking(press, PostAction.DECLINE, reason, wrong)
        return await self._move(press, suggestion_moves.decline(reason, press.role))

    async def _take(self, press: Press) -> Told:
        return await self._move(press, suggestion_moves.take())

    async def _schedule(self, press: Press) -> Told:
        """Only what the policy does not forbid by now; the channel is reminded on the day."""
        day, today = press.pressed.text("day").strip(), self._tools.now().astimezone(LONDON).date()
        if not is_ahead(day, today):
            return self._asking(press, PostAction.SCHEDULE, "", FORMS[PostAction.SCHEDULE].field.needed)
        if forbids(check(press.suggestion.to_be_posted, self._tools.checker)):
            return self._card(press, press.suggestion, STOPPED)
        on = date.fromisoformat(day)
        remind_at = datetime.combine(on, REMIND_FROM, LONDON)
        later = {SuggestionNotice.DATE: remind_at} if on > today else {}
        return await self._move(press, suggestion_moves.schedule(on), later)

    async def _posted(self, press: Press) -> Told:
        address = press.pressed.text("address").strip()
        links, wrong = read_links(address)
        if not address or wrong or len(links) != 1:
            return self._asking(press, PostAction.POSTED, address, wrong or FORMS[PostAction.POSTED].field.needed)
        host = (urlsplit(links[0]).hostname or "").casefold()
        if not any(host == known or host.endswith(f".{known}") for known in _FACEBOOK):
            return self._asking(press, PostAction.POSTED, address, NOT_FACEBOOK)
        return await self._move(press, suggestion_moves.posted(links[0]))

    async def _ask(self, press: Press) -> Told:
        """What the action asks for, on this person's card."""
        do = press.form
        if do is None:
            return self._card(press, press.suggestion)
        if press.seen != press.suggestion.moves:
            return self._card(press, press.suggestion, _too_late(press, press.suggestion))
        return self._asking(press, do, "", "")

    async def _pictures(self, press: Press) -> Told:
        """Links go to the person's own chat, and the chronology says who asked for them."""
        suggestion = press.suggestion
        if not suggestion.keeps_pictures:
            return NO_PICTURES
        try:
            chat = await self._tools.references.chat_with(press.person)
        except NotFound:
            return NO_CHAT
        addresses = [await self._tools.links.link_to(picture) for picture in suggestion.post.pictures]
        await self._tools.suggestions.apply(
            suggestion.reference, suggestion_moves.opened_pictures(), press.person, self._tools.now()
        )
        await self._tools.messenger.post_card(chat, suggestion_decision_cards.pictures_card(suggestion, addresses))
        return SENT_TO_YOU

    async def _move(
        self, press: Press, move: SuggestionMove, later: dict[SuggestionNotice, datetime] | None = None
    ) -> Told:
        book, reference = self._tools.suggestions, press.suggestion.reference
        try:
            after = await book.apply(reference, move, press.person, self._tools.now(), seen=press.seen, later=later)
        except WrongStatus as late:
            now = replace(press, suggestion=late.suggestion)
            return self._card(press, late.suggestion, _too_late(press, late.suggestion), now.typed)
        except NotAllowed:
            return NOT_TEAM if press.audience is Audience.TEAM else NOT_MANAGER
        log.info("suggestion_moved", reference=reference, move=move.kind.name, by=press.person.id)
        self._tools.wake_notifier()
        return self._card(press, after)

    def _asking(self, press: Press, do: PostAction, typed: str, wrong: str) -> Card:
        return self._card(press, press.suggestion, asking=Asking(do, typed, wrong))

    def _card(self, press: Press, suggestion: Suggestion, note: str = "", asking: Asking | None = None) -> Card:
        findings = check(suggestion.to_be_posted, self._tools.checker)
        is_team = press.audience is Audience.TEAM
        build = suggestion_decision_cards.team_card if is_team else suggestion_decision_cards.manager_card
        return build(suggestion, findings, note, asking)


def _said(finding: Finding) -> str:
    caused = f" ({', '.join(finding.words[:3])})" if finding.words else ""
    return f"{finding.says}{caused} {finding.mend}"


def _too_late(press: Press, suggestion: Suggestion) -> str:
    """What the second one reads; nothing but the card who pressed twice."""
    taken_by = suggestion.taken_by
    if press.pressed.verb == Verb.POST_TAKE and taken_by:
        return "" if same(taken_by, press.person) else HAS_IT.format(who=escape(taken_by.name))
    last = suggestion.moved_by
    if last and same(last, press.person):
        return ""
    return MOVED_ON.format(who=escape(last.name) if last else "Somebody")
