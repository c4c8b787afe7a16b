"""Takes the inner units that say least out of the encoder's layers, and mends what is left, before it is tuned.

Two thirds of a layer's work are its inner units (1,536 of them). Half of them go; the weights behind the rest are
fitted anew, by least squares, to what the whole layer gave. A question takes over a quarter less time.
"""

# mypy: disable-error-code="import-not-found,import-untyped,unused-ignore"

import numpy as np

from policy.answers.encoder import Tokens
from policy.learning.encoder_weights import LAYERS, Weights
from policy.learning.tuning import LONGEST, SEED, Floats, attend, embed, feed, inner

UNITS = 768
SAMPLE = 600
"""So many questions are looked at."""
RIDGE = 1e-3
"""Keeps the fit from leaning on single units, as a share of their mean square."""


def narrow(weights: Weights, tokens: Tokens, texts: list[str]) -> Weights:
    """The weights with UNITS inner units in each layer."""
    chosen = np.random.default_rng(SEED).permutation(len(texts))[:SAMPLE]
    pieces = [tokens(texts[row])[:LONGEST] for row in chosen]
    mask = np.array([[1.0] * len(row) + [0.0] * (LONGEST - len(row)) for row in pieces], dtype=np.float32)
    ids = np.array([row + [0] * (LONGEST - len(row)) for row in pieces])
    kept = dict(weights)
    x = embed(kept, ids)
    for n in range(LAYERS):
        x = attend(kept, x, n, mask)
        _narrow_layer(kept, n, np.asarray(inner(kept, x, n))[mask > 0])
        x = feed(kept, x, n)
    return kept


def _narrow_layer(weights: Weights, n: int, seen: Floats) -> None:
    """Keeps the units of a layer that add most to its sums; `seen` has a row for each word piece."""
    alike, down = seen.T @ seen, weights[f"{n}.down"]
    adds = np.diag(alike) * np.square(down).sum(axis=1)
    best = np.sort(np.argsort(-adds, kind="stable")[:UNITS])
    among = alike[np.ix_(best, best)]
    among += RIDGE * np.trace(among) / UNITS * np.eye(UNITS, dtype=among.dtype)
    weights[f"{n}.down"] = np.linalg.solve(among, alike[best] @ down).astype(np.float32)
    weights[f"{n}.up"], weights[f"{n}.up.bias"] = weights[f"{n}.up"][:, best], weights[f"{n}.up.bias"][best]
