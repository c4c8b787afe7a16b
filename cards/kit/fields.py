"""The fields of forms: what a field asks, and the card element that shows it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from microsoft_teams.cards import CardElement, Choice, ChoiceSetInput, Container, DateInput, TextInput

from cards.kit.elements import problem
from storage.stored_names import StoredName, words_of


class Shape(StrEnum):
    """How a field is filled in."""

    CHOICE = "choice"
    MANY = "many"
    TEXT = "text"
    LINE = "line"
    LINKS = "links"
    NAMES = "names"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `needed` is what the person reads when the field is left empty; "" if it may be.

    `options` are what can be chosen: stored names, which have words of their own, or texts. `titles` are the words for
    texts, where people see others than those that are sent.
    """

    name: str
    label: str
    shape: Shape
    options: tuple[StoredName | str, ...] = ()
    needed: str = ""
    titles: tuple[str, ...] = ()

    def chosen(self, text: str) -> StoredName | str | None:
        """The option that a value means: by its name, or by its words as cards of the first version carry them."""
        return next((option for option in self.options if _is_meant(option, text)), None)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What each option sends, and the words that people see for it."""
        titles = self.titles or tuple(map(words_of, self.options))
        return [(_value(option), title) for option, title in zip(self.options, titles, strict=True)]


def field_input(field: Field, value: str, wrong: str | None, key: str) -> Container:
    """The element that asks for a field: filled in with `value`, and `wrong`, what is wrong with that, under it.

    `key` tells this card's field from that of another: a client that replaces a card may keep what was chosen in the
    field that stood there.
    """
    items = [_input(field, value), problem(wrong)]
    return Container(key=f"{key}-{field.name}", items=[item for item in items if item])


def _input(field: Field, value: str) -> CardElement:
    if field.shape is Shape.DATE:
        return DateInput(id=field.name, label=field.label, value=_day(value))
    if field.shape in (Shape.TEXT, Shape.LINKS, Shape.NAMES, Shape.LINE):
        many_lines = field.shape is not Shape.LINE
        return TextInput(id=field.name, label=field.label, is_multiline=many_lines or None, value=value or None)
    many = field.shape is Shape.MANY
    present = [_value(option) for text in (value.split(",") if many else [value]) if (option := field.chosen(text))]
    return ChoiceSetInput(
        id=field.name,
        label=field.label,
        choices=[Choice(title=title, value=option) for option, title in field.choices],
        style="expanded" if many else "compact",
        is_multi_select=many or None,
        placeholder=None if many else "Choose",
        value=",".join(present) or None,
    )


def _day(value: str) -> str | None:
    """A day as a date field can show it; what is none it would not show, and the card could fail with it."""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _is_meant(option: StoredName | str, text: str) -> bool:
    return option.is_meant_by(text) if isinstance(option, StoredName) else option == text


def _value(option: StoredName | str) -> str:
    return option.value if isinstance(option, StoredName) else option
