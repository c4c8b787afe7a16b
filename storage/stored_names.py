"""What is kept of a choice: a name that never changes, and beside it the words that people see, which may.

The words of the first version, which were kept instead, are understood wherever a name is read (`first_words.py`).
"""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Self, TypeVar

from pydantic import BeforeValidator

from storage.first_words import FIRST_WORDS


class StoredName(Enum):
    """A choice. Its value is kept in rows and carried by cards; `words` are for people.

    `Kind("contact")` and `Kind("Contact from a pupil")`, as the first version kept it, are one. Anything else is a
    ValueError: the row cannot be read, and nothing is guessed. It is no `str`, so that no name is shown by a slip.
    """

    words: str

    def __new__(cls, name: str, words: str = "") -> Self:
        member = object.__new__(cls)
        member._value_ = name
        member.words = words
        return member

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        name = _first_names(cls).get(value) if isinstance(value, str) else None
        return cls(name) if name else None

    @property
    def first_words(self) -> str:
        """What the first version kept for it; the name itself, if that version had none."""
        return next((words for words, name in _first_names(type(self)).items() if name == self.value), self.value)

    def is_meant_by(self, text: str) -> bool:
        """Whether a card's field means it: by its name, or by the words that cards of the first version carry."""
        return text in (self.value, *(words for words, name in _first_names(type(self)).items() if name == self.value))


class ChosenAnswer(StoredName):
    """What a reporter chose. A value that is none of the choices stays as it was kept, so that no report is lost to it.

    It is then a member outside the list, whose words are what was kept.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        known = super()._missing_(value)
        if known is not None or not isinstance(value, str) or not value:
            return known
        unknown = object.__new__(cls)
        unknown._name_ = unknown._value_ = unknown.words = value
        return unknown

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.value == self.value

    def __hash__(self) -> int:
        return hash(self.value)


T = TypeVar("T")
OrOpen = Annotated[T | None, BeforeValidator(lambda value: None if value == "" else value)]
"""A choice that may be open; the first version kept an open one as an empty text."""


class NoOneSchool(StoredName):
    """Stands in place of a school's own name."""

    TRUST_WIDE = "trust_wide", "The trust as a whole, or not sure"


def _school(value: object) -> object:
    is_trust_wide = isinstance(value, str) and NoOneSchool.TRUST_WIDE.is_meant_by(value)
    return NoOneSchool.TRUST_WIDE.value if is_trust_wide else value


School = Annotated[str, BeforeValidator(_school)]
"""The name of one of the trust's schools, or `trust_wide`; empty while nobody was asked."""


def school_words(school: str) -> str:
    """A school as people read it."""
    return NoOneSchool.TRUST_WIDE.words if school == NoOneSchool.TRUST_WIDE.value else school


def words_of(value: StoredName | str | None) -> str:
    """What people read of a choice or a text; empty if it is open."""
    return value.words if isinstance(value, StoredName) else value or ""


def _first_names(cls: type[StoredName]) -> Mapping[str, str]:
    return FIRST_WORDS.get(cls.__name__, {})
