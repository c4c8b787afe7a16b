"""Ranks the clauses of a policy for a question: tuned MiniLM and TF-IDF, each with linear heads, averaged."""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from policy.answers import reading
from policy.answers.encoder import Encoder
from policy.answers.kinds import FLOWS, KINDS, VERDICTS
from policy.document import Clause, Flow, Policy, Verdict

MODEL = Path(__file__).parent / "model"
WORD = re.compile(r"[a-z0-9]+")
SHARPNESS = 20.0
CONCEPT_WEIGHT = 0.25
# The heads know already how common each answer is; what is usual for the clause (a flow: for the clause with this
# verdict) counts beside them.
USUAL = 0.5
USUAL_VERDICT = 1.0
NGRAMS = (3, 4, 5)
# Words, pairs of words, pieces of words, and how much each sort counts.
SORTS = (1.0, 0.6, 1.0)
SEEN_CLOSELY = 8
HEADS = ("clause", "verdict", "flow")
LEAST = 1e-9

Array = NDArray[np.float32]
Sparse = tuple[list[int], list[float]]


@dataclass(frozen=True)
class Ranking:
    """How likely each clause is meant (or none of them), best first; its verdicts; and the flow to each of them."""

    chances: dict[str, float]
    verdicts: dict[str, dict[Verdict, float]]
    flows: dict[str, dict[Verdict, Flow | None]]
    any_flow: Flow | None = None
    """The likeliest walk, whichever clause is meant."""

    @property
    def best(self) -> str:
        return next(iter(self.chances))

    def chance(self, *names: str) -> float:
        return sum(self.chances.get(name, 0.0) for name in names)

    def flow(self, clause: Clause, verdict: Verdict) -> Flow | None:
        """The walk to offer where this is the answer; the clause's own where nothing was learnt."""
        return self.flows.get(clause.id, {}).get(verdict, clause.flow)


class Rank(Protocol):
    """What ranks: a whole question with all it has, a part of one quickly."""

    def __call__(self, text: str) -> Ranking: ...

    def quick(self, text: str) -> Ranking: ...


def terms(text: str) -> list[str]:
    """Words, pairs of words and pieces of words, each behind a letter for its sort."""
    words = WORD.findall(text)
    found = [f"w:{word}" for word in words] + _pairs(words)
    return found + [piece for word in words for piece in _pieces(word)]


def _pairs(words: list[str]) -> list[str]:
    return [f"b:{a} {b}" for a, b in pairwise(words)]


def _pieces(word: str) -> list[str]:
    padded = f" {word} "
    return [f"c:{padded[at : at + size]}" for size in NGRAMS for at in range(len(padded) - size + 1)]


class Features:
    """A sparse vector for a question: TF-IDF of its terms, and the concepts read in it."""

    def __init__(self, vocabulary: list[str], rarity: Array, concepts: list[str]) -> None:
        self.vocabulary, self.rarity, self.concepts = vocabulary, rarity, concepts
        self._at = {term: number for number, term in enumerate(vocabulary)}
        self._rarity = [float(value) for value in rarity]
        self._concept_at = {name: len(vocabulary) + number for number, name in enumerate(concepts)}
        self._places_of = lru_cache(maxsize=8192)(self._word_and_pieces)

    @property
    def width(self) -> int:
        return len(self.vocabulary) + len(self.concepts)

    def __call__(self, text: str) -> Sparse:
        words = WORD.findall(text)
        whole, pieces = [], []
        for word in words:
            own, parts = self._places_of(word)
            whole += own
            pieces += parts
        places: list[int] = []
        values: list[float] = []
        for weight, found in zip(SORTS, (whole, self._known(_pairs(words)), pieces), strict=True):
            counts = Counter(found)
            raw = [self._rarity[at] if n == 1 else (1 + math.log(n)) * self._rarity[at] for at, n in counts.items()]
            length = (math.sqrt(sum(value * value for value in raw)) or 1.0) / weight
            places += counts
            values += [value / length for value in raw]
        read = [self._concept_at[name] for name in sorted(reading.read(text).concepts) if name in self._concept_at]
        return places + read, values + [CONCEPT_WEIGHT] * len(read)

    def _word_and_pieces(self, word: str) -> tuple[list[int], list[int]]:
        return self._known([f"w:{word}"]), self._known(_pieces(word))

    def _known(self, found: list[str]) -> list[int]:
        return [self._at[term] for term in found if term in self._at]


class Heads:
    """The linear heads over both models, side by side in one matrix: clauses with their cases, verdicts, flows."""

    def __init__(self, arrays: dict[str, Array], told: Mapping[str, Any]) -> None:
        labels: list[str] = told["labels"]
        self.ids = list(dict.fromkeys(label.split("~")[0] for label in labels))
        self._share: float = told["share"]
        self._words, self._words_bias = (_side_by_side(arrays, f".words{end}") for end in ("", ".bias"))
        self._tuned, self._tuned_bias = (_side_by_side(arrays, f".tuned{end}") for end in ("", ".bias"))
        verdicts, flows = len(labels), len(labels) + len(VERDICTS)
        self._parts = (slice(verdicts), slice(verdicts, flows), slice(flows, None))
        self._alphabet = np.argsort(np.argsort(self.ids))
        self._of = np.array([self.ids.index(label.split("~")[0]) for label in labels])
        self._whole = np.array([labels.index(name) for name in self.ids])
        cases = [(i, VERDICTS.index(Verdict(label.split("~")[1]))) for i, label in enumerate(labels) if "~" in label]
        self._cases = np.array(cases, dtype=np.int64).reshape(-1, 2)
        self._usual_verdicts = USUAL_VERDICT * arrays["verdict.usual"]
        self._usual_flows = USUAL * arrays["flow.usual"]

    def __call__(self, vector: Array | None, sparse: Sparse) -> Ranking:
        """Ranks; without a vector by words alone."""
        scores = self._scores(vector, sparse)
        clause, verdict, flow = (scores[part] for part in self._parts)
        labels = np.exp(clause)
        chances = np.bincount(self._of, weights=labels).astype(np.float64, copy=False)
        order = np.lexsort((self._alphabet, -chances)).tolist()
        verdicts = self._verdicts(labels, chances, verdict)
        first = order[:SEEN_CLOSELY]
        flows = np.exp(_log_softmax(flow + self._usual_flows[first]))
        any_flow = np.einsum("c,cv,cvf->f", chances[first], verdicts[first], flows).argmax()
        each = chances.tolist()
        return Ranking(
            {self.ids[n]: each[n] for n in order},
            {
                self.ids[n]: dict(zip(VERDICTS, verdicts[n].tolist(), strict=True))
                for n in first
                if self.ids[n] not in KINDS
            },
            {
                self.ids[n]: {verdict: FLOWS[at] for verdict, at in zip(VERDICTS, each_flow, strict=True)}
                for n, each_flow in zip(first, flows.argmax(axis=-1).tolist(), strict=True)
            },
            FLOWS[any_flow],
        )

    def _scores(self, vector: Array | None, sparse: Sparse) -> Array:
        """The logarithms of each head's chances: the two models' average, or what words alone say."""
        places, values = sparse
        words = np.asarray(values, dtype=np.float32) @ self._words[places] + self._words_bias
        if vector is None:
            return self._each(words)
        tuned = (SHARPNESS * vector).astype(np.float32) @ self._tuned + self._tuned_bias
        both = (1 - self._share) * self._each(tuned) + self._share * self._each(words)
        return self._each(both.astype(np.float32))

    def _each(self, scores: Array) -> Array:
        """Each head's scores as the logarithms of chances."""
        return np.concatenate([_log_softmax(scores[part]) for part in self._parts])

    def _verdicts(self, labels: Array, chances: NDArray[np.float64], logs: Array) -> NDArray[np.float64]:
        """The verdicts of every clause: its cases have one each, the rest is shared as the verdict head sees it."""
        found = np.exp(_log_softmax(logs + self._usual_verdicts)).astype(np.float64)
        at, verdict = self._cases.T
        found[self._of[at], verdict] = 0
        whole = np.maximum(chances, LEAST)
        found *= (labels[self._whole] / whole / np.maximum(found.sum(axis=1), LEAST))[:, None]
        found[self._of[at], verdict] += labels[at] / whole[self._of[at]]
        return found


class Ranker:
    """The trained model of one policy."""

    def __init__(self, folder: Path = MODEL) -> None:
        told = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self.reference: str = told["reference"]
        self.own_verdicts: dict[str, str] = told["verdicts"]
        with np.load(folder / "heads.npz") as kept:
            self._heads = Heads({name: kept[name].astype(np.float32) for name in kept.files}, told)
            rarity = kept["rarity"].astype(np.float32)
        vocabulary = (folder / "terms.txt").read_text(encoding="utf-8").split("\n")
        self._features = Features(vocabulary, rarity, told["concepts"])
        self._encoder = Encoder(folder)
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
        gone = [name for name in self._heads.ids if name not in KINDS and name not in policy]
        if not changed and not gone:
            return self

        return _Adapted(self, gone, changed)

    def _ranked(self, text: str) -> Ranking:
        return self._heads(self._encoder(text), self._features(text))

    def _ranked_by_words(self, text: str) -> Ranking:
        return self._heads(None, self._features(text))


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
        return Ranking(chances, found.verdicts | self.changed, found.flows, found.any_flow)


def _side_by_side(arrays: Mapping[str, Array], end: str) -> Array:
    return np.ascontiguousarray(np.concatenate([arrays[head + end] for head in HEADS], axis=-1))


def _log_softmax(x: Array) -> Array:
    shifted = x - x.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), dtype=np.float32)
