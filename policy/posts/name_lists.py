"""The word lists of `names.yaml`: given names, surnames, and what is neither."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

LISTS = Path(__file__).with_name("names.yaml")
VOCABULARY = Path(__file__).parents[1] / "answers" / "model" / "vocab.txt"
FEWEST_LETTERS = 3


@dataclass(frozen=True)
class NameLists:
    """What each list holds is said at the head of the file. `common`: the common words of the language."""

    given: frozenset[str]
    both: frozenset[str]
    surnames: frozenset[str]
    public: frozenset[str]
    never: frozenset[str]
    places: frozenset[str]
    adults: frozenset[str]
    particles: frozenset[str]
    titles: frozenset[str]
    staff_titles: frozenset[str]
    staff: frozenset[str]
    common: frozenset[str]

    @cached_property
    def only_given(self) -> frozenset[str]:
        """Given names that are nothing else."""
        return self.given - self.both

    @cached_property
    def any_given(self) -> frozenset[str]:
        return self.given | self.both

    @cached_property
    def no_given(self) -> frozenset[str]:
        """What no name begins with."""
        return self.never - self.both

    @cached_property
    def no_surname(self) -> frozenset[str]:
        """What no name ends with."""
        return self.never - self.surnames

    @cached_property
    def ends_a_place(self) -> frozenset[str]:
        return self.places - self.surnames

    @cached_property
    def after_no_given(self) -> frozenset[str]:
        """After these a given name is part of something else, such as a class."""
        return self.places | self.never

    def is_rare(self, word: str) -> bool:
        """Whether a word in small letters is rather a surname than a word."""
        known = word in self.surnames or word not in self.common
        return known and word not in self.never and len(word) >= FEWEST_LETTERS


@cache
def name_lists() -> NameLists:
    """The lists, read once."""
    data = yaml.safe_load(LISTS.read_text(encoding="utf-8"))
    split = {name: frozenset(words.split()) for name, words in data.items() if name != "public"}
    public = frozenset(" ".join(name.split()) for name in data["public"].split(","))
    return NameLists(**split, public=public, common=frozenset(VOCABULARY.read_text(encoding="utf-8").split()))
