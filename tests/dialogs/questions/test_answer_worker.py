"""The worker that answers beside the event loop: in order, one at a time, and never more waiting than are answered."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from dialogs.questions.answer_worker import AnswerWorker, TooManyWaiting
from policy.answers.wording import Answer
from policy.document import Verdict


class SlowAnswerer:
    """Answers when it is told to; remembers what it was asked, and on which threads."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.asked: list[str] = []
        self.threads: set[int] = set()

    def answer(self, question: str) -> Answer:
        self.asked.append(question)
        self.threads.add(threading.get_ident())
        assert self.go_on.wait(10)
        return Answer(Verdict.INFO, (), question)


@pytest.fixture
def slow() -> SlowAnswerer:
    return SlowAnswerer()


@pytest.fixture
async def worker(slow: SlowAnswerer) -> AsyncIterator[AnswerWorker]:
    made = AnswerWorker(slow, most_waiting=3)  # type: ignore[arg-type]
    yield made
    slow.go_on.set()
    made.close()


async def test_the_event_loop_goes_on_while_an_answer_is_worked_out(worker: AnswerWorker, slow: SlowAnswerer) -> None:
    asking = asyncio.create_task(worker.answer("one"))
    await asyncio.sleep(0)
    slow.go_on.set()  # reached only because the loop is not held up
    assert "one" == (await asking).sentence
    assert threading.get_ident() not in slow.threads


async def test_answers_are_worked_out_in_order_on_one_thread(worker: AnswerWorker, slow: SlowAnswerer) -> None:
    asking = [asyncio.create_task(worker.answer(question)) for question in ("one", "two", "three")]
    await asyncio.sleep(0)
    slow.go_on.set()
    assert ["one", "two", "three"] == [answer.sentence for answer in await asyncio.gather(*asking)]
    assert ["one", "two", "three"] == slow.asked
    assert 1 == len(slow.threads)


async def test_more_than_can_be_answered_in_time_are_refused_at_once(worker: AnswerWorker, slow: SlowAnswerer) -> None:
    """Whoever is refused hears so; those before are answered, and then there is room again."""
    asking = [asyncio.create_task(worker.answer(question)) for question in ("one", "two", "three")]
    await asyncio.sleep(0)
    with pytest.raises(TooManyWaiting):
        await worker.answer("four")
    slow.go_on.set()
    await asyncio.gather(*asking)
    assert "five" == (await worker.answer("five")).sentence
