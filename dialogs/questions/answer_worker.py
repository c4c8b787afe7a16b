"""One worker beside the event loop that works answers out, so that nobody else has to wait while one is computed."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from policy.answers.answering import Answerer
from policy.answers.encoder import Encoder
from policy.answers.wording import Answer
from policy.document import Policy

MOST_WAITING = 300
"""So many wait some five seconds; Teams gives up on a message after fifteen."""


class TooManyWaiting(Exception):
    """More questions are waiting than can be answered before Teams gives up on them."""


class AnswerWorker:
    """Answers in the order in which they were asked for, one at a time; they share one model."""

    def __init__(self, answerer: Answerer, most_waiting: int = MOST_WAITING) -> None:
        self._answerer = answerer
        self._most_waiting = most_waiting
        self._waiting = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answers")

    @property
    def policy(self) -> Policy:
        """The policy that is answered from."""
        return self._answerer.policy

    @property
    def encode(self) -> Encoder | None:
        """The encoder of the answers, for others who turn sentences into vectors; None where there is no model."""
        return self._answerer.encode

    def has_reading(self, name: str) -> bool:
        """Whether something can be said about this reading of a question."""
        return self._answerer.has_reading(name)

    async def answer(self, question: str) -> Answer:
        """The answer to a question. Raises `TooManyWaiting`."""
        return await self._work(lambda: self._answerer.answer(question))

    async def about_clause(self, clause_id: str, question: str) -> Answer:
        """The answer from one clause, once a person has picked it. Raises `TooManyWaiting`."""
        return await self._work(lambda: self._answerer.about_clause(clause_id, question))

    async def _work(self, work: Callable[[], Answer]) -> Answer:
        if self._waiting >= self._most_waiting:
            raise TooManyWaiting
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Ends the thread; what still waits is not answered any more."""
        self._thread.shutdown(cancel_futures=True)
