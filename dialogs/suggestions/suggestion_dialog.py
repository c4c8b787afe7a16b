"""The conversation in which a post is suggested, checked against the policy, and sent to a line manager.

What it shares with the conversation of a report stands in `card_walk.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from botbuilder.core import TurnContext
from botbuilder.dialogs import Dialog, DialogContext, DialogTurnResult

from cards.kit.elements import Card
from cards.kit.times import LONDON
from cards.suggestions import suggestion_cards, suggestion_receipts
from cards.suggestions.suggestion_cards import Surroundings
from cards.verbs import Verb
from dialogs.buttons import ButtonPress
from dialogs.card_walk import CardWalk, Data, Handler, Steps
from dialogs.draft_keeper import DraftKeeper
from dialogs.suggestions import suggestion_walk
from dialogs.suggestions.manager_choice import KnowsPeople, as_person, choose
from dialogs.suggestions.suggestion_check import PostChecks
from dialogs.suggestions.suggestion_pictures import Pictures
from dialogs.suggestions.suggestion_walk import Around
from dialogs.turn import FetchFiles, has_files, person_in, pressed_in, say, show
from storage.draft_book import KeptDraft
from storage.records import Colleague, Person
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_drafts import SuggestionDraft, SuggestionDraftBook, SuggestionStep
from storage.suggestions.suggestion_moves import send_again
from storage.suggestions.suggestion_records import NotAllowed, Suggestion, SuggestionStatus, WrongSuggestionStatus
from storage.tables.port import NotFound

log = structlog.get_logger()
Kept = KeptDraft[SuggestionDraft]

STILL_OPEN = "You have a suggestion open. Here is where you were."
OTHER_OPEN = "You have another suggestion open. Send it or throw it away first; then change this one."
MOVED_ON = "That step was done already. Here is where your suggestion is now."
PICTURE_ASKS = "Picture received. Please say who is in it."
PICTURES_DROPPED = "The pictures are removed and deleted here."
STAYS = "The suggestion that came back stays as it was."
NOT_YOURS = "There is no suggestion of yours that could be changed here."


@dataclass(frozen=True, slots=True)
class SuggestionTools:
    """What the walk stands on."""

    drafts: SuggestionDraftBook
    suggestions: SuggestionBook
    check: PostChecks
    people: KnowsPeople
    fetch_files: FetchFiles
    surroundings: Surroundings
    wake_notifier: Callable[[], None]
    now: Callable[[], datetime]


class SuggestionDialog(CardWalk[SuggestionDraft, Suggestion]):
    """The walk of a suggested post; sent, it is a suggestion for the line manager."""

    def __init__(self, tools: SuggestionTools) -> None:
        keeper = DraftKeeper(tools.drafts, tools.now, suggestion_walk.with_picture)
        super().__init__("suggestion", keeper, _STEPS, tools.wake_notifier)
        self._tools = tools
        self._pictures = Pictures(self._keeper, tools.fetch_files, tools.wake_notifier)

    def _around(self) -> Around:
        today = self._tools.now().astimezone(LONDON).date()
        return Around(self._tools.surroundings.choices, today, self._tools.check)

    async def begin_dialog(self, dialog_context: DialogContext, options: object = None) -> DialogTurnResult:
        """Begin or go on; "Change and send again" begins with the suggestion that came back."""
        pressed = pressed_in(dialog_context.context.activity)
        if pressed and pressed.verb == Verb.SUGGEST_EDIT:
            return await self._edit(dialog_context, pressed)
        return await super().begin_dialog(dialog_context, options)

    def _new_draft(self, pressed: ButtonPress | None) -> Callable[[str, datetime], SuggestionDraft]:
        return SuggestionDraft

    def _take_answers(self, draft: SuggestionDraft, data: Data) -> SuggestionDraft:
        return suggestion_walk.take_answers(draft, data, self._around())

    async def _sent_as(self, draft_id: str) -> Suggestion | None:
        return await self._tools.suggestions.by_submission(draft_id)

    def _is_from(self, sent: Suggestion, person: Person) -> bool:
        return sent.is_author(person)

    async def _show_receipt(self, context: TurnContext, sent: Suggestion) -> None:
        await show(context, suggestion_receipts.receipt_card(sent))

    async def _edit(self, dialog_context: DialogContext, pressed: ButtonPress) -> DialogTurnResult:
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

    @property
    def _handlers(self) -> Mapping[str, Handler[SuggestionDraft]]:
        return {**super()._handlers, Verb.SUGGEST_DROP: self._drop_pictures}

    async def _drop_pictures(self, context: TurnContext, person: Person, kept: Kept, data: Data) -> bool:
        kept = await self._keeper.answer(person, kept, lambda draft: suggestion_walk.without_pictures(draft, data))
        self._tools.wake_notifier()
        await self._show(context, person, kept, PICTURES_DROPPED)
        return False

    async def _send(self, context: TurnContext, person: Person, kept: Kept, data: Data) -> bool:
        """Keep first, then tell; only what the check lets through, and never to oneself."""
        if kept.draft.step is not SuggestionStep.CHECK:  # whose line manager is known is looked up on the way there
            return await self._next(context, person, kept, data)
        kept = await self._keeper.answer(person, kept, lambda draft: self._take_answers(draft, data))
        kept, manager = await self._manager_for(person, kept)
        if manager is None or not suggestion_walk.is_complete(kept.draft, self._around()):
            await self._show(context, person, kept)
            return False
        try:
            suggestion = await self._submit(person, kept.draft, manager)
        except (WrongSuggestionStatus, NotAllowed, NotFound):
            await say(context, NOT_YOURS)
            return False
        log.info("suggestion_kept", reference=suggestion.reference)
        return await self._is_sent(context, person, kept, suggestion)

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
        return suggestion_cards.step_card(draft, self._tools.surroundings, self._tools.check(draft.post), note)

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
    cards=suggestion_cards.WALK,
    last=SuggestionStep.CHECK,
    button_data=suggestion_cards.button_data,
    fill_in=suggestion_walk.fill_in,
    as_typed=suggestion_walk.as_typed,
    go_back=suggestion_walk.go_back,
    change=suggestion_walk.change,
    keep_typed=suggestion_walk.keep_typed,
    keep_late=lambda draft, data: suggestion_walk.keep_typed(draft, suggestion_walk.typed_in(data)),
    without=suggestion_walk.without,
    still_open=STILL_OPEN,
    moved_on=MOVED_ON,
    stays=lambda draft: STAYS if draft.reference else "",
)
