"""Who is named in a suggested post: full names, grown-ups with their title or role, first names alone, families.

A name is read from lists (`name_lists.py`) and from where it stands. Whoever cannot be told to be grown up counts as a
pupil, since the page never carries a pupil's full name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from policy.posts.name_context import (
    CLASS_AFTER,
    CLASS_BEFORE,
    NEAR,
    NOT_A_PUPILS,
    TO_BE,
    YOUNG,
    is_certain,
    is_near_a_pupil,
    is_strong,
)
from policy.posts.name_lists import NameLists, fold

WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
BETWEEN = re.compile(r"[ \t]{1,3}|[ \t]{0,2}[(“\"'][^\W\d_]{1,15}[)”\"'][ \t]{0,2}")
AFTER_INITIAL = re.compile(r"\.?[ \t]{1,3}")
AND = re.compile(r"\s+(?:and|&)\s+", re.IGNORECASE)
ROLE_BESIDE = re.compile(r"[^\W\d_][,:]?\s*$")
FAMILY_AFTER = re.compile(r"^\s+(?:family|household|twins|siblings|brothers|sisters|children|boys|girls)\b", re.I)
PLURAL_OWNER = re.compile(r"^'(?:\s|$)")
PINYIN = re.compile(r"(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?[aeiou]{1,3}(?:ng?|r)?){1,2}")
SHORTENED = ("mr", "mrs", "ms", "dr", "st", "prof", "rev")
"""Titles that may bear a stop."""
LONGEST_NAME = 5
FEWEST_LETTERS = 2


class NameKind(Enum):
    """Who a name seems to belong to."""

    FULL = auto()
    """A full name of a pupil."""
    MAYBE_FULL = auto()
    """What may be a full name, or somebody's who may be grown up."""
    ADULT = auto()
    """A full name beside a grown-up's role."""
    GUEST = auto()
    """A full name beside the role of somebody from outside, such as an author or a mayor."""
    TITLED = auto()
    """A title and a surname."""
    FIRST = auto()
    """A given name alone, or with an initial."""
    FAMILY = auto()
    """A family by its surname."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text, and from where to where it stands."""

    kind: NameKind
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    plain: str
    """As the lists have it, without a possessive ending."""
    start: int
    end: int
    bare_end: int
    """Where it ends without that."""
    is_capital: bool

    @property
    def is_initial(self) -> bool:
        return len(self.plain) == 1 and self.is_capital


class NameReader:
    """Reads names by one set of lists."""

    def __init__(self, lists: NameLists) -> None:
        self._lists = lists
        self._role_after = re.compile(f"{TO_BE}(?:{'|'.join(sorted(lists.staff))}){NOT_A_PUPILS}", re.IGNORECASE)
        self._either = lists.both | (lists.unsure - lists.given - lists.not_wide)

    def __call__(self, text: str) -> Iterator[Name]:
        """The names in a text, in their order."""
        words = [self._word(found) for found in WORD.finditer(text)]
        at = 0
        while at < len(words):
            name, used = self._name_at(text, words, at)
            if name:
                yield name
            at += used

    def _word(self, found: re.Match[str]) -> _Word:
        text = found[0]
        bare = text.removesuffix("'s").removesuffix("'S")
        capital = any(part[:1].isupper() for part in text.split("-"))
        return _Word(text, self._lists.plain(bare), found.start(), found.end(), found.start() + len(bare), capital)

    def is_staff_title(self, word: str) -> bool:
        """Whether members of staff have this title."""
        return fold(word.rstrip(".")) in self._lists.staff_titles

    def _name_at(self, text: str, words: list[_Word], at: int) -> tuple[Name | None, int]:
        """The name that begins at a word, if one does, and how many words it takes."""
        lists, word = self._lists, words[at]
        if word.plain in lists.titles and word.is_capital and _joined(text, words, at) and words[at + 1].is_capital:
            return self._titled(text, words, at)
        length = self._full_length(text, words, at)
        if length:
            return self._full(text, words, at, length)
        if self._is_family(text, words, at):
            return _name(NameKind.FAMILY, text, word.start, word.bare_end), 1
        if self._is_first_name(text, words, at):
            with_initial = _joined(text, words, at) and words[at + 1].is_initial and words[at + 1].plain not in "ai"
            last = words[at + 1] if with_initial else word
            return _name(NameKind.FIRST, text, word.start, last.bare_end), 1 + with_initial
        return None, 1

    def _full(self, text: str, words: list[_Word], at: int, length: int) -> tuple[Name | None, int]:
        """A full name: of public life, a grown-up's, a pupil's, or one that may be."""
        first, last = words[at], words[at + length - 1]
        if f"{first.plain} {words[at + 1].plain}" in self._lists.public or self._is_a_thing(text, words, at, length):
            return None, length
        if OF_A_BOOK.search(text[max(0, first.start - NEAR) : first.start]):
            return None, length
        kind = NameKind.MAYBE_FULL
        if self._is_adult(text, first.start, last.bare_end):
            kind = NameKind.GUEST if self._is_guest(text, first.start) else NameKind.ADULT
        elif self._is_sure(first) and is_certain(text, first.start, last.bare_end):
            kind = NameKind.FULL
        return _name(kind, text, first.start, last.bare_end), length

    def _is_sure(self, first: _Word) -> bool:
        lists = self._lists
        given = first.plain.split("-")[0]
        return given in lists.sure_given

    def _is_a_thing(self, text: str, words: list[_Word], at: int, length: int) -> bool:
        """Whether a word after it makes a day, a class, a cup or a place of it."""
        last = at + length - 1
        if not _joined(text, words, last) or not words[last + 1].is_capital:
            return False
        return words[last + 1].plain in self._lists.names_a_thing

    def _titled(self, text: str, words: list[_Word], at: int) -> tuple[Name | None, int]:
        lists, length = self._lists, 2
        while (
            length < LONGEST_NAME
            and _joined(text, words, at + length - 1)
            and words[at + length].is_capital
            and words[at + length].plain not in lists.never
        ):
            length += 1
        if words[at + 1].plain in lists.no_surname or self._is_a_thing(text, words, at, 2):
            return None, 1
        pairs = {f"{words[at + n].plain} {words[at + n + 1].plain}" for n in range(length - 1)}
        if pairs & lists.public:
            return None, length
        return _name(NameKind.TITLED, text, words[at].start, words[at + length - 1].bare_end), length

    def _full_length(self, text: str, words: list[_Word], at: int) -> int:
        """How many words a full name takes that begins here; 0 where none does."""
        if not _joined(text, words, at):
            return 0
        lists, last = self._lists, at + 1
        while self._is_inside(words[last]) and _joined(text, words, last) and last - at < LONGEST_NAME:
            last += 1
        if words[last].is_initial or not self._is_pair(text, words, at, last):
            return 0
        while (
            last - at < LONGEST_NAME
            and _joined(text, words, last)
            and words[last + 1].is_capital
            and words[last].is_capital
            and not words[last + 1].is_initial
            and words[last + 1].plain not in lists.no_surname_or_thing
        ):
            last += 1
        return 0 if words[last].plain in lists.ends_a_place else last - at + 1

    def _is_inside(self, word: _Word) -> bool:
        """A small word or an initial between a given name and a surname."""
        return word.plain in self._lists.particles or word.is_initial

    def _is_pair(self, text: str, words: list[_Word], at: int, last: int) -> bool:
        """Whether a given name stands at `at`, and its surname at `last`."""
        lists, first, second = self._lists, words[at], words[last]
        given, surname = first.plain.split("-")[0], second.plain
        unmistakable = given in lists.only_given
        known = surname in lists.all_surnames
        if first.is_initial:
            return (known and not lists.is_common(surname)) and is_strong(text, first.start, second.bare_end)
        if not first.is_capital:
            sure = given in lists.given if lists.is_common(given) else unmistakable
            return sure and not second.is_capital and len(given) > 2 and lists.is_rare(second.plain)
        if not second.is_capital:
            return unmistakable and surname in lists.surnames and surname not in lists.never
        if second.text.isupper() and first.text.isupper() and len(surname) > 1:
            return (given in lists.any_given) and (known or lists.is_rare(surname))
        if given in lists.both and surname in lists.both:
            return is_near_a_pupil(text, first.start) or is_strong(text, first.start, second.bare_end)
        if self._is_surname_first(given, surname):
            return True
        if surname in lists.never and not known:
            return False
        if unmistakable:
            known = known or surname in lists.unsure_surnames or (given in lists.given and surname not in lists.things)
            if surname in lists.places_or_things and not known:
                return False
            return known or not lists.is_common(surname) or is_near_a_pupil(text, first.start)
        if (surname in lists.places and not known) or given in lists.no_given or len(given) < FEWEST_LETTERS:
            return False
        return self._has_role(text, first, second) or self._is_likely(text, first, second)

    def _is_surname_first(self, surname: str, given: str) -> bool:
        """Whether a surname that is written first stands before a given name, as in Nguyen Thi Lan and Li Xiaoming."""
        lists = self._lists
        if surname not in lists.surnames_written_first:
            return False
        if given in lists.given_last:
            return True
        if given in lists.after_no_name:
            return False
        if surname in lists.short_surname_first:
            return PINYIN.fullmatch(given) is not None and given not in lists.common
        return given in lists.any_given or given not in lists.common

    def _has_role(self, text: str, first: _Word, second: _Word) -> bool:
        """Whether a grown-up's role stands before two words of which one at least is no everyday word."""
        words = first.plain, second.plain
        if any(word in self._lists.after_no_name for word in words):
            return False
        rare = any(not self._lists.is_common(word) for word in words)
        return rare and self._is_adult(text, first.start, first.start)

    def _is_likely(self, text: str, first: _Word, second: _Word) -> bool:
        """Whether two capital words of which neither is surely a name are one together."""
        lists, given, surname = self._lists, first.plain.split("-")[0], second.plain
        known = surname in lists.all_surnames
        likely = lists.is_rare(surname) or (known and surname not in lists.never)
        if likely and given in self._either:
            return True
        if likely and given not in lists.common and is_near_a_pupil(text, first.start):
            return True
        is_name = given in lists.any_given or not (lists.is_common(given) or lists.is_common(surname))
        return is_name and surname not in lists.things and is_strong(text, first.start, second.bare_end)

    def _is_first_name(self, text: str, words: list[_Word], at: int) -> bool:
        lists, word = self._lists, words[at]
        given = word.plain.split("-")[0]
        if given not in lists.any_given or word.is_initial:
            return False
        strong = is_strong(text, word.start, word.bare_end)
        if not word.is_capital:
            return given in lists.given and len(given) > 2 and strong
        if at and words[at - 1].plain in ("st", "saint") and _joined(text, words, at - 1):
            return False
        if at and words[at - 1].is_capital and _joined(text, words, at - 1) and self._is_rare_word(words[at - 1]):
            return given in lists.given and strong
        if _joined(text, words, at) and words[at + 1].is_capital and not words[at + 1].is_initial:
            pair = f"{given} {words[at + 1].plain}"
            if words[at + 1].plain in lists.after_no_name or pair in lists.public:
                return False
        if any(f"{words[n].plain} {words[n + 1].plain}" in lists.public for n in range(max(0, at - 2), at)):
            return False
        if self._is_one_thing(text, word) or (given not in lists.given and OF_A_PLACE.search(text[: word.start])):
            return False
        return (given in lists.only_given and (given in lists.given or not lists.is_common(given))) or strong

    def _is_rare_word(self, word: _Word) -> bool:
        return not self._lists.is_common(word.plain) and word.plain not in self._lists.never

    def _is_one_thing(self, text: str, word: _Word) -> bool:
        """Whether a title in exclamation marks, a class, a house, a dog or a role in a play bears the name."""
        before, after = text[max(0, word.start - 30) : word.start], text[word.bare_end : word.bare_end + 30]
        return bool(THING_AFTER.match(after) or THING_BEFORE.search(before) or ITS_NAME_AFTER.match(after))

    def _is_family(self, text: str, words: list[_Word], at: int) -> bool:
        """Whether a family is named: "the Okafor family", "the Hendersons'"."""
        word = words[at]
        if not word.is_capital or not at or words[at - 1].plain != "the" or len(word.plain) <= FEWEST_LETTERS:
            return False
        if word.plain in self._lists.after_no_name:
            return False
        after = text[word.bare_end : word.bare_end + 20]
        if FAMILY_AFTER.match(after):
            return word.plain in self._lists.all_surnames or not self._lists.is_common(word.plain)
        return bool(PLURAL_OWNER.match(after)) and word.plain.removesuffix("s") in self._lists.all_surnames

    def _is_guest(self, text: str, start: int) -> bool:
        """Whether the role before a name is that of somebody from outside."""
        roles = WORD.findall(text[max(0, start - NEAR) : start])
        return bool(roles) and fold(roles[-1]) in self._lists.guests

    def _is_adult(self, text: str, start: int, end: int) -> bool:
        """Whether a grown-up's role stands right beside the name."""
        before, after = text[max(0, start - NEAR) : start], text[end : end + NEAR]
        if CLASS_AFTER.match(after) or CLASS_BEFORE.search(before):
            return False
        roles = WORD.findall(before)
        if roles and fold(roles[-1]) in self._lists.adults and ROLE_BESIDE.search(before):
            return YOUNG.search(before[: before.rindex(roles[-1])]) is None
        return self._role_after.match(after) is not None


THING_AFTER = re.compile(
    r"^(?:!|\s+(?:class|house|team|weather|warning|group|table|building|block|field|auditions?|tickets"
    r"|the (?:musical|dog)|base|room|badge)\b|,? (?:our|the) (?:reading|school|therapy|class) "
    r"(?:dog|rabbit|hamster|guinea pig))",
    re.IGNORECASE,
)
ITS_NAME_AFTER = re.compile(r"^(?:'s [A-Z]|\s+\d{2,}\b(?!\s*(?:and|,)\s*\d))")
"""What is called after somebody ("Sam's Diner"), and a house with its points."""
THING_BEFORE = re.compile(
    r"\b(?:reading dog|school dog|therapy dog|musical|production of|the film|the story of|stor(?:y|ies) of|the book"
    r"|reading|the play|role of|part of|as|houses?|classes|the mascot|duke of|st|saint|hurricane|storm|planet"
    r"|google)[,:]?\s+(?:[A-Z]\w+ (?:and|&) )?$",
    re.IGNORECASE,
)


OF_A_BOOK = re.compile(
    r"\b(?:books?|novels?|plays?|musical|poems?|written|illustrated|directed)\b[^.!?]*\bby $", re.IGNORECASE
)
"""Before the name of whoever wrote a book that is read."""
OF_A_PLACE = re.compile(r"\b[A-Z][\w']+ of $")
"""Before a name that is hardly a person's, such as "Pages of Marlow"."""


def _name(kind: NameKind, text: str, start: int, end: int) -> Name:
    return Name(kind, text[start:end], start, end)


def _joined(text: str, words: list[_Word], at: int) -> bool:
    """Whether the next word belongs to this one: a space, an initial or a nickname in brackets between them."""
    if at + 1 >= len(words) or words[at].text.endswith("'s"):
        return False
    between = text[words[at].end : words[at + 1].start]
    if (words[at].plain in SHORTENED or (words[at].is_initial and at)) and AFTER_INITIAL.fullmatch(between):
        return True
    return len(between) < 24 and BETWEEN.fullmatch(between) is not None
