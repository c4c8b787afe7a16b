"""Tunes the encoder's layers and three linear heads (clause, verdict, flow) together, with jax.

The chance in it is seeded, so that the same questions are learnt in the same order.
"""

# mypy: disable-error-code="import-not-found,import-untyped,untyped-decorator,unused-ignore"

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from policy.answers.encoder import MASK, Tokens
from policy.answers.heads import SHARPNESS
from policy.learning.encoder_weights import HEADS, LAYERS, WIDTH, Weights

Floats = NDArray[np.float32]

BATCH = 24
RATE = 1e-4
HEAD_RATE = 25.0
WARM_UP = 0.08
MASKED = 0.1
DROPPED = 0.1
LONGEST = 64
SEED = 0
WEIGHT = {"clause": 1.0, "verdict": 0.8, "flow": 0.5}


@dataclass(frozen=True)
class Goals:
    """What each question should give, as chances: labels, verdicts, flows, and how much its verdict counts."""

    clause: Floats
    verdict: Floats
    flow: Floats
    trust: Floats


def _normal(x: Any, gain: Any, shift: Any) -> Any:
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred * centred).mean(-1, keepdims=True) + 1e-12) * gain + shift


def embed(p: Any, ids: Any) -> Any:
    return _normal(p["words"][ids] + p["positions"][: ids.shape[1]], p["embed.gain"], p["embed.shift"])


def attend(p: Any, x: Any, n: int, mask: Any) -> Any:
    """The first half of layer n."""
    batch, length, _ = x.shape
    q, k, v = (
        part.reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3)
        for part in jnp.split(x @ p[f"{n}.qkv"] + p[f"{n}.qkv.bias"], 3, -1)
    )
    hidden = (1 - mask)[:, None, None, :] * -1e9
    weights = jax.nn.softmax(q @ k.transpose(0, 1, 3, 2) / math.sqrt(WIDTH // HEADS) + hidden, -1)
    seen = (weights @ v).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH)
    return _normal(x + seen @ p[f"{n}.out"] + p[f"{n}.out.bias"], p[f"{n}.gain"], p[f"{n}.shift"])


def inner(p: Any, x: Any, n: int) -> Any:
    """The inner units of layer n."""
    return jax.nn.gelu(x @ p[f"{n}.up"] + p[f"{n}.up.bias"], approximate=False)


def feed(p: Any, x: Any, n: int) -> Any:
    """The second half of layer n."""
    return _normal(x + inner(p, x, n) @ p[f"{n}.down"] + p[f"{n}.down.bias"], p[f"{n}.gain2"], p[f"{n}.shift2"])


def _vectors(tuned: Any, frozen: Any, ids: Any, mask: Any) -> Any:
    p = {**frozen, **tuned}
    x = embed(p, ids)
    for n in range(LAYERS):
        x = feed(p, attend(p, x, n, mask), n)
    mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / jnp.linalg.norm(mean, axis=1, keepdims=True)


def _loss(tuned: Any, frozen: Any, batch: Any, key: Any) -> Any:
    ids, mask, wanted, trust = batch
    vector = _vectors(tuned, frozen, ids, mask)
    vector = vector * jax.random.bernoulli(key, 1 - DROPPED, vector.shape) / (1 - DROPPED)
    total = 0.0
    for head, weight in WEIGHT.items():
        logits = SHARPNESS * vector @ tuned[f"{head}.tuned"] + tuned[f"{head}.tuned.bias"]
        each = -(wanted[head] * jax.nn.log_softmax(logits)).sum(1)
        total += weight * (each * (trust if head == "verdict" else 1.0)).mean()
    return total


@jax.jit
def _step(tuned: Any, frozen: Any, state: Any, number: Any, rate: Any, batch: Any, key: Any) -> Any:
    """One step of AdamW; the heads learn faster, since they start from nothing."""
    loss, slopes = jax.value_and_grad(_loss)(tuned, frozen, batch, key)
    after, mean, spread = {}, {}, {}
    for name, value in tuned.items():
        mean[name] = 0.9 * state[0][name] + 0.1 * slopes[name]
        spread[name] = 0.999 * state[1][name] + 0.001 * slopes[name] ** 2
        move = (mean[name] / (1 - 0.9**number)) / (jnp.sqrt(spread[name] / (1 - 0.999**number)) + 1e-8)
        decay = 0.01 * value if value.ndim > 1 else 0.0
        after[name] = value - rate * (HEAD_RATE if ".tuned" in name else 1.0) * (move + decay)
    return after, (mean, spread), loss


def tune(
    weights: Weights, tokens: Tokens, texts: list[str], wanted: Goals, epochs: int, say: Callable[[str], None]
) -> Weights:
    """Tunes the layers and the heads; gives them under their names."""
    frozen = {k: jnp.asarray(v) for k, v in weights.items() if not k[0].isdigit()}
    tuned = {k: jnp.asarray(v) for k, v in weights.items() if k not in frozen}
    for head in WEIGHT:
        tuned[f"{head}.tuned"] = jnp.zeros((WIDTH, getattr(wanted, head).shape[1]))
        tuned[f"{head}.tuned.bias"] = jnp.zeros(getattr(wanted, head).shape[1])
    zeros = {k: jnp.zeros_like(v) for k, v in tuned.items()}
    state, chance = (zeros, dict(zeros)), np.random.default_rng(SEED)
    pieces = [tokens(text)[:LONGEST] for text in texts]
    number, total, started = 0, len(pieces) // BATCH * epochs, time.time()
    for epoch in range(epochs):
        losses = []
        for rows in _batches(pieces, chance):
            number += 1
            rate = RATE * min(1.0, number / (WARM_UP * total)) * max(0.02, 1 - number / total)
            batch = (
                *_padded([pieces[row] for row in rows], chance, tokens.ids[MASK]),
                {head: getattr(wanted, head)[rows] for head in WEIGHT},
                wanted.trust[rows],
            )
            key = jax.random.PRNGKey(SEED * 1_000_000 + number)
            tuned, state, loss = _step(tuned, frozen, state, float(number), rate, batch, key)
            losses.append(float(loss))
        say(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f}, {time.time() - started:.0f} s")
    return {name: np.asarray(value) for name, value in tuned.items()}


def _batches(pieces: list[list[int]], chance: np.random.Generator) -> list[list[int]]:
    """Batches of questions of like length, in random order."""
    order = chance.permutation(len(pieces)).tolist()
    found = []
    for start in range(0, len(order), BATCH * 12):
        near = sorted(order[start : start + BATCH * 12], key=lambda row: len(pieces[row]))
        found += [near[at : at + BATCH] for at in range(0, len(near), BATCH)]
    full = [batch for batch in found if len(batch) == BATCH]
    chance.shuffle(full)
    return full


def _padded(rows: list[list[int]], chance: np.random.Generator, mask_id: int) -> tuple[Any, Any]:
    """Word pieces as one array, some of them hidden so that no single word is leant on."""
    length = -(-max(len(row) for row in rows) // 8) * 8
    ids = np.zeros((len(rows), length), dtype=np.int64)
    mask = np.zeros((len(rows), length), dtype=np.float32)
    for n, row in enumerate(rows):
        hide = chance.random(len(row)) < MASKED
        hide[[0, -1]] = False
        ids[n, : len(row)] = np.where(hide, mask_id, row)
        mask[n, : len(row)] = 1
    return ids, mask
