"""What a question is to the heads over words: the terms in it, by how rare they are, and the concepts read in it."""

import math
import re
from array import array
from collections import Counter
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from policy.answers.lexicon import Lexicon

WORD = re.compile(r"[a-z0-9]+")
CONCEPT_WEIGHT = 0.25
NGRAMS = (3, 4, 5)
# Words, pairs of words, pieces of words, and how much each sort counts.
SORTS = (1.0, 0.6, 1.0)

Array = NDArray[np.float32]
Sparse = tuple[list[int], list[float]]


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

    def __init__(self, vocabulary: list[str], rarity: Array, concepts: list[str], lexicon: Lexicon) -> None:
        self.vocabulary, self.rarity, self.concepts = vocabulary, rarity, concepts
        self._lexicon = lexicon
        self._at = {term: number for number, term in enumerate(vocabulary)}
        self._rarity = array("d", rarity.tolist())
        self._concept_at = {name: len(vocabulary) + number for number, name in enumerate(concepts)}

    @property
    def width(self) -> int:
        return len(self.vocabulary) + len(self.concepts)

    def __call__(self, text: str) -> Sparse:
        words = WORD.findall(text)
        whole, pieces = [], []
        for word in words:
            own, parts = self._word_and_pieces(word)
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
        read = [
            self._concept_at[name] for name in sorted(self._lexicon.read(text).concepts) if name in self._concept_at
        ]
        return places + read, values + [CONCEPT_WEIGHT] * len(read)

    def _word_and_pieces(self, word: str) -> tuple[list[int], list[int]]:
        return self._known([f"w:{word}"]), self._known(_pieces(word))

    def _known(self, found: list[str]) -> list[int]:
        return [self._at[term] for term in found if term in self._at]
