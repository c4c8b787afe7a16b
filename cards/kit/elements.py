"""The elements of which all cards are made: headings, words that people typed, buttons with their fallback."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from microsoft_teams.cards import (
    Action,
    ActionSet,
    AdaptiveCard,
    CardElement,
    Container,
    ExecuteAction,
    Fact,
    FactSet,
    RichTextBlock,
    SubmitAction,
    SubmitActionData,
    TeamsSubmitActionFeedback,
    TeamsSubmitActionProperties,
    TextBlock,
    TextRun,
)

from cards.verbs import Verb

Card = dict[str, Any]
"""An adaptive card, ready to be sent."""

CARD_VERSION = 1
"""Raised when a button's data changes its meaning; a button of an older card gets the present card back."""

MAX_BYTES = 70_000
"""Bytes of a card. Teams takes 80 KB a message, and what stands around the card needs some of it."""

MAX_LINES = 40
"""The first so many lines of what somebody typed are shown as lines; all others follow in one paragraph."""

DEMO_NOTE = "Demo data: these names and numbers are invented."


def card(body: Sequence[CardElement | None], actions: Sequence[Action] = (), fallback: str = "") -> Card:
    """A card of these elements. `fallback` is what a client that shows no cards says instead."""
    built = AdaptiveCard(
        version="1.5",
        body=[element for element in body if element],
        actions=list(actions) or None,
        fallback_text=fallback or None,
    )
    return built.model_dump(by_alias=True, exclude_none=True, mode="json")


def heading(text: str, *, small: str = "") -> Container:
    """The card's title, with a line above it that says where one is."""
    items: list[CardElement] = [TextBlock(text=escape(small), size="Small", is_subtle=True, wrap=True)] if small else []
    items.append(
        TextBlock(text=escape(text), size="Large", weight="Bolder", wrap=True, style="heading", spacing="None")
    )
    return Container(items=items)


def fits(built: Card) -> bool:
    """Whether a card can be sent: Teams takes 80 KB a message, as UTF-16."""
    return len(json.dumps(built, ensure_ascii=False).encode("utf-16-le")) <= MAX_BYTES


def words(text: str, **style: Any) -> TextBlock:
    """Our own words; a little markdown is understood. Never for what people typed."""
    return TextBlock(text=text, wrap=True, **style)


def typed(text: str, **style: Any) -> Container:
    """What somebody typed, as it is: no markdown, no links, no mentions come of it."""
    lines = [line for line in text.splitlines() if line.strip()] or [""]
    if len(lines) > MAX_LINES:  # each line is an element, and a card has to stay under 80 KB
        lines = [*lines[: MAX_LINES - 1], " / ".join(lines[MAX_LINES - 1 :])]
    return Container(items=[_line(line, style) for line in lines], spacing="Small")


def _line(text: str, style: Mapping[str, Any]) -> CardElement:
    run: list[CardElement] = [TextRun(text=text or " ", **style)]
    return RichTextBlock(inlines=run, spacing="None")


def labelled(label: str, text: str) -> Container:
    """A label and what somebody typed under it."""
    return Container(items=[words(escape(label), weight="Bolder", size="Small"), typed(text)], spacing="Medium")


def facts(pairs: Mapping[str, str]) -> FactSet | None:
    """Short facts of our own making, name by value; none if there are none."""
    present = [Fact(title=name, value=escape(value)) for name, value in pairs.items() if value]
    return FactSet(facts=present) if present else None


Mood = Literal["emphasis", "accent", "good", "attention", "warning"]


def notice(text: str, style: Mood = "attention") -> Container:
    """A sentence that must be seen: `attention` (danger, mistakes), `warning`, `good` or `accent`."""
    return Container(items=[words(text, weight="Bolder")], style=style, spacing="Medium")


def problem(text: str | None) -> TextBlock | None:
    """What is wrong with the field above it."""
    return words(escape(text), color="Attention", weight="Bolder", spacing="Small") if text else None


def demo_note(is_demo: bool) -> TextBlock | None:
    """Says that names and numbers on this card are invented, where they are."""
    return words(DEMO_NOTE, size="Small", is_subtle=True) if is_demo else None


def button(title: str, verb: Verb, data: Mapping[str, Any] | None = None, **options: Any) -> ExecuteAction:
    """A button. `Action.Submit` stands behind it for phones that cannot `Action.Execute`; both reach one handler."""
    payload = {**(data or {}), "v": CARD_VERSION}
    hidden = TeamsSubmitActionProperties(feedback=TeamsSubmitActionFeedback(hide=True))
    fallback = SubmitAction(
        title=title, data=SubmitActionData.model_validate({**payload, "verb": verb}), msteams=hidden, **options
    )
    return ExecuteAction(
        title=title, verb=verb, data=SubmitActionData.model_validate(payload), fallback=fallback, **options
    )


def dialog_button(title: str, verb: Verb, data: Mapping[str, Any], **options: Any) -> SubmitAction:
    """A button that opens a dialog of Teams (a task module), for clients that have them."""
    fetch = {**data, "v": CARD_VERSION, "verb": verb, "msteams": {"type": "task/fetch"}}
    return SubmitAction(title=title, data=SubmitActionData.model_validate(fetch), **options)


def in_dialog(value: Any) -> Any:
    """A card as a dialog of Teams takes it: its buttons can only `Action.Submit`, so each gives way to its fallback."""
    if isinstance(value, list):
        return [in_dialog(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "Action.Execute" and isinstance(value.get("fallback"), dict):
        return value["fallback"]
    return {name: in_dialog(item) for name, item in value.items()}


def command_data(command: str) -> SubmitActionData:
    """What the button of a task module carries: the action on a message that it belongs to."""
    return SubmitActionData.model_validate({"command": command})


def action_row(*actions: Action) -> ActionSet:
    """Buttons in the middle of a card."""
    return ActionSet(actions=list(actions), spacing="Medium")


def choice_row(title: str, verb: Verb, data: Mapping[str, Any], *, chosen: bool = False) -> Container:
    """An answer to press in a row of its own: its words wrap on a phone, where those of a button are cut off."""
    style: Mood = "accent" if chosen else "emphasis"
    pressed = button(title, verb, data)
    return Container(items=[words(f"**{title}**")], select_action=pressed, style=style, spacing="Small")


def in_groups(digest: str) -> str:
    """A long number in hexadecimal, such as a SHA-256, so that a card can break it and a person compare it."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def escape(text: str) -> str:
    """Text for where a client reads markdown and there is no other element (facts, choices)."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+!|<>~" else c for c in text)
