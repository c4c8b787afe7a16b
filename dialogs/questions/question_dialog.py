"""A question is answered from the policy, at once and by itself: nothing of it is stored or logged."""

import asyncio

from botbuilder.dialogs import Dialog, DialogContext, DialogTurnResult

from cards.kit.parts import Card
from cards.questions import answer_cards
from dialogs.turn import show
from policy.answers.answering import about_clause, answer
from policy.document import Policy

MAX_QUESTION = 3_000
"""Characters of a question that are read."""


class QuestionDialog(Dialog):
    """Begins and ends in one turn."""

    def __init__(self, policy: Policy) -> None:
        super().__init__("question")
        self._policy = policy

    async def begin_dialog(self, dialog_context: DialogContext, options: object = None) -> DialogTurnResult:
        """Answer the message of this turn."""
        await show(dialog_context.context, await self.card_for(dialog_context.context.activity.text or ""))
        return await dialog_context.end_dialog()

    async def card_for(self, question: str) -> Card:
        """The card that answers; worked out off the event loop."""
        answered = await asyncio.to_thread(answer, self._policy, question[:MAX_QUESTION])
        return answer_cards.answer_card(self._policy, answered, question)

    def card_about(self, clause_id: str, question: str = "") -> Card | None:
        """The card about one clause, once a person has picked it; `None` if the policy has no such clause."""
        if clause_id not in self._policy:
            return None
        return answer_cards.answer_card(self._policy, about_clause(self._policy, clause_id, question), question)
