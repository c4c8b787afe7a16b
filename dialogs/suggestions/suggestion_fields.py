"""Reads one field of the suggestion walk: gives its value, or the sentence that says what is wrong with it."""

from datetime import date
from typing import Any

from cards.kit.fields import Field, Shape
from dialogs.links import read_links
from dialogs.reports.report_fields import TOO_LONG
from storage.stored_names import NoOneSchool
from storage.suggestions.suggestion_records import Post, Shown

MAX_POST = 3_000
"""Characters of a post; more than that nobody reads on Facebook."""
MAX_WORDS = 500
"""Characters of any other field."""
MAX_LINKS = 3
CHOOSE = "Choose one of these."
NOT_A_DATE = "Give a day from today on, or leave it empty."
NOBODY_AND = "Choose “Nobody” or who it is, not both."
WHERE = "Say where their consent is recorded. Without consent they cannot be named or pictured (policy, section 2.1)."
TOO_MANY_LINKS = "Up to {limit} links fit in one post."


def read(field: Field, text: str, today: date) -> tuple[Any, str]:
    """The value of a field, and what is wrong with it."""
    text = text.strip()
    if not text:
        return (() if field.shape is Shape.MANY or field.name == "links" else ""), field.needed
    if field.name == "links":
        return _read_links(text)
    match field.shape:
        case Shape.CHOICE:
            chosen = field.chosen(text)
            value = chosen.value if isinstance(chosen, NoOneSchool) else chosen
            return (value, "") if value else ("", field.needed or CHOOSE)
        case Shape.MANY:
            return _read_shown(text, field.needed)
        case Shape.DATE:
            return (text, "") if is_ahead(text, today) else ("", NOT_A_DATE)
        case _:
            return _read_text(text, MAX_POST if field.name == "text" else MAX_WORDS)


def is_ahead(text: str, today: date) -> bool:
    """Whether this is a day in ISO form, today or later."""
    try:
        return date.fromisoformat(text) >= today
    except ValueError:
        return False


def with_value(post: Post, field: Field, value: Any) -> dict[str, Any]:
    """The change to the post that a field's value makes, for `dataclasses.replace`."""
    name = field.name
    if name == "topic":
        return {"topic": value, "kind": dict(field.choices).get(value, "")}
    if name.startswith("consent_"):
        return {"consent": {**post.consent, name.removeprefix("consent_"): value}}
    return {name: value}


def lacking_consent(post: Post) -> dict[str, str]:
    """The fields of those who are in it without a word on their consent."""
    shown = [who for who in post.shows if who != Shown.NOBODY]
    return {f"consent_{who}": WHERE for who in shown if not post.consent.get(who)}


def _read_text(text: str, limit: int) -> tuple[str, str]:
    return (text, "") if len(text) <= limit else ("", TOO_LONG.format(length=len(text), limit=limit))


def _read_shown(text: str, needed: str) -> tuple[tuple[str, ...], str]:
    chosen = tuple(who.value for who in Shown if who in text.split(","))
    if Shown.NOBODY in chosen and len(chosen) > 1:
        return (), NOBODY_AND
    return chosen, "" if chosen else needed


def _read_links(text: str) -> tuple[tuple[str, ...], str]:
    links, wrong = read_links(text)
    if len(links) > MAX_LINKS:
        return (), TOO_MANY_LINKS.format(limit=MAX_LINKS)
    return links, wrong
