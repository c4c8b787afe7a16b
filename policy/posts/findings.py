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
    """What a finding does: it stops the suggestion, asks for something, or goes along for the line manager to see."""

    FORBIDS = "forbids"
    NEEDS = "needs"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class PostText:
    """A suggested post, as far as its words are checked.

    `school` is whose page it is for: a school may bear a name. `topic` is the id of a `2.1.will` clause. `shows` holds
    who is named or pictured: `STAFF`, `PUPILS`, `OTHERS`. `consent` says, by the same words, where the consent is
    recorded; also what a finding's `asks` asked for.
    """

    text: str
    links: tuple[str, ...] = ()
    school: str = ""
    topic: str = ""
    pictures: int = 0
    shows: frozenset[str] = frozenset()
    consent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the policy says to this post.

    `words` caused it, as they stand in the post, each once; empty where something is missing. `says` is one plain
    sentence, `mend` what to do about it. `asks`: a `NEEDS` finding turns into a note once `PostText.consent` has an
    answer under this word.
    """

    severity: Severity
    clause: str
    words: tuple[str, ...]
    says: str
    mend: str
    asks: str = ""


def forbids(findings: Sequence[Finding]) -> bool:
    """Whether the post may not go out as it is."""
    return any(finding.severity is Severity.FORBIDS for finding in findings)


def in_the_way(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that must be mended or answered before the post may travel: all but the notes."""
    return [finding for finding in findings if finding.severity is not Severity.NOTE]
