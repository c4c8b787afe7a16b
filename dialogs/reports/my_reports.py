"""A reporter's own reports, and the dialog in which something is added to one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from botbuilder.core import TurnContext
from botbuilder.dialogs import Dialog, DialogContext, DialogTurnResult

from cards.cases import case_action_forms
from cards.kit.elements import Card, fits
from cards.reports import my_reports_cards, receipt_cards
from cards.verbs import Verb
from dialogs.buttons import ButtonPress, Handlers
from dialogs.reports.report_dialog import NO_FILES
from dialogs.reports.report_fields import MAX_TEXT, TOO_LONG
from dialogs.turn import FetchFiles, has_files, person_in, press_of, pressed_in, show
from storage.cases import case_moves
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Case, CaseEntry, EntryKind
from storage.records import Person, StoredFile
from storage.tables.port import NotFound

NOT_YOURS = "There is no report of yours with this reference."
ADDED = "Added. Those who deal with it are told."
ANSWERED = "Your answer is with them. Thank you."
ANSWERED_BEFORE = "You have answered this already. To say more, press Add something."
ASKED = "They can see that you asked to withdraw it."
FILES_ADDED = "Screenshot added to {reference}. Send more, or press Done on the card above."


@dataclass(frozen=True, slots=True)
class MyReportsTools:
    """What both stand on."""

    cases: CaseBook
    fetch_files: FetchFiles
    wake_notifier: Callable[[], None]
    now: Callable[[], datetime]

    async def case_of(self, person: Person, reference: object) -> Case | None:
        """The case, if this person reported it."""
        if not isinstance(reference, str) or not reference:
            return None
        try:
            case = await self.cases.get(reference)
        except (NotFound, ValueError):
            return None
        return case if case.reporter.id == person.id else None


class MyReports:
    """Verb to card, for what takes one turn."""

    def __init__(self, tools: MyReportsTools) -> None:
        self._tools = tools
        self.handlers: Handlers = {
            Verb.MY_REPORTS: self._list,
            Verb.MINE_OPEN: self._open,
            Verb.MINE_WITHDRAW: self._ask,
            Verb.MINE_WITHDRAW_YES: self._withdraw,
            Verb.MINE_ANSWER: self._answer,
            Verb.MINE_QUESTION: self._question,
        }

    async def _list(self, pressed: ButtonPress) -> Card:
        return my_reports_cards.my_reports_card(await self._tools.cases.reports_of(pressed.person))

    async def _open(self, pressed: ButtonPress, note: str = "") -> Card | str:
        case = await self._tools.case_of(pressed.person, pressed.data.get("case"))
        if case is None:
            return NOT_YOURS
        return my_reports_cards.my_report_card(case, await self._tools.cases.chronology(case.reference), note)

    async def _ask(self, pressed: ButtonPress) -> Card | str:
        case = await self._tools.case_of(pressed.person, pressed.data.get("case"))
        return my_reports_cards.withdraw_card(case) if case else NOT_YOURS

    async def _withdraw(self, pressed: ButtonPress) -> Card | str:
        person = pressed.person
        case = await self._tools.case_of(person, pressed.data.get("case"))
        if case and not case.withdrawal_asked:
            await self._tools.cases.ask_to_withdraw(case.reference, person, self._tools.now())
            self._tools.wake_notifier()
        return await self._open(pressed, ASKED)

    async def _question(self, pressed: ButtonPress) -> Card | str:
        """What the team asked, once more; the card of it may have scrolled away."""
        found = await self._asked(pressed)
        return _question_card(*found) if found else NOT_YOURS

    async def _answer(self, pressed: ButtonPress) -> Card | str:
        """The answer to what the team asked, once."""
        found = await self._asked(pressed)
        if found is None:
            return NOT_YOURS
        case, asked, number = found
        text = pressed.text("text").strip()
        if wrong := _wrong(text, my_reports_cards.NO_ANSWER):
            again = _question_card(case, asked, number, text, wrong)
            return again if fits(again) else wrong
        move, once = case_moves.answer(text, number), f"answer-{number}"
        if await self._tools.cases.was_sent(case.reference, once):
            return ANSWERED_BEFORE
        person = pressed.person
        case = await self._tools.cases.apply(case.reference, move, person, self._tools.now(), once=once)
        self._tools.wake_notifier()
        return case_action_forms.answered_card(case, asked.text, text, ANSWERED)

    async def _asked(self, pressed: ButtonPress) -> tuple[Case, CaseEntry, int] | None:
        """The person's own case, and the question that the button names."""
        case = await self._tools.case_of(pressed.person, pressed.data.get("case"))
        number = pressed.text("question")
        if case is None or not number.isdecimal() or len(number) > 6:
            return None
        try:
            asked = await self._tools.cases.entry(case.reference, int(number))
        except NotFound:
            return None
        return (case, asked, int(number)) if asked.kind is EntryKind.ASKED else None


def _question_card(case: Case, asked: CaseEntry, number: int, typed: str = "", wrong: str = "") -> Card:
    by = asked.by.name if asked.by else receipt_cards.TEAM
    return case_action_forms.question_card(case, by, asked.text, number, typed, wrong)


def _wrong(text: str, nothing: str = my_reports_cards.NOTHING_TYPED) -> str:
    if len(text) > MAX_TEXT:
        return TOO_LONG.format(length=len(text), limit=MAX_TEXT)
    return "" if text else nothing


class AdditionDialog(Dialog):
    """Words on its card, or screenshots in the chat, join a report that was sent; until Done."""

    def __init__(self, tools: MyReportsTools) -> None:
        super().__init__("addition")
        self._tools = tools

    async def offer(self, person: Person, text: str) -> Card | None:
        """Words in the chat while the team waits for an answer: the card that sends them as that answer, in one tap."""
        if not text.strip() or _wrong(text):
            return None
        waiting = [case for case in await self._tools.cases.reports_of(person) if case.asked and case.is_open]
        if not waiting:
            return None
        case = waiting[0]
        asked = await self._tools.cases.entry(case.reference, case.asked)
        return my_reports_cards.offer_answer_card(case, asked, text.strip())

    async def begin_dialog(self, dialog_context: DialogContext, options: object = None) -> DialogTurnResult:
        """Open the card for the report that the button named; what the button itself adds is taken at once."""
        context = dialog_context.context
        pressed = options if isinstance(options, ButtonPress) else press_of(context.activity)
        case = await self._tools.case_of(person_in(context.activity), pressed.data.get("case"))
        if case is None:
            await context.send_activity(NOT_YOURS)
            return await dialog_context.end_dialog()
        dialog_context.active_dialog.state["reference"] = case.reference
        if pressed.verb != Verb.MINE_ADD:
            return await self.continue_dialog(dialog_context)
        await show(context, my_reports_cards.add_card(case))
        return Dialog.end_of_turn

    async def continue_dialog(self, dialog_context: DialogContext) -> DialogTurnResult:
        """Take words and files; Done ends it."""
        context = dialog_context.context
        person, pressed = person_in(context.activity), pressed_in(context.activity)
        reference = pressed.data.get("case") if pressed else dialog_context.active_dialog.state.get("reference")
        case = await self._tools.case_of(person, reference)
        if case is None:
            await context.send_activity(NOT_YOURS)
            return await dialog_context.end_dialog()
        if pressed and pressed.verb == Verb.MINE_DONE:
            entries = await self._tools.cases.chronology(case.reference)
            await show(context, my_reports_cards.my_report_card(case, entries))
            return await dialog_context.end_dialog()
        if has_files(context.activity):
            await self._add_files(context, person, case)
        text = (pressed.text("text") if pressed else context.activity.text or "").strip()
        if text or pressed:
            await self._add_text(context, person, case, text)
        return Dialog.end_of_turn

    async def _add_text(self, context: TurnContext, person: Person, case: Case, text: str) -> None:
        wrong = _wrong(text)
        if not wrong:
            case = await self._tools.cases.add(case.reference, person, self._tools.now(), text)
            self._tools.wake_notifier()
        note, typed = ("", text) if wrong else (ADDED, "")
        await show(context, my_reports_cards.add_card(case, note, typed, wrong))

    async def _add_files(self, context: TurnContext, person: Person, case: Case) -> None:
        if case.report.intimate_image:
            await context.send_activity(NO_FILES)
            return
        for result in await self._tools.fetch_files(context.activity):
            if isinstance(result, StoredFile):
                await self._tools.cases.add(case.reference, person, self._tools.now(), files=(result,))
                self._tools.wake_notifier()
                await context.send_activity(FILES_ADDED.format(reference=case.reference))
            else:
                await context.send_activity(result)
