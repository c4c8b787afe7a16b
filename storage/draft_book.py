"""What is being written: one report and one suggestion a person, kept after each step, so that a restart loses nothing.

Each kind has a table of its own:

draft|PERSON             the draft
touched|TIME|PERSON      when it was last written, so that forgotten ones are found
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from storage.due import Notification, due, stamp
from storage.record_book import RecordBook
from storage.records import Person, PostedCard, StoredFile
from storage.tables.port import Delete, Insert, NotFound, Operation, Put, Replace, Tables

DELETE_FILE = "delete-file"


class Draft(Protocol):
    """A draft of any kind. `card` is where it is shown."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def id(self) -> str: ...
    @property
    def touched_at(self) -> datetime: ...
    @property
    def step(self) -> str: ...
    @property
    def card(self) -> PostedCard | None: ...


D = TypeVar("D", bound=Draft)


@dataclass(frozen=True, slots=True)
class KeptDraft(Generic[D]):
    """A draft as it was read, and the ETag that tells whether it is still so."""

    draft: D
    etag: str


class Drafts(RecordBook[D]):
    """The open drafts of one kind, by person. Each method may raise `StorageUnavailable`.

    `files_of`: the files that go when the draft goes.
    """

    def __init__(
        self, tables: Tables, table: str, kind: type[D], files_of: Callable[[D], tuple[StoredFile, ...]]
    ) -> None:
        super().__init__(tables, table, "draft", kind)
        self.files_of: Callable[[D], tuple[StoredFile, ...]] = files_of

    async def open(self, person_id: str) -> KeptDraft[D] | None:
        """The draft of this person, if there is one."""
        try:
            row = await self._row(person_id)
        except NotFound:
            return None
        return KeptDraft(self._codec.from_values(row.values), row.etag)

    async def add(self, person: Person, draft: D) -> KeptDraft[D]:
        """Keep a new draft; `Conflict` if this person has one."""
        etags = await self._write(
            Insert(self._key(person.id), self._codec.to_values(draft)),
            Put(_touched(person.id, draft.touched_at), {"person": person.id}),
        )
        return KeptDraft(draft, etags[0])

    async def save(self, person: Person, kept: KeptDraft[D], draft: D) -> KeptDraft[D]:
        """Keep `draft` in place of `kept`; `Conflict` if another device changed it since.

        Files that the draft no longer holds become due for deletion with it.
        """
        before, after = _touched(person.id, kept.draft.touched_at), _touched(person.id, draft.touched_at)
        moved: list[Operation] = [Delete(before), Put(after, {"person": person.id})] if before != after else []
        etags = await self._write(
            Replace(self._key(person.id), self._codec.to_values(draft), kept.etag),
            *moved,
            *self._doomed(kept.draft, draft),
        )
        return KeptDraft(draft, etags[0])

    async def discard(self, person_id: str, kept: KeptDraft[D], *, keep_files: bool = False) -> None:
        """Forget this draft; `Conflict` if it was changed since. Its files go too, unless a case has them now."""
        files = () if keep_files else self._doomed(kept.draft, None)
        draft = Delete(self._key(person_id), kept.etag)
        await self._write(draft, Delete(_touched(person_id, kept.draft.touched_at)), *files)

    async def doom(self, file: StoredFile, at: datetime) -> None:
        """A file that came into no draft is due for deletion."""
        await self._write(_deletion(file, at))

    async def untouched_since(self, before: datetime) -> list[tuple[str, KeptDraft[D]]]:
        """The drafts that nobody has written to since, with the person's id."""
        rows = await self._tables.query(
            self._table, self._table, start="touched|", stop=f"touched|{stamp(before)}", limit=50
        )
        found: list[tuple[str, KeptDraft[D]]] = []
        for row in rows:
            person_id = str(row.values["person"])
            kept = await self.open(person_id)
            if kept and _touched(person_id, kept.draft.touched_at) == row.key:
                found.append((person_id, kept))
            else:
                await self._write(Delete(row.key))  # what it spoke of has gone or was touched since
        return found

    def _doomed(self, before: D, after: D | None) -> list[Put]:
        held = self.files_of(after) if after else ()
        at = after.touched_at if after else before.touched_at
        return [_deletion(file, at) for file in self.files_of(before) if file not in held]


def _deletion(file: StoredFile, at: datetime) -> Put:
    return due(Notification(file.id, DELETE_FILE, 1), at)


def _touched(person_id: str, at: datetime) -> str:
    return f"touched|{stamp(at)}|{person_id}"
