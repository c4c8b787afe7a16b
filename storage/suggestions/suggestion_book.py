"""The suggestion book: every change is one atomic write of the suggestion, its entry and what is then due.

All rows live in one partition, because only rows of one partition can be written together (see `case_book.py`):

    suggestion|REFERENCE            the suggestion
    entry|REFERENCE|000001          its chronology, in order, chained (`chronology.py`)
    submission|DRAFT                which suggestion a draft became or mended, so that it is sent once only
    author|PERSON|TIME|REFERENCE    the suggestions of one person
    manager|PERSON|REFERENCE        what waits for a line manager
    open|TIME|REFERENCE             what is with the social media team
    posted|TIME|REFERENCE           what stands on the page, by when it was posted
    due|…                           who is still to be told, and which pictures are to be deleted (`due.py`)
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from storage.chronology import first_break, seal_of
from storage.due import Claim, DueQueue, Notification, all_due, due, stamp
from storage.records import Person, PostedCard
from storage.suggestions.suggestion_moves import SuggestionMove, no_longer_held
from storage.suggestions.suggestion_records import (
    WITH_TEAM,
    ChangedSince,
    NotAllowed,
    Post,
    Suggestion,
    SuggestionEntry,
    SuggestionEntryKind,
    SuggestionNotice,
    SuggestionStatus,
)
from storage.tables.port import Conflict, Delete, Insert, NotFound, Operation, Put, Replace, Row, Tables, prefix_range
from storage.tables.rows import RowCodec

TABLE = "suggestions"

_codec = RowCodec(Suggestion)
_entry_codec = RowCodec(SuggestionEntry)


def new_reference() -> str:
    """As a case's, with letters of its own: SP for suggested post."""
    return f"SP-{secrets.randbelow(1000):03d}-{secrets.randbelow(10_000):04d}"


class SuggestionBook:
    """Takes suggestions and moves them on. Each method may raise `StorageUnavailable`; then nothing was written."""

    def __init__(self, tables: Tables, reference: Callable[[], str] = new_reference) -> None:
        self._tables = tables
        self._reference = reference
        self.due = DueQueue(tables, TABLE)

    async def submit(
        self, post: Post, author: Person, submission: str, at: datetime, manager: Person, *, confirmed: bool
    ) -> Suggestion:
        """The suggestion for this submission: a new one, or the one it became. `NotAllowed` to one's own manager."""
        while True:
            known = await self.by_submission(submission)
            if known:
                return known
            fresh = Suggestion(self._reference(), submission, author, post, at, at, manager=manager)
            if fresh.is_author(manager):
                raise NotAllowed("nobody forwards a suggestion of their own")
            entry = SuggestionEntry(at, SuggestionEntryKind.SUBMITTED, author, post.text)
            suggestion, line = _sealed(replace(fresh, confirmed=confirmed), entry)
            reference = {"reference": suggestion.reference}
            try:
                await self._write(
                    Insert(f"suggestion|{suggestion.reference}", _codec.to_values(suggestion)),
                    line,
                    Insert(f"submission|{submission}", reference),
                    Insert(f"author|{author.id}|{stamp(at)}|{suggestion.reference}", reference),
                    *(Put(key, reference) for key in _index(suggestion)),
                    *all_due(suggestion.reference, suggestion.revision, [SuggestionNotice.MANAGER], at),
                )
            except Conflict:
                continue  # this submission came in twice at once, or the reference is taken: look, or draw again
            return suggestion

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
            WrongStatus: it does not go from where the suggestion is; `ChangedSince`: somebody was first.
            NotAllowed: it is not for this person to do.
            NotFound: there is no such suggestion.
        """

        def change(suggestion: Suggestion) -> Suggestion:
            if move.decides and seen is not None and seen != suggestion.moves:
                raise ChangedSince(suggestion)
            after = move.change(suggestion, by or _BOT, at)
            return replace(after, moves=suggestion.moves + 1, moved_by=by) if move.decides else after

        key = f"submission|{submission}"
        once: list[Operation] = [Insert(key, {"reference": reference})] if submission else []
        while not (submission and await self.by_submission(submission)):
            entry = SuggestionEntry(at, move.kind, by, move.text)
            try:
                return await self._change_once(reference, change, entry, move.tell, later or {}, *once)
            except Conflict:
                continue
        return await self.get(reference)

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
        while True:
            try:
                await self._change_once(claim.notification.subject, change, entry, (), later or {}, claim.settled)
            except Conflict:
                continue
            return

    async def put_due(self, subject: str, kind: SuggestionNotice, number: int, at: datetime) -> None:
        """Make something due that belongs to no single suggestion. The same again changes nothing."""
        await self._write(due(Notification(subject, kind, number), at))

    async def get(self, reference: str) -> Suggestion:
        """The suggestion; `NotFound` if there is none."""
        return _codec.from_values((await self._row(reference)).values)

    async def by_submission(self, submission: str) -> Suggestion | None:
        """The suggestion that this draft became or mended, if it did."""
        try:
            row = await self._tables.get(TABLE, TABLE, f"submission|{submission}")
        except (NotFound, ValueError):
            return None
        return await self.get(str(row.values["reference"]))

    async def entry(self, reference: str, number: int) -> SuggestionEntry:
        """One line of the chronology; `NotFound` if there is none."""
        row = await self._tables.get(TABLE, TABLE, f"entry|{reference}|{number:06d}")
        return _entry_codec.from_values(row.values)

    async def chronology(self, reference: str) -> list[SuggestionEntry]:
        """All entries of a suggestion, oldest first."""
        return [_entry_codec.from_values(row.values) for row in await self._query(f"entry|{reference}|")]

    async def broken_entry(self, reference: str) -> int | None:
        """The number of the first entry that is not what the bot wrote; `None` if the chain holds."""
        suggestion = await self.get(reference)
        entries = [
            (int(row.key.rpartition("|")[2]), _entry_codec.from_values(row.values))
            for row in await self._query(f"entry|{reference}|")
        ]
        return first_break(reference, entries, suggestion.revision, suggestion.seal)

    async def broken_chains(self) -> tuple[int, dict[str, int]]:
        """How many suggestions there are, and the first broken entry of each whose chain does not hold."""
        found = [row.key.partition("|")[2] for row in await self._query("suggestion|")]
        entries = {reference: await self.broken_entry(reference) for reference in found}
        return len(found), {reference: number for reference, number in entries.items() if number is not None}

    async def of_author(self, person: Person) -> list[Suggestion]:
        """What this person suggested, newest first."""
        return list(reversed(await self._listed(f"author|{person.id}|")))

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

    async def _change_once(
        self,
        reference: str,
        change: Callable[[Suggestion], Suggestion],
        entry: SuggestionEntry,
        tell: tuple[SuggestionNotice, ...],
        later: Mapping[SuggestionNotice, datetime],
        *more: Operation,
    ) -> Suggestion:
        """Read, change, write; `Conflict` if somebody wrote in between."""
        row = await self._row(reference)
        before = _codec.from_values(row.values)
        after, line = _sealed(replace(change(before), revision=before.revision + 1), entry)
        gone, come = _index(before) - _index(after), _index(after) - _index(before)
        await self._write(
            Replace(row.key, _codec.to_values(after), row.etag),
            line,
            *(Delete(key) for key in sorted(gone)),
            *(Put(key, {"reference": reference}) for key in sorted(come)),
            *all_due(reference, after.revision, tell, entry.at),
            *(due(Notification(reference, kind, _number(kind, after)), when) for kind, when in later.items()),
            *_deletions(before, after, entry.at),
            *more,
        )
        return after

    async def _row(self, reference: str) -> Row:
        try:
            return await self._tables.get(TABLE, TABLE, f"suggestion|{reference}")
        except ValueError as error:
            raise NotFound(str(error)) from error

    async def _query(self, prefix: str) -> list[Row]:
        start, stop = prefix_range(prefix)
        return await self._tables.query(TABLE, TABLE, start=start, stop=stop)

    async def _write(self, *operations: Operation) -> list[str]:
        return await self._tables.write(TABLE, TABLE, *operations)


_BOT = Person("", "", "")


def _sealed(suggestion: Suggestion, entry: SuggestionEntry) -> tuple[Suggestion, Insert]:
    """The suggestion with the seal of its new entry, and that entry's row."""
    seal = seal_of(suggestion.seal, suggestion.reference, suggestion.revision, entry)
    key = f"entry|{suggestion.reference}|{suggestion.revision:06d}"
    return replace(suggestion, seal=seal), Insert(key, _entry_codec.to_values(replace(entry, seal=seal)))


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
