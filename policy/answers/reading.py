"""How a question is read: its parts, the concepts in it, and what is only pressure or courtesy."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

LEXICON = Path(__file__).parent / "lexicon.yaml"
SET_ASIDE = "set_aside"
ANY_ENDING = r"[a-z0-9']*"
WORD = re.compile(r"[a-z0-9]+")
GAP = r"(?:[a-z0-9']+ ){0,3}"
ENDS = re.compile(
    r"(?<=[.?!;])\s+|\s+(?:and also|also|plus|oh and|and another thing)\s+"
    r"|\s+and (?=(?:can|could|may|should|do|is it|am i|are we|what|where|who|how|would)\b)"
)
ASKS = re.compile(
    r"\b(?:can|could|may|might|shall|should|would|do i|do we|does|is it|is that|am i|are we|ok|okay|alright"
    r"|right|allowed|fine|what|where|who|how|when|why|need to|have to)\b"
)
CUTS = re.compile(r"[.?!;]+\s+|,?\s+(?:and|also|plus)\s+")
JOINT = re.compile(r"[.?!;:]+\s|\b(?:and|also|plus)\b|&|\+")
SPACE_BEFORE = re.compile(r"\s+([.,;?!])")
DOUBLED = re.compile(r"([.,;?!])[\s.,;?!]*(?=[.,;?!])")
FEWEST_WORDS = 3
PIECE_WORDS = 5


@dataclass(frozen=True)
class Concept:
    """Something a question may speak of, and the phrases by which it is known, by the word that they begin with."""

    name: str
    label: str
    begins: dict[str, re.Pattern[str]]


@dataclass(frozen=True)
class Frame:
    """What was read in a question."""

    concepts: frozenset[str]
    labels: tuple[str, ...] = ()

    def has(self, *names: str) -> bool:
        return self.concepts.issuperset(names)

    def any(self, *names: str) -> bool:
        return not self.concepts.isdisjoint(names)

    def told(self) -> str:
        return "I read this as: " + ", ".join(self.labels) if self.labels else ""


@lru_cache(maxsize=2048)
def read(text: str) -> Frame:
    """Reads the concepts of a question, in the order of the lexicon."""
    words = f" {simple(text)} "
    seen = {
        number
        for word in WORD.finditer(words)
        for number, phrases in _beginning_with(word[0])
        if phrases.match(words, word.start())
    }
    found = [concept for number, concept in enumerate(lexicon()) if number in seen]
    return Frame(frozenset(concept.name for concept in found), tuple(concept.label for concept in found))


@lru_cache(maxsize=8192)
def _beginning_with(word: str) -> list[tuple[int, re.Pattern[str]]]:
    """The phrases that may begin with this word, each behind the number of its concept."""
    starts = [word, *(word[:size] + "*" for size in range(1, len(word) + 1))]
    return [
        (number, concept.begins[start])
        for number, concept in enumerate(lexicon())
        for start in starts
        if start in concept.begins
    ]


def simple(text: str) -> str:
    """Small letters and single spaces; apostrophes of either shape go, so that "dont" and "don't" are one."""
    kept = text.lower().replace("’", "'").replace("'", "")
    return " ".join(WORD.findall(kept.replace("%", " percent ")))


def matter(text: str) -> str:
    """The question without pressure and courtesy; what remains is what the policy is asked."""
    kept = _set_aside().sub(" ", f" {text} ")
    kept = DOUBLED.sub("", SPACE_BEFORE.sub(r"\1", kept))
    kept = " ".join(kept.split()).strip(" .,;?!")
    return kept if len(kept.split()) >= FEWEST_WORDS else text.strip(" .,;?!")


def parts(text: str) -> list[str]:
    """The sentences of a question, and the questions that an "and" joins."""
    return [part for part in (piece.strip(" .,;?!") for piece in ENDS.split(text)) if len(part.split()) >= FEWEST_WORDS]


def pieces(text: str) -> list[str]:
    """Whatever in a question may be an act of its own: cut at every stop and every "and"."""
    cut = [piece.strip(" .,;?!") for piece in CUTS.split(text)]
    long = [piece for piece in cut if len(piece.split()) >= PIECE_WORDS]
    return long if len(cut) > 1 else []


def joins(text: str) -> bool:
    """Whether the words may join two acts: a stop within, or an "and"."""
    return JOINT.search(text) is not None


def asks(text: str) -> bool:
    """Whether the words ask for something."""
    return ASKS.search(text) is not None


@cache
def lexicon() -> tuple[Concept, ...]:
    return tuple(
        Concept(name, entry["label"], _by_beginning(entry["phrases"]))
        for group, concepts in _data().items()
        if group != SET_ASIDE
        for name, entry in concepts.items()
    )


def _by_beginning(phrases: Iterable[str]) -> dict[str, re.Pattern[str]]:
    """Phrases by their first word, or by what it begins with and an asterisk."""
    grouped: dict[str, list[str]] = {}
    for phrase in map(str, phrases):
        first = phrase.replace("'", "").replace("-", " ").split()[0]
        for part in first.split("|"):
            grouped.setdefault(part.split("_")[0], []).append(phrase)
    return {start: compiled(group, "", "(?= )") for start, group in grouped.items()}


@cache
def names() -> frozenset[str]:
    return frozenset(concept.name for concept in lexicon())


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    return data


@cache
def _set_aside() -> re.Pattern[str]:
    return compiled(_data()[SET_ASIDE], r"(?<![a-z0-9'])", r"(?![a-z0-9'])")


def compiled(phrases: Iterable[str], before: str, after: str) -> re.Pattern[str]:
    """Phrases in the lexicon's way of writing, as one expression over simple words."""
    return re.compile(before + "(?:" + "|".join(_pattern(str(phrase)) for phrase in phrases) + ")" + after)


def _pattern(phrase: str) -> str:
    """One phrase of the lexicon as a regular expression over simple words."""
    out = ""
    words = phrase.replace("'", "").replace("-", " ").split()
    for place, word in enumerate(words):
        if word == "...":
            out += GAP
            continue
        either = "|".join(re.escape(part).replace(r"\*", ANY_ENDING).replace("_", " ") for part in word.split("|"))
        out += f"(?:{either})" + (" " if place < len(words) - 1 else "")
    return out
