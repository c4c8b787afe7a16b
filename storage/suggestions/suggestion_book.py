"""The suggestion book: every change is one atomic write of the suggestion, its entry and what is then due.

Beside the rows that every book has (`record_book.py`), its partition holds

    author|PERSON|TIME|REFERENCE    the suggestions of one person
    manager|PERSON|REFERENCE        what waits for a line manager
    open|TIME|REFERENCE             what is with the social media team
    posted|TIME|REFERENCE           what stands on the page, by when it was posted
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from storage.due import Claim, Notification, all_due, due, stamp
from storage.record_book import ChronicledBook, person_keys
from storage.records import Person, PostedCard
from storage.suggestions.suggestion_moves import SuggestionMove, no_longer_held
from storage.suggestions.suggestion_records import (
    WITH_TEAM,
    NotAllowed,
    Post,
    Suggestion,
    SuggestionChangedSince,
    SuggestionEntry,
    SuggestionEntryKind,
    SuggestionNotice,
    SuggestionStatus,
)
from storage.tables.port import Delete, Insert, Operation, Put, Tables, Value

TABLE = "suggestions"


def new_reference() -> str:
    """As a case's, with letters of its own: SP for suggested post."""
    return f"SP-{secrets.randbelow(1000):03d}-{secrets.randbelow(10_000):04d}"


class SuggestionBook(ChronicledBook[Suggestion, SuggestionEntryKind]):
    """Takes suggestions and moves them on. Each method may raise `StorageUnavailable`; then nothing was written."""

    def __init__(self, tables: Tables, reference: Callable[[], str] = new_reference) -> None:
        super().__init__(tables, TABLE, "suggestion", Suggestion, SuggestionEntry)
        self._reference = reference

    async def submit(
        self, post: Post, author: Person, submission: str, at: datetime, manager: Person, *, confirmed: bool
    ) -> Suggestion:
        """The suggestion for this submission: a new one, or the one it became. `NotAllowed` to one's own manager."""

        def draw() -> Suggestion:
            fresh = Suggestion(
                self._reference(), submission, author, post, at, at, manager=manager, confirmed=confirmed
            )
            if fresh.is_author(manager):
                raise NotAllowed("nobody forwards a suggestion of their own")
            return fresh

        def beside(suggestion: Suggestion) -> list[Operation]:
            reference: dict[str, Value] = {"reference": suggestion.reference}
            return [
                Insert(f"author|{author.id.casefold()}|{stamp(at)}|{suggestion.reference}", reference),
                *(Put(key, reference) for key in _index(suggestion)),
                *all_due(suggestion.reference, suggestion.revision, [SuggestionNotice.MANAGER], at),
            ]

        entry = SuggestionEntry(at, SuggestionEntryKind.SUBMITTED, author, post.text)
        return await self._begin(submission, draw, entry, beside)

    async def apply(
        self,
        reference: str,
        move: SuggestionMove,
        by: Person | None,
        at: datetime,
        *,
        seen: int | None = None,
        submission: str = "",
        later: Mapping[SuggestionNotice, datetime] | None = None,
    ) -> Suggestion:
        """The suggestion after this move, which is carried out or refused as a whole.

        `seen`: the `moves` of the card that was pressed. `submission`: the draft that is sent with it; sent again, it
        changes nothing. `later`: what becomes due at another time.

        Raises:
            WrongStatus: it does not go from where the suggestion is; `SuggestionChangedSince`: somebody was first.
            NotAllowed: it is not for this person to do.
            NotFound: there is no such suggestion.
        """

        def change(suggestion: Suggestion) -> Suggestion:
            if move.decides and seen is not None and seen != suggestion.moves:
                raise SuggestionChangedSince(suggestion)
            after = move.change(suggestion, by or _BOT, at)
            return replace(after, moves=suggestion.moves + 1, moved_by=by) if move.decides else after

        entry = SuggestionEntry(at, move.kind, by, move.text)
        sent = Insert(f"submission|{submission}", {"reference": reference}) if submission else None
        return await self._move(reference, change, entry, move.tell, later or {}, once=sent)

    async def settle(
        self,
        claim: Claim,
        at: datetime,
        change: Callable[[Suggestion], Suggestion] | None = None,
        kind: SuggestionEntryKind = SuggestionEntryKind.DELIVERED,
        text: str = "",
        later: Mapping[SuggestionNotice, datetime] | None = None,
    ) -> None:
        """This notification has arrived; `change` says where a card now stands, say, and is noted as `kind`."""
        if change is None:
            await self.due.settle(claim)
            return
        entry = SuggestionEntry(at, kind, text=text)
        await self._move(claim.notification.subject, change, entry, (), later or {}, claim.settled)

    async def put_due(self, subject: str, kind: SuggestionNotice, number: int, at: datetime) -> None:
        """Make something due that belongs to no single suggestion. The same again changes nothing."""
        await self._write(due(Notification(subject, kind, number), at))

    async def broken_chains(self) -> tuple[int, dict[str, int]]:
        """How many suggestions there are, and the first broken entry of each whose chain does not hold."""
        found = [row.key.partition("|")[2] for row in await self._query("suggestion|")]
        entries = {reference: await self.broken_entry(reference) for reference in found}
        return len(found), {reference: number for reference, number in entries.items() if number is not None}

    async def of_author(self, person: Person) -> list[Suggestion]:
        """What this person suggested, newest first."""
        found = [each for key in person_keys("author", person) for each in await self._listed(key)]
        return sorted(found, key=lambda suggestion: suggestion.submitted_at, reverse=True)

    async def waiting_for(self, person: Person) -> list[Suggestion]:
        """What waits for this line manager, the longest waiting first."""
        found = await self._listed(f"manager|{person.id.casefold()}|")
        return sorted(found, key=lambda suggestion: suggestion.submitted_at)

    async def with_team(self) -> list[Suggestion]:
        """What is with the social media team, oldest first."""
        return await self._listed("open|")

    async def posted_since(self, at: datetime) -> list[Suggestion]:
        """What was posted since then, oldest first."""
        rows = await self._tables.query(TABLE, TABLE, start=f"posted|{stamp(at)}", stop="posted|~")
        return [await self.get(str(row.values["reference"])) for row in rows]

    async def _listed(self, prefix: str) -> list[Suggestion]:
        return [await self.get(str(row.values["reference"])) for row in await self._query(prefix)]

    async def _move(
        self,
        reference: str,
        change: Callable[[Suggestion], Suggestion],
        entry: SuggestionEntry,
        tell: Sequence[str],
        later: Mapping[SuggestionNotice, datetime],
        *more: Operation,
        once: Insert | None = None,
    ) -> Suggestion:
        """The suggestion after `change`: with its entry, the lists that it stands in, and whom it is to be told."""

        def beside(before: Suggestion, after: Suggestion) -> list[Operation]:
            return [
                *_moved_between_lists(before, after),
                *all_due(reference, after.revision, tell, entry.at),
                *(due(Notification(reference, kind, _number(kind, after)), when) for kind, when in later.items()),
                *_deletions(before, after, entry.at),
                *more,
            ]

        return await self._change_with_entry(reference, change, entry, beside, once)


_BOT = Person("", "", "")


def _number(kind: SuggestionNotice, suggestion: Suggestion) -> int:
    """What tells, when a later notice comes due, whether it still fits: the asking or the date that it belongs to."""
    return suggestion.dated if kind is SuggestionNotice.DATE else suggestion.asked


def _index(suggestion: Suggestion) -> set[str]:
    """The rows under which the suggestion is found as it stands."""
    keys = set()
    if suggestion.status is SuggestionStatus.SUBMITTED and suggestion.manager:
        keys.add(f"manager|{suggestion.manager.id.casefold()}|{suggestion.reference}")
    if suggestion.status in WITH_TEAM:
        keys.add(f"open|{stamp(suggestion.submitted_at)}|{suggestion.reference}")
    if suggestion.status is SuggestionStatus.POSTED:
        keys.add(f"posted|{stamp(suggestion.changed_at)}|{suggestion.reference}")
    return keys


def _moved_between_lists(before: Suggestion, after: Suggestion) -> list[Operation]:
    gone, come = _index(before) - _index(after), _index(after) - _index(before)
    reference: dict[str, Value] = {"reference": after.reference}
    return [*(Delete(key) for key in sorted(gone)), *(Put(key, reference) for key in sorted(come))]


def _deletions(before: Suggestion, after: Suggestion, at: datetime) -> list[Put]:
    return [due(Notification(file.id, SuggestionNotice.DELETE_FILE, 1), at) for file in no_longer_held(before, after)]


def managers_card_at(card: PostedCard, asked: int) -> Callable[[Suggestion], Suggestion]:
    """For `settle`: where the card of the line manager stands who was asked then; an old card if it is not theirs now.

    It may have been given to somebody else while the card was on its way.
    """

    def change(suggestion: Suggestion) -> Suggestion:
        if suggestion.manager is None or suggestion.asked != asked:
            return replace(suggestion, old_cards=(*suggestion.old_cards, card))
        return replace(suggestion, manager_card=card, waits=False)

    return change


def teams_card_at(card: PostedCard) -> Callable[[Suggestion], Suggestion]:
    """For `settle`: where the team's card stands."""
    return lambda suggestion: replace(suggestion, team_card=card)
