"""A field of a form: what it asks, and how it is shown, with what was typed and what is wrong with it."""

from dataclasses import dataclass
from enum import StrEnum

from microsoft_teams.cards import CardElement, Choice, ChoiceSetInput, Container, DateInput, TextInput

from cards.kit.parts import problem
from storage.stored_names import StoredName, words_of


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

    `options`: names with words of their own, or texts; `titles`: what the texts are called, where that is more.
    """

    name: str
    label: str
    shape: Shape
    options: tuple[StoredName | str, ...] = ()
    needed: str = ""
    titles: tuple[str, ...] = ()

    def chosen(self, text: str) -> StoredName | str | None:
        """The option that a field's value means, by its name or as cards of the first version carry it, if any."""
        return next((option for option in self.options if _is_meant(option, text)), None)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The value that each option carries, and what it is called."""
        titles = self.titles or tuple(map(words_of, self.options))
        return [(_value(option), title) for option, title in zip(self.options, titles, strict=True)]


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
    present = [_value(option) for text in (value.split(",") if many else [value]) if (option := question.chosen(text))]
    return ChoiceSetInput(
        id=question.name,
        label=question.label,
        choices=[Choice(title=title, value=option) for option, title in question.choices],
        style="expanded" if many else "compact",
        is_multi_select=many or None,
        placeholder=None if many else "Choose",
        value=",".join(present) or None,
    )


def _is_meant(option: StoredName | str, text: str) -> bool:
    return option.is_meant_by(text) if isinstance(option, StoredName) else option == text


def _value(option: StoredName | str) -> str:
    return option.value if isinstance(option, StoredName) else option
