"""Ranks the clauses of a policy for a question: tuned MiniLM and TF-IDF, each with linear heads, averaged."""

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policy import reading
from policy.document import Flow, Policy, Verdict
from policy.encoder import Encoder
from policy.learning import FLOWS, KINDS, VERDICTS

MODEL = Path(__file__).parent / "model"
WORD = re.compile(r"[a-z0-9]+")
SHARPNESS = 20.0
CONCEPT_WEIGHT = 0.25
PAIR_WEIGHT = 0.6
# The heads know already how common each answer is; what is usual for the clause counts beside them.
USUAL = 0.5
USUAL_VERDICT = 1.0
NGRAMS = (3, 4, 5)

Array = NDArray[np.float32]
Sparse = tuple[list[int], list[float]]


@dataclass(frozen=True)
class Ranking:
    """How likely each clause is meant (or none of them), best first; and for each its verdicts and flows."""

    chances: dict[str, float]
    verdicts: dict[str, dict[Verdict, float]]
    flows: dict[str, Flow | None]

    @property
    def best(self) -> str:
        return next(iter(self.chances))

    def chance(self, *names: str) -> float:
        return sum(self.chances.get(name, 0.0) for name in names)


class Rank(Protocol):
    """What ranks: a whole question with all it has, a part of one quickly."""

    def __call__(self, text: str) -> Ranking: ...

    def quick(self, text: str) -> Ranking: ...


def terms(text: str) -> list[tuple[str, str]]:
    """Words, pairs of words and pieces of words, each with its sort."""
    words = WORD.findall(text)
    found = [("w", word) for word in words] + [("b", f"{a} {b}") for a, b in pairwise(words)]
    for word in words:
        padded = f" {word} "
        found += [("c", padded[at : at + size]) for size in NGRAMS for at in range(len(padded) - size + 1)]
    return found


class Features:
    """A sparse vector for a question: TF-IDF of its terms, and the concepts read in it."""

    def __init__(self, vocabulary: list[str], rarity: Array, concepts: list[str]) -> None:
        self.vocabulary, self.rarity, self.concepts = vocabulary, rarity, concepts
        self._at = {term: number for number, term in enumerate(vocabulary)}
        self._concept_at = {name: len(vocabulary) + number for number, name in enumerate(concepts)}

    @property
    def width(self) -> int:
        return len(self.vocabulary) + len(self.concepts)

    def __call__(self, text: str) -> Sparse:
        places: list[int] = []
        values: list[float] = []
        counts = Counter(term for term in terms(text) if f"{term[0]}:{term[1]}" in self._at)
        for sort in ("w", "b", "c"):
            these = [(self._at[f"{s}:{t}"], n) for (s, t), n in counts.items() if s == sort]
            raw = [(at, (1 + math.log(n)) * float(self.rarity[at])) for at, n in these]
            length = math.sqrt(sum(value * value for _, value in raw)) or 1.0
            places += [at for at, _ in raw]
            values += [value / length * (PAIR_WEIGHT if sort == "b" else 1.0) for _, value in raw]
        read = [self._concept_at[name] for name in sorted(reading.read(text).concepts) if name in self._concept_at]
        return places + read, values + [CONCEPT_WEIGHT] * len(read)


class Ranker:
    """The trained model of one policy."""

    def __init__(self, folder: Path = MODEL) -> None:
        told = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        with np.load(folder / "heads.npz") as kept:
            self._arrays = {name: kept[name].astype(np.float32) for name in kept.files}
        self.reference: str = told["reference"]
        self.own_verdicts: dict[str, str] = told["verdicts"]
        self._labels: list[str] = told["labels"]
        self._share: float = told["share"]
        vocabulary = (folder / "terms.txt").read_text(encoding="utf-8").split("\n")
        self._features = Features(vocabulary, self._arrays["rarity"], told["concepts"])
        self._encoder = Encoder(folder)
        self._ids = list(dict.fromkeys(label.split("~")[0] for label in self._labels))
        self._rank = lru_cache(maxsize=2048)(self._ranked)
        self.quick = lru_cache(maxsize=2048)(self._ranked_by_words)

    def __call__(self, text: str) -> Ranking:
        """Ranks for a question already put into plain words."""
        return self._rank(text)

    def knows(self, policy: Policy) -> bool:
        """Whether this model was trained for the policy, though a clause may have come or gone since."""
        return policy.reference == self.reference

    def unlearnt(self, policy: Policy) -> list[str]:
        """Clauses that came, or changed their verdict, after the training."""
        return [clause.id for clause in policy.clauses if self.own_verdicts.get(clause.id) != clause.verdict]

    def for_policy(self, policy: Policy) -> Rank:
        """Ranks the clauses that there are now; a verdict changed in the copy goes before what was learnt."""
        changed = {name: {policy.clause(name).verdict: 1.0} for name in self.unlearnt(policy)}
        gone = [name for name in self._ids if name not in KINDS and name not in policy]
        if not changed and not gone:
            return self

        return _Adapted(self, gone, changed)

    def _ranked(self, text: str) -> Ranking:
        return self._ranking(self._encoder(text), self._features(text))

    def _ranked_by_words(self, text: str) -> Ranking:
        return self._ranking(None, self._features(text))

    def _ranking(self, vector: Array | None, sparse: Sparse) -> Ranking:
        labels = np.exp(self._logs("clause", vector, sparse))
        verdicts = self._logs("verdict", vector, sparse)
        flows = self._logs("flow", vector, sparse)
        chances: Counter[str] = Counter()
        for label, chance in zip(self._labels, labels, strict=True):
            chances[label.split("~")[0]] += chance
        best = dict(sorted(((name, float(chance)) for name, chance in chances.items()), key=lambda i: (-i[1], i[0])))
        first = list(best)[:8]
        return Ranking(
            best,
            {name: self._verdicts_for(name, labels, verdicts) for name in first if name not in KINDS},
            {name: self._flow_for(name, flows) for name in first},
        )

    def _logs(self, head: str, vector: Array | None, sparse: Sparse) -> Array:
        """The logarithms of a head's chances: the two models' average, or what words alone say."""
        a = self._arrays
        places, values = sparse
        words = np.asarray(values, dtype=np.float32) @ a[f"{head}.words"][places] + a[f"{head}.words.bias"]
        if vector is None:
            return _log_softmax(words)
        tuned = SHARPNESS * vector @ a[f"{head}.tuned"] + a[f"{head}.tuned.bias"]
        both = (1 - self._share) * _log_softmax(tuned) + self._share * _log_softmax(words)
        return _log_softmax(both)

    def _verdicts_for(self, name: str, labels: Array, logs: Array) -> dict[Verdict, float]:
        """The verdicts of one clause: its cases have one each, the rest is shared as the verdict head sees it."""
        usual = np.exp(_log_softmax(logs + USUAL_VERDICT * self._arrays["verdict.usual"][self._ids.index(name)]))
        cases = {i: label.split("~")[1] for i, label in enumerate(self._labels) if label.startswith(f"{name}~")}
        for number, each in enumerate(VERDICTS):
            usual[number] *= each not in cases.values()
        whole = float(labels[self._labels.index(name)]) + sum(float(labels[i]) for i in cases)
        rest = float(labels[self._labels.index(name)]) / max(whole, 1e-9)
        sums = max(float(usual.sum()), 1e-9)
        found: dict[Verdict, float] = {v: float(c) * rest / sums for v, c in zip(VERDICTS, usual, strict=True)}
        for i, verdict in cases.items():
            found[Verdict(verdict)] += float(labels[i]) / max(whole, 1e-9)
        return found

    def _flow_for(self, name: str, logs: Array) -> Flow | None:
        return FLOWS[int(np.argmax(logs + USUAL * self._arrays["flow.usual"][self._ids.index(name)]))]


@dataclass(frozen=True)
class _Adapted:
    """A trained ranking for a copy that was edited since: clauses gone, verdicts changed."""

    ranker: Ranker
    gone: list[str]
    changed: dict[str, dict[Verdict, float]]

    def __call__(self, text: str) -> Ranking:
        return self._without(self.ranker(text))

    def quick(self, text: str) -> Ranking:
        return self._without(self.ranker.quick(text))

    def _without(self, found: Ranking) -> Ranking:
        chances = {name: chance for name, chance in found.chances.items() if name not in self.gone}
        return Ranking(chances, found.verdicts | self.changed, found.flows)


def _log_softmax(x: Array) -> Array:
    shifted = x - x.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)
