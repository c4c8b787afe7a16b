"""A question is answered from the policy, at once and by itself: nothing of it is stored or logged."""

from collections.abc import Awaitable

from botbuilder.dialogs import Dialog, DialogContext, DialogTurnResult

from cards.kit.elements import Card
from cards.questions import answer_cards
from cards.reports.report_cards import Help
from dialogs.questions.answer_worker import AnswerWorker, TooManyWaiting
from dialogs.turn import show
from policy.answers.wording import Answer

MAX_QUESTION = 3_000
"""Characters of a question that are read."""


class QuestionDialog(Dialog):
    """Begins and ends in one turn."""

    def __init__(self, answers: AnswerWorker, people: Help) -> None:
        super().__init__("question")
        self._answers = answers
        self._people = people

    async def begin_dialog(self, dialog_context: DialogContext, options: object = None) -> DialogTurnResult:
        """Answer the message of this turn."""
        await show(dialog_context.context, await self.card_for(dialog_context.context.activity.text or ""))
        return await dialog_context.end_dialog()

    async def card_for(self, question: str) -> Card:
        """The card that answers."""
        return await self._card(self._answers.answer(question[:MAX_QUESTION]), question)

    async def card_about(self, clause_id: str, question: str = "") -> Card | None:
        """The card about one reading, once a person has picked it; `None` if the policy has no such clause or topic."""
        if not self._answers.has_reading(clause_id):
            return None
        return await self._card(self._answers.about_clause(clause_id, question), question)

    async def _card(self, answering: Awaitable[Answer], question: str) -> Card:
        try:
            return answer_cards.answer_card(self._answers.policy, await answering, question, self._people)
        except TooManyWaiting:
            return answer_cards.busy_card()
