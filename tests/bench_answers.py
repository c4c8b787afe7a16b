"""python -m tests.bench_answers: accuracy beside two baselines, latency and memory."""

import math
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from policy.answers.answering import Answerer
from policy.answers.kinds import Labelled
from policy.answers.nearest import Nearest, terms
from policy.document import Verdict
from policy.learning.labelled import read_all, read_bank
from policy.learning.measure import Given, measure
from policy.loading import load_policy

MEASURED = Path(__file__).parent / "policy" / "answers" / "dev.jsonl"
SATURATION, LENGTH_WEIGHT = 1.5, 0.75


class BM25:
    """The known question with the best BM25 score."""

    def __init__(self, known: list[Labelled]) -> None:
        self.known = known
        self._counts = [Counter(terms(item.question)) for item in known]
        self._lengths = [sum(count.values()) for count in self._counts]
        self._usual = sum(self._lengths) / len(known)
        seen = Counter(term for count in self._counts for term in count)
        self._rarity = {t: math.log(1 + (len(known) - n + 0.5) / (n + 0.5)) for t, n in seen.items()}

    def nearest(self, question: str) -> Labelled:
        asked = set(terms(question))
        scores = [self._score(asked, number) for number in range(len(self.known))]
        return self.known[scores.index(max(scores))]

    def _score(self, asked: set[str], number: int) -> float:
        count, total = self._counts[number], 0.0
        spread = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * self._lengths[number] / self._usual
        for term in asked & count.keys():
            total += self._rarity[term] * count[term] * (SATURATION + 1) / (count[term] + SATURATION * spread)
        return total


def main() -> None:
    started = time.perf_counter()
    policy = load_policy()
    answerer = Answerer(policy)
    answerer.answer("May I add a pupil on Facebook?")
    _say(f"cold start {time.perf_counter() - started:.2f} s, memory {_memory():.0f} MB")
    items, times = list(read_bank(policy, MEASURED)), []

    def ours(question: str) -> Given:
        start = time.perf_counter()
        said = answerer.answer(question)
        times.append((time.perf_counter() - start) * 1000)
        return Given(said.verdict, tuple(clause.id for clause in said.clauses), said.flow)

    _say(f"{'this bot':28} {measure(items, ours)}")
    known = [item for item in read_all(policy) if all(name in policy for name in item.clauses)]
    bm25, nearest = BM25(known), Nearest(known)
    _say(f"{'BM25, nearest question':28} {measure(items, lambda q: _as_given(bm25.nearest(q)))}")
    _say(f"{'TF-IDF, nearest question':28} {measure(items, lambda q: _nearest(nearest, q))}")
    times.sort()
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    _say(f"latency of answer(): p50 {p50:.1f} ms, p99 {p99:.1f} ms, {len(items)} questions; memory {_memory():.0f} MB")


def _as_given(item: Labelled) -> Given:
    return Given(item.verdict, item.clauses, item.flow)


def _nearest(nearest: Nearest, question: str) -> Given:
    found = nearest.nearest(question, 1)
    return _as_given(found[0][1]) if found else Given(Verdict.NOT_COVERED, (), None)


def _memory() -> float:
    """The most memory that the process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
