"""What is checked before a suggestion travels, and what the check says: the words that `post_check` speaks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

STAFF, PUPILS, OTHERS = "staff", "pupils", "others"
"""Who may be named or shown; the same words are the keys of `PostText.consent`."""

RIGHTS, RELATION, OWNER = "rights", "relation", "owner"
"""Other answers that a finding may ask for, kept in `PostText.consent` too: who allows the use of somebody's work, how
a business is related to the school, and whose a number, address or page is."""


class Severity(StrEnum):
    """What a finding does, the mildest first.

    A stop is certain and stands until the text is changed. An ask is a guess or a condition: the author answers it,
    and the line manager and the team see the answer. A note goes along for them to see. `CLEAN` is the level of a post
    without findings; no finding has it.
    """

    CLEAN = "clean"
    NOTE = "note"
    ASK = "ask"
    STOP = "stop"

    @property
    def weight(self) -> int:
        """0 for clean to 3 for stop."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class OwnContacts:
    """The trust's own telephone numbers (as digits, with their nought) and the domains of its mail and websites."""

    numbers: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PostText:
    """A suggested post, as far as its words are checked.

    `school` is whose page it is for: a school may bear a name. `topic` is the id of a `2.1.will` clause. `shows` holds
    who is named or pictured: `STAFF`, `PUPILS`, `OTHERS`. `consent` says, by the same words, where the consent is
    recorded; also what a finding's `asks` asked for. `answers` holds, by `Finding.key`, what the author wrote after
    "It is not that, because".
    """

    text: str
    links: tuple[str, ...] = ()
    school: str = ""
    topic: str = ""
    pictures: int = 0
    shows: frozenset[str] = frozenset()
    consent: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Words as they stand in the post's text, from `start` up to `end` (characters).

    Both are -1 for words that stand elsewhere: in a link of its own, or in an answer about consent.
    """

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the policy says to this post.

    `kind` is a stable name for what it is, such as `pupil_full_name`. `places`: the words that caused it; empty where
    something is missing. `says` is one plain sentence, `mend` what to do about it. `asks`: this finding turns into a
    note once `PostText.consent` has an answer under this word. `answer`: what the author wrote after "It is not that,
    because"; it made a note of what was asked.
    """

    kind: str
    severity: Severity
    clause: str
    places: tuple[Span, ...]
    says: str
    mend: str
    asks: str = ""
    answer: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words that caused it, each once."""
        return tuple(dict.fromkeys(place.words for place in self.places))

    @property
    def can_be_answered(self) -> bool:
        """Whether the author may say "It is not that, because": of each guess, and of nothing that is certain."""
        return self.severity is Severity.ASK

    @property
    def key(self) -> str:
        """What an answer is kept by: the kind and its words, so that it covers no words that are added later."""
        return "|".join((self.kind, *(words.casefold() for words in self.words)))


def forbids(findings: Sequence[Finding]) -> bool:
    """Whether the post may not go out as it is."""
    return any(finding.severity is Severity.STOP for finding in findings)


def in_the_way(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that must be mended or answered before the post may travel: all but the notes."""
    return [finding for finding in findings if finding.severity is not Severity.NOTE]


def level(findings: Sequence[Finding]) -> Severity:
    """How severe a post's findings are together: that of the weightiest."""
    return max((finding.severity for finding in findings), key=lambda one: one.weight, default=Severity.CLEAN)
