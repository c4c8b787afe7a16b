"""Reads one field of the report walk: gives its value, or the sentence that says what is wrong with it."""

from datetime import date
from typing import Any

from cards.kit.fields import Field, Shape
from cards.reports.report_form import NOT_KNOWN
from dialogs.links import read_links
from storage.cases.case_records import Concerned, Kind, Part, Report
from storage.stored_names import NoOneSchool

MAX_TEXT = 4_000
NEEDS_SOMETHING = "Give a link, a description or a screenshot: without one of them nobody can find it."
NEEDS_PLACE = "Say where it is, in a few words, so that those who may can find it."
NEEDS_WORDS = "Say in a few words what it is, or add a screenshot."
TOO_LONG = "This is {length:,} characters long, and {limit:,} fit. Please shorten it; what you wrote is still here."
NO_NAMES = "Up to five names fit, one a line, each no longer than 100 characters. All else belongs in the description."
MAX_NAMES, MAX_NAME = 5, 100
_NOT_KNOWN = {NOT_KNOWN.casefold(), "i do not know", "not known", "unknown", "not sure", "no idea"}
NOT_A_DATE = "“{text}” was not taken. Give the day as a date that is not in the future, or leave it empty."

_OPEN: dict[Shape, Any] = {Shape.CHOICE: None, Shape.MANY: (), Shape.LINKS: (), Shape.NAMES: ()}
"""The value of an empty field, for the shapes whose value is no text."""


def read(question: Field, text: str, today: date) -> tuple[Any, str]:
    """The value of a field, and what is wrong with it."""
    text = text.strip()
    if not text:
        return _OPEN.get(question.shape, ""), question.needed
    match question.shape:
        case Shape.CHOICE:
            chosen = question.chosen(text)
            value = chosen.value if isinstance(chosen, NoOneSchool) else chosen
            return (value, "") if value else (None, question.needed or "Choose one of these.")
        case Shape.MANY:
            given = {question.chosen(part) for part in text.split(",")}
            several = tuple(option for option in question.options if option in given)
            return several, "" if several else question.needed
        case Shape.LINKS:
            return read_links(text)
        case Shape.NAMES:
            return _names(text)
        case Shape.DATE:
            return (text, "") if _is_past(text, today) else ("", NOT_A_DATE.format(text=text[:40]))
        case _:
            return (text, "") if len(text) <= MAX_TEXT else ("", TOO_LONG.format(length=len(text), limit=MAX_TEXT))


def _names(text: str) -> tuple[tuple[Concerned, ...], str]:
    """A name a line; one that is not known stands open, so that it is nobody's in a list of names."""
    lines = list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))
    if len(lines) > MAX_NAMES or any(len(line) > MAX_NAME for line in lines):
        return (), NO_NAMES
    return tuple(_somebody(line) for line in lines), ""


def _somebody(line: str) -> Concerned:
    unknown = line.casefold().strip(' .“”"').replace("don't", "do not").replace("don’t", "do not") in _NOT_KNOWN
    return Concerned("", Part.NOT_KNOWN) if unknown else Concerned(line)


def _is_past(text: str, today: date) -> bool:
    try:
        return date.fromisoformat(text) <= today
    except ValueError:
        return False


def lacks(report: Report) -> str:
    """The sentence that says what the report needs before it may be sent; empty if it has that."""
    if report.intimate_image:
        return "" if report.description else NEEDS_PLACE
    if report.kind is Kind.CONTENT:
        return NEEDS_SOMETHING if report.is_empty else ""
    return "" if report.description or report.evidence else NEEDS_WORDS
