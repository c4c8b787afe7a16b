"""The lexicon of `lexicon.yaml`: the concepts that a question may speak of, and the words that are set aside."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy.answers.reading import FEWEST_WORDS, STOPS, WORD, Frame, simple
from policy.phrases import compiled
from policy.yaml_files import read_yaml

LEXICON = Path(__file__).with_suffix(".yaml")
SET_ASIDE = "set_aside"
SPACE_BEFORE = re.compile(r"\s+([.,;?!])")
DOUBLED = re.compile(r"([.,;?!])[\s.,;?!]*(?=[.,;?!])")


@dataclass(frozen=True)
class Concept:
    """Something a question may speak of, such as a pupil; the label is shown to whoever asked."""

    name: str
    label: str


class Lexicon:
    """Reads the concepts of a question, and takes away what is only pressure or courtesy."""

    def __init__(self, path: Path = LEXICON) -> None:
        data: dict[str, Any] = read_yaml(path)
        self._set_aside = compiled(data.pop(SET_ASIDE), r"(?<![a-z0-9'])", r"(?![a-z0-9'])")
        entries = [(name, entry) for concepts in data.values() for name, entry in concepts.items()]
        self._concepts = [Concept(name, entry["label"]) for name, entry in entries]
        self._beginning: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
        """The phrases by the word that they begin with, each behind the number of its concept."""
        for number, (_, entry) in enumerate(entries):
            for start, phrases in _by_beginning(entry["phrases"]).items():
                self._beginning.setdefault(start, []).append((number, phrases))

    @property
    def names(self) -> frozenset[str]:
        """The names of all concepts."""
        return frozenset(concept.name for concept in self._concepts)

    def read(self, text: str) -> Frame:
        """The concepts of a question, in the order of the lexicon."""
        words = f" {simple(text)} "
        seen = {
            number
            for word in WORD.finditer(words)
            for start in _starts(word[0])
            for number, phrases in self._beginning.get(start, ())
            if phrases.match(words, word.start())
        }
        found = [self._concepts[number] for number in sorted(seen)]
        return Frame(frozenset(concept.name for concept in found), tuple(concept.label for concept in found))

    def without_courtesy(self, text: str) -> str:
        """The question without pressure and courtesy; what remains is what the policy is asked."""
        kept = self._set_aside.sub(" ", f" {text} ")
        kept = DOUBLED.sub("", SPACE_BEFORE.sub(r"\1", kept))
        kept = " ".join(kept.split()).strip(STOPS)
        return kept if len(kept.split()) >= FEWEST_WORDS else text.strip(STOPS)


def _starts(word: str) -> list[str]:
    """What a phrase may begin with to fit this word: the word, or a part of it and an asterisk."""
    return [word, *(word[:size] + "*" for size in range(1, len(word) + 1))]


def _by_beginning(phrases: Iterable[str]) -> dict[str, re.Pattern[str]]:
    """Phrases by their first word, or by what it begins with and an asterisk."""
    grouped: dict[str, list[str]] = {}
    for phrase in map(str, phrases):
        first = phrase.replace("'", "").replace("-", " ").split()[0]
        for part in first.split("|"):
            grouped.setdefault(part.split("_")[0], []).append(phrase)
    return {start: compiled(group, "", "(?= )") for start, group in grouped.items()}
