"""The button on a question's card in the policy owners' channel: somebody answers, and the asker reads it."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.people.roles import Roles
from cards.kit.elements import escape
from cards.questions import question_cards
from cards.verbs import Verb
from dialogs.buttons import ButtonPress, Handlers, Reply, guarded
from storage.conversation_references import Purpose
from storage.questions.question_book import AlreadyAnswered, PassedOn, QuestionBook
from storage.tables.port import NotFound

log = structlog.get_logger()
NOT_AN_OWNER = "Only members of the policy questions channel can answer. Nothing was changed."
NO_QUESTION = "That question is not here any more."
WAS_FIRST = "{who} was first; your answer was not sent."


class QuestionActions:
    """Answers the button of a passed-on question, by verb (`handlers`)."""

    def __init__(
        self, questions: QuestionBook, roles: Roles, wake_notifier: Callable[[], None], now: Callable[[], datetime]
    ) -> None:
        self._questions = questions
        self._roles = roles
        self._wake_notifier = wake_notifier
        self._now = now
        self.handlers: Handlers = {Verb.ANSWER: guarded(self._admit, self._answer)}

    async def _admit(self, press: ButtonPress) -> tuple[ButtonPress, PassedOn] | str:
        """Who is, now, in the channel of the policy's owners."""
        try:
            question = await self._questions.get(press.text("question"))
        except NotFound:
            return NO_QUESTION
        if not await self._roles.is_in_channel(press.person, Purpose.POLICY_QUESTIONS):
            return NOT_AN_OWNER
        return press, question

    async def _answer(self, asked: tuple[ButtonPress, PassedOn]) -> Reply:
        """The question's card as it then is."""
        press, question = asked
        if question.answer:
            return question_cards.question_card(question)
        text = press.text("answer").strip()
        if not text or len(text) > question_cards.MAX_TEXT:
            return question_cards.question_card(question, typed=text, wrong=_wrong(text))
        try:
            question = await self._questions.answer(question.id, text, press.person, self._now())
        except AlreadyAnswered as late:
            who = late.question.answered_by.name if late.question.answered_by else "Somebody"
            return question_cards.question_card(late.question, note=WAS_FIRST.format(who=escape(who)), typed=text)
        log.info("question_answered", question=question.id)
        self._wake_notifier()
        return question_cards.question_card(question)


def _wrong(text: str) -> str:
    if not text:
        return question_cards.NO_ANSWER
    return question_cards.TOO_LONG.format(length=len(text), limit=question_cards.MAX_TEXT)
