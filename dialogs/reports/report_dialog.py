"""The conversation in which a report is written, sent and confirmed.

What it shares with the conversation of a suggestion stands in `card_walk.py`; here are screenshots and sending.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from botbuilder.core import TurnContext
from botbuilder.dialogs import DialogContext, DialogTurnResult

from cards.kit.elements import Card
from cards.kit.times import LONDON
from cards.reports import receipt_cards, report_cards
from cards.reports.receipt_cards import GoesTo
from cards.reports.report_cards import Help
from cards.verbs import Verb
from dialogs.buttons import ButtonPress
from dialogs.card_walk import CardWalk, Data, Handler, Steps
from dialogs.draft_keeper import DraftKeeper
from dialogs.reports import report_walk
from dialogs.reports.danger_cases import DangerCases
from dialogs.reports.whose_said import whose_said
from dialogs.turn import FetchFiles, has_files, plain, say, show
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Case, Kind, Place, Report, Whose
from storage.cases.report_drafts import DraftBook, ReportDraft, Step
from storage.draft_book import KeptDraft
from storage.records import Person, StoredFile
from storage.tables.port import StorageUnavailable

log = structlog.get_logger()
_KINDS = {"content": Kind.CONTENT, "contact": Kind.CONTACT, "worry": Kind.WORRY}
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
LEFT = (
    "Those who were alerted keep what you entered so far: it is a case already. They are told that you did not finish."
)
FILES_FULL = "{limit} screenshots fit in one report, and they are there. You can add others after it is sent."
FILES_KEPT = "Screenshot received ({count} in all). Go on in the card above."
FILES_DROPPED = "The screenshots sent before were deleted here, because none may be kept with this report."


@dataclass(frozen=True, slots=True)
class ReportTools:
    """What the walk stands on. `remind_at`: when to look whether a report was taken; `opens_at`: `None` in hours."""

    drafts: DraftBook
    cases: CaseBook
    goes_to: Callable[[Place], Awaitable[GoesTo]]
    fetch_files: FetchFiles
    people: Help
    wake_notifier: Callable[[], None]
    remind_at: Callable[[Report, datetime], datetime]
    opens_at: Callable[[datetime], datetime | None]
    now: Callable[[], datetime]


class ReportDialog(CardWalk[ReportDraft, Case]):
    """The walk of a report; sent, it is a case."""

    def __init__(self, tools: ReportTools) -> None:
        super().__init__("report", DraftKeeper(tools.drafts, tools.now, _with_file), _STEPS, tools.wake_notifier)
        self._tools = tools
        self._danger = DangerCases(tools.cases, tools.remind_at, tools.now)
        self._schools = tuple(tools.people.schools)

    def _today(self) -> date:
        return self._tools.now().astimezone(LONDON).date()

    async def begin_dialog(self, dialog_context: DialogContext, options: object = None) -> DialogTurnResult:
        """Begin or go on; a screenshot that comes before the first question is not kept."""
        if has_files(dialog_context.context.activity):
            await say(dialog_context.context, NO_FILES_YET)
        return await super().begin_dialog(dialog_context, options)

    def _new_draft(self, pressed: ButtonPress | None) -> Callable[[str, datetime], ReportDraft]:
        """A report that an answer led to knows its kind, and begins with the question that was asked.

        Whose conduct it is about is assumed where the question or the answer says so, or where it is a pupil's contact.
        """
        kind = _KINDS.get(pressed.text("kind")) if pressed else None
        question = pressed.text("question") if pressed else ""
        typed = {"description": question} if question else {}
        whose = whose_said(question) or _whose_heard(pressed) or (Whose.PUPIL if kind is Kind.CONTACT else None)

        def make(id: str, at: datetime) -> ReportDraft:
            draft = ReportDraft(id, at, kind_given=kind is not None, report=Report(kind=kind), typed=typed)
            return report_walk.with_whose(draft, whose, assumed=True) if whose else draft

        return make

    def _take_answers(self, draft: ReportDraft, data: Data) -> ReportDraft:
        return report_walk.take_answers(draft, data, self._today(), self._schools)

    async def _sent_as(self, draft_id: str) -> Case | None:
        """A case that is being written on is no report that was sent: its draft goes on."""
        case = await self._tools.cases.by_submission(draft_id)
        return case if case and not case.being_written else None

    @property
    def _handlers(self) -> Mapping[str, Handler[ReportDraft]]:
        return {**super()._handlers, Verb.REPORT_NO_DANGER: self._no_danger}

    async def _no_danger(self, context: TurnContext, person: Person, kept: KeptDraft[ReportDraft], data: Data) -> bool:
        await self._answer(context, person, kept, lambda draft: report_walk.nobody_in_danger(draft, data))
        return False

    async def _after_keeping(self, person: Person, draft: ReportDraft) -> None:
        if draft.alerted or draft.report.danger:
            await self._danger.write(draft, person)
            self._wake_notifier()

    async def _after_discarding(self, draft: ReportDraft) -> None:
        await self._danger.leave(draft.id)

    def _is_from(self, sent: Case, person: Person) -> bool:
        return sent.reporter.id == person.id

    async def _pass_on_late(self, person: Person, kept: KeptDraft[ReportDraft], sent: Case) -> None:
        """A sentence or a screenshot that came while the report was being sent is added to the case."""
        text = "\n".join(kept.draft.added)
        files = tuple(file for file in kept.draft.report.evidence if file not in sent.report.evidence)
        if text or files:
            await self._tools.cases.add(sent.reference, person, self._tools.now(), text, files)

    async def _send(self, context: TurnContext, person: Person, kept: KeptDraft[ReportDraft], data: Data) -> bool:
        """Keep first, then tell: once the case is written, nothing else decides what the person is told."""
        if not report_walk.is_complete(kept.draft, self._schools):
            kept = await self._keeper.answer(person, kept, lambda draft: report_walk.to_open_step(draft, self._schools))
            await self._show(context, person, kept)
            return False
        report, now = kept.draft.report, self._tools.now()
        remind_at = self._tools.remind_at(report, now)
        case = await self._tools.cases.raise_case(report, person, kept.draft.id, now, remind_at)
        case = await self._danger.finish(case, report)
        log.info("report_kept", reference=case.reference)
        return await self._is_sent(context, person, kept, case)

    async def _show_receipt(self, context: TurnContext, sent: Case) -> None:
        try:
            goes_to = await self._tools.goes_to(sent.place)
        except StorageUnavailable:
            goes_to = GoesTo(sent.place.words, "", reachable=True)
        opens_at = self._tools.opens_at(self._tools.now())
        await show(context, receipt_cards.receipt_card(sent, self._tools.people, goes_to, opens_at))

    async def _hear(self, context: TurnContext, person: Person, kept: KeptDraft[ReportDraft]) -> None:
        """A screenshot, a link, a sentence."""
        if has_files(context.activity):
            kept = await self._take_files(context, person, kept)
        text = (context.activity.text or "").strip()
        if text:
            await self._take_text(context, person, kept, text)
        if fresh := await self._keeper.open(person):
            await self._after_keeping(person, fresh.draft)

    async def _take_text(self, context: TurnContext, person: Person, kept: KeptDraft[ReportDraft], text: str) -> None:
        today, before = self._today(), kept.draft.step
        note = report_walk.answer_to(kept.draft, text)
        kept = await self._keeper.add(
            person, kept, lambda draft: report_walk.add_text(draft, text, today, self._schools)
        )
        if kept.draft.step is before and before in (Step.DETAILS, Step.MORE):
            await context.send_activity(note)  # the card stays: its fields may hold what is not sent yet
        else:
            await self._show(context, person, kept, note, anew=True)

    async def _take_files(
        self, context: TurnContext, person: Person, kept: KeptDraft[ReportDraft]
    ) -> KeptDraft[ReportDraft]:
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
        self,
        context: TurnContext,
        person: Person,
        kept: KeptDraft[ReportDraft],
        change: Callable[[ReportDraft], ReportDraft],
    ) -> None:
        """Keep this step's answer and show where the report is then.

        That somebody may be in danger is heard before the answer is kept: the draft may never be touched again.
        """
        await self._after_keeping(person, change(kept.draft))
        saved = await self._keeper.answer(person, kept, change)
        dropped = len(saved.draft.report.evidence) < len(kept.draft.report.evidence)
        if dropped:
            self._tools.wake_notifier()
        await self._show(context, person, saved, FILES_DROPPED if dropped else "")

    def _card(self, draft: ReportDraft, note: str = "") -> Card:
        return report_cards.step_card(draft, self._tools.people, note)

    def _holds_unsent(self, draft: ReportDraft) -> bool:
        return draft.step in (Step.DETAILS, Step.MORE)


def _whose_heard(pressed: ButtonPress | None) -> Whose | None:
    """Whose conduct the answer heard, from its button; the reporter sees it and may say otherwise."""
    return next((whose for whose in Whose if pressed and whose.value == pressed.text("whose")), None)


def _with_file(draft: ReportDraft, file: StoredFile) -> ReportDraft:
    return report_walk.add_file(draft, file) if report_walk.takes_files(draft) else draft


_STEPS: Steps[ReportDraft] = Steps(
    cards=report_cards.WALK,
    last=Step.CHECK,
    button_data=report_cards.button_data,
    fill_in=report_walk.fill_in,
    as_typed=report_walk.as_typed,
    go_back=report_walk.go_back,
    change=report_walk.change,
    keep_typed=report_walk.keep_typed,
    keep_late=lambda draft, data: report_walk.keep_fields(draft, report_walk.typed_in(data)),
    without=report_walk.without,
    left=lambda draft: LEFT if draft.alerted else "",
    still_open=STILL_OPEN,
    moved_on=MOVED_ON,
)
