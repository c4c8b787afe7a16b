"""What a passed-on question has to tell: its card in the owners' channel, and the answer to the asker."""

import contextlib
from collections.abc import Callable
from datetime import datetime

from bot.delivery.notifier import Deliver, Outbox
from bot.teams.connector import Gone
from bot.teams.messenger import Messenger
from cards.questions import question_cards
from storage.conversation_references import Purpose
from storage.due import Claim
from storage.questions.question_book import QuestionBook, QuestionNotice


class QuestionNotices:
    """Delivers the notifications of the question book."""

    def __init__(self, questions: QuestionBook, messenger: Messenger, now: Callable[[], datetime]) -> None:
        self._questions = questions
        self._messenger = messenger
        self._now = now
        kinds: dict[str, Deliver] = {
            QuestionNotice.POST: self._post,
            QuestionNotice.CARD: self._card,
            QuestionNotice.ANSWER: self._answer,
        }
        self.outbox = Outbox(questions.due, kinds)

    async def _post(self, claim: Claim) -> None:
        question = await self._questions.get(claim.notification.subject)
        channel = await self._messenger.channel_for(Purpose.POLICY_QUESTIONS)
        posted = await self._messenger.post_card(channel, question_cards.question_card(question))
        await self._questions.posted(claim, posted, self._now())

    async def _card(self, claim: Claim) -> None:
        """The card shows the answer to everybody; one that was deleted stays away, since its question is settled."""
        question = await self._questions.get(claim.notification.subject)
        if question.card:
            with contextlib.suppress(Gone):
                await self._messenger.update_card(question.card, question_cards.question_card(question))
        await self._questions.due.settle(claim)

    async def _answer(self, claim: Claim) -> None:
        question = await self._questions.get(claim.notification.subject)
        chat = await self._messenger.chat_with(question.asker)
        await self._messenger.post_card(chat, question_cards.answered_card(question))
        await self._questions.due.settle(claim)
