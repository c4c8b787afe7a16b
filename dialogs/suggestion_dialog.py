"""The conversation of a suggested post: what a person does is taken into the draft, kept, and its card shown.

As with a report (`report_dialog.py`) the draft is the truth, not the dialog's stack: a card from before a restart, on
another device or pressed twice still leads to where the draft is now. The policy's check runs on each step.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from botbuilder.core import TurnContext
from botbuilder.dialogs import Dialog, DialogContext, DialogTurnResult

from cards import suggestion_cards, suggestion_receipts
from cards.parts import Card
from cards.suggestion_cards import Surroundings
from cards.times import LONDON
from cards.verbs import Verb
from dialogs import suggestion_walk
from dialogs.draft_keeper import DraftGone, DraftKeeper
from dialogs.manager_choice import KnowsPeople, as_person, choose
from dialogs.report_dialog import FetchFiles
from dialogs.suggestion_check import check
from dialogs.suggestion_pictures import Pictures
from dialogs.suggestion_walk import Around
from dialogs.turn import (
    Pressed,
    has_files,
    person_in,
    post,
    pressed_in,
    replace_with_pointer,
    say,
    show,
)
from policy.document import Policy
from policy.findings import Finding
from storage.draft_book import KeptDraft, SuggestionDraftBook
from storage.records import Person
from storage.suggestion_book import SuggestionBook
from storage.suggestion_drafts import Colleague, SuggestionDraft, SuggestionStep
from storage.suggestion_moves import send_again
from storage.suggestion_records import NotAllowed, Post, Status, Suggestion, WrongStatus
from storage.tables import Conflict, NotFound, StorageUnavailable

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
    policy: Policy
    people: KnowsPeople
    fetch_files: FetchFiles
    surroundings: Surroundings
    wake_notifier: Callable[[], None]
    now: Callable[[], datetime]


class SuggestionDialog(Dialog):
    """Begins or goes on with the one open suggestion of the person; ends when it is sent or thrown away."""

    def __init__(self, tools: SuggestionTools) -> None:
        super().__init__("suggestion")
        self._tools = tools
        self._keeper = DraftKeeper(tools.drafts, tools.now, suggestion_walk.with_picture)
        self._pictures = Pictures(self._keeper, tools.fetch_files, tools.wake_notifier)

    def _around(self) -> Around:
        today = self._tools.now().astimezone(LONDON).date()
        return Around(self._tools.surroundings.choices, today, self._check)

    def _check(self, post: Post) -> tuple[Finding, ...]:
        return check(post, self._tools.policy)

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

    async def continue_dialog(self, dialog_context: DialogContext) -> DialogTurnResult:
        """Take what was pressed, typed or sent into the draft."""
        context = dialog_context.context
        person, pressed = person_in(context.activity), pressed_in(context.activity)
        kept = await self._open(person)
        try:
            if pressed:
                is_over = await self._press(context, person, kept, pressed)
            else:
                is_over = await self._hear(context, person, kept)
        except DraftGone:
            await show(context, suggestion_receipts.no_draft_card())
            is_over = True
        return await dialog_context.end_dialog() if is_over else Dialog.end_of_turn

    async def ask_to_cancel(self, context: TurnContext) -> None:
        """Typed `cancel`: asks once, in a card of its own."""
        kept = await self._open(person_in(context.activity))
        asking = suggestion_receipts.cancel_card(kept.draft) if kept else suggestion_receipts.no_draft_card()
        await post(context, asking)

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
        if suggestion is None or not suggestion.is_author(person) or suggestion.status is not Status.RETURNED:
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

    async def _put_away(self, person: Person, kept: Kept) -> None:
        """The suggestion is kept, whatever becomes of the draft: `_open` comes back to it."""
        try:
            await self._keeper.discard(person, kept, keep_files=True)
        except (StorageUnavailable, Conflict) as error:
            log.warning("draft_left_over", error=type(error).__name__)

    async def _press(self, context: TurnContext, person: Person, kept: Kept | None, pressed: Pressed) -> bool:
        """A button of the walk; whether the walk is over."""
        if kept is None or pressed.text("draft") != kept.draft.id:
            await self._answer_old_card(context, person, pressed)
            return kept is None
        if pressed.text("step") != kept.draft.step:
            data = suggestion_walk.typed_in(pressed.data)
            kept = await self._keeper.add(person, kept, lambda draft: suggestion_walk.keep_typed(draft, data))
            await self._show(context, person, kept, MOVED_ON)
            return False
        handle = {
            Verb.SUGGEST_NEXT: self._next,
            Verb.SUGGEST_BACK: self._back,
            Verb.SUGGEST_CHANGE: self._change,
            Verb.SUGGEST_DROP: self._drop_pictures,
            Verb.SUGGEST_LATER: self._later,
            Verb.SUGGEST_CANCEL: self._ask_to_cancel,
            Verb.SUGGEST_DISCARD: self._discard,
            Verb.SUGGEST_SEND: self._send,
        }.get(Verb(pressed.verb), self._keep_writing)
        return await handle(context, person, kept, pressed.data)

    async def _next(self, context: TurnContext, person: Person, kept: Kept, data: dict[str, Any]) -> bool:
        around = self._around()
        await self._answer(context, person, kept, lambda draft: suggestion_walk.take_answers(draft, data, around))
        return False

    async def _back(self, context: TurnContext, person: Person, kept: Kept, data: dict[str, Any]) -> bool:
        await self._answer(context, person, kept, lambda draft: suggestion_walk.go_back(draft, data))
        return False

    async def _change(self, context: TurnContext, person: Person, kept: Kept, data: dict[str, Any]) -> bool:
        await self._answer(context, person, kept, lambda draft: suggestion_walk.change(draft, data))
        return False

    async def _drop_pictures(self, context: TurnContext, person: Person, kept: Kept, data: dict[str, Any]) -> bool:
        kept = await self._keeper.answer(person, kept, lambda draft: suggestion_walk.without_pictures(draft, data))
        self._tools.wake_notifier()
        await self._show(context, person, kept, PICTURES_DROPPED)
        return False

    async def _later(self, context: TurnContext, person: Person, kept: Kept, data: dict[str, Any]) -> bool:
        """The draft stays; what is typed from now on is a question again."""
        kept = await self._keeper.answer(person, kept, lambda draft: suggestion_walk.keep_typed(draft, data))
        await show(context, suggestion_receipts.saved_card(kept.draft))
        return True

    async def _ask_to_cancel(self, context: TurnContext, person: Person, kept: Kept, data: dict[str, Any]) -> bool:
        kept = await self._keeper.answer(person, kept, lambda draft: suggestion_walk.keep_typed(draft, data))
        await show(context, suggestion_receipts.cancel_card(kept.draft))
        return False

    async def _keep_writing(self, context: TurnContext, person: Person, kept: Kept, data: dict[str, Any]) -> bool:
        await self._show(context, person, kept)
        return False

    async def _discard(self, context: TurnContext, person: Person, kept: Kept, data: dict[str, Any]) -> bool:
        try:
            await self._keeper.discard(person, kept)
        except Conflict:  # something was added in this moment: look again before it goes
            await self._show(context, person, await self._open(person) or kept, MOVED_ON)
            return False
        self._tools.wake_notifier()
        await show(context, suggestion_receipts.discarded_card())
        return True

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

    async def _answer_old_card(self, context: TurnContext, person: Person, pressed: Pressed) -> None:
        """The walk of this card is over: its receipt, if it was sent by this person."""
        draft_id = pressed.text("draft")
        suggestion = await self._tools.suggestions.by_submission(draft_id) if draft_id else None
        if suggestion and suggestion.is_author(person):
            await show(context, suggestion_receipts.receipt_card(suggestion))
        else:
            await show(context, suggestion_receipts.no_draft_card())

    async def _hear(self, context: TurnContext, person: Person, kept: Kept | None) -> bool:
        """A message in the middle of the walk: a picture, or words for the post."""
        if kept is None:
            await show(context, suggestion_receipts.no_draft_card())
            return True
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
        return False

    async def _answer(
        self,
        context: TurnContext,
        person: Person,
        kept: Kept,
        change: Callable[[SuggestionDraft], SuggestionDraft],
    ) -> None:
        """Keep this step's answer and show where the suggestion is then."""
        await self._show(context, person, await self._keeper.answer(person, kept, change))

    async def _show(
        self, context: TurnContext, person: Person, kept: Kept, note: str = "", *, anew: bool = False
    ) -> None:
        """Show the step's card in place, or at the end of the chat; then the card before it says where it went."""
        kept = await self._with_manager(person, kept)
        card, old = self._card(kept.draft, note), kept.draft.card
        shown = await (post(context, card) if anew else show(context, card))
        if shown is None or shown == old:
            return
        await self._keeper.add(person, kept, lambda draft: replace(draft, card=shown))
        if old and old.conversation == shown.conversation and kept.draft.step is SuggestionStep.CHECK:
            await replace_with_pointer(context, old.activity, suggestion_receipts.continued_card())

    async def _with_manager(self, person: Person, kept: Kept) -> Kept:
        """On the last step: the draft with the line manager whom Entra or the school's list knows."""
        if kept.draft.step is not SuggestionStep.CHECK or kept.draft.manager:
            return kept
        manager = await self._tools.people.manager_of(person)
        if manager is None or manager.id.casefold() == person.id.casefold():
            return kept
        return await self._keeper.add(person, kept, lambda draft: replace(draft, manager=manager))

    def _card(self, draft: SuggestionDraft, note: str = "") -> Card:
        return suggestion_cards.step_card(draft, self._tools.surroundings, self._check(draft.post), note)


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
