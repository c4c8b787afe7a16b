"""The linear heads: from an encoder's vector and a question's features to a ranking."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policy.answers.features import Array, Sparse
from policy.answers.kinds import FLOWS, KINDS, SILENT, TOPIC, VERDICTS, pooled
from policy.answers.ranking import Ranking
from policy.document import Verdict

SHARPNESS = 20.0
# The heads know already how common each answer is; what is usual for the clause (a flow: for the clause with this
# verdict) counts beside them.
USUAL = 0.5
USUAL_VERDICT = 1.0
SEEN_CLOSELY = 8
HEADS = ("clause", "verdict", "flow")
LEAST = 1e-9


class Heads:
    """The linear heads over both models, side by side in one matrix: clauses with their cases, verdicts, flows."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], told: Mapping[str, Any]) -> None:
        labels: list[str] = told["labels"]
        self.ids = list(dict.fromkeys(pooled(label) for label in labels))
        self._topics = [(at, label.removeprefix(TOPIC)) for at, label in enumerate(labels) if label.startswith(TOPIC)]
        self._share: float = told["share"]
        # A row for each of 45,000 terms, of which a question has some hundred: kept as small as on the disk.
        self._words = _side_by_side(arrays, ".words")
        self._words_bias, self._tuned, self._tuned_bias = (
            _side_by_side(arrays, part).astype(np.float32) for part in (".words.bias", ".tuned", ".tuned.bias")
        )
        verdicts, flows = len(labels), len(labels) + len(VERDICTS)
        self._parts = (slice(verdicts), slice(verdicts, flows), slice(flows, None))
        self._alphabet = np.argsort(np.argsort(self.ids))
        self._of = np.array([self.ids.index(pooled(label)) for label in labels])
        self._silent = self.ids.index(SILENT)
        self._whole = np.array([labels.index(name) for name in self.ids])
        cases = [(i, VERDICTS.index(Verdict(label.split("~")[1]))) for i, label in enumerate(labels) if "~" in label]
        self._cases = np.array(cases, dtype=np.int64).reshape(-1, 2)
        self._usual_verdicts = USUAL_VERDICT * arrays["verdict.usual"].astype(np.float32)
        self._usual_flows = USUAL * arrays["flow.usual"].astype(np.float32)

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
            self._on_topics(labels),
        )

    def _on_topics(self, labels: Array) -> dict[str, float]:
        """How likely each topic is, best first."""
        found = [(name, float(labels[at])) for at, name in self._topics]
        return dict(sorted(found, key=lambda item: (-item[1], item[0])))

    def _scores(self, vector: Array | None, sparse: Sparse) -> Array:
        """The logarithms of each head's chances: the two models' average, or what words alone say."""
        places, values = sparse
        words = np.asarray(values, dtype=np.float32) @ self._words[places].astype(np.float32) + self._words_bias
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
        plain = labels[self._whole]
        plain[self._silent] = chances[self._silent]
        found *= (plain / whole / np.maximum(found.sum(axis=1), LEAST))[:, None]
        found[self._of[at], verdict] += labels[at] / whole[self._of[at]]
        return found


def _side_by_side(arrays: Mapping[str, NDArray[Any]], end: str) -> NDArray[Any]:
    return np.ascontiguousarray(np.concatenate([arrays[head + end] for head in HEADS], axis=-1))


def _log_softmax(x: Array) -> Array:
    shifted = x - x.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), dtype=np.float32)
