"""The lists by which names are read: those kept by hand (`names.yaml`) and the wide ones (`names/`).

The wide lists are made by `policy/learning/gather_names.py` from packages that ship their data; `names/README.md`
tells which, and their licences stand beside it. All of them hold small letters without accents.
"""

import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

CURATED = Path(__file__).with_name("names.yaml")
WIDE = Path(__file__).with_name("names")
VOCABULARY = Path(__file__).parents[1] / "answers" / "model" / "vocab.txt"
FEWEST_LETTERS = 3
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "’": "'", "ʻ": "'"}
)


def fold(word: str) -> str:
    """A word in small letters without accents, so that Zoë, ZOE and zoe are one."""
    small = word.casefold()
    if small.isascii():
        return small
    parts = unicodedata.normalize("NFD", small.translate(_LETTERS))
    return "".join(part for part in parts if not unicodedata.combining(part)).translate(_LETTERS)


ENGLISH = frozenset(
    {"café", "cafés", "fête", "fêtes", "fiancé", "fiancée", "crêpe", "crêpes", "piñata", "soirée", "château"}
)
"""English words that keep their accents."""


@dataclass(frozen=True)
class NameLists:
    """What each list holds is said at the head of `names.yaml`.

    `wide_given`, `unsure`: given names of the wide lists, and those of them that are a word or a place as well.
    `wide_surnames`, `unsure_surnames`: their surnames, likewise. `common`: the common words of the language.
    """

    given: frozenset[str]
    both: frozenset[str]
    surnames: frozenset[str]
    surname_first: frozenset[str]
    short_surname_first: frozenset[str]
    public: frozenset[str]
    never: frozenset[str]
    places: frozenset[str]
    things: frozenset[str]
    given_last: frozenset[str]
    adults: frozenset[str]
    guests: frozenset[str]
    particles: frozenset[str]
    titles: frozenset[str]
    staff_titles: frozenset[str]
    staff: frozenset[str]
    common: frozenset[str]
    wide_given: frozenset[str]
    unsure: frozenset[str]
    wide_surnames: frozenset[str]
    unsure_surnames: frozenset[str]

    def plain(self, word: str) -> str:
        """A word as these lists have it: folded if that makes a name; else an accent shows that it is no English word,
        as in Nguyễn Thế Lộc.
        """
        small = word.casefold()
        if small.isascii() or small in ENGLISH:
            return fold(small)
        folded = fold(small)
        is_name = folded.split("-")[0] in self.any_given or folded in self.all_surnames or folded in self._eastern
        return folded if is_name or folded in self.particles else small

    @cached_property
    def _eastern(self) -> frozenset[str]:
        return self.surnames_written_first | self.given_last

    @cached_property
    def only_given(self) -> frozenset[str]:
        """Given names that are nothing else."""
        return (self.given | self.wide_given) - self.both - self.not_wide

    @cached_property
    def any_given(self) -> frozenset[str]:
        return self.only_given | self.both | self.unsure

    @cached_property
    def not_wide(self) -> frozenset[str]:
        """What the lists kept by hand know better: words that the wide lists take for given names."""
        return (self.never | self.places) - self.given

    def is_common(self, word: str) -> bool:
        """Whether a word is of everyday language rather than a name that everybody knows."""
        return word in self.common and word not in self.given and word not in self.surnames

    @cached_property
    def all_surnames(self) -> frozenset[str]:
        return self.surnames | self.wide_surnames

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
    def places_or_things(self) -> frozenset[str]:
        return self.places | self.things

    @cached_property
    def after_no_name(self) -> frozenset[str]:
        """Before or after a name these make something else of it, such as a class."""
        return self.places_or_things | self.never

    @cached_property
    def names_a_thing(self) -> frozenset[str]:
        """What follows a full name that a place or a thing bears."""
        return self.ends_a_place | self.things

    @cached_property
    def no_surname_or_thing(self) -> frozenset[str]:
        return self.no_surname | self.things

    @cached_property
    def surnames_written_first(self) -> frozenset[str]:
        return self.surname_first | self.short_surname_first

    @cached_property
    def sure_given(self) -> frozenset[str]:
        """What a full name certainly begins with."""
        return self.only_given | self.both | self.surnames_written_first

    def is_rare(self, word: str) -> bool:
        """Whether a word in small letters is rather a surname than a word."""
        known = word in self.all_surnames or word not in self.common
        return known and word not in self.never and len(word) >= FEWEST_LETTERS


def curated_words(path: Path) -> dict[str, frozenset[str]]:
    """The lists kept by hand, as folded words; those of `public` are whole names."""
    data: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    split = {name: frozenset(fold(words).split()) for name, words in data.items() if name != "public"}
    return split | {"public": frozenset(" ".join(fold(name).split()) for name in data["public"].split(","))}


def load_name_lists() -> NameLists:
    """All the lists, read from their files: about a tenth of a second and ten megabytes."""
    return NameLists(
        **curated_words(CURATED),
        common=_lines(VOCABULARY),
        wide_given=_lines(WIDE / "given.txt"),
        unsure=_lines(WIDE / "given_unsure.txt"),
        wide_surnames=_lines(WIDE / "surnames.txt"),
        unsure_surnames=_lines(WIDE / "surnames_unsure.txt"),
    )


def _lines(path: Path) -> frozenset[str]:
    return frozenset(path.read_text(encoding="utf-8").split())
