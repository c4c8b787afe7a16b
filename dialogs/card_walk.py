"""What the walks of a report and of a suggested post have in common: one card, in place, over one kept draft.

The draft is the truth, not the dialog's stack: a card from before a restart, on another device or pressed twice still
leads to where the draft is now. A walk says what its steps do to its draft; this says when, and what is shown then.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic

import structlog
from botbuilder.core import TurnContext
from botbuilder.dialogs import Dialog, DialogContext, DialogTurnResult

from cards.kit.elements import Card
from dialogs.draft_keeper import DraftGone, DraftKeeper
from dialogs.turn import Pressed, person_in, post, pressed_in, replace_with_pointer, show
from storage.draft_book import D, KeptDraft
from storage.records import Person
from storage.tables.port import Conflict, StorageUnavailable

log = structlog.get_logger()
Data = dict[str, Any]
"""What a button carried, with the fields of its card."""

Handler = Callable[[TurnContext, Person, KeptDraft[D], Data], Awaitable[bool]]
"""What a button does; whether the walk is over then."""


@dataclass(frozen=True, slots=True)
class Steps(Generic[D]):
    """What the buttons do to a draft, and the cards around the walk.

    `keep_typed`: what stands in the fields, not taken yet; `keep_late`: the same from the card of a step that is past.
    """

    go_back: Callable[[D, Data], D]
    change: Callable[[D, Data], D]
    keep_typed: Callable[[D, Data], D]
    keep_late: Callable[[D, Data], D]
    saved_card: Callable[[D], Card]
    cancel_card: Callable[[D], Card]
    no_draft_card: Callable[[], Card]
    discarded_card: Callable[[], Card]
    continued_card: Callable[[], Card]
    moved_on: str


class CardWalk(Dialog, Generic[D]):
    """Takes what is pressed, typed or sent into the person's one draft, and shows where it is then."""

    def __init__(self, name: str, keeper: DraftKeeper[D], steps: Steps[D], wake_notifier: Callable[[], None]) -> None:
        super().__init__(name)
        self._keeper: DraftKeeper[D] = keeper
        self._steps: Steps[D] = steps
        self._wake_notifier = wake_notifier

    @property
    @abstractmethod
    def _handlers(self) -> Mapping[str, Handler[D]]:
        """What each button does; any other one shows where the draft is."""

    @abstractmethod
    async def _open(self, person: Person) -> KeptDraft[D] | None:
        """The open draft. One that was sent, but not put away then, is put away now."""

    @abstractmethod
    async def _hear(self, context: TurnContext, person: Person, kept: KeptDraft[D]) -> None:
        """A message in the middle of the walk."""

    @abstractmethod
    async def _receipt_of(self, context: TurnContext, person: Person, draft_id: str) -> bool:
        """Show the receipt of what this draft became, if it was sent by this person; whether it was."""

    @abstractmethod
    def _card(self, draft: D, note: str = "") -> Card:
        """The card of the step that the draft is at."""

    @abstractmethod
    def _holds_unsent(self, draft: D) -> bool:
        """Whether the fields of its step's card may hold what is not sent yet, so that a card is left as it is."""

    async def _before_showing(self, person: Person, kept: KeptDraft[D]) -> KeptDraft[D]:
        """The draft with what its card needs besides."""
        return kept

    async def continue_dialog(self, dialog_context: DialogContext) -> DialogTurnResult:
        """Take what was pressed, typed or sent into the draft."""
        context = dialog_context.context
        person, pressed = person_in(context.activity), pressed_in(context.activity)
        kept = await self._open(person)
        try:
            if pressed:
                is_over = await self._press(context, person, kept, pressed)
            elif kept is None:
                await show(context, self._steps.no_draft_card())
                is_over = True
            else:
                await self._hear(context, person, kept)
                is_over = False
        except DraftGone:
            await show(context, self._steps.no_draft_card())
            is_over = True
        return await dialog_context.end_dialog() if is_over else Dialog.end_of_turn

    async def ask_to_cancel(self, context: TurnContext) -> None:
        """Typed `cancel`: asks once, in a card of its own."""
        kept = await self._open(person_in(context.activity))
        await post(context, self._steps.cancel_card(kept.draft) if kept else self._steps.no_draft_card())

    async def _press(self, context: TurnContext, person: Person, kept: KeptDraft[D] | None, pressed: Pressed) -> bool:
        """A button of the walk; whether the walk is over."""
        draft_id, data = pressed.text("draft"), pressed.data
        if kept is None or draft_id != kept.draft.id:
            if not (draft_id and await self._receipt_of(context, person, draft_id)):
                await show(context, self._steps.no_draft_card())
            return kept is None
        if pressed.text("step") != kept.draft.step:
            kept = await self._keeper.add(person, kept, lambda draft: self._steps.keep_late(draft, data))
            await self._show(context, person, kept, self._steps.moved_on)
            return False
        return await self._handlers.get(pressed.verb, self._keep_writing)(context, person, kept, data)

    async def _back(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        await self._answer(context, person, kept, lambda draft: self._steps.go_back(draft, data))
        return False

    async def _change(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        await self._answer(context, person, kept, lambda draft: self._steps.change(draft, data))
        return False

    async def _later(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        """The draft stays; what is typed from now on is a question again."""
        kept = await self._keeper.answer(person, kept, lambda draft: self._steps.keep_typed(draft, data))
        await show(context, self._steps.saved_card(kept.draft))
        return True

    async def _ask_to_cancel(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        kept = await self._keeper.answer(person, kept, lambda draft: self._steps.keep_typed(draft, data))
        await show(context, self._steps.cancel_card(kept.draft))
        return False

    async def _keep_writing(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        await self._show(context, person, kept)
        return False

    async def _discard(self, context: TurnContext, person: Person, kept: KeptDraft[D], data: Data) -> bool:
        try:
            await self._keeper.discard(person, kept)
        except Conflict:  # something was added in this moment: look again before it goes
            await self._show(context, person, await self._open(person) or kept, self._steps.moved_on)
            return False
        self._wake_notifier()
        await show(context, self._steps.discarded_card())
        return True

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
            await replace_with_pointer(context, old.activity, self._steps.continued_card())
