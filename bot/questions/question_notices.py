"""What a passed-on question has to tell: its card in the owners' channel, and the answer to the asker."""

from collections.abc import Callable
from datetime import datetime

from bot.delivery.notifier import Deliver, NoRoute, Outbox
from bot.teams.connector import ConnectorError
from bot.teams.messenger import Messenger
from cards.questions import question_cards
from storage.conversation_references import ConversationReferences, Purpose
from storage.due import Claim
from storage.questions.question_book import QuestionBook, QuestionNotice
from storage.tables.port import NotFound


class QuestionNotices:
    """Delivers the notifications of the question book."""

    def __init__(
        self,
        questions: QuestionBook,
        references: ConversationReferences,
        messenger: Messenger,
        now: Callable[[], datetime],
    ) -> None:
        self._questions = questions
        self._references = references
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
        binding = await self._references.bound(Purpose.POLICY_QUESTIONS)
        if binding is None:
            raise NoRoute("no channel is used for policy questions")
        posted = await self._messenger.post_card(binding.conversation, question_cards.question_card(question))
        await self._questions.posted(claim, posted, self._now())

    async def _card(self, claim: Claim) -> None:
        """The card shows the answer to everybody; one that was deleted stays away, since its question is settled."""
        question = await self._questions.get(claim.notification.subject)
        if question.card:
            try:
                await self._messenger.update_card(question.card, question_cards.question_card(question))
            except ConnectorError as error:
                if not error.is_gone:
                    raise
        await self._questions.due.settle(claim)

    async def _answer(self, claim: Claim) -> None:
        question = await self._questions.get(claim.notification.subject)
        try:
            chat = await self._references.chat_with(question.asker)
        except NotFound:
            raise NoRoute("the asker's chat is not known") from None
        await self._messenger.post_card(chat, question_cards.answered_card(question))
        await self._questions.due.settle(claim)
