"""What stands around the answers: the policy to leaf through, "was this right?", and a question that is passed on.

Each button of it is answered by one card. Nothing of a question is kept before the asker has said so.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from cards.kit.elements import Card
from cards.kit.times import LONDON
from cards.questions import answer_cards, browse_cards, question_cards
from cards.verbs import Verb
from dialogs.buttons import ButtonPress, Handlers, Reply
from dialogs.questions.question_dialog import QuestionDialog
from policy.document import Policy
from storage.conversation_references import ConversationReferences, Purpose
from storage.questions.question_book import Feedback, PassedOn, QuestionBook

THANKS = "Thank you."
_SAID = re.compile(r"[a-z_]{4,12}( [a-z0-9.-]{3,60}){0,6}")


@dataclass(frozen=True, slots=True)
class DeskTools:
    """What the desk stands on."""

    policy: Policy
    questions: QuestionBook
    references: ConversationReferences
    wake_notifier: Callable[[], None]
    now: Callable[[], datetime]


class PolicyDesk:
    """Verb to card. `in_place` are the verbs whose card takes the place of the one that was pressed."""

    in_place = frozenset({Verb.READING, Verb.SEND_ON, Verb.LEAVE_IT, Verb.KEEP_QUESTION, Verb.SECTION, Verb.BROWSE})

    def __init__(self, tools: DeskTools, question: QuestionDialog) -> None:
        self._tools = tools
        self._question = question
        self.handlers: Handlers = {
            Verb.RULES: self._rules,
            Verb.READING: self._clause,
            Verb.CLAUSE: self._clause,
            Verb.BROWSE: self._contents,
            Verb.SECTION: self._section,
            Verb.CHANGES: self._changes,
            Verb.RIGHT: self._right,
            Verb.WRONG: self._wrong,
            Verb.KEEP_QUESTION: self._keep_question,
            Verb.HAND_ON: self._ask_consent,
            Verb.SEND_ON: self._pass_on,
            Verb.LEAVE_IT: self._leave,
        }

    async def _rules(self, pressed: ButtonPress) -> Reply:
        return answer_cards.rules_card(self._tools.policy)

    async def _clause(self, pressed: ButtonPress) -> Reply:
        return await self._question.card_about(pressed.text("clause"), pressed.text("question"))

    async def _contents(self, pressed: ButtonPress) -> Reply:
        return browse_cards.contents_card(self._tools.policy, self._today())

    async def _section(self, pressed: ButtonPress) -> Reply:
        return browse_cards.section_card(self._tools.policy, pressed.text("section"))

    async def _changes(self, pressed: ButtonPress) -> Reply:
        return browse_cards.changes_card(self._tools.policy, self._today())

    async def _right(self, pressed: ButtonPress) -> Reply:
        return THANKS

    async def _wrong(self, pressed: ButtonPress) -> Reply:
        """The no is kept at once, without a word of the question; then the person is asked about that."""
        feedback = Feedback(secrets.token_hex(8), self._tools.now(), _said(pressed))
        await self._tools.questions.keep_feedback(feedback)
        at = feedback.at.isoformat()
        return question_cards.wrong_answer_card(feedback.id, at, pressed.text("question"), feedback.bot_said)

    async def _keep_question(self, pressed: ButtonPress) -> Reply:
        try:
            at = datetime.fromisoformat(pressed.text("at"))
        except ValueError:
            return None
        question = pressed.text("question")[: question_cards.MAX_TEXT]
        await self._tools.questions.keep_feedback(Feedback(_id(pressed), at, _said(pressed), question))
        return question_cards.kept_card()

    async def _ask_consent(self, pressed: ButtonPress) -> Reply:
        return self._consent(secrets.token_hex(8), pressed.text("question"), pressed)

    async def _pass_on(self, pressed: ButtonPress) -> Reply:
        """Keep first, then tell: it is written, then its card goes to the owners' channel."""
        text = pressed.text("question").strip()
        if not text:
            return self._consent(_id(pressed), text, pressed, question_cards.TOO_SHORT)
        if len(text) > question_cards.MAX_TEXT:
            wrong = question_cards.TOO_LONG.format(length=len(text), limit=question_cards.MAX_TEXT)
            return self._consent(_id(pressed), text, pressed, wrong)
        asker = pressed.person
        question = PassedOn(_id(pressed), asker, text, self._tools.now(), _said(pressed))
        question = await self._passed_on(question)
        self._tools.wake_notifier()
        channel = await self._tools.references.bound(Purpose.POLICY_QUESTIONS)
        return question_cards.passed_on_card(question, channel=channel is not None)

    async def _passed_on(self, question: PassedOn) -> PassedOn:
        """Kept once for each card; other words, or somebody else's card, make it another question."""
        kept = await self._tools.questions.pass_on(question)
        if (kept.asker.id, kept.text) == (question.asker.id, question.text):
            return kept
        return await self._tools.questions.pass_on(replace(question, id=secrets.token_hex(8)))

    async def _leave(self, pressed: ButtonPress) -> Reply:
        return question_cards.left_card()

    def _consent(self, question_id: str, text: str, pressed: ButtonPress, wrong: str = "") -> Card:
        said = _said(pressed)
        return question_cards.consent_card(question_id, text, said, wrong)

    def _today(self) -> date:
        return self._tools.now().astimezone(LONDON).date()


def _said(pressed: ButtonPress) -> str:
    """What the bot had answered, as its own card carries it; of anything else nothing."""
    given = pressed.text("said")
    return given if _SAID.fullmatch(given) else ""


def _id(pressed: ButtonPress) -> str:
    """The id that our own card carries; of anything else a new one."""
    given = pressed.text("id")
    return given if len(given) == 16 and given.isalnum() else secrets.token_hex(8)
