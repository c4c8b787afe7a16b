"""What stands in a field of the report walk, read and checked: a value, or the sentence that says what is wrong."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from cards.kit.fields import Question, Shape
from storage.records import Kind, Report

MAX_TEXT = 4_000
MAX_LINKS = 10
MAX_LINK = 1_000
NEEDS_SOMETHING = "Give a link, a description or a screenshot: without one of them nobody can find it."
NEEDS_PLACE = "Say where it is, in a few words, so that those who may can find it."
NEEDS_WORDS = "Say in a few words what it is, or add a screenshot."
TOO_LONG = "This is {length:,} characters long, and {limit:,} fit. Please shorten it; what you wrote is still here."
NOT_A_LINK = "“{word}” is not a link. Paste the address of the post, or leave this empty and describe it."
TOO_MANY_LINKS = "Up to {limit} links fit in one report. Name the others in the description."
NOT_A_DATE = "Give the day as a date that is not in the future, or leave it empty."
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE)


def held(report: Report, name: str) -> str:
    """What the report holds, as its field shows it."""
    value = getattr(report, name)
    if isinstance(value, tuple):
        return ("\n" if name == "links" else ",").join(value)
    return str(value)


def read(question: Question, text: str, today: date) -> tuple[Any, str]:
    """The value of a field, and what is wrong with it."""
    text = text.strip()
    if not text:
        return (() if question.shape in (Shape.MANY, Shape.LINKS) else ""), question.needed
    match question.shape:
        case Shape.CHOICE:
            return (text, "") if text in question.options else ("", question.needed or "Choose one of these.")
        case Shape.MANY:
            chosen = tuple(option for option in question.options if option in text.split(","))
            return chosen, "" if chosen else question.needed
        case Shape.LINKS:
            return read_links(text)
        case Shape.DATE:
            return (text, "") if _is_past(text, today) else ("", NOT_A_DATE)
        case _:
            return (text, "") if len(text) <= MAX_TEXT else ("", TOO_LONG.format(length=len(text), limit=MAX_TEXT))


def _is_past(text: str, today: date) -> bool:
    try:
        return date.fromisoformat(text) <= today
    except ValueError:
        return False


def lacks(report: Report) -> str:
    if report.intimate_image:
        return "" if report.description else NEEDS_PLACE
    if report.kind is Kind.CONTENT:
        return NEEDS_SOMETHING if report.is_empty else ""
    return "" if report.description or report.evidence else NEEDS_WORDS


def split_links(text: str) -> tuple[list[str], str]:
    """The links in a message, and the message if it is more than its links."""
    words = text.split()
    links = [link for word in words if ("/" in word or word.startswith("www.")) and (link := _as_link(word))]
    return links, "" if len(links) == len(words) else text


def read_links(text: str) -> tuple[tuple[str, ...], str]:
    """The links in a field, and what is wrong with it."""
    links: list[str] = []
    for word in text.split():
        link = _as_link(word)
        if link is None:
            return (), NOT_A_LINK.format(word=word[:60])
        if link not in links:
            links.append(link)
    if len(links) > MAX_LINKS:
        return (), TOO_MANY_LINKS.format(limit=MAX_LINKS)
    return tuple(links), ""


def _as_link(word: str) -> str | None:
    """The address as a browser would take it, or `None`."""
    word = word.strip("<>()[]\"',;")
    address = word if "://" in word else f"https://{word}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or len(address) > MAX_LINK:
        return None
    return address if _HOST.fullmatch(parts.hostname or "") else None
