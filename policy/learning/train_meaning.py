"""Learns the heads of `policy/posts/post_meaning.py` from the sentences in `policy/learning/posts/`: `python -m` this.

The sentences are written in the shapes of letters, newsletters, notices and posts of schools; each file is one source.
Each source is held out once to measure and to set the limits; then the heads learn from all of them. It takes some
seconds on one processor, and gives the same bytes again.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy.answers.encoder import Encoder
from policy.answers.trained import MODEL
from policy.posts.post_meaning import HEADS, SAYS, Encode, MeaningHeads, tokens

Doubles = NDArray[np.float64]
SENTENCES = Path(__file__).with_name("posts")
LABELS = tuple(SAYS)
FEWEST_TIMES = 3
"""Times that a word stands in the sentences before it is learnt from."""
REGULAR = 3e-4
SCALE = 3.0
"""How much both parts of a sentence weigh against the regulariser."""
FALSE_NOTES = (0.0028, 0.0028, 0.0028, 0.0056)
"""Share of ordinary sentences, held out, that each head may note: four heads and some sentences a post add up.
Snide remarks are told from warm ones worst of all: a stricter limit finds none.
"""
STEPS = 12


def read_sentences() -> list[tuple[str, str, str]]:
    """Source, text and label of each sentence, in a fixed order."""
    rows = []
    for path in sorted(SENTENCES.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            rows.append((path.stem, row["text"], row["label"]))
    return rows


def learn(texts: Sequence[str], vectors: Doubles, wanted: Doubles) -> MeaningHeads:
    """One logistic regression for each label; `limits` are still nought."""
    counts = Counter(token for text in texts for token in tokens(text))
    words = sorted(token for token, times in counts.items() if times >= FEWEST_TIMES)
    row_of = {word: row for row, word in enumerate(words)}
    rarity = np.array([math.log(len(texts) / counts[word]) for word in words])
    bags = np.zeros((len(texts), len(words)))
    for number, text in enumerate(texts):
        rows = sorted(row_of[token] for token in tokens(text) if token in row_of)
        if rows:
            bags[number, rows] = rarity[rows] / np.linalg.norm(rarity[rows])
    columns = np.hstack([SCALE * vectors, SCALE * bags, np.ones((len(texts), 1))])
    weights = np.stack([logistic(columns, wanted[:, head]) for head in range(wanted.shape[1])], axis=1)
    wide = vectors.shape[1]
    kept = [SCALE * weights[:wide], SCALE * weights[wide:-1], weights[-1]]
    of_vector, of_words, bias = (part.astype(np.float32) for part in kept)
    limits = np.zeros(len(LABELS), np.float32)
    return MeaningHeads(LABELS, row_of, rarity.astype(np.float32), of_vector, of_words, bias, limits)


def logistic(columns: Doubles, wanted: Doubles) -> Doubles:
    """Weights by Newton's steps over the sentences, which are fewer than the columns."""
    alike = columns @ columns.T
    scores = np.zeros(len(wanted))
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-scores))
        weight = np.maximum(chance * (1 - chance), 1e-5)
        target = scores + (wanted - chance) / weight
        share = np.linalg.solve(alike + len(wanted) * REGULAR * np.diag(1 / weight), target)
        scores = alike @ share
    return np.asarray(columns.T @ share)


def scores_of(heads: MeaningHeads, texts: Sequence[str], vectors: Doubles) -> Doubles:
    pairs = zip(texts, vectors.astype(np.float32), strict=True)
    return np.stack([heads.by_words(text) + heads.by_vector(vector) for text, vector in pairs]).astype(np.float64)


def main(encode: Encode, path: Path = HEADS) -> None:
    """Measures with each source held out, then writes the heads."""
    rows = read_sentences()
    texts = [text for _, text, _ in rows]
    sources = np.array([source for source, _, _ in rows])
    vectors = np.stack([encode(text) for text in texts]).astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    wanted = np.array([[label == name for name in LABELS] for _, _, label in rows], np.float64)
    held = np.zeros_like(wanted)
    for source in sorted(set(sources)):
        rest, out = np.flatnonzero(sources != source), np.flatnonzero(sources == source)
        heads = learn([texts[at] for at in rest], vectors[rest], wanted[rest])
        held[out] = scores_of(heads, [texts[at] for at in out], vectors[out])
    ordinary = wanted.sum(axis=1) == 0
    scores = held[ordinary]
    limits = np.array([np.quantile(scores[:, at], 1 - few) for at, few in enumerate(FALSE_NOTES)], np.float32)
    sys.stdout.write(f"{len(rows)} sentences; {(scores > limits).any(axis=1).mean():.3f} ordinary ones noted\n")
    for at, label in enumerate(LABELS):
        sys.stdout.write(f"{label}: {(held[wanted[:, at] > 0, at] > limits[at]).mean():.2f} found\n")
    heads = learn(texts, vectors, wanted)
    kept = {name: getattr(heads, name) for name in ("rarity", "of_vector", "of_words", "bias")}
    np.savez(path, labels=np.array(LABELS), words=np.array(list(heads.words)), limits=limits, **kept)


if __name__ == "__main__":
    main(Encoder(MODEL))
