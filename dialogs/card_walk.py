"""What the walks of a report and of a suggested post share: one card, changed in place, that shows one kept draft.

What a person presses, types or sends is taken into the draft, the draft is kept, and the card of its step is shown. The
draft is the truth, not the dialog's stack: a card from before a restart, on another device or pressed twice leads to
where the draft is now. A walk says what its steps do to its draft; this class says when, and what is shown then.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic

import structlog
from botbuilder.core import TurnContext
from botbuilder.dialogs import Dialog, DialogContext, DialogTurnResult
from typing_extensions import TypeVar

from cards.kit.elements import Card
from cards.kit.walk_cards import WalkCards
from dialogs.buttons import ButtonPress
from dialogs.draft_keeper import DraftGone, DraftKeeper
from dialogs.turn import person_in, post, pressed_in, replace_with_pointer, show
from storage.cases.report_drafts import Step
from storage.draft_book import D, KeptDraft
from storage.records import Person
from storage.suggestions.suggestion_drafts import SuggestionStep
from storage.tables.port import Conflict, StorageUnavailable

log = structlog.get_logger()
Data = dict[str, Any]
"""What a button carried, with the fields of its card."""

Handler = Callable[[TurnContext, Person, KeptDraft[D], Data], Awaitable[bool]]
"""What a button does; it gives whether the walk is over then."""

Sent = TypeVar("Sent", default=Any)
"""What a draft becomes when it is sent: a case, or a suggestion."""


@dataclass(frozen=True, slots=True)
class Steps(Generic[D]):
    """What one walk does to its draft, as plain functions, and the words and cards around it.

    `last` is the step from which it is sent. `keep_typed` keeps what stands in the fields and is not taken yet;
    `keep_late` does so for the card of a step that is past. `as_typed` makes a draft of a card's fields while the kept
    one cannot be read. `without` takes words out again that came in the chat. `stays` says what is kept although the
    draft is thrown away. `left` says what others have of it already, files too; empty if they have nothing.
    """

    cards: WalkCards
    last: Step | SuggestionStep
    button_data: Callable[[D], dict[str, str]]
    fill_in: Callable[[D, Mapping[str, str]], D]
    as_typed: Callable[[Data, datetime], D | None]
    go_back: Callable[[D, Data], D]
    change: Callable[[D, Data], D]
    keep_typed: Callable[[D, Data], D]
    keep_late: Callable[[D, Data], D]
    without: Callable[[D, str], D]
    still_open: str
    moved_on: str
    stays: Callable[[D], str] = lambda draft: ""
    left: Callable[[D], str] = lambda draft: ""


class CardWalk(Dialog, Generic[D, Sent]):
    """Begins or goes on with the one open draft of a person; ends when that is sent or thrown away."""

    def __init__(self, name: str, keeper: DraftKeeper[D], steps: Steps[D], wake_notifier: Callable[[], None]) -> None:
        super().__init__(name)
        self._keeper: DraftKeeper[D] = keeper
        self._steps: Steps[D] = steps
        self._cards = steps.cards
        self._wake_notifier = wake_notifier

    @property
    def _handlers(self) -> Mapping[str, Handler[D]]:
        """What each button does; any other one shows where the draft is."""
        verbs = self._cards.verbs
        return {
            verbs.next: self._next,
            verbs.back: self._back,
            verbs.change: self._change,
            verbs.later: self._later,
            verbs.cancel: self._ask_to_cancel,
            verbs.discard: self._discard,
            verbs.send: self._send,
        }

    @abstractmethod
    def _new_draft(self, pressed: ButtonPress | None) -> Callable[[str, datetime], D]:
        """Makes a new draft of an id and the time; a button that leads into the walk may say how it begins."""

    @abstractmethod
    def _take_answers(self, draft: D, data: Data) -> D:
        """Next was pressed: the draft with its step's answers, at the next step if nothing is wrong with them."""

    @abstractmethod
    async def _send(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        """Send was pressed; whether the walk is over."""

    @abstractmethod
    async def _sent_as(self, draft_id: str) -> Sent | None:
        """What the draft of this id became, if it was sent. `ValueError` if it is no id of ours."""

    @abstractmethod
    def _is_from(self, sent: Sent, person: Person) -> bool:
        """Whether this person sent it."""

    @abstractmethod
    async def _show_receipt(self, context: TurnContext, sent: Sent) -> None:
        """Show what the person can rely on now that it is sent."""

    @abstractmethod
    async def _hear(self, context: TurnContext, person: Person, kept: KeptDraft[D]) -> None:
        """Take a message that was written in the middle of the walk, with its files."""

    @abstractmethod
    def _card(self, draft: D, note: str = "") -> Card:
        """The card of the step that the draft is at."""

    @abstractmethod
    def _holds_unsent(self, draft: D) -> bool:
        """Whether the fields of its step's card may hold what is not sent yet, so that a card is left as it is."""

    async def _before_showing(self, person: Person, kept: KeptDraft[D]) -> KeptDraft[D]:
        """The draft with what its card needs besides."""
        return kept

    async def _after_keeping(self, person: Person, draft: D) -> None:
        """Whoever has a part of the draft already gets what was kept of it now."""

    async def _after_discarding(self, draft: D) -> None:
        """Whoever has a part of the draft already learns that no more comes."""

    async def _pass_on_late(self, person: Person, kept: KeptDraft[D], sent: Sent) -> None:
        """Whatever the draft gained between being sent and being put away goes to what it became."""

    async def begin_dialog(self, dialog_context: DialogContext, options: object = None) -> DialogTurnResult:
        """Show the open draft, or the first step of a new one. A button of the walk goes on as if never away."""
        context = dialog_context.context
        pressed = pressed_in(context.activity) or (options if isinstance(options, ButtonPress) else None)
        if pressed and pressed.verb != self._cards.verbs.start:
            return await self.continue_dialog(dialog_context)
        person = person_in(context.activity)
        kept = await self._open(person)
        note = self._steps.still_open if kept else ""
        kept = kept or await self._keeper.start(person, self._new_draft(pressed))
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
            elif kept is None:
                await show(context, self._cards.no_draft_card())
                is_over = True
            else:
                await self._hear(context, person, kept)
                is_over = False
        except DraftGone:
            await show(context, self._cards.no_draft_card())
            is_over = True
        return await dialog_context.end_dialog() if is_over else Dialog.end_of_turn

    async def fill_in(self, person: Person, fields: dict[str, str]) -> Card:
        """Put these words into the person's draft, the open one or a new one, and give the card of its step."""
        kept = await self._open(person) or await self._keeper.start(person, self._new_draft(None))
        kept = await self._keeper.add(person, kept, lambda draft: self._steps.fill_in(draft, fields))
        await self._after_keeping(person, kept.draft)
        return self._card(kept.draft)

    async def take_out(self, context: TurnContext, person: Person, text: str) -> None:
        """Words that came in the chat were a question: they leave the draft, and its card where it showed them."""
        kept = await self._open(person)
        if kept is None:
            return
        after = await self._keeper.add(person, kept, lambda draft: self._steps.without(draft, text))
        await self._after_keeping(person, after.draft)
        if after.draft.step is self._steps.last and after.draft != kept.draft:
            await self._show(context, person, after, anew=True)

    async def show_unkept(self, context: TurnContext, pressed: ButtonPress, note: str) -> bool:
        """With the storage down: the card again, with what was typed; whether there was anything typed to show."""
        draft = self._steps.as_typed(pressed.data, self._keeper.now())
        if draft is None:
            return False
        await show(context, self._card(draft, note))
        return True

    async def ask_to_cancel(self, context: TurnContext) -> None:
        """Typed `cancel`: asks once, in a card of its own."""
        kept = await self._open(person_in(context.activity))
        await post(context, self._cancel_card(kept.draft) if kept else self._cards.no_draft_card())

    async def _open(self, person: Person) -> KeptDraft[D] | None:
        """The open draft. One that was sent, but could not be put away then, is put away now."""
        kept = await self._keeper.open(person)
        if kept is None or kept.draft.step is not self._steps.last:
            return kept
        sent = await self._sent_as(kept.draft.id)
        if sent is None:
            return kept
        await self._pass_on_late(person, kept, sent)
        await self._put_away(person, kept)
        return None

    async def _press(
        self, context: TurnContext, person: Person, kept: KeptDraft[D] | None, pressed: ButtonPress
    ) -> bool:
        """A button of the walk; whether the walk is over."""
        draft_id, data = pressed.text("draft"), pressed.data
        if kept is None or draft_id != kept.draft.id:
            if not (draft_id and await self._receipt_of(context, person, draft_id)):
                await show(context, self._cards.no_draft_card())
            return kept is None
        if pressed.text("step") != kept.draft.step:
            kept = await self._keeper.add(person, kept, lambda draft: self._steps.keep_late(draft, data))
            await self._show(context, person, kept, self._steps.moved_on)
            return False
        return await self._handlers.get(pressed.verb, self._keep_writing)(context, person, kept, data)

    async def _receipt_of(self, context: TurnContext, person: Person, draft_id: str) -> bool:
        """Show the receipt of what this draft became, if this person sent it; whether they did."""
        try:
            sent = await self._sent_as(draft_id)
        except ValueError:  # not an id of ours
            return False
        if sent is None or not self._is_from(sent, person):
            return False
        await self._show_receipt(context, sent)
        return True

    async def _is_sent(self, context: TurnContext, person: Person, kept: KeptDraft[D], sent: Sent) -> bool:
        """What the draft became is kept: have others told, put the draft away, show the receipt. The walk is over."""
        self._wake_notifier()
        await self._put_away(person, kept)
        await self._show_receipt(context, sent)
        return True

    async def _next(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        await self._answer(context, person, kept, lambda draft: self._take_answers(draft, data))
        return False

    async def _back(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        await self._answer(context, person, kept, lambda draft: self._steps.go_back(draft, data))
        return False

    async def _change(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        await self._answer(context, person, kept, lambda draft: self._steps.change(draft, data))
        return False

    async def _later(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        """The draft stays; what is typed from now on is a question again."""
        kept = await self._keeper.answer(person, kept, lambda draft: self._steps.keep_typed(draft, data))
        await self._after_keeping(person, kept.draft)
        await show(context, self._cards.saved_card(self._steps.button_data(kept.draft)))
        return True

    async def _ask_to_cancel(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        kept = await self._keeper.answer(person, kept, lambda draft: self._steps.keep_typed(draft, data))
        await self._after_keeping(person, kept.draft)
        await show(context, self._cancel_card(kept.draft))
        return False

    async def _keep_writing(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        await self._show(context, person, kept)
        return False

    async def _discard(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        left = self._steps.left(kept.draft)
        try:
            await self._keeper.discard(person, kept, keep_files=bool(left))
        except Conflict:  # something was added in this moment: look again before it goes
            await self._show(context, person, await self._open(person) or kept, self._steps.moved_on)
            return False
        await self._after_discarding(kept.draft)
        self._wake_notifier()
        await show(context, self._cards.discarded_card(left))
        return True

    def _cancel_card(self, draft: D) -> Card:
        data = self._steps.button_data(draft)
        return self._cards.cancel_card(data, self._steps.stays(draft), self._steps.left(draft))

    async def _put_away(self, person: Person, kept: KeptDraft[D]) -> None:
        """What it became is kept, whatever becomes of the draft: `_open` comes back to it."""
        try:
            await self._keeper.discard(person, kept, keep_files=True)
        except (StorageUnavailable, Conflict) as error:
            log.warning("draft_left_over", error=type(error).__name__)

    async def _answer(self, context: TurnContext, person: Person, kept: KeptDraft[D], change: Callable[[D], D]) -> None:
        """Keep this step's answer and show where the draft is then."""
        await self._show(context, person, await self._keeper.answer(person, kept, change))

    async def _show(
        self, context: TurnContext, person: Person, kept: KeptDraft[D], note: str = "", *, anew: bool = False
    ) -> None:
        """Show the step's card in place, or at the end of the chat.

        Then the card before it says where it went, unless its fields may hold what is not sent yet.
        """
        kept = await self._before_showing(person, kept)
        card, old = self._card(kept.draft, note), kept.draft.card
        shown = await (post(context, card) if anew else show(context, card))
        if shown is None or shown == old:
            return
        await self._keeper.add(person, kept, lambda draft: replace(draft, card=shown))
        if old and old.conversation == shown.conversation and not self._holds_unsent(kept.draft):
            await replace_with_pointer(context, old.activity, self._cards.continued_card())
