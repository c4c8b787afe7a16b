"""The fields of the suggestion walk, once: which step asks what, and what must be answered.

Source: policy section 2.1 (what the trust will post; names and photos only with consent) and section 2 (to whom).
"""

from dataclasses import dataclass

from cards.kit.fields import Field, Shape
from storage.stored_names import NoOneSchool, StoredName
from storage.suggestions.suggestion_drafts import SuggestionStep
from storage.suggestions.suggestion_records import Post, Shown

MAX_PICTURES = 4
WHOLE_TRUST = "The trust as a whole"

WHO = {
    Shown.NOBODY: "Nobody is named or pictured",
    Shown.STAFF: "Staff",
    Shown.PUPILS: "Pupils",
    Shown.OTHERS: "Other people (parents, visitors, governors)",
}
"""Who is in a post, in the words that people see."""

CONSENT = {
    Shown.STAFF: "If staff: where is their consent recorded?",
    Shown.PUPILS: "If pupils: where is their parents' consent recorded?",
    Shown.OTHERS: "If other people: where is their consent recorded?",
}
STEPS = (SuggestionStep.POST, SuggestionStep.PEOPLE, SuggestionStep.CHECK)


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen: the trust's schools, and the things that it posts, as clause and label (section 2.1)."""

    schools: tuple[str, ...] = ()
    topics: tuple[tuple[str, str], ...] = ()


_TEXT = Field("text", "The post, as it should read", Shape.TEXT, needed="Write the text of the post.")
_LINKS = Field("links", "Link that goes with it, if there is one", Shape.LINE)
_WANTED = Field("wanted_by", "Wanted by, if there is a date", Shape.DATE)
_SHOWS = Field(
    "shows",
    "Who is named or pictured in it?",
    Shape.MANY,
    tuple(who.value for who in WHO),
    "Choose who is in it, or “Nobody”.",
    tuple(WHO.values()),
)
_CONSENT = tuple(Field(f"consent_{who}", label, Shape.LINE) for who, label in CONSENT.items())
_NO_TOPIC = "Choose one. If none of these fits, the trust does not post it (policy, section 2.1)."


def fields_of(step: SuggestionStep, choices: Choices) -> tuple[Field, ...]:
    """What this step asks; the last one is made of what the check found."""
    if step is SuggestionStep.POST:
        ids, labels = tuple(id for id, _ in choices.topics), tuple(label for _, label in choices.topics)
        topic = Field("topic", "What kind of post is it?", Shape.CHOICE, ids, _NO_TOPIC, labels)
        titles = (*choices.schools, WHOLE_TRUST)
        pages: tuple[StoredName | str, ...] = (*choices.schools, NoOneSchool.TRUST_WIDE)
        school = Field("school", "For which school's page?", Shape.CHOICE, pages, "Choose one.", titles)
        return (topic, _TEXT, _LINKS, *([school] if choices.schools else []), _WANTED)
    return (_SHOWS, *_CONSENT) if step is SuggestionStep.PEOPLE else ()


def held(post: Post, name: str) -> str:
    """What the post holds, as its field shows it."""
    for part, known in (("consent", post.consent), ("met", post.met)):
        if name.startswith(f"{part}_"):
            return known.get(name.removeprefix(f"{part}_"), "")
    value = getattr(post, name)
    return (" " if name == "links" else ",").join(value) if isinstance(value, tuple) else str(value)


def who_is_in(post: Post) -> str:
    """Who is in the post, in words that people see."""
    return ", ".join(WHO[Shown(who)] for who in post.shows if who in set(Shown))
