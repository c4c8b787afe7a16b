"""Questions that people passed on to the policy's owners, and answers that people called wrong.

Nothing stands here that the asker did not agree to. All rows are in one partition (see `case_book.py`):

    question|ID          a question that was passed on, and its answer
    feedback|TIME|ID     an answer that somebody called wrong; with their question only if they agreed
    due|…                who is still to be told (`due.py`)
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from storage.due import Claim, DueQueue, all_due, stamp
from storage.records import Person, PostedCard
from storage.tables.port import Conflict, Insert, NotFound, Operation, Put, Replace, Row, Tables, prefix_range
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


class AlreadyAnswered(Exception):
    """Somebody was first; `question` holds their answer."""

    def __init__(self, question: PassedOn) -> None:
        super().__init__(f"question {question.id} is answered")
        self.question = question


_question_codec = RowCodec(PassedOn)
_feedback_codec = RowCodec(Feedback)


class QuestionBook:
    """Keeps them until the next revision of the structured copy. May raise `StorageUnavailable`; then nothing was."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.due = DueQueue(tables, TABLE)

    async def pass_on(self, question: PassedOn) -> PassedOn:
        """Keep the question, and make its card in the owners' channel due. Passed on twice, it is the one it was."""
        try:
            await self._write(
                Insert(f"question|{question.id}", _question_codec.to_values(question)),
                *all_due(question.id, question.revision, [QuestionNotice.POST], question.asked_at),
            )
        except Conflict:
            return await self.get(question.id)
        return question

    async def get(self, question_id: str) -> PassedOn:
        """The question; `NotFound` if there is none."""
        return _question_codec.from_values((await self._row(question_id)).values)

    async def answer(self, question_id: str, text: str, by: Person, at: datetime) -> PassedOn:
        """The question with its answer, which the asker is then told. Raises `AlreadyAnswered` or `NotFound`."""

        def change(question: PassedOn) -> PassedOn:
            if question.answer:
                raise AlreadyAnswered(question)
            return replace(question, answer=text, answered_by=by, answered_at=at, revision=question.revision + 1)

        return await self._change(question_id, change, at, QuestionNotice.CARD, QuestionNotice.ANSWER)

    async def posted(self, claim: Claim, card: PostedCard, at: datetime) -> None:
        """Its card stands in the channel."""
        await self._change(claim.notification.subject, lambda question: replace(question, card=card), at, settled=claim)

    async def keep_feedback(self, feedback: Feedback) -> None:
        """Keep that an answer was called wrong, or add the question to what is kept of it."""
        await self._write(Put(f"feedback|{stamp(feedback.at)}|{feedback.id}", _feedback_codec.to_values(feedback)))

    async def all_questions(self) -> list[PassedOn]:
        """Every question that was passed on, oldest first."""
        found = [_question_codec.from_values(row.values) for row in await self._all("question|")]
        return sorted(found, key=lambda question: question.asked_at)

    async def all_feedback(self) -> list[Feedback]:
        """Every answer that was called wrong, oldest first."""
        return [_feedback_codec.from_values(row.values) for row in await self._all("feedback|")]

    async def _change(
        self,
        question_id: str,
        change: Callable[[PassedOn], PassedOn],
        at: datetime,
        *tell: QuestionNotice,
        settled: Claim | None = None,
    ) -> PassedOn:
        while True:
            row = await self._row(question_id)
            question = change(_question_codec.from_values(row.values))
            more: list[Operation] = [*all_due(question_id, question.revision, tell, at)]
            if settled:
                more.append(settled.settled)
            try:
                await self._write(Replace(row.key, _question_codec.to_values(question), row.etag), *more)
            except Conflict:
                continue
            return question

    async def _row(self, question_id: str) -> Row:
        try:
            return await self._tables.get(TABLE, TABLE, f"question|{question_id}")
        except ValueError as error:
            raise NotFound(str(error)) from error

    async def _all(self, prefix: str) -> list[Row]:
        start, stop = prefix_range(prefix)
        return await self._tables.query(TABLE, TABLE, start=start, stop=stop)

    async def _write(self, *operations: Operation) -> list[str]:
        return await self._tables.write(TABLE, TABLE, *operations)
