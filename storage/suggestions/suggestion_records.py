"""What is kept about a suggested post: plain records, the one table of its steps, and the rules that sit on them.

Policy, section 2: suggestions go to the line manager; section 2.1: what the trust will and will not post.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from storage.chronology import Entry
from storage.records import Person, PostedCard, Refused, StoredFile
from storage.stored_names import School, StoredName


class Shown(StrEnum):
    """Who is named or pictured in a post."""

    NOBODY = "nobody"
    STAFF = "staff"
    PUPILS = "pupils"
    OTHERS = "others"


class SuggestionStatus(StoredName):
    """Where a suggestion stands."""

    SUBMITTED = "submitted", "With the line manager"
    RETURNED = "returned", "Back with its author"
    FORWARDED = "forwarded", "With the social media team"
    SCHEDULED = "scheduled", "Scheduled"
    POSTED = "posted", "Posted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Role(StrEnum):
    """Who somebody is to a suggestion; decided from what is kept and from rosters, never from a card."""

    AUTHOR = "its author"
    MANAGER = "the author's line manager"
    TEAM = "a member of the social media team"


_AUTHOR, _MANAGER, _TEAM = (frozenset({role}) for role in (Role.AUTHOR, Role.MANAGER, Role.TEAM))

ALLOWED_TRANSITIONS: dict[SuggestionStatus, dict[SuggestionStatus, frozenset[Role]]] = {
    SuggestionStatus.SUBMITTED: {
        SuggestionStatus.FORWARDED: _MANAGER,
        SuggestionStatus.RETURNED: _MANAGER,
        SuggestionStatus.DECLINED: _MANAGER,
        SuggestionStatus.WITHDRAWN: _AUTHOR,
    },
    SuggestionStatus.RETURNED: {SuggestionStatus.SUBMITTED: _AUTHOR, SuggestionStatus.WITHDRAWN: _AUTHOR},
    SuggestionStatus.FORWARDED: {
        SuggestionStatus.SCHEDULED: _TEAM,
        SuggestionStatus.POSTED: _TEAM,
        SuggestionStatus.RETURNED: _TEAM,
        SuggestionStatus.DECLINED: _TEAM,
        SuggestionStatus.WITHDRAWN: _AUTHOR,
    },
    SuggestionStatus.SCHEDULED: {
        SuggestionStatus.SCHEDULED: _TEAM,
        SuggestionStatus.POSTED: _TEAM,
        SuggestionStatus.RETURNED: _TEAM,
        SuggestionStatus.DECLINED: _TEAM,
        SuggestionStatus.WITHDRAWN: _AUTHOR,
    },
    SuggestionStatus.POSTED: {},
    SuggestionStatus.DECLINED: {},
    SuggestionStatus.WITHDRAWN: {},
}
"""Every step that a suggestion may take, and who may take it. Drawn in the README."""

WITH_TEAM = frozenset({SuggestionStatus.FORWARDED, SuggestionStatus.SCHEDULED})
OVER = frozenset(status for status, steps in ALLOWED_TRANSITIONS.items() if not steps)


@dataclass(frozen=True, slots=True)
class Post:
    """A post as it is suggested. `topic` is the clause of what the trust posts, `kind` what it is called.

    `wanted_by`: a date in ISO form. `shows`: who is in it, as `Shown` values; empty while nobody was asked. `consent`:
    for each of them, where it is recorded. `met`: what the author says to what else the check asked for, by its word.
    """

    text: str = ""
    links: tuple[str, ...] = ()
    school: School = ""
    topic: str = ""
    kind: str = ""
    wanted_by: str = ""
    pictures: tuple[StoredFile, ...] = ()
    shows: tuple[str, ...] = ()
    consent: dict[str, str] = field(default_factory=dict)
    met: dict[str, str] = field(default_factory=dict)


class WrongSuggestionStatus(Refused):
    """The suggestion has moved on; what was asked does not go from there. `suggestion` is its present state."""

    def __init__(self, suggestion: "Suggestion") -> None:
        super().__init__(f"suggestion {suggestion.reference} is {suggestion.status.name}")
        self.suggestion = suggestion


class SuggestionChangedSince(WrongSuggestionStatus):
    """Somebody decided something after the card was made whose button was pressed."""


class NotAllowed(Refused):
    """This person may not take this step, such as forwarding a suggestion of their own."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggested post on its way. `revision` counts its entries.

    `manager`: whose card it is at; `confirmed`: it is known that they are the author's line manager (Entra or the
    school's list says so, or they did). `asked`: the revision at which they were asked. `refused`: who said that they
    are not. `edited`: the text as the manager changed it; the author's own stays in `post`. `old_cards`: cards that
    somebody else's has taken the place of. `waits`: the manager could not be reached. `dated`: the revision at which
    `scheduled_for` (a date in ISO form) was set. `moves` counts decisions, the last one `moved_by`: a card from
    before it is out of date. `seal`: that of its last entry (`chronology.py`).
    """

    reference: str
    submission: str
    author: Person
    post: Post
    submitted_at: datetime
    changed_at: datetime
    status: SuggestionStatus = SuggestionStatus.SUBMITTED
    manager: Person | None = None
    confirmed: bool = False
    asked: int = 1
    refused: tuple[str, ...] = ()
    waits: bool = False
    reminded: bool = False
    edited: str = ""
    forwarded_by: Person | None = None
    taken_by: Person | None = None
    scheduled_for: str = ""
    dated: int = 0
    address: str = ""
    comment: str = ""
    commented_by: Person | None = None
    manager_card: PostedCard | None = None
    team_card: PostedCard | None = None
    old_cards: tuple[PostedCard, ...] = ()
    moves: int = 0
    moved_by: Person | None = None
    revision: int = 1
    seal: str = ""

    @property
    def text(self) -> str:
        """The text as it is to go out."""
        return self.edited or self.post.text

    @property
    def to_be_posted(self) -> Post:
        """The post with the manager's edit."""
        return replace(self.post, text=self.text)

    @property
    def is_with_team(self) -> bool:
        """Whether the social media team decides."""
        return self.status in WITH_TEAM

    @property
    def keeps_pictures(self) -> bool:
        """Whether it has pictures that are still kept."""
        return bool(self.post.pictures) and self.status not in OVER

    @property
    def may_choose_manager(self) -> bool:
        """Whether the author may give it to somebody else: nobody has it, or who has it does not answer."""
        return self.status is SuggestionStatus.SUBMITTED and (self.manager is None or self.waits or self.reminded)

    def is_manager(self, person: Person) -> bool:
        """Whether it is at this person, who is never its author."""
        return self.manager is not None and same(self.manager, person) and not self.is_author(person)

    def is_author(self, person: Person) -> bool:
        """Whether this person suggested it."""
        return same(self.author, person)

    def moved(self, to: SuggestionStatus, role: Role, by: Person, at: datetime) -> "Suggestion":
        """This suggestion, one step on. Raises `WrongSuggestionStatus`, or `NotAllowed` for who may not."""
        if to not in ALLOWED_TRANSITIONS[self.status]:
            raise WrongSuggestionStatus(self)
        is_them = {Role.AUTHOR: self.is_author(by), Role.MANAGER: self.is_manager(by) and self.confirmed}
        if role not in ALLOWED_TRANSITIONS[self.status][to] or not is_them.get(role, True):
            raise NotAllowed(f"{role} may not: {self.status.name} to {to.name}")
        return replace(self, status=to, changed_at=at)

    def given_to(self, manager: Person, *, confirmed: bool) -> "Suggestion":
        """This suggestion, at this line manager from the next revision on. `NotAllowed` for the author themselves."""
        if self.is_author(manager):
            raise NotAllowed("nobody forwards a suggestion of their own")
        return replace(
            self.taken_from_manager(),
            manager=manager,
            confirmed=confirmed,
            asked=self.revision + 1,
            waits=False,
            reminded=False,
        )

    def taken_from_manager(self) -> "Suggestion":
        """This suggestion, with the card that the line manager has now among the old ones."""
        old = (*self.old_cards, self.manager_card) if self.manager_card else self.old_cards
        return replace(self, manager_card=None, old_cards=old)


def same(one: Person, other: Person) -> bool:
    """Whether both are one person: Entra writes an id in small letters, other systems at times in capitals."""
    return one.id.casefold() == other.id.casefold()


class SuggestionEntryKind(StoredName):
    """What a line of a suggestion's chronology records."""

    SUBMITTED = "submitted", "Suggested"
    ASKED = "asked", "Given to a line manager"
    DELIVERED = "delivered", "Delivered"
    WAITS = "waits", "Waits: the line manager cannot be reached"
    CONFIRMED = "confirmed", "Confirmed being the line manager"
    NOT_THEIRS = "not_theirs", "Is not the line manager"
    REMINDED = "reminded", "Line manager reminded"
    FORWARDED = "forwarded", "Forwarded"
    EDITED = "edited", "Forwarded with changes"
    RETURNED = "returned", "Returned to its author"
    TAKEN = "taken", "Taken"
    SCHEDULED = "scheduled", "Scheduled"
    POSTED = "posted", "Posted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn by its author"
    OPENED = "opened", "Pictures opened"


SuggestionEntry = Entry[SuggestionEntryKind]
"""One line of a suggestion's chronology."""


class SuggestionNotice(StrEnum):
    """Whom a due notification of a suggestion tells, and what."""

    MANAGER = "manager"
    MANAGER_CARD = "manager-card"
    OLD_CARDS = "old-cards"
    REMINDER = "reminder"
    AUTHOR_MAY_CHOOSE = "author-may-choose"
    AUTHOR = "author"
    MANAGER_TOLD = "manager-told"
    TEAM = "team"
    TEAM_CARD = "team-card"
    DATE = "date"
    DIGEST = "digest"
    DELETE_FILE = "delete-file"
