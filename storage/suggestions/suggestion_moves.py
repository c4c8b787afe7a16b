"""What people may do to a suggestion: from where it goes and who may, what changes, what is noted, who is told.

Each function is one action and gives a `SuggestionMove`; `SuggestionBook.apply` carries it out, once, in one
transaction with its entry and what becomes due. The steps themselves stand in `ALLOWED_TRANSITIONS`.
"""

from dataclasses import replace
from datetime import date, datetime

from storage.record_book import Move
from storage.records import Person, StoredFile
from storage.suggestions.suggestion_records import (
    OVER,
    WITH_TEAM,
    NotAllowed,
    Post,
    Role,
    Suggestion,
    SuggestionEntryKind,
    SuggestionNotice,
    SuggestionStatus,
    WrongSuggestionStatus,
)

_CARDS = (SuggestionNotice.MANAGER_CARD, SuggestionNotice.TEAM_CARD)
_TO_MANAGER = (SuggestionNotice.MANAGER, SuggestionNotice.OLD_CARDS)
_TEAM_DECIDES = (*_CARDS, SuggestionNotice.AUTHOR, SuggestionNotice.MANAGER_TOLD)


SuggestionMove = Move[Suggestion, SuggestionEntryKind]


def forward(edited: str = "") -> SuggestionMove:
    """The line manager passes it to the social media team; with a text of their own, both versions are kept."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        after = suggestion.moved(SuggestionStatus.FORWARDED, Role.MANAGER, by, at)
        text = edited if edited != suggestion.post.text else ""
        return replace(
            after, edited=text, forwarded_by=by, taken_by=None, team_card=None, comment="", commented_by=None
        )

    kind = SuggestionEntryKind.EDITED if edited else SuggestionEntryKind.FORWARDED
    tell = (SuggestionNotice.MANAGER_CARD, SuggestionNotice.TEAM, SuggestionNotice.AUTHOR)
    return Move(kind, change, edited, tell)


def send_back(comment: str, role: Role) -> SuggestionMove:
    """Back to its author, with what should change."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        after = suggestion.moved(SuggestionStatus.RETURNED, role, by, at)
        return replace(after, comment=comment, commented_by=by, taken_by=None, scheduled_for="")

    return Move(SuggestionEntryKind.RETURNED, change, comment, _told(role))


def decline(reason: str, role: Role) -> SuggestionMove:
    """It will not be posted, and why. Its pictures are deleted."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        return replace(suggestion.moved(SuggestionStatus.DECLINED, role, by, at), comment=reason, commented_by=by)

    return Move(SuggestionEntryKind.DECLINED, change, reason, _told(role))


def _told(role: Role) -> tuple[SuggestionNotice, ...]:
    return _TEAM_DECIDES if role is Role.TEAM else (*_CARDS, SuggestionNotice.AUTHOR)


def withdraw() -> SuggestionMove:
    """Its author takes it back, at any time before it is posted. Its pictures are deleted."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        return suggestion.moved(SuggestionStatus.WITHDRAWN, Role.AUTHOR, by, at)

    return Move(SuggestionEntryKind.WITHDRAWN, change, tell=(*_CARDS, SuggestionNotice.MANAGER_TOLD))


def take() -> SuggestionMove:
    """A member of the team says that it is theirs. `WrongSuggestionStatus` if somebody else has it."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        if suggestion.status not in WITH_TEAM or suggestion.taken_by:
            raise WrongSuggestionStatus(suggestion)
        return replace(suggestion, taken_by=by, changed_at=at)

    return Move(SuggestionEntryKind.TAKEN, change, tell=_TEAM_DECIDES)


def schedule(day: date) -> SuggestionMove:
    """It goes out on this day, on which the team is reminded."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        after = suggestion.moved(SuggestionStatus.SCHEDULED, Role.TEAM, by, at)
        dated = suggestion.revision + 1
        return replace(after, scheduled_for=day.isoformat(), dated=dated, taken_by=suggestion.taken_by or by)

    return Move(SuggestionEntryKind.SCHEDULED, change, day.isoformat(), _TEAM_DECIDES)


def posted(address: str) -> SuggestionMove:
    """It stands on the official page, at this address. Its pictures are deleted here."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        after = suggestion.moved(SuggestionStatus.POSTED, Role.TEAM, by, at)
        return replace(after, address=address, taken_by=suggestion.taken_by or by)

    return Move(SuggestionEntryKind.POSTED, change, address, _TEAM_DECIDES)


def confirm() -> SuggestionMove:
    """Who was picked says that they are the author's line manager."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        _is_theirs(suggestion, by)
        return replace(suggestion, confirmed=True, manager=by, changed_at=at)

    return Move(SuggestionEntryKind.CONFIRMED, change, tell=(SuggestionNotice.MANAGER_CARD,))


def refuse() -> SuggestionMove:
    """Who was asked is not the author's line manager; the author chooses again."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        _is_theirs(suggestion, by)
        after = replace(suggestion.taken_from_manager(), refused=(*suggestion.refused, by.id))
        return replace(after, manager=None, confirmed=False, changed_at=at)

    return Move(SuggestionEntryKind.NOT_THEIRS, change, tell=(SuggestionNotice.AUTHOR, SuggestionNotice.OLD_CARDS))


def give_to(manager: Person) -> SuggestionMove:
    """Its author chooses another line manager, who has to say that they are."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        if not suggestion.is_author(by):
            raise NotAllowed("only its author chooses")
        if not suggestion.may_choose_manager:
            raise WrongSuggestionStatus(suggestion)
        return replace(suggestion.given_to(manager, confirmed=False), changed_at=at)

    return Move(SuggestionEntryKind.ASKED, change, manager.name, _TO_MANAGER)


def send_again(post: Post, manager: Person, *, confirmed: bool) -> SuggestionMove:
    """Its author sends it once more, after it came back. What a manager had changed is in the author's hands again."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        after = suggestion.moved(SuggestionStatus.SUBMITTED, Role.AUTHOR, by, at)
        after = replace(after, post=post, edited="", forwarded_by=None, team_card=None, submitted_at=at)
        return after.given_to(manager, confirmed=confirmed)

    return Move(SuggestionEntryKind.SUBMITTED, change, post.text, _TO_MANAGER)


def opened_pictures() -> SuggestionMove:
    """Somebody who may looked at the pictures."""
    return Move(SuggestionEntryKind.OPENED, lambda suggestion, by, at: suggestion, decides=False)


def waits() -> SuggestionMove:
    """The line manager cannot be reached; the author is told, once."""

    def change(suggestion: Suggestion, by: Person, at: datetime) -> Suggestion:
        return replace(suggestion, waits=True)

    return Move(SuggestionEntryKind.WAITS, change, tell=(SuggestionNotice.AUTHOR,), decides=False)


def no_longer_held(before: Suggestion, after: Suggestion) -> tuple[StoredFile, ...]:
    """The pictures that a change leaves without a reason to be kept."""
    if after.status in OVER and before.status not in OVER:
        return before.post.pictures
    return tuple(file for file in before.post.pictures if file not in after.post.pictures)


def _is_theirs(suggestion: Suggestion, by: Person) -> None:
    if suggestion.status is not SuggestionStatus.SUBMITTED:
        raise WrongSuggestionStatus(suggestion)
    if not suggestion.is_manager(by):
        raise NotAllowed("they were not asked")
