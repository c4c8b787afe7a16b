"""A field of a form: what it asks, and how it is shown, with what was typed and what is wrong with it."""

from dataclasses import dataclass
from enum import StrEnum

from microsoft_teams.cards import CardElement, Choice, ChoiceSetInput, Container, DateInput, TextInput

from cards.kit.parts import problem


class Shape(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    MANY = "many"
    TEXT = "text"
    LINE = "line"
    LINKS = "links"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Question:
    """One field. `needed` is what the person reads when it is left open; empty: it may be.

    `titles`: what the options are called, where that is more than the options themselves.
    """

    name: str
    label: str
    shape: Shape
    options: tuple[str, ...] = ()
    needed: str = ""
    titles: tuple[str, ...] = ()


def field(question: Question, value: str, wrong: str | None, key: str) -> Container:
    """The field, what is in it, and under it what is wrong.

    With a key, since a client that replaces a card may keep the choices of the field that stood there.
    """
    items = [_input(question, value), problem(wrong)]
    return Container(key=f"{key}-{question.name}", items=[item for item in items if item])


def _input(question: Question, value: str) -> CardElement:
    if question.shape is Shape.DATE:
        return DateInput(id=question.name, label=question.label, value=value or None)
    if question.shape in (Shape.TEXT, Shape.LINKS, Shape.LINE):
        many_lines = question.shape is not Shape.LINE
        return TextInput(id=question.name, label=question.label, is_multiline=many_lines or None, value=value or None)
    many = question.shape is Shape.MANY
    titles = question.titles or question.options
    return ChoiceSetInput(
        id=question.name,
        label=question.label,
        choices=[Choice(title=title, value=option) for title, option in zip(titles, question.options, strict=True)],
        style="expanded" if many else "compact",
        is_multi_select=many or None,
        placeholder=None if many else "Choose",
        value=value or None,
    )
