"""Learns the heads anew over an encoder that stays as it is: for questions, topics and words that came after it.

Each head starts from the one that is there and is pulled back towards it, so that a few hundred new questions do not
undo what thousands have taught. A topic starts as a share of silence, a case as its clause.
"""

# mypy: disable-error-code="import-not-found,import-untyped,unused-ignore"

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from policy.answers.kinds import SILENT, TOPIC, pooled
from policy.learning.encoder_weights import Weights

Floats = NDArray[np.float32]

PULL, PULL_WORDS = 1e-3, 1e-6
"""How strongly the heads over vectors, and those over words, are pulled back to where they start."""
STEPS, STEPS_WORDS = 40, 15
RARELY = 3.0
"""A new case of a clause starts at a twentieth of the clause."""


def started(old: list[str], new: list[str], weights: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """The columns for the new labels, made of those for the old ones."""
    at = {label: number for number, label in enumerate(old)}
    topics = sum(label.startswith(TOPIC) for label in new if label not in at)
    source = [at.get(label, at[pooled(label)]) for label in new]
    less = [0.0 if label in at else np.log(topics) if label.startswith(TOPIC) else RARELY for label in new]
    if topics:
        less[new.index(SILENT)] = np.log(10.0)
    return weights[:, source].astype(np.float32), (bias[source] - np.array(less)).astype(np.float32)


def moved(rows: Any, wanted: Floats, start: tuple[Floats, Floats], pull: float, steps: int) -> tuple[Floats, Floats]:
    """The weights and the bias that give what is wanted, not far from where they start.

    `rows` is a matrix, dense or sparse, with a row for each question; `wanted` holds the chance of each label, times
    how much the question counts.
    """
    weights, bias = start
    each, total, columns = wanted.sum(axis=1), float(wanted.sum()), rows.T
    size = weights.size

    def loss(move: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        step = move.astype(np.float32)
        by, shift = step[:size].reshape(weights.shape), step[size:]
        scores = rows @ (weights + by) + (bias + shift)
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        whole = chances.sum(axis=1, keepdims=True)
        off = (chances / whole) * each[:, None] - wanted
        value = float((wanted * (np.log(whole) - scores)).sum()) / total + 0.5 * pull * float((by * by).sum())
        slope = np.concatenate([((columns @ off) / total + pull * by).ravel(), off.sum(axis=0) / total])
        return value, slope.astype(np.float64)

    found = minimize(loss, np.zeros(size + bias.size), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    step = found.x.astype(np.float32)
    return weights + step[:size].reshape(weights.shape), bias + step[size:]


def columns_of(old: list[str], new: list[str], weights: Floats) -> Floats:
    """The rows of the words' weights for the new terms and concepts; those that came since start from nothing."""
    at = {term: number for number, term in enumerate(old)}
    found = np.zeros((len(new), weights.shape[1]), dtype=np.float32)
    known = [(row, at[term]) for row, term in enumerate(new) if term in at]
    rows, sources = zip(*known, strict=True)
    found[list(rows)] = weights[list(sources)]
    return found


def head_anew(head: str, wanted: Floats, rows: Any, words: Any, starts: dict[str, tuple[Floats, Floats]]) -> Weights:
    """One head over vectors and over words; `starts` holds where each begins. What counts nothing is left out."""
    kept = wanted.sum(axis=1) > 0
    tuned = moved(rows[kept], wanted[kept], starts["tuned"], PULL, STEPS)
    over_words = moved(words[kept], wanted[kept], starts["words"], PULL_WORDS, STEPS_WORDS)
    return {
        f"{head}.tuned": tuned[0],
        f"{head}.tuned.bias": tuned[1],
        f"{head}.words": over_words[0],
        f"{head}.words.bias": over_words[1],
    }
