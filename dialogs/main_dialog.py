"""Decides who answers in a person's own chat: a command, then the walk that is open, else it is a question."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import structlog
from botbuilder.core import ConversationState, TurnContext
from botbuilder.dialogs import DialogContext, DialogSet

from cards import help_cards
from cards.kit.elements import Card
from cards.kit.walk_cards import was_question_card
from cards.reports.report_cards import Help
from cards.verbs import Verb
from dialogs.buttons import ButtonPress, Handlers, Reply
from dialogs.questions.policy_desk import PolicyDesk
from dialogs.questions.question_dialog import QuestionDialog
from dialogs.reports.my_reports import AdditionDialog
from dialogs.reports.report_dialog import ReportDialog
from dialogs.suggestions.my_suggestions import MySuggestions
from dialogs.suggestions.suggestion_dialog import SuggestionDialog
from dialogs.turn import has_files, person_in, post, press_of, pressed_in, say, show
from storage.tables.port import Conflict, StorageUnavailable

log = structlog.get_logger()
NOTHING_TO_CANCEL = "There is nothing to cancel. Ask me a question, or type **report** or **help**."
FILE_WITH_COMMAND = "I kept no copy of that picture, since I took what you wrote as a command."
FILE_WITHOUT_REPORT = (
    "I did not keep that file. To send a screenshot of an offensive post, type **report** first; "
    "for a picture of a post that you suggest, type **suggest a post**. I will tell you when to send it."
)

ADDITION_KEPT = "; what you added stays with the report"
ADDITION_STAYS = "The report that you are adding to is still open; press Done on its card when you have finished."
ADDITION_ENDED = "Nothing more is added to that report."
WALK_STAYS = "Your report is still open; go on in its card above."
SUGGESTION_STAYS = "Your suggestion is still open; go on in its card above."
STAYS = {"report": WALK_STAYS, "suggestion": SUGGESTION_STAYS, "addition": ADDITION_STAYS}

WAS_QUESTION = {
    Verb.REPORT_QUESTION: "report",
    Verb.SUGGEST_QUESTION: "suggestion",
    Verb.MINE_WAS_QUESTION: "addition",
}
"""Which walk took words that were a question, by the button that says so."""

_ASKING = re.compile(
    r"(can|could|may|should|am|are|is|do|does) (i|we|it|they|staff|somebody|anyone|that|this)\b"
    r"|what (if|do|does|should|happens)\b|who (do|can|should|is)\b|how (do|can|should)\b|when (do|can|should)\b",
    re.IGNORECASE,
)

COMMANDS = {
    "help": Verb.HELP,
    "?": Verb.HELP,
    "start": Verb.HELP,
    "rules": Verb.RULES,
    "report": Verb.REPORT,
    "report contact": Verb.REPORT,
    "report a post": Verb.REPORT,
    "my reports": Verb.MY_REPORTS,
    "suggest": Verb.SUGGEST,
    "suggest a post": Verb.SUGGEST,
    "my suggestions": Verb.MY_SUGGESTIONS,
    "waiting for me": Verb.WAITING_FOR_ME,
    "ask": Verb.ASK,
    "policy": Verb.BROWSE,
    "what changed": Verb.CHANGES,
    "cancel": Verb.REPORT_CANCEL,
    "stop": Verb.REPORT_CANCEL,
    "cases": Verb.CASES,
    "cases closed": Verb.CASES,
    "closed cases": Verb.CASES,
    "my cases": Verb.CASES,
    "cases review": Verb.REVIEW,
    "weekly": Verb.WEEKLY,
}
"""What can be typed, and the button that does the same."""

COMMAND_DATA: dict[str, dict[str, Any]] = {
    "report contact": {"kind": "contact"},
    "cases closed": {"closed": True},
    "closed cases": {"closed": True},
    "my cases": {"mine": True},
}
"""What such a button carries."""

_REFERENCE = re.compile(r"(?:cases? |my report )?sm[ -]?(\d{3})[ -]?(\d{4})")
"""A report's reference, typed alone or behind a word or two."""

ADDITION_VERBS = frozenset({Verb.MINE_ADD, Verb.MINE_ADD_TEXT, Verb.MINE_DONE})
IN_PLACE = (
    PolicyDesk.in_place
    | MySuggestions.in_place
    | {Verb.MINE_OPEN, Verb.MINE_WITHDRAW, Verb.MINE_WITHDRAW_YES, Verb.MINE_ANSWER, Verb.MINE_QUESTION}
    | {verb for verb in Verb if verb.startswith("cases.")}
)
STARTS = {Verb.REPORT: "report", Verb.SUGGEST: "suggestion", Verb.SUGGEST_EDIT: "suggestion"}
"""The buttons that begin a walk, or show the draft that is open."""
WALKS = {"report.": "report", "suggest.": "suggestion"}
"""The beginning of a verb, and the walk whose button it is."""


class ConversationStateReadOnce(ConversationState):
    """The SDK reads an empty state again in the middle of a turn, with a newer ETag (platform notes, fault 10)."""

    async def load(self, turn_context: TurnContext, force: bool = False) -> None:
        """Read the state, once a turn."""
        if force or self.get_cached_state(turn_context) is None:
            await super().load(turn_context, force)


@dataclass(frozen=True, slots=True)
class Walks:
    """The dialogs that take several turns."""

    report: ReportDialog
    addition: AdditionDialog
    suggestion: SuggestionDialog


class MainDialog:
    """All that is said in the chat between one person and the bot. `handlers`: of the buttons that take one turn."""

    def __init__(
        self, state: ConversationState, question: QuestionDialog, walks: Walks, handlers: Handlers, people: Help
    ) -> None:
        self._state = state
        self._question = question
        self._walks: dict[str, ReportDialog | SuggestionDialog] = {
            walk.id: walk for walk in (walks.report, walks.suggestion)
        }
        self._people = people
        self._addition = walks.addition
        self._dialogs = DialogSet(state.create_property("dialogs"))
        for dialog in (question, walks.report, walks.addition, walks.suggestion):
            self._dialogs.add(dialog)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._simple: Handlers = {Verb.HELP: self._help, Verb.ASK: self._ask, **handlers}

    async def run(self, context: TurnContext) -> None:
        """One turn; what one person does at once is taken one after the other. Raises `StorageUnavailable`."""
        lock = self._turns.setdefault(context.activity.conversation.id, asyncio.Lock())
        async with lock:
            await self._run(context)

    async def run_without_storage(self, context: TurnContext) -> None:
        """Questions need no storage; all else has to wait. What was typed into a card stays in it."""
        pressed = pressed_in(context.activity)
        apology = help_cards.STORAGE_DOWN.format(form=self._people.form)
        walk = self._walks.get(_walk_of(pressed))
        if pressed and walk and await walk.show_unkept(context, pressed, apology):
            return
        if _action_in(context) or has_files(context.activity):
            await post(context, help_cards.storage_down_card(self._people))
            return
        await post(context, await self._question.card_for(context.activity.text or ""))
        await context.send_activity(apology)

    async def _run(self, context: TurnContext) -> None:
        action = _action_in(context)
        if action and not pressed_in(context.activity) and has_files(context.activity):
            await context.send_activity(FILE_WITH_COMMAND)
        if action and (simple := self._simple.get(action.verb)):
            reply = await simple(action)
            if isinstance(reply, str) and action.text(
                "typed_reference"
            ):  # they deal with no cases: it may be their own
                reply = await self._simple[Verb.MINE_OPEN](action)
            await _show(context, reply, in_place=action.verb in IN_PLACE)
            return
        await self._state.load(context)
        dialogs = await self._dialogs.create_context(context)
        await self._converse(context, dialogs, action)
        try:
            await self._state.save_changes(context)
        except (Conflict, StorageUnavailable) as error:  # what was done is done; the draft, not the stack, is the truth
            log.info("dialog_state_not_kept", error=type(error).__name__)

    async def _converse(self, context: TurnContext, dialogs: DialogContext, action: ButtonPress | None) -> None:
        open_one = dialogs.active_dialog.id if dialogs.active_dialog else ""
        walk = _walk_of(action)
        if action and action.verb in WAS_QUESTION:
            await self._was_question(context, action)
        elif action and action.verb == Verb.REPORT_CANCEL and not pressed_in(context.activity):
            await self._cancel(context, dialogs, open_one)
        elif action and action.verb in ADDITION_VERBS:
            await dialogs.cancel_all_dialogs()
            await dialogs.begin_dialog("addition", action)
        elif action and not walk:
            await post(context, help_cards.unknown_button_card())
        elif action and (action.verb in STARTS or open_one != walk):
            await dialogs.cancel_all_dialogs()
            await dialogs.begin_dialog(walk, action)
        elif open_one:
            await dialogs.continue_dialog()
            await self._offer_to_answer(context, open_one)
        elif has_files(context.activity):
            await context.send_activity(FILE_WITHOUT_REPORT)
        else:
            await dialogs.begin_dialog("question")
            await self._offer_as_answer(context)

    async def _offer_to_answer(self, context: TurnContext, open_one: str) -> None:
        """Words that sound like a question may be what is reported: they are taken, and one tap says otherwise."""
        text = context.activity.text or ""
        if pressed_in(context.activity) or has_files(context.activity) or not looks_like_a_question(text):
            return
        stays = ADDITION_KEPT if open_one == "addition" else ""
        verb = next(verb for verb, walk in WAS_QUESTION.items() if walk == open_one)
        await post(context, was_question_card(verb, text.strip(), stays))

    async def _was_question(self, context: TurnContext, action: ButtonPress) -> None:
        text, name = action.text("text"), WAS_QUESTION[Verb(action.verb)]
        if walk := self._walks.get(name):
            await walk.take_out(context, action.person, text)
        await show(context, await self._question.card_for(text))
        await context.send_activity(STAYS[name])

    async def _offer_as_answer(self, context: TurnContext) -> None:
        """What was typed may be the answer that the team of a report waits for."""
        if offer := await self._addition.offer(person_in(context.activity), context.activity.text or ""):
            await post(context, offer)

    async def _cancel(self, context: TurnContext, dialogs: DialogContext, open_one: str) -> None:
        """Typed: a walk asks once before it is thrown away, what is added to a report just ends."""
        if walk := self._walks.get(open_one):
            await walk.ask_to_cancel(context)
            return
        await context.send_activity(ADDITION_ENDED if open_one else NOTHING_TO_CANCEL)
        await dialogs.cancel_all_dialogs()

    async def _help(self, pressed: ButtonPress) -> Card:
        return help_cards.welcome_card(self._people)

    async def _ask(self, pressed: ButtonPress) -> Card:
        return help_cards.ask_card()


def _walk_of(action: ButtonPress | None) -> str:
    """The walk that a button belongs to; empty for any other, and for a verb that is none."""
    verb = action.verb if action and action.verb in set(Verb) else ""
    return next((walk for begins, walk in WALKS.items() if verb.startswith(begins)), "")


def looks_like_a_question(text: str) -> bool:
    """Whether a message in the middle of a walk asks something, rather than tells of what is reported."""
    text = text.strip()
    is_alone = "\n" not in text and "://" not in text and len(text) < 300
    return is_alone and (text.endswith("?") or bool(_ASKING.match(text)))


async def _show(context: TurnContext, reply: Reply, *, in_place: bool) -> None:
    if isinstance(reply, str):
        await say(context, reply)
    elif in_place and pressed_in(context.activity):
        await show(context, reply or help_cards.unknown_button_card())
    else:
        await post(context, reply or help_cards.unknown_button_card())


def _action_in(context: TurnContext) -> ButtonPress | None:
    """The button that was pressed, or the command that was typed."""
    pressed = pressed_in(context.activity)
    if pressed:
        return pressed
    typed = " ".join((context.activity.text or "").casefold().strip().rstrip(".!").split())
    if found := _REFERENCE.fullmatch(typed):
        reference = f"SM-{found[1]}-{found[2]}"
        data = {"search": reference, "case": reference, "typed_reference": reference}
        return press_of(context.activity, Verb.CASES, data)
    verb = COMMANDS.get(typed)
    return press_of(context.activity, verb, dict(COMMAND_DATA.get(typed, {}))) if verb else None
