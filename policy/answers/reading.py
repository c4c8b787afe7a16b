"""How a question is taken apart: simple words, the sentences in it, and the acts that an "and" may join."""

import re
from dataclasses import dataclass

WORD = re.compile(r"[a-z0-9]+")
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
STOPS = " .,;?!"
FEWEST_WORDS = 3
FEWEST_WORDS_OF_AN_ACT = 5


@dataclass(frozen=True)
class Frame:
    """What was read in a question: the names of the concepts, and their labels in the order of the lexicon."""

    concepts: frozenset[str]
    labels: tuple[str, ...] = ()

    def has(self, *names: str) -> bool:
        """Whether all of these were read."""
        return self.concepts.issuperset(names)

    def any(self, *names: str) -> bool:
        """Whether one of these was read."""
        return not self.concepts.isdisjoint(names)

    def told(self) -> str:
        """What was read, for the person who asked; empty where nothing was."""
        return "I read this as: " + ", ".join(self.labels) if self.labels else ""


def simple(text: str) -> str:
    """Small letters and single spaces; apostrophes of either shape go, so that "dont" and "don't" are one."""
    kept = text.lower().replace("’", "'").replace("'", "")
    return " ".join(WORD.findall(kept.replace("%", " percent ")))


def sentences(text: str) -> list[str]:
    """The sentences of a question, and the questions that an "and" joins."""
    return [part for part in (piece.strip(STOPS) for piece in ENDS.split(text)) if len(part.split()) >= FEWEST_WORDS]


def possible_acts(text: str) -> list[str]:
    """Whatever in a question may be an act of its own: cut at every stop and every "and"."""
    cut = [piece.strip(STOPS) for piece in CUTS.split(text)]
    long = [piece for piece in cut if len(piece.split()) >= FEWEST_WORDS_OF_AN_ACT]
    return long if len(cut) > 1 else []


def joins(text: str) -> bool:
    """Whether the words may join two acts: a stop within, or an "and"."""
    return JOINT.search(text) is not None


def asks(text: str) -> bool:
    """Whether the words ask for something."""
    return ASKS.search(text) is not None
