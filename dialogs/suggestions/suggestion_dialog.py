"""The conversation of a suggested post: what a person does is taken into the draft, kept, and its card shown.

As with a report (`report_dialog.py`) the draft is the truth, not the dialog's stack: a card from before a restart, on
another device or pressed twice still leads to where the draft is now. The policy's check runs on each step.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from botbuilder.core import TurnContext
from botbuilder.dialogs import Dialog, DialogContext, DialogTurnResult

from cards.kit.elements import Card
from cards.kit.times import LONDON
from cards.suggestions import suggestion_cards, suggestion_receipts
from cards.suggestions.suggestion_cards import Surroundings
from cards.verbs import Verb
from dialogs.card_walk import CardWalk, Handler, Steps
from dialogs.draft_keeper import DraftKeeper
from dialogs.suggestions import suggestion_walk
from dialogs.suggestions.manager_choice import KnowsPeople, as_person, choose
from dialogs.suggestions.suggestion_check import check
from dialogs.suggestions.suggestion_pictures import Pictures
from dialogs.suggestions.suggestion_walk import Around
from dialogs.turn import (
    FetchFiles,
    Pressed,
    has_files,
    person_in,
    pressed_in,
    say,
    show,
)
from policy.posts.findings import Finding
from policy.posts.post_check import PostChecker
from storage.draft_book import KeptDraft, SuggestionDraftBook
from storage.records import Colleague, Person
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_drafts import SuggestionDraft, SuggestionStep
from storage.suggestions.suggestion_moves import send_again
from storage.suggestions.suggestion_records import NotAllowed, Post, Suggestion, SuggestionStatus, WrongStatus
from storage.tables.port import NotFound

log = structlog.get_logger()
Kept = KeptDraft[SuggestionDraft]

STILL_OPEN = "You have a suggestion open. Here is where you were."
OTHER_OPEN = "You have another suggestion open. Send it or throw it away first; then change this one."
MOVED_ON = "That step was done already. Here is where your suggestion is now."
PICTURE_ASKS = "Picture received. Please say who is in it."
PICTURES_DROPPED = "The pictures are removed and deleted here."
NOT_YOURS = "There is no suggestion of yours that could be changed here."


@dataclass(frozen=True, slots=True)
class SuggestionTools:
    """What the walk stands on."""

    drafts: SuggestionDraftBook
    suggestions: SuggestionBook
    checker: PostChecker
    people: KnowsPeople
    fetch_files: FetchFiles
    surroundings: Surroundings
    wake_notifier: Callable[[], None]
    now: Callable[[], datetime]


class SuggestionDialog(CardWalk[SuggestionDraft]):
    """Begins or goes on with the one open suggestion of the person; ends when it is sent or thrown away."""

    def __init__(self, tools: SuggestionTools) -> None:
        keeper = DraftKeeper(tools.drafts, tools.now, suggestion_walk.with_picture)
        super().__init__("suggestion", keeper, _STEPS, tools.wake_notifier)
        self._tools = tools
        self._pictures = Pictures(self._keeper, tools.fetch_files, tools.wake_notifier)

    def _around(self) -> Around:
        today = self._tools.now().astimezone(LONDON).date()
        return Around(self._tools.surroundings.choices, today, self._check)

    def _check(self, post: Post) -> tuple[Finding, ...]:
        return check(post, self._tools.checker)

    async def begin_dialog(self, dialog_context: DialogContext, options: object = None) -> DialogTurnResult:
        """Show the open draft, or the first step of a new one. A button of the walk goes on as if never away."""
        context = dialog_context.context
        pressed = pressed_in(context.activity) or (options if isinstance(options, Pressed) else None)
        if pressed and pressed.verb == Verb.SUGGEST_EDIT:
            return await self._edit(dialog_context, pressed)
        if pressed and pressed.verb != Verb.SUGGEST:
            return await self.continue_dialog(dialog_context)
        person = person_in(context.activity)
        kept = await self._open(person)
        note = STILL_OPEN if kept else ""
        if kept is None:
            kept = await self._keeper.start(person, SuggestionDraft)
        await self._show(context, person, kept, note, anew=True)
        return Dialog.end_of_turn

    async def fill_in(self, person: Person, fields: dict[str, str]) -> Card:
        """Put these words into the person's draft, the open one or a new one, and give the card of its step."""
        kept = await self._open(person) or await self._keeper.start(person, SuggestionDraft)
        kept = await self._keeper.add(person, kept, lambda draft: suggestion_walk.fill_in(draft, fields))
        return self._card(kept.draft)

    async def show_unkept(self, context: TurnContext, pressed: Pressed, note: str) -> bool:
        """With the storage down: the card again, with what was typed; whether there was anything typed to show."""
        draft = suggestion_walk.as_typed(pressed.data, self._tools.now())
        if draft is None or not pressed.verb.startswith("suggest."):
            return False
        await show(context, self._card(draft, note))
        return True

    async def _edit(self, dialog_context: DialogContext, pressed: Pressed) -> DialogTurnResult:
        """A suggestion that came back is opened again, filled in as it was."""
        context, person = dialog_context.context, person_in(dialog_context.context.activity)
        try:
            suggestion = await self._tools.suggestions.get(pressed.text("suggestion"))
        except NotFound:
            suggestion = None
        if suggestion is None or not suggestion.is_author(person) or suggestion.status is not SuggestionStatus.RETURNED:
            await say(context, NOT_YOURS)
            return await dialog_context.end_dialog()
        kept = await self._open(person) or await self._keeper.start(person, _reopened(suggestion))
        note = OTHER_OPEN if kept.draft.reference != suggestion.reference else ""
        await self._show(context, person, kept, note, anew=True)
        return Dialog.end_of_turn

    async def _open(self, person: Person) -> Kept | None:
        """The open draft. One that was sent, but not put away then, is put away now."""
        kept = await self._keeper.open(person)
        if kept is None or kept.draft.step is not SuggestionStep.CHECK:
            return kept
        if await self._tools.suggestions.by_submission(kept.draft.id) is None:
            return kept
        await self._put_away(person, kept)
        return None

    @property
    def _handlers(self) -> Mapping[str, Handler[SuggestionDraft]]:
        return {
            Verb.SUGGEST_NEXT: self._next,
            Verb.SUGGEST_BACK: self._back,
            Verb.SUGGEST_CHANGE: self._change,
            Verb.SUGGEST_DROP: self._drop_pictures,
            Verb.SUGGEST_LATER: self._later,
            Verb.SUGGEST_CANCEL: self._ask_to_cancel,
            Verb.SUGGEST_DISCARD: self._discard,
            Verb.SUGGEST_SEND: self._send,
        }

    async def _next(self, context: TurnContext, person: Person, kept: Kept, data: dict[str, Any]) -> bool:
        around = self._around()
        await self._answer(context, person, kept, lambda draft: suggestion_walk.take_answers(draft, data, around))
        return False

    async def _drop_pictures(self, context: TurnContext, person: Person, kept: Kept, data: dict[str, Any]) -> bool:
        kept = await self._keeper.answer(person, kept, lambda draft: suggestion_walk.without_pictures(draft, data))
        self._tools.wake_notifier()
        await self._show(context, person, kept, PICTURES_DROPPED)
        return False

    async def _send(self, context: TurnContext, person: Person, kept: Kept, data: dict[str, Any]) -> bool:
        """Keep first, then tell; only what the check lets through, and never to oneself."""
        if kept.draft.step is not SuggestionStep.CHECK:  # whose line manager is known is looked up on the way there
            return await self._next(context, person, kept, data)
        around = self._around()
        kept = await self._keeper.answer(person, kept, lambda draft: suggestion_walk.take_answers(draft, data, around))
        kept, manager = await self._manager_for(person, kept)
        if manager is None or not suggestion_walk.is_complete(kept.draft, around):
            await self._show(context, person, kept)
            return False
        try:
            suggestion = await self._submit(person, kept.draft, manager)
        except (WrongStatus, NotAllowed, NotFound):
            await say(context, NOT_YOURS)
            return False
        log.info("suggestion_kept", reference=suggestion.reference)
        self._tools.wake_notifier()
        await self._put_away(person, kept)
        await show(context, suggestion_receipts.receipt_card(suggestion))
        return True

    async def _submit(self, person: Person, draft: SuggestionDraft, manager: Colleague) -> Suggestion:
        """A new suggestion, or the one that came back, once more. Who was only named has to confirm."""
        at, confirmed, book = self._tools.now(), draft.manager is not None, self._tools.suggestions
        if not draft.reference:
            return await book.submit(draft.post, person, draft.id, at, as_person(manager), confirmed=confirmed)
        move = send_again(draft.post, as_person(manager), confirmed=confirmed)
        return await book.apply(draft.reference, move, person, at, submission=draft.id)

    async def _manager_for(self, person: Person, kept: Kept) -> tuple[Kept, Colleague | None]:
        """The line manager who is known, else whom the author names; what is wrong with that stands in the draft."""
        if kept.draft.manager:
            return kept, kept.draft.manager
        choice = await choose(self._tools.people, person, kept.draft.typed.get("manager", ""))
        if choice.manager:
            return kept, choice.manager

        def ask(draft: SuggestionDraft) -> SuggestionDraft:
            problems = {**draft.problems, "manager": choice.wrong}
            return replace(draft, problems=problems, candidates=choice.candidates)

        return await self._keeper.add(person, kept, ask), None

    async def _receipt_of(self, context: TurnContext, person: Person, draft_id: str) -> bool:
        suggestion = await self._tools.suggestions.by_submission(draft_id)
        if suggestion is None or not suggestion.is_author(person):
            return False
        await show(context, suggestion_receipts.receipt_card(suggestion))
        return True

    async def _hear(self, context: TurnContext, person: Person, kept: Kept) -> None:
        """A picture, or words for the post."""
        if has_files(context.activity):
            step = kept.draft.step
            kept = await self._pictures.take(context, person, kept)
            if kept.draft.step is not step:
                await self._show(context, person, kept, PICTURE_ASKS, anew=True)
        text = (context.activity.text or "").strip()
        if text:
            note = suggestion_walk.answer_to(kept.draft, text)
            await self._keeper.add(person, kept, lambda draft: suggestion_walk.add_text(draft, text))
            await context.send_activity(note)

    async def _before_showing(self, person: Person, kept: Kept) -> Kept:
        """On the last step: the draft with the line manager whom Entra or the school's list knows."""
        if kept.draft.step is not SuggestionStep.CHECK or kept.draft.manager:
            return kept
        manager = await self._tools.people.manager_of(person)
        if manager is None or manager.id.casefold() == person.id.casefold():
            return kept
        return await self._keeper.add(person, kept, lambda draft: replace(draft, manager=manager))

    def _card(self, draft: SuggestionDraft, note: str = "") -> Card:
        return suggestion_cards.step_card(draft, self._tools.surroundings, self._check(draft.post), note)

    def _holds_unsent(self, draft: SuggestionDraft) -> bool:
        return draft.step is not SuggestionStep.CHECK


def _reopened(suggestion: Suggestion) -> Callable[[str, datetime], SuggestionDraft]:
    """The draft in which a suggestion is mended that came back; its pictures stay the suggestion's."""
    manager = suggestion.manager if suggestion.confirmed else None

    def make(id: str, at: datetime) -> SuggestionDraft:
        return SuggestionDraft(
            id,
            at,
            post=suggestion.to_be_posted,
            reference=suggestion.reference,
            comment=suggestion.comment,
            held=suggestion.post.pictures,
            manager=Colleague(manager.id, manager.name) if manager else None,
        )

    return make


_STEPS: Steps[SuggestionDraft] = Steps(
    go_back=suggestion_walk.go_back,
    change=suggestion_walk.change,
    keep_typed=suggestion_walk.keep_typed,
    keep_late=lambda draft, data: suggestion_walk.keep_typed(draft, suggestion_walk.typed_in(data)),
    saved_card=suggestion_receipts.saved_card,
    cancel_card=suggestion_receipts.cancel_card,
    no_draft_card=suggestion_receipts.no_draft_card,
    discarded_card=suggestion_receipts.discarded_card,
    continued_card=suggestion_receipts.continued_card,
    moved_on=MOVED_ON,
)
