"""Who is named in a suggested post: full names, grown-ups with their title or role, first names alone.

A name is read from lists (`names.yaml`) and from where it stands; whoever cannot be told to be grown up counts as a
pupil, since the page never carries a pupil's full name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from policy.posts.name_lists import name_lists

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
BETWEEN = re.compile(r"[ \t]{1,3}|[ \t]{0,2}[(“\"'‘][^\W\d_]{1,15}[)”\"'’][ \t]{0,2}")
INITIAL = re.compile(r"[ \t]{1,3}[A-Z]\.?[ \t]{1,3}")
LONGEST_NAME = 5
FEWEST_LETTERS = 2

_NEAR = 70
_CLASS = (
    r"\b(?:years?|yr|y)\s?\d|\d{1,2}(?!am|pm|st|nd|rd|th|km|kg|cm|mm|m\b|p\b)[a-z]{1,2}\b|reception\b|nursery\b|class\b"
    r"|form\b|(?:aged?|age)\s\d|\d{1,2}\)"
)
CLASS_AFTER = re.compile(
    rf"^(?:['’]s)?\s*[,(–-]?\s*(?:(?:of|from|in|who is in|is in)\s+)?(?:our\s+)?(?:{_CLASS})", re.I
)
CLASS_BEFORE = re.compile(rf"(?:{_CLASS})\w*(?:['’]s)?\s*[,:–-]?\s*(?:pupils?|students?)?\s*$", re.I)
DID = re.compile(
    r"^,?\s*(?:who\s+)?(?:has\s+|have\s+)?(?:won|wins|came|comes|scored|achieved|received|represented|passed|gained|finished"
    r"|earned|collected|beat|swam|ran|sang|played|performed|danced|painted|built|wrote|designed|baked)\b",
    re.I,
)
PRAISED = re.compile(
    r"(?:congratulations|congrats|well done|kudos|bravo|hats off|shout[- ]?out|pupils?|students?|prefects?|captains?"
    r"|boy|girl|winners?|week|month|match|awarded|presented|proud of|prize)\s*[,:–-]?\s*(?:(?:also|again|to|for|our"
    r"|are|is|goes|year \d+)\s*[,:]?\s*){0,3}$",
    re.I,
)
PUPIL_WORDS = re.compile(
    r"\b(?:pupils?|students?|years? \d+|class|boys?|girls?|he|she|his|hers?|him|son|daughter|aged?|won|wins?"
    r"|winners?|prizes?|medals?|trophy|captains?|players?|stars?|readers?|read|scored|played|performed|sang|painted"
    r"|painting|pictured|photo|congratulations|well done|proud|birthday|certificate|award(?:ed)?|grade"
    r"|passed|goal|team|cup|poem|drawing|solo|thank you|thanks|meet|here is)\b",
    re.IGNORECASE,
)
KIN_AFTER = re.compile(
    r"^['’]s\s+(?:mum|dad|mummy|daddy|mother|father|parents?|nan|gran|grandma|family|carer)\b", re.IGNORECASE
)
YOUNG = re.compile(r"\b(?:young|budding|years?\s\w+|pupil|student|junior|little|school)\s+(?:\w+\s+)?$", re.I)
TO_BE = (
    r"^,?\s*(?:(?:is|as|becomes?|became|joins?|joined|has|been|who|will be|starts?|us|our|the|a|an|new|former|assistant"
    r"|appointed|executive|lead|class|science|maths|english|music|pe|school|lunchtime)\s+){0,6}"
)
NOT_A_PUPILS = r"s?\b(?!\s+(?:boy|girl|pupil|student|of year))"
PUBLIC_WORK = re.compile(r"(?:\b(?:by|play|book|novel|poem|story|musical)\s+(?:of\s+|about\s+)?)$", re.I)


class Kind(Enum):
    """Who a name seems to belong to."""

    FULL = auto()
    """A full name of somebody who may be a pupil."""
    ADULT = auto()
    """A full name beside a grown-up's role."""
    TITLED = auto()
    """A title and a surname."""
    FIRST = auto()
    """A given name alone."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text, and from where to where it stands."""

    kind: Kind
    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    plain: str
    """In small letters, without a possessive ending."""
    start: int
    end: int
    bare_end: int
    """Where it ends without that."""
    is_capital: bool


def _word(found: re.Match[str]) -> _Word:
    text = found[0]
    bare = re.sub(r"['’]s$", "", text)
    capital = any(part[:1].isupper() for part in text.split("-"))
    return _Word(text, bare.casefold(), found.start(), found.end(), found.start() + len(bare), capital)


def is_staff_title(word: str) -> bool:
    """Whether members of staff have this title."""
    return word.rstrip(".").casefold() in name_lists().staff_titles


def names_in(text: str) -> Iterator[Name]:
    """The names in a text, in their order."""
    words = [_word(found) for found in WORD.finditer(text)]
    at = 0
    while at < len(words):
        name, used = _name_at(text, words, at)
        if name:
            yield name
        at += used


def _name_at(text: str, words: list[_Word], at: int) -> tuple[Name | None, int]:
    """The name that begins at a word, if one does, and how many words it takes."""
    lists, word = name_lists(), words[at]
    if word.plain in lists.titles and word.is_capital and _joined(text, words, at) and words[at + 1].is_capital:
        return _titled(text, words, at)
    length = _full_length(text, words, at)
    if not length:
        if _is_first_name(text, words, at):
            return Name(Kind.FIRST, text[word.start : word.bare_end], word.start, word.bare_end), 1
        return None, 1
    pair = f"{word.plain} {words[at + 1].plain}"
    if pair in lists.public:
        return None, length
    end = words[at + length - 1].bare_end
    kind = Kind.ADULT if _is_adult(text, word.start, end) else Kind.FULL
    return Name(kind, text[word.start : end], word.start, end), length


def _titled(text: str, words: list[_Word], at: int) -> tuple[Name | None, int]:
    length = 2
    while (
        length < LONGEST_NAME
        and _joined(text, words, at + length - 1)
        and words[at + length].is_capital
        and words[at + length].plain not in name_lists().never
    ):
        length += 1
    if words[at + 1].plain in name_lists().no_surname:
        return None, 1
    if length > 2 and f"{words[at + 1].plain} {words[at + 2].plain}" in name_lists().public:
        return None, length
    end = words[at + length - 1].bare_end
    return Name(Kind.TITLED, text[words[at].start : end], words[at].start, end), length


def _full_length(text: str, words: list[_Word], at: int) -> int:
    """How many words a full name takes that begins here; 0 where none does."""
    if not _joined(text, words, at):
        return 0
    last = at + 1
    while words[last].plain in name_lists().particles and _joined(text, words, last) and last - at < LONGEST_NAME:
        last += 1
    if not _is_pair(text, words, at, last):
        return 0
    while (
        last - at < LONGEST_NAME
        and _joined(text, words, last)
        and words[last + 1].is_capital
        and words[last].is_capital
        and words[last + 1].plain not in name_lists().no_surname
    ):
        last += 1
    return 0 if words[last].plain in name_lists().ends_a_place else last - at + 1


def _is_pair(text: str, words: list[_Word], at: int, last: int) -> bool:
    """Whether a given name stands at `at`, and its surname at `last`."""
    lists, first, second = name_lists(), words[at], words[last]
    given, surname = first.plain.split("-")[0], second.plain
    unmistakable = given in lists.only_given
    known = surname in lists.surnames
    if not first.is_capital:
        return unmistakable and not second.is_capital and len(given) > 2 and lists.is_rare(surname)
    if not second.is_capital:
        return unmistakable and known and surname not in lists.never
    if second.text.isupper() and first.text.isupper() and len(surname) > 1:
        return given in lists.given and (known or lists.is_rare(surname))
    if surname in lists.never and not known:
        return False
    if unmistakable:
        return known or surname not in lists.places
    if (surname in lists.places and not known) or given in lists.no_given or len(given) < FEWEST_LETTERS:
        return False
    likely = lists.is_rare(surname) or (known and surname not in lists.never)
    if likely and (given in lists.both or (given not in lists.common and _is_near_a_pupil(text, first.start))):
        return True
    return _is_strong(text, first.start, second.bare_end)


def _is_first_name(text: str, words: list[_Word], at: int) -> bool:
    lists, word = name_lists(), words[at]
    given = word.plain.split("-")[0]
    if given not in lists.any_given:
        return False
    if not word.is_capital:
        return given not in lists.both and len(given) > 2 and _is_strong(text, word.start, word.bare_end)
    if at and words[at - 1].plain in ("st", "saint") and _joined(text, words, at - 1):
        return False
    if _joined(text, words, at) and words[at + 1].is_capital:
        pair = f"{given} {words[at + 1].plain}"
        if words[at + 1].plain in lists.after_no_given or pair in lists.public:
            return False
    return given in lists.only_given or _is_strong(text, word.start, word.bare_end)


def _is_strong(text: str, start: int, end: int) -> bool:
    """Whether what stands around says that a pupil is spoken of."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if KIN_AFTER.match(after):
        return True
    return bool(PRAISED.search(before) or CLASS_BEFORE.search(before) or CLASS_AFTER.match(after) or DID.match(after))


def _is_near_a_pupil(text: str, start: int) -> bool:
    return PUPIL_WORDS.search(text, max(0, start - _NEAR), start + 2 * _NEAR) is not None


def _is_adult(text: str, start: int, end: int) -> bool:
    """Whether a grown-up's role stands right beside the name."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if CLASS_AFTER.match(after) or CLASS_BEFORE.search(before):
        return False
    roles = WORD.findall(before)
    if roles and roles[-1].casefold() in name_lists().adults and re.search(r"[^\W\d_][,:]?\s*$", before):
        return YOUNG.search(before[: before.rindex(roles[-1])]) is None
    return _role_after().match(after) is not None


@cache
def _role_after() -> re.Pattern[str]:
    return re.compile(f"{TO_BE}(?:{'|'.join(sorted(name_lists().staff))}){NOT_A_PUPILS}", re.IGNORECASE)


def _joined(text: str, words: list[_Word], at: int) -> bool:
    """Whether the next word belongs to this one: a space, an initial or a nickname in brackets between them."""
    if at + 1 >= len(words) or words[at].text.endswith(("'s", "’s")):
        return False
    between = text[words[at].end : words[at + 1].start]
    return len(between) < 24 and (BETWEEN.fullmatch(between) or INITIAL.fullmatch(between)) is not None
