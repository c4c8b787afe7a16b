"""Questions that people passed on to the policy's owners, and answers that people called wrong.

Nothing stands here that the asker did not agree to. Beside the questions (`record_book.py`), its partition holds

    feedback|TIME|ID     an answer that somebody called wrong; with their question only if they agreed
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from storage.due import Claim, all_due, stamp
from storage.record_book import RecordBook
from storage.records import Person, PostedCard, Refused
from storage.tables.port import Conflict, Insert, Operation, Put, Tables
from storage.tables.rows import RowCodec

TABLE = "questions"


class QuestionNotice(StrEnum):
    """Whom a due notification of a question tells, and what."""

    POST = "question"
    CARD = "question-card"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A question for the policy's owners. `bot_said` is the verdict and the clauses that the bot had given."""

    id: str
    asker: Person
    text: str
    asked_at: datetime
    bot_said: str = ""
    answer: str = ""
    answered_by: Person | None = None
    answered_at: datetime | None = None
    card: PostedCard | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Feedback:
    """An answer that somebody called wrong. `question` is empty unless they agreed to have it kept."""

    id: str
    at: datetime
    bot_said: str
    question: str = ""


class AlreadyAnswered(Refused):
    """Somebody was first; `question` holds their answer."""

    def __init__(self, question: PassedOn) -> None:
        super().__init__(f"question {question.id} is answered")
        self.question = question


_feedback_codec = RowCodec(Feedback)


class QuestionBook(RecordBook[PassedOn]):
    """Keeps them until the next revision of the structured copy. May raise `StorageUnavailable`; then nothing was."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables, TABLE, "question", PassedOn)

    async def pass_on(self, question: PassedOn) -> PassedOn:
        """Keep the question, and make its card in the owners' channel due. Passed on twice, it is the one it was."""
        try:
            await self._write(
                Insert(self._key(question.id), self._codec.to_values(question)),
                *all_due(question.id, question.revision, [QuestionNotice.POST], question.asked_at),
            )
        except Conflict:
            return await self.get(question.id)
        return question

    async def answer(self, question_id: str, text: str, by: Person, at: datetime) -> PassedOn:
        """The question with its answer, which the asker is then told. Raises `AlreadyAnswered` or `NotFound`."""

        def change(question: PassedOn) -> PassedOn:
            if question.answer:
                raise AlreadyAnswered(question)
            return replace(question, answer=text, answered_by=by, answered_at=at, revision=question.revision + 1)

        return await self._tell(question_id, change, at, QuestionNotice.CARD, QuestionNotice.ANSWER)

    async def posted(self, claim: Claim, card: PostedCard, at: datetime) -> None:
        """Its card stands in the channel."""
        await self._tell(claim.notification.subject, lambda question: replace(question, card=card), at, settled=claim)

    async def keep_feedback(self, feedback: Feedback) -> None:
        """Keep that an answer was called wrong, or add the question to what is kept of it."""
        await self._write(Put(f"feedback|{stamp(feedback.at)}|{feedback.id}", _feedback_codec.to_values(feedback)))

    async def all_questions(self) -> list[PassedOn]:
        """Every question that was passed on, oldest first."""
        found = [self._codec.from_values(row.values) for row in await self._query("question|")]
        return sorted(found, key=lambda question: question.asked_at)

    async def all_feedback(self) -> list[Feedback]:
        """Every answer that was called wrong, oldest first."""
        return [_feedback_codec.from_values(row.values) for row in await self._query("feedback|")]

    async def _tell(
        self,
        question_id: str,
        change: Callable[[PassedOn], PassedOn],
        at: datetime,
        *tell: QuestionNotice,
        settled: Claim | None = None,
    ) -> PassedOn:
        """The question after `change`, and whom it is to be told; `settled` is done with it."""

        def beside(question: PassedOn) -> tuple[PassedOn, list[Operation]]:
            after = change(question)
            told: list[Operation] = [*all_due(question_id, after.revision, tell, at)]
            return after, [*told, *([settled.settled] if settled else [])]

        return await self._change(question_id, beside)
