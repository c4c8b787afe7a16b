"""The conversation of a report: each thing that a person does is taken into the draft, kept, and its card shown.

The draft is the truth, not the dialog's stack: a card that was shown before a restart, on another device or twice
still leads to where the draft is now.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

import structlog
from botbuilder.core import TurnContext
from botbuilder.dialogs import Dialog, DialogContext, DialogTurnResult
from botbuilder.schema import Activity

from cards import report_cards
from cards.report_cards import GoesTo, Help
from cards.times import LONDON
from cards.verbs import Verb
from dialogs import report_walk
from dialogs.turn import Pressed, as_message, person_in, post, pressed_in, show
from storage.case_book import CaseBook
from storage.draft_book import DraftBook, KeptDraft
from storage.evidence import EvidenceStore
from storage.records import Case, Draft, Kind, Person, Report, Step, StoredFile
from storage.tables import Conflict

log = structlog.get_logger()
Fetched = StoredFile | str
"""A screenshot that is kept, or the sentence that says why it is not."""

_KINDS = {"content": Kind.CONTENT, "contact": Kind.CONTACT}
STILL_OPEN = "You have a report open. Here is where you were."
MOVED_ON = "That step was done already. Here is where the report is now."
NO_FILES_YET = "I did not keep the picture. Please answer the question on the card first, then send it again."
NO_FILES = "I did not keep the picture, and will not take any with this report. Please do not send it anywhere."
FILES_KEPT = "Screenshot received ({count} in all). Go on in the card above."
FILES_DROPPED = "The screenshots sent before were deleted here, because none may be kept with this report."


class FetchFiles(Protocol):
    """Fetches the files of a message into the evidence store; one result a file."""

    async def __call__(self, activity: Activity) -> list[Fetched]: ...


@dataclass(frozen=True, slots=True)
class ReportTools:
    """What the walk stands on."""

    drafts: DraftBook
    cases: CaseBook
    goes_to: Callable[[Report], Awaitable[GoesTo]]
    evidence: EvidenceStore
    fetch_files: FetchFiles
    people: Help
    wake_notifier: Callable[[], None]
    now: Callable[[], datetime]


class ReportDialog(Dialog):
    """Begins or goes on with the one open draft of the person; ends when it is sent or thrown away."""

    def __init__(self, tools: ReportTools) -> None:
        super().__init__("report")
        self._tools = tools
        self._schools = tuple(tools.people.schools)

    def _today(self) -> date:
        return self._tools.now().astimezone(LONDON).date()

    async def begin_dialog(self, dialog_context: DialogContext, options: object = None) -> DialogTurnResult:
        """Show the open draft, or the first step of a new one. A button of the walk goes on as if never away."""
        context = dialog_context.context
        pressed = pressed_in(context.activity) or (options if isinstance(options, Pressed) else None)
        if pressed and pressed.verb != Verb.REPORT:
            return await self.continue_dialog(dialog_context)
        person = person_in(context.activity)
        kept = await self._tools.drafts.open(person)
        note = STILL_OPEN if kept else ""
        kept = kept or await self._start(person, pressed)
        await self._show(context, person, kept, note, anew=True)
        return Dialog.end_of_turn

    async def continue_dialog(self, dialog_context: DialogContext) -> DialogTurnResult:
        """Take what was pressed, typed or sent into the draft."""
        context = dialog_context.context
        person = person_in(context.activity)
        pressed = pressed_in(context.activity)
        kept = await self._tools.drafts.open(person)
        if pressed:
            is_over = await self._press(context, person, kept, pressed)
        else:
            is_over = await self._hear(context, person, kept)
        return await dialog_context.end_dialog() if is_over else Dialog.end_of_turn

    async def ask_to_cancel(self, context: TurnContext) -> None:
        """Typed `cancel`: asks once, in a card of its own."""
        kept = await self._tools.drafts.open(person_in(context.activity))
        await post(context, report_cards.cancel_card(kept.draft) if kept else report_cards.no_draft_card())

    async def show_unkept(self, context: TurnContext, pressed: Pressed, note: str) -> bool:
        """With the storage down: the card again, with what was typed; whether there was anything typed to show."""
        draft = report_walk.as_typed(pressed.data, self._tools.now())
        if draft is None:
            return False
        await show(context, report_cards.step_card(draft, self._tools.people, note))
        return True

    async def _start(self, person: Person, pressed: Pressed | None) -> KeptDraft:
        """A new draft; one that an answer led to begins with what was said there."""
        said = pressed.text("question") if pressed else ""
        kind = _KINDS.get(pressed.text("kind")) if pressed else None
        draft = Draft(
            id=secrets.token_urlsafe(12),
            started_at=self._tools.now(),
            kind_given=kind is not None,
            report=Report(kind=kind),
            typed={"description": said} if said else {},
        )
        try:
            return await self._tools.drafts.add(person, draft)
        except Conflict:  # started on two devices at once: the other one's draft it is
            kept = await self._tools.drafts.open(person)
            return kept or await self._start(person, pressed)

    async def _press(self, context: TurnContext, person: Person, kept: KeptDraft | None, pressed: Pressed) -> bool:
        """A button of the walk; whether the walk is over."""
        if kept is None or pressed.text("draft") != kept.draft.id:
            await self._answer_old_card(context, person, pressed)
            return kept is None
        if pressed.text("step") != kept.draft.step:
            await self._show(context, person, kept, MOVED_ON)
            return False
        handle = {
            Verb.REPORT_NEXT: self._next,
            Verb.REPORT_BACK: self._back,
            Verb.REPORT_CHANGE: self._change,
            Verb.REPORT_LATER: self._later,
            Verb.REPORT_CANCEL: self._ask_to_cancel,
            Verb.REPORT_KEEP: self._keep_writing,
            Verb.REPORT_DISCARD: self._discard,
            Verb.REPORT_SEND: self._send,
        }.get(Verb(pressed.verb), self._keep_writing)
        return await handle(context, person, kept, pressed.data)

    async def _next(self, context: TurnContext, person: Person, kept: KeptDraft, data: dict[str, Any]) -> bool:
        await self._keep_and_show(
            context, person, kept, report_walk.take_answers(kept.draft, data, self._today(), self._schools)
        )
        return False

    async def _back(self, context: TurnContext, person: Person, kept: KeptDraft, data: dict[str, Any]) -> bool:
        await self._keep_and_show(context, person, kept, report_walk.go_back(kept.draft, data))
        return False

    async def _change(self, context: TurnContext, person: Person, kept: KeptDraft, data: dict[str, Any]) -> bool:
        await self._keep_and_show(context, person, kept, report_walk.change(kept.draft, data))
        return False

    async def _later(self, context: TurnContext, person: Person, kept: KeptDraft, data: dict[str, Any]) -> bool:
        """The draft stays; what is typed from now on is a question again."""
        kept = await self._save(person, kept, report_walk.keep_typed(kept.draft, data))
        await show(context, report_cards.saved_card(kept.draft))
        return True

    async def _ask_to_cancel(self, context: TurnContext, person: Person, kept: KeptDraft, data: dict[str, Any]) -> bool:
        await self._save(person, kept, report_walk.keep_typed(kept.draft, data))
        await show(context, report_cards.cancel_card(kept.draft))
        return False

    async def _keep_writing(self, context: TurnContext, person: Person, kept: KeptDraft, data: dict[str, Any]) -> bool:
        await self._show(context, person, kept)
        return False

    async def _discard(self, context: TurnContext, person: Person, kept: KeptDraft, data: dict[str, Any]) -> bool:
        for file in kept.draft.report.evidence:
            await self._tools.evidence.delete(file.id)
        await self._tools.drafts.discard(person)
        await show(context, report_cards.discarded_card())
        return True

    async def _send(self, context: TurnContext, person: Person, kept: KeptDraft, data: dict[str, Any]) -> bool:
        """Keep first, then tell: the case is written, then the draft goes, then the person reads the reference."""
        if not report_walk.is_complete(kept.draft, self._schools):
            await self._show(context, person, kept)
            return False
        case = await self._tools.cases.raise_case(kept.draft.report, person, kept.draft.id, self._tools.now())
        log.info("report_kept", reference=case.reference)
        self._tools.wake_notifier()
        await self._tools.drafts.discard(person)
        await self._receipt(context, case)
        return True

    async def _answer_old_card(self, context: TurnContext, person: Person, pressed: Pressed) -> None:
        """The walk of this card is over: its receipt, if it was sent by this person."""
        case = await self._tools.cases.by_submission(pressed.text("draft")) if pressed.text("draft") else None
        if case and case.reporter.id == person.id:
            await self._receipt(context, case)
        else:
            await show(context, report_cards.no_draft_card())

    async def _receipt(self, context: TurnContext, case: Case) -> None:
        await show(context, report_cards.receipt_card(case, self._tools.people, await self._tools.goes_to(case.report)))

    async def _hear(self, context: TurnContext, person: Person, kept: KeptDraft | None) -> bool:
        """A message in the middle of the walk: a screenshot, a link, a sentence."""
        if kept is None:
            await show(context, report_cards.no_draft_card())
            return True
        if has_files(context.activity):
            kept = await self._take_files(context, person, kept)
        text = (context.activity.text or "").strip()
        if not text:
            return False
        draft, note = report_walk.add_text(kept.draft, text, self._today(), self._schools)
        if draft.step is kept.draft.step and draft.step in (Step.DETAILS, Step.MORE):
            await self._save(person, kept, draft)  # the card stays: its fields may hold what is not sent yet
            await context.send_activity(note)
        else:
            await self._keep_and_show(context, person, kept, draft, note, anew=True)
        return False

    async def _take_files(self, context: TurnContext, person: Person, kept: KeptDraft) -> KeptDraft:
        if not report_walk.takes_files(kept.draft):
            await context.send_activity(NO_FILES if kept.draft.report.intimate_image else NO_FILES_YET)
            return kept
        draft = kept.draft
        for result in await self._tools.fetch_files(context.activity):
            if isinstance(result, StoredFile):
                draft = report_walk.add_file(draft, result)
            else:
                await context.send_activity(result)
        if draft is kept.draft:
            return kept
        kept = await self._save(person, kept, draft)
        await context.send_activity(FILES_KEPT.format(count=len(draft.report.evidence)))
        return kept

    async def _keep_and_show(
        self, context: TurnContext, person: Person, kept: KeptDraft, draft: Draft, note: str = "", *, anew: bool = False
    ) -> None:
        saved = await self._save(person, kept, draft)
        dropped = [file for file in kept.draft.report.evidence if file not in saved.draft.report.evidence]
        for file in dropped:
            await self._tools.evidence.delete(file.id)
        await self._show(context, person, saved, FILES_DROPPED if dropped else note, anew=anew)

    async def _save(self, person: Person, kept: KeptDraft, draft: Draft) -> KeptDraft:
        """Keep the draft. If another device changed it meanwhile, that one stands, and is shown."""
        if draft == kept.draft:
            return kept
        try:
            return await self._tools.drafts.save(person, kept, draft)
        except Conflict:
            return await self._tools.drafts.open(person) or kept

    async def _show(
        self, context: TurnContext, person: Person, kept: KeptDraft, note: str = "", *, anew: bool = False
    ) -> None:
        """Show the step's card in place, or at the end of the chat; then the card before it says where it went."""
        card = report_cards.step_card(kept.draft, self._tools.people, note)
        old = kept.draft.card
        shown = await (post(context, card) if anew else show(context, card))
        if shown is None or shown == old:
            return
        await self._save(person, kept, replace(kept.draft, card=shown))
        if old and old.conversation == shown.conversation:
            await _leave_a_pointer(context, old.activity)


async def _leave_a_pointer(context: TurnContext, card_id: str) -> None:
    message = as_message(report_cards.continued_card())
    message.id = card_id
    message.conversation = context.activity.conversation
    try:
        await context.update_activity(message)
    except Exception as error:  # noqa: BLE001 (the adapter's own error is not known here; the walk goes on in the new card)
        log.info("old_card_stays", error=type(error).__name__)


def has_files(activity: Activity) -> bool:
    """Whether a message brings files; Teams also sends an HTML twin of every message, which is none."""
    return any(
        attachment.content_type != "text/html" and (attachment.content_url or attachment.content)
        for attachment in activity.attachments or []
    )
