"""What a sentence may mean beyond its words: an opinion, an advertisement, an appeal, a snide remark. Notes only.

Linear heads over the encoder of the answers and over single words and pairs; `policy/learning/train_meaning.py` learns
them. They are often wrong in both directions, so they stop and ask nobody: the line manager reads the note.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy.posts.findings import Finding, Severity
from policy.posts.post_reading import PostReading
from policy.posts.post_words import SENTENCE

Floats = NDArray[np.float32]
Encode = Callable[[str], Floats]
HEADS = Path(__file__).with_name("post_meaning.npz")
TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|[?!]")
FEWEST_WORDS, MOST_READ = 6, 3
"""Shorter sentences say too little. Of a long post only those are encoded whose words look most like a head's."""

SAYS = {
    "opinion": ("2.1.will-not.political", "may read as an opinion on public affairs"),
    "advertising": ("2.1.will-not.business-ads", "may read as advertising"),
    "appeal": ("2.3.delete.commercial", "may read as an appeal for money or gifts"),
    "snide": ("2.1.will-not.abusive", "may read as a snide remark"),
}
"""For each head the clause that it is about, and what the note says."""
MEND = "Read it as a stranger would; if it does, put it plainly or leave it out."


def tokens(text: str) -> set[str]:
    """The words of a sentence and each two that stand together."""
    words = TOKEN.findall(text.casefold())
    return {*words, *(f"{one} {two}" for one, two in pairwise(words))}


@dataclass(frozen=True)
class MeaningHeads:
    """What was learnt, one column for each head in `labels`.

    A sentence's score is `of_vector` times its vector of length one, plus the rows of `of_words` for its `words` over
    the length of its words, plus `bias`. A score above `limits` makes a note.
    """

    labels: tuple[str, ...]
    words: dict[str, int]
    rarity: Floats
    of_vector: Floats
    of_words: Floats
    bias: Floats
    limits: Floats

    def by_words(self, text: str) -> Floats:
        """The part of the scores that its words make, without the encoder."""
        rows = sorted(self.words[token] for token in tokens(text) if token in self.words)
        if not rows:
            return self.bias
        rarity = self.rarity[rows]
        part: Floats = rarity @ self.of_words[rows] / np.linalg.norm(rarity) + self.bias
        return part

    def by_vector(self, vector: Floats) -> Floats:
        part: Floats = vector / np.linalg.norm(vector) @ self.of_vector
        return part


def load_heads(path: Path = HEADS) -> MeaningHeads:
    with np.load(path) as kept:
        arrays = {name: kept[name] for name in kept.files}
    words = {str(word): row for row, word in enumerate(arrays.pop("words"))}
    return MeaningHeads(labels=tuple(map(str, arrays.pop("labels"))), words=words, **arrays)


class MeaningCheck:
    """Reads a post's sentences by the heads."""

    def __init__(self, encode: Encode, heads: MeaningHeads) -> None:
        self._encode = encode
        self._heads = heads

    def __call__(self, reading: PostReading, found: Sequence[Finding]) -> Iterator[Finding]:
        """A note for each sentence that is likely one of these and about which its clause says nothing yet."""
        for start, end in self._read(reading.text):
            text = reading.text[start:end]
            score = self._heads.by_words(text) + self._heads.by_vector(self._encode(text))
            best = int(np.argmax(score - self._heads.limits))
            label = self._heads.labels[best]
            clause, says = SAYS[label]
            if score[best] > self._heads.limits[best] and clause not in {finding.clause for finding in found}:
                place = reading.place(start, end)
                yield Finding(f"may_read_as_{label}", Severity.NOTE, clause, (place,), f"It {says}.", MEND)

    def _read(self, text: str) -> list[tuple[int, int]]:
        """The sentences that are encoded, in their order."""
        spans = [found.span() for found in SENTENCE.finditer(text) if len(TOKEN.findall(found[0])) >= FEWEST_WORDS]
        likely = sorted(spans, key=lambda span: -float(np.max(self._heads.by_words(text[slice(*span)]))))
        return sorted(likely[:MOST_READ])
