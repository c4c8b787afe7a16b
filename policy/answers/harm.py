"""Hears harm in a question, before any rule is looked for: which of seven kinds, or none.

Two readers say so, and one of them is enough: what was learnt from questions in which harm is understated or buried
(`policy/learning/train_harm.py`), and plain words that leave no doubt (`harm_words.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policy.answers.harm_words import conduct_of, speaks_of, tokens, unmistakable
from policy.answers.lexicon import Lexicon
from policy.answers.trained import MODEL
from policy.document import Clause, HarmKind

Floats = NDArray[np.float32]
Encode = Callable[[str], Floats]
HEADS = MODEL / "harm.npz"
KINDS = tuple(HarmKind)
ANY = 0
"""The column of the head that says whether there is harm at all; those of the kinds follow it."""
NAMED_FIRST = (HarmKind.HEAD_CONDUCT, HarmKind.DSL_CONDUCT)
CONDUCT = (HarmKind.ADULT_CONDUCT, HarmKind.HEAD_CONDUCT, HarmKind.DSL_CONDUCT)


@dataclass(frozen=True)
class HarmHeads:
    """What was learnt: a column for any harm, then one for each kind.

    The score of a text is its vector of length one times `of_vector`, plus the rows of `of_words` for its `words` over
    the length of their `rarity`, plus `bias`. Harm is heard where the first score is above `limit`.
    """

    words: dict[str, int]
    rarity: Floats
    of_vector: Floats
    of_words: Floats
    bias: Floats
    limit: float

    def __call__(self, said: frozenset[str], vector: Floats) -> Floats:
        """The scores of a text with these tokens and this vector."""
        scores: Floats = vector / np.linalg.norm(vector) @ self.of_vector + self.bias
        rows = sorted(self.words[token] for token in said if token in self.words)
        if rows:
            rarity = self.rarity[rows]
            scores = scores + rarity @ self.of_words[rows] / np.linalg.norm(rarity)
        return scores


def load_heads(path: Path = HEADS) -> HarmHeads:
    """Reads what was learnt; raises OSError where there is no such file."""
    with np.load(path) as kept:
        arrays = {name: kept[name] for name in kept.files}
    words = {str(word): row for row, word in enumerate(arrays.pop("words"))}
    return HarmHeads(words=words, limit=float(arrays.pop("limit")), **arrays)


class HarmReader:
    """Reads a question for harm. `encode` and `heads` are `None` without a trained model: then by plain words alone."""

    def __init__(
        self, lexicon: Lexicon, encode: Encode | None, heads: HarmHeads | None, clauses: tuple[Clause, ...] = ()
    ) -> None:
        self._lexicon, self._encode, self._heads = lexicon, encode, heads
        self._dangers = [concepts for clause in clauses for concepts in clause.first_when]

    def read(self, question: str, text: str) -> HarmKind | None:
        """The kind of harm in a question: as it was typed, and `text` in plain words. None where none is heard."""
        plainly = unmistakable(question) or unmistakable(text)
        if plainly:
            return plainly
        frame = self._lexicon.read(text)
        in_danger = any(frame.has(*concepts) for concepts in self._dangers)
        if self._encode is None or self._heads is None:
            return HarmKind.CHILD_RISK if in_danger else None
        scores = self._heads(tokens(text, frame), self._encode(text))
        if scores[ANY] > self._heads.limit or in_danger:
            return _kind(text, scores[ANY + 1 :], in_danger)
        return None


def _kind(text: str, scores: Floats, in_danger: bool) -> HarmKind:
    """The likeliest kind; whose conduct it is, where it is somebody's, goes by the words if they say so.

    Conduct of the head or of a DSL needs a word for them; where a child is plainly in danger it is that, or conduct.
    """
    possible = (HarmKind.CHILD_RISK, HarmKind.ADULT_CONDUCT) if in_danger else KINDS
    possible = tuple(kind for kind in possible if kind not in NAMED_FIRST or speaks_of(kind, text))
    kind = max(possible, key=lambda each: float(scores[KINDS.index(each)]))
    return (conduct_of(text) or kind) if kind in CONDUCT else kind
