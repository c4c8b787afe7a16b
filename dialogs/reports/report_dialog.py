"""The conversation of a report: each thing that a person does is taken into the draft, kept, and its card shown.

The draft is the truth, not the dialog's stack: a card that was shown before a restart, on another device or twice
still leads to where the draft is now.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from botbuilder.core import TurnContext
from botbuilder.dialogs import Dialog, DialogContext, DialogTurnResult

from cards.kit.elements import Card
from cards.kit.times import LONDON
from cards.reports import receipt_cards, report_cards
from cards.reports.receipt_cards import GoesTo
from cards.reports.report_cards import Help
from cards.verbs import Verb
from dialogs.card_walk import CardWalk, Handler, Steps
from dialogs.draft_keeper import DraftKeeper
from dialogs.reports import report_walk
from dialogs.turn import (
    FetchFiles,
    Pressed,
    has_files,
    person_in,
    plain,
    pressed_in,
    say,
    show,
)
from storage.cases.case_book import CaseBook
from storage.cases.report_drafts import Draft, Step
from storage.draft_book import DraftBook, KeptDraft
from storage.records import Case, Kind, Person, Report, StoredFile
from storage.tables.port import StorageUnavailable

log = structlog.get_logger()
_KINDS = {"content": Kind.CONTENT, "contact": Kind.CONTACT}
STILL_OPEN = "You have a report open. Here is where you were."
MOVED_ON = "That step was done already. Here is where the report is now."
NO_FILES_YET = (
    "I kept no copy of that picture. Please answer the questions on the card first, the one about a nude or semi-nude "
    "image of anyone under 18 above all. Send it again only if your answer to that is No."
)
NO_FILES = (
    "I kept no copy of that picture, but it is still in this chat. Do not open, forward or delete it. "
    "Tell your designated safeguarding lead (DSL) now that it is here."
)
FILES_FULL = "{limit} screenshots fit in one report, and they are there. You can add others after it is sent."
FILES_KEPT = "Screenshot received ({count} in all). Go on in the card above."
FILES_DROPPED = "The screenshots sent before were deleted here, because none may be kept with this report."


@dataclass(frozen=True, slots=True)
class ReportTools:
    """What the walk stands on. `remind_at`: when to look whether a report was taken; `opens_at`: `None` in hours."""

    drafts: DraftBook
    cases: CaseBook
    goes_to: Callable[[Report], Awaitable[GoesTo]]
    fetch_files: FetchFiles
    people: Help
    wake_notifier: Callable[[], None]
    remind_at: Callable[[Report, datetime], datetime]
    opens_at: Callable[[datetime], datetime | None]
    now: Callable[[], datetime]


class ReportDialog(CardWalk[Draft]):
    """Begins or goes on with the one open draft of the person; ends when it is sent or thrown away."""

    def __init__(self, tools: ReportTools) -> None:
        super().__init__("report", DraftKeeper(tools.drafts, tools.now, _with_file), _STEPS, tools.wake_notifier)
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
        kept = await self._open(person)
        note = STILL_OPEN if kept else ""
        if kept is None:
            kind = _KINDS.get(pressed.text("kind")) if pressed else None
            kept = await self._keeper.start(person, _beginning(kind, pressed.text("question") if pressed else ""))
        if has_files(context.activity):
            await say(context, NO_FILES_YET)
        await self._show(context, person, kept, note, anew=True)
        return Dialog.end_of_turn

    async def fill_in(self, person: Person, fields: dict[str, str]) -> Card:
        """Put these words into the person's draft, the open one or a new one, and give the card of its step."""
        kept = await self._open(person) or await self._keeper.start(person, _beginning())
        kept = await self._keeper.add(person, kept, lambda draft: report_walk.fill_in(draft, fields))
        return self._card(kept.draft)

    async def show_unkept(self, context: TurnContext, pressed: Pressed, note: str) -> bool:
        """With the storage down: the card again, with what was typed; whether there was anything typed to show."""
        draft = report_walk.as_typed(pressed.data, self._tools.now())
        if draft is None:
            return False
        await show(context, self._card(draft, note))
        return True

    async def _open(self, person: Person) -> KeptDraft | None:
        """The open draft. One that was sent, but not put away then, is put away now, and what it gained goes along."""
        kept = await self._keeper.open(person)
        if kept is None or kept.draft.step is not Step.CHECK:
            return kept
        case = await self._tools.cases.by_submission(kept.draft.id)
        if case is None:
            return kept
        text = "\n".join(kept.draft.added)
        files = tuple(file for file in kept.draft.report.evidence if file not in case.report.evidence)
        if text or files:
            await self._tools.cases.add(case.reference, person, self._tools.now(), text, files)
        await self._put_away(person, kept)
        return None

    @property
    def _handlers(self) -> Mapping[str, Handler[Draft]]:
        return {
            Verb.REPORT_NEXT: self._next,
            Verb.REPORT_BACK: self._back,
            Verb.REPORT_CHANGE: self._change,
            Verb.REPORT_LATER: self._later,
            Verb.REPORT_CANCEL: self._ask_to_cancel,
            Verb.REPORT_DISCARD: self._discard,
            Verb.REPORT_SEND: self._send,
        }

    async def _next(self, context: TurnContext, person: Person, kept: KeptDraft, data: dict[str, Any]) -> bool:
        today = self._today()
        await self._answer(
            context, person, kept, lambda draft: report_walk.take_answers(draft, data, today, self._schools)
        )
        return False

    async def _send(self, context: TurnContext, person: Person, kept: KeptDraft, data: dict[str, Any]) -> bool:
        """Keep first, then tell: once the case is written, nothing else decides what the person is told."""
        if not report_walk.is_complete(kept.draft, self._schools):
            await self._show(context, person, kept)
            return False
        report, now = kept.draft.report, self._tools.now()
        remind_at = self._tools.remind_at(report, now)
        case = await self._tools.cases.raise_case(report, person, kept.draft.id, now, remind_at)
        log.info("report_kept", reference=case.reference)
        self._tools.wake_notifier()
        await self._put_away(person, kept)
        await self._receipt(context, case)
        return True

    async def _receipt_of(self, context: TurnContext, person: Person, draft_id: str) -> bool:
        try:
            case = await self._tools.cases.by_submission(draft_id)
        except ValueError:  # not an id of ours
            return False
        if case is None or case.reporter.id != person.id:
            return False
        await self._receipt(context, case)
        return True

    async def _receipt(self, context: TurnContext, case: Case) -> None:
        try:
            goes_to = await self._tools.goes_to(case.report)
        except StorageUnavailable:
            goes_to = GoesTo(case.report.route.words, "", reachable=True)
        opens_at = self._tools.opens_at(self._tools.now())
        await show(context, receipt_cards.receipt_card(case, self._tools.people, goes_to, opens_at))

    async def _hear(self, context: TurnContext, person: Person, kept: KeptDraft) -> None:
        """A screenshot, a link, a sentence."""
        if has_files(context.activity):
            kept = await self._take_files(context, person, kept)
        text = (context.activity.text or "").strip()
        if text:
            await self._take_text(context, person, kept, text)

    async def _take_text(self, context: TurnContext, person: Person, kept: KeptDraft, text: str) -> None:
        today, before = self._today(), kept.draft.step
        note = report_walk.answer_to(kept.draft, text)
        kept = await self._keeper.add(
            person, kept, lambda draft: report_walk.add_text(draft, text, today, self._schools)
        )
        if kept.draft.step is before and before in (Step.DETAILS, Step.MORE):
            await context.send_activity(note)  # the card stays: its fields may hold what is not sent yet
        else:
            await self._show(context, person, kept, note, anew=True)

    async def _take_files(self, context: TurnContext, person: Person, kept: KeptDraft) -> KeptDraft:
        if not report_walk.takes_files(kept.draft):
            await context.send_activity(NO_FILES if kept.draft.report.intimate_image else NO_FILES_YET)
            return kept
        if len(kept.draft.report.evidence) >= report_walk.MAX_FILES:
            await context.send_activity(FILES_FULL.format(limit=report_walk.MAX_FILES))
            return kept
        for result in await self._tools.fetch_files(context.activity):
            attached = await self._keeper.attach(person, kept, result) if isinstance(result, StoredFile) else None
            if isinstance(result, str):
                await context.send_activity(plain(result))
            elif attached is None:
                self._tools.wake_notifier()  # it is due for deletion
                await context.send_activity(NO_FILES)
            else:
                kept = attached
                await context.send_activity(FILES_KEPT.format(count=len(kept.draft.report.evidence)))
        return kept

    async def _answer(
        self, context: TurnContext, person: Person, kept: KeptDraft, change: Callable[[Draft], Draft]
    ) -> None:
        """Keep this step's answer and show where the report is then."""
        saved = await self._keeper.answer(person, kept, change)
        dropped = len(saved.draft.report.evidence) < len(kept.draft.report.evidence)
        if dropped:
            self._tools.wake_notifier()
        await self._show(context, person, saved, FILES_DROPPED if dropped else "")

    def _card(self, draft: Draft, note: str = "") -> Card:
        return report_cards.step_card(draft, self._tools.people, note)

    def _holds_unsent(self, draft: Draft) -> bool:
        return draft.step in (Step.DETAILS, Step.MORE)


def _beginning(kind: Kind | None = None, said: str = "") -> Callable[[str, datetime], Draft]:
    """A new draft; one that an answer led to begins with what was said there."""
    typed = {"description": said} if said else {}
    return lambda id, at: Draft(id, at, kind_given=kind is not None, report=Report(kind=kind), typed=typed)


def _with_file(draft: Draft, file: StoredFile) -> Draft:
    return report_walk.add_file(draft, file) if report_walk.takes_files(draft) else draft


_STEPS: Steps[Draft] = Steps(
    go_back=report_walk.go_back,
    change=report_walk.change,
    keep_typed=report_walk.keep_typed,
    keep_late=lambda draft, data: report_walk.keep_fields(draft, report_walk.typed_in(data)),
    saved_card=receipt_cards.saved_card,
    cancel_card=receipt_cards.cancel_card,
    no_draft_card=receipt_cards.no_draft_card,
    discarded_card=receipt_cards.discarded_card,
    continued_card=receipt_cards.continued_card,
    moved_on=MOVED_ON,
)
