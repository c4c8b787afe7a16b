"""The buttons of a suggestion: on the line manager's card, and on the social media team's in their channel.

Each press: may this person, now → the move, once, if nobody was first → the card as the suggestion then is. What is
kept and the channel's roster decide who may; the card carries ids only.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from urllib.parse import urlsplit

import structlog

from bot.file_links import FileLinks
from bot.people.roles import Roles
from bot.suggestions.suggestion_request import SuggestionRequest
from bot.teams.messenger import Messenger, Unreachable
from cards.kit.elements import Card, escape
from cards.kit.times import LONDON
from cards.suggestions import suggestion_decision_cards
from cards.suggestions.suggestion_decision_cards import FORMS, MAX_COMMENT, Asking, Audience, PostAction
from cards.verbs import Verb
from dialogs.buttons import ButtonPress, Handlers, Reply, guarded
from dialogs.links import read_links
from dialogs.suggestions.suggestion_check import PostChecks
from dialogs.suggestions.suggestion_fields import MAX_POST, is_ahead
from policy.posts.findings import Finding, forbids, in_the_way
from storage.conversation_references import Purpose
from storage.suggestions import suggestion_moves
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_moves import SuggestionMove
from storage.suggestions.suggestion_records import (
    NotAllowed,
    Suggestion,
    SuggestionNotice,
    SuggestionStatus,
    WrongSuggestionStatus,
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
THANKS = "Thank you. {author} is told, and chooses somebody else."
NOT_FACEBOOK = "The official page is on Facebook: paste the address of the post there (https://www.facebook.com/…)."
REMIND_FROM = time(8)
_FACEBOOK = ("facebook.com", "fb.com", "fb.watch", "fb.me")

SuggestionHandler = Callable[[SuggestionRequest], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class SuggestionActionTools:
    """What the actions stand on."""

    suggestions: SuggestionBook
    check: PostChecks
    roles: Roles
    messenger: Messenger
    links: FileLinks
    wake_notifier: Callable[[], None]
    now: Callable[[], datetime]


class SuggestionActions:
    """Answers the buttons of a suggestion, by verb (`handlers`)."""

    def __init__(self, tools: SuggestionActionTools) -> None:
        self._tools = tools
        handlers: dict[Verb, tuple[SuggestionHandler, tuple[Audience, ...]]] = {
            Verb.POST_SHOW: (self._show, (Audience.MANAGER, Audience.TEAM)),
            Verb.POST_YES: (self._yes, (Audience.MANAGER,)),
            Verb.POST_NO: (self._no, (Audience.MANAGER,)),
            Verb.POST_FORWARD: (self._forward, (Audience.MANAGER,)),
            Verb.POST_TAKE: (self._take, (Audience.TEAM,)),
            Verb.POST_SCHEDULE: (self._schedule, (Audience.TEAM,)),
            Verb.POST_POSTED: (self._posted, (Audience.TEAM,)),
            Verb.POST_ASK: (self._ask, (Audience.MANAGER, Audience.TEAM)),
            Verb.POST_RETURN: (self._return, (Audience.MANAGER, Audience.TEAM)),
            Verb.POST_DECLINE: (self._decline, (Audience.MANAGER, Audience.TEAM)),
            Verb.POST_PICTURES: (self._pictures, (Audience.MANAGER, Audience.TEAM)),
        }
        self.handlers: Handlers = {
            verb: guarded(self._admit, self._only_for(audiences, handle))
            for verb, (handle, audiences) in handlers.items()
        }

    async def _admit(self, press: ButtonPress) -> SuggestionRequest | str:
        """The line manager who was asked, on their own card; on the team's, who is in its channel now."""
        reference = press.text("suggestion")
        try:
            suggestion = await self._tools.suggestions.get(reference)
        except NotFound:
            return NO_SUGGESTION.format(reference=reference[:20])
        audience = Audience.TEAM if press.text("desk") == Audience.TEAM else Audience.MANAGER
        request = SuggestionRequest(press, suggestion, audience)
        if refused := await self._refused(request):
            log.warning("not_for_them", verb=press.verb, reference=suggestion.reference)
            return refused
        return request

    async def _refused(self, request: SuggestionRequest) -> str:
        """Why this person may not, if they may not."""
        suggestion = request.suggestion
        if request.audience is Audience.MANAGER:
            return "" if suggestion.is_manager(request.person) else NOT_MANAGER
        was_with_team = suggestion.forwarded_by is not None
        school = suggestion.post.school
        is_team = await self._tools.roles.is_in_channel(request.person, Purpose.POST_SUGGESTIONS, school)
        return "" if was_with_team and is_team else NOT_TEAM

    def _only_for(self, audiences: Collection[Audience], handle: SuggestionHandler) -> SuggestionHandler:
        """On another's card, the suggestion as it is; so too for who was only named, until they say who they are."""

        async def answer(request: SuggestionRequest) -> Reply:
            is_asked_first = request.audience is Audience.MANAGER and not request.suggestion.confirmed
            is_answer = request.press.verb in (Verb.POST_YES, Verb.POST_NO)
            if request.audience not in audiences or (is_asked_first and not is_answer):
                return await self._show(request)
            return await handle(request)

        return answer

    async def _show(self, request: SuggestionRequest) -> Reply:
        return self._card(request, request.suggestion)

    async def _yes(self, request: SuggestionRequest) -> Reply:
        return await self._move(request, suggestion_moves.confirm())

    async def _no(self, request: SuggestionRequest) -> Reply:
        """Who was only named says so at once; who is known to be the line manager is asked first."""
        is_waiting = (
            request.suggestion.status is SuggestionStatus.SUBMITTED and request.seen == request.suggestion.moves
        )
        if request.suggestion.confirmed and is_waiting and not request.press.text("sure"):
            return suggestion_decision_cards.surely_not_card(request.suggestion)
        told = await self._move(request, suggestion_moves.refuse())
        suggestion = await self._tools.suggestions.get(request.suggestion.reference)
        if suggestion.manager is None:
            return THANKS.format(author=suggestion.author.name)
        return told

    async def _forward(self, request: SuggestionRequest) -> Reply:
        """With the manager's text, if they changed it; what the check stops does not travel, whoever wrote it."""
        edited = ""
        if request.press.text("do") == PostAction.CHANGE:
            edited, wrong = request.text_in(PostAction.CHANGE, MAX_POST)
            if wrong:
                return self._asking(request, PostAction.CHANGE, edited, wrong)
            edited = "" if edited == request.suggestion.post.text else edited
        post = replace(request.suggestion.post, text=edited or request.suggestion.post.text)
        stopped = in_the_way(self._tools.check(post))
        if stopped and edited:
            return self._asking(request, PostAction.CHANGE, edited, " ".join(_said(finding) for finding in stopped[:3]))
        if stopped:
            return self._card(request, request.suggestion, STOPPED)
        told = await self._move(request, suggestion_moves.forward(edited))
        after = await self._tools.suggestions.get(request.suggestion.reference)
        if after.status is not SuggestionStatus.FORWARDED or after.moves != request.suggestion.moves + 1:
            return told
        try:
            await self._tools.messenger.channel_for(Purpose.POST_SUGGESTIONS, post.school)
        except Unreachable:
            return self._card(request, after, NO_CHANNEL)
        return told

    async def _return(self, request: SuggestionRequest) -> Reply:
        comment, wrong = request.text_in(PostAction.RETURN, MAX_COMMENT)
        if wrong:
            return self._asking(request, PostAction.RETURN, comment, wrong)
        return await self._move(request, suggestion_moves.send_back(comment, request.role))

    async def _decline(self, request: SuggestionRequest) -> Reply:
        reason, wrong = request.text_in(PostAction.DECLINE, MAX_COMMENT)
        if wrong:
            return self._asking(request, PostAction.DECLINE, reason, wrong)
        return await self._move(request, suggestion_moves.decline(reason, request.role))

    async def _take(self, request: SuggestionRequest) -> Reply:
        return await self._move(request, suggestion_moves.take())

    async def _schedule(self, request: SuggestionRequest) -> Reply:
        """Only what the policy does not forbid by now; the channel is reminded on the day."""
        day, today = request.press.text("day").strip(), self._tools.now().astimezone(LONDON).date()
        if not is_ahead(day, today):
            return self._asking(request, PostAction.SCHEDULE, "", FORMS[PostAction.SCHEDULE].field.needed)
        if forbids(self._tools.check(request.suggestion.to_be_posted)):
            return self._card(request, request.suggestion, STOPPED)
        on = date.fromisoformat(day)
        remind_at = datetime.combine(on, REMIND_FROM, LONDON)
        later = {SuggestionNotice.DATE: remind_at} if on > today else {}
        return await self._move(request, suggestion_moves.schedule(on), later)

    async def _posted(self, request: SuggestionRequest) -> Reply:
        address = request.press.text("address").strip()
        links, wrong = read_links(address)
        if not address or wrong or len(links) != 1:
            return self._asking(request, PostAction.POSTED, address, wrong or FORMS[PostAction.POSTED].field.needed)
        host = (urlsplit(links[0]).hostname or "").casefold()
        if not any(host == known or host.endswith(f".{known}") for known in _FACEBOOK):
            return self._asking(request, PostAction.POSTED, address, NOT_FACEBOOK)
        return await self._move(request, suggestion_moves.posted(links[0]))

    async def _ask(self, request: SuggestionRequest) -> Reply:
        """What the action asks for, on this person's card."""
        do = request.form
        if do is None:
            return self._card(request, request.suggestion)
        if request.seen != request.suggestion.moves:
            return self._card(request, request.suggestion, _too_late(request, request.suggestion))
        return self._asking(request, do, "", "")

    async def _pictures(self, request: SuggestionRequest) -> Reply:
        """Links go to the person's own chat, and the chronology says who asked for them."""
        suggestion = request.suggestion
        if not suggestion.keeps_pictures:
            return NO_PICTURES
        chat = await self._tools.messenger.chat_with(request.person)
        addresses = [await self._tools.links.link_to(picture) for picture in suggestion.post.pictures]
        await self._tools.suggestions.apply(
            suggestion.reference, suggestion_moves.opened_pictures(), request.person, self._tools.now()
        )
        await self._tools.messenger.post_card(chat, suggestion_decision_cards.pictures_card(suggestion, addresses))
        return SENT_TO_YOU

    async def _move(
        self, request: SuggestionRequest, move: SuggestionMove, later: dict[SuggestionNotice, datetime] | None = None
    ) -> Reply:
        book, reference = self._tools.suggestions, request.suggestion.reference
        try:
            after = await book.apply(reference, move, request.person, self._tools.now(), seen=request.seen, later=later)
        except WrongSuggestionStatus as late:
            now = replace(request, suggestion=late.suggestion)
            return self._card(request, late.suggestion, _too_late(request, late.suggestion), now.typed)
        except NotAllowed:
            return NOT_TEAM if request.audience is Audience.TEAM else NOT_MANAGER
        log.info("suggestion_moved", reference=reference, move=move.kind.name)
        self._tools.wake_notifier()
        return self._card(request, after)

    def _asking(self, request: SuggestionRequest, do: PostAction, typed: str, wrong: str) -> Card:
        return self._card(request, request.suggestion, asking=Asking(do, typed, wrong))

    def _card(
        self, request: SuggestionRequest, suggestion: Suggestion, note: str = "", asking: Asking | None = None
    ) -> Card:
        findings = self._tools.check(suggestion.to_be_posted)
        is_team = request.audience is Audience.TEAM
        build = suggestion_decision_cards.team_card if is_team else suggestion_decision_cards.manager_card
        return build(suggestion, findings, note, asking)


def _said(finding: Finding) -> str:
    caused = f" ({', '.join(finding.words[:3])})" if finding.words else ""
    return f"{finding.says}{caused} {finding.mend}"


def _too_late(request: SuggestionRequest, suggestion: Suggestion) -> str:
    """What the second one reads; nothing but the card who pressed twice."""
    taken_by = suggestion.taken_by
    if request.press.verb == Verb.POST_TAKE and taken_by:
        return "" if same(taken_by, request.person) else HAS_IT.format(who=escape(taken_by.name))
    last = suggestion.moved_by
    if last and same(last, request.person):
        return ""
    return MOVED_ON.format(who=escape(last.name) if last else "Somebody")
