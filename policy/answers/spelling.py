"""Puts a question as it was typed into plain words: spelling, text-speak, year groups, stray characters."""

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

LETTERS = "abcdefghijklmnopqrstuvwxyz"
TEXT_SPEAK = {
    "u": "you",
    "ur": "your",
    "r": "are",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "ppl": "people",
    "tmrw": "tomorrow",
    "tomoz": "tomorrow",
    "2moro": "tomorrow",
    "2nite": "tonight",
    "coz": "because",
    "cos": "because",
    "cuz": "because",
    "wiv": "with",
    "wiht": "with",
    "kidz": "kids",
    "skool": "school",
    "teh": "the",
    "adn": "and",
    "dnt": "dont",
    "cnt": "cant",
    "alot": "a lot",
    "neice": "niece",
    "neece": "niece",
    "nefew": "nephew",
    "cuzin": "cousin",
    "fbook": "facebook",
    "fb": "facebook",
    "ig": "instagram",
    "insta": "instagram",
    "wa": "whatsapp",
    "watsap": "whatsapp",
    "whatsap": "whatsapp",
    "wattsapp": "whatsapp",
}
ENDINGS = ("s", "es", "d", "ed", "ing", "er", "ers", "ly", "y", "ll", "ve", "re", "nt", "ish")
YEAR = re.compile(r"\b(?:years?|yrs?|y)\s?(\d{1,2})s?\b", re.IGNORECASE)
WORD = re.compile(r"[a-zA-Z0-9]+")
LONGEST = 4000


class Speller:
    """Puts words right: a word that is none becomes the commonest word that is one slip of the finger away.

    `pieces` are the words that are right as they stand, `counts` the common words of the questions learnt from, with
    how often each occurs there.
    """

    def __init__(self, pieces: Iterable[str], counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._known = frozenset(piece for piece in pieces if not piece.startswith("##")) | counts.keys()

    @classmethod
    def from_folder(cls, model: Path) -> "Speller":
        """The speller of a trained model: `words.txt`, and the vocabulary, in memory once with the encoder's."""
        pieces = map(sys.intern, (model / "vocab.txt").read_text(encoding="utf-8").split("\n"))
        rows = (line.split() for line in (model / "words.txt").read_text(encoding="utf-8").splitlines())
        return cls(pieces, {word: int(count) for word, count in rows})

    def plain_words(self, text: str) -> str:
        """The question with its words put right; punctuation stays, since sentences end with it."""
        kept = "".join(_character(character) for character in unicodedata.normalize("NFKC", text[:LONGEST]))
        kept = YEAR.sub(lambda found: f"year {found[1]}", kept.replace("’", "'"))
        return " ".join(WORD.sub(lambda found: self._right(found[0].lower()), kept.replace("'", "").lower()).split())

    def _right(self, word: str) -> str:
        if word in TEXT_SPEAK:
            return TEXT_SPEAK[word]
        if len(word) < 5 or not word.isalpha() or any(stem in self._known for stem in _stems(word)):
            return word
        near = [other for other in one_slip_off(word) if other in self._counts]
        return max(near, key=lambda other: (self._counts[other], other), default=word)


def _character(character: str) -> str:
    """Control characters become spaces, and invisible ones go."""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return " " if category[0] in "CZ" else character


def _stems(word: str) -> Iterator[str]:
    """The word and what it may be a form of, so that no right word is "put right"."""
    yield word
    for ending in ENDINGS:
        if word.endswith(ending):
            yield word[: -len(ending)]
            yield word[: -len(ending)] + "e"


def one_slip_off(word: str) -> Iterator[str]:
    """Every word with the same first letter from which one slip of the finger may have made this one."""
    return (other for other in _one_off(word) if other[:1] == word[0])


def _one_off(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in LETTERS:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
