"""Nearest known questions by TF-IDF: ranks for a policy without a trained model, and a baseline for one with it."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from policy.answers.kinds import SILENT, Labelled
from policy.answers.ranking import Ranking
from policy.answers.spelling import Speller
from policy.document import Clause, Policy, Verdict

WORD = re.compile(r"[a-z0-9']+")
ASKED = 5


def terms(text: str) -> list[str]:
    words = WORD.findall(text.lower())
    return words + [f"{a} {b}" for a, b in pairwise(words)]


class Nearest:
    """Finds the known questions most like a new one (cosine of TF-IDF)."""

    def __init__(self, known: Iterable[Labelled]) -> None:
        self.known = list(known)
        counts = [Counter(terms(item.question)) for item in self.known]
        seen = Counter(term for count in counts for term in count)
        self._rarity = {term: math.log((1 + len(counts)) / (1 + n)) + 1 for term, n in seen.items()}
        self._postings: dict[str, list[tuple[int, float]]] = {}
        for number, count in enumerate(counts):
            for term, weight in self._weights(count).items():
                self._postings.setdefault(term, []).append((number, weight))

    def _weights(self, count: Counter[str]) -> dict[str, float]:
        raw = {t: (1 + math.log(n)) * self._rarity[t] for t, n in count.items() if t in self._rarity}
        length = math.sqrt(sum(w * w for w in raw.values())) or 1.0
        return {t: w / length for t, w in raw.items()}

    def nearest(self, question: str, count: int = 10) -> list[tuple[float, Labelled]]:
        scores: dict[int, float] = {}
        for term, weight in self._weights(Counter(terms(question))).items():
            for number, other in self._postings.get(term, ()):
                scores[number] = scores.get(number, 0.0) + weight * other
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:count]
        return [(score, self.known[number]) for number, score in best]


def _known(question: str, clause: Clause) -> Labelled:
    return Labelled(question, clause.verdict, (), (clause.id,), (), clause.flow, (), "phrasing", "policy")


class NearestRanker:
    """Ranks the clauses of any policy by its own phrasings."""

    def __init__(self, policy: Policy, speller: Speller) -> None:
        self._policy = policy
        self._nearest = Nearest(
            _known(speller.plain_words(text), clause)
            for clause in policy.clauses
            for text in (*clause.phrasings, clause.title, clause.summary)
        )

    def __call__(self, text: str) -> Ranking:
        return self.quick(text)

    def quick(self, text: str) -> Ranking:
        near: dict[str, float] = {}
        for score, known in self._nearest.nearest(text, ASKED * 2):
            near.setdefault(known.clauses[0], score)
        whole = sum(near.values())
        best = max(near.values(), default=0.0)
        chances = {name: best * score / whole for name, score in near.items()} | {SILENT: 1 - best}
        ordered = dict(sorted(chances.items(), key=lambda item: (-item[1], item[0])))
        verdicts: dict[str, dict[Verdict, float]] = {name: {self._policy.clause(name).verdict: 1.0} for name in near}
        return Ranking(ordered, verdicts, {})
