"""Reports that are being written: one draft a person, kept after each step, so that a restart loses nothing.

draft|PERSON             the draft
touched|TIME|PERSON      when it was last written, so that forgotten ones are found
"""

from dataclasses import dataclass
from datetime import datetime

from storage.due import DueQueue, Notification, due, stamp
from storage.records import Draft, Person, StoredFile
from storage.rows import RowCodec
from storage.tables import Delete, Insert, NotFound, Operation, Put, Replace, Tables

TABLE = "drafts"
DELETE_FILE = "delete-file"
_codec = RowCodec(Draft)


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as it was read, and the ETag that tells whether it is still so."""

    draft: Draft
    etag: str


class DraftBook:
    """The open drafts, by person. Each method may raise `StorageUnavailable`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.due = DueQueue(tables, TABLE)

    async def open(self, person_id: str) -> KeptDraft | None:
        """The draft of this person, if there is one."""
        try:
            row = await self._tables.get(TABLE, TABLE, f"draft|{person_id}")
        except NotFound:
            return None
        return KeptDraft(_codec.from_values(row.values), row.etag)

    async def add(self, person: Person, draft: Draft) -> KeptDraft:
        """Keep a new draft; `Conflict` if this person has one."""
        etags = await self._write(
            Insert(f"draft|{person.id}", _codec.to_values(draft)),
            Put(_touched(person.id, draft), {"person": person.id}),
        )
        return KeptDraft(draft, etags[0])

    async def save(self, person: Person, kept: KeptDraft, draft: Draft) -> KeptDraft:
        """Keep `draft` in place of `kept`; `Conflict` if another device changed it since.

        Files that the draft no longer holds become due for deletion with it.
        """
        before, after = _touched(person.id, kept.draft), _touched(person.id, draft)
        moved: list[Operation] = [Delete(before), Put(after, {"person": person.id})] if before != after else []
        etags = await self._write(
            Replace(f"draft|{person.id}", _codec.to_values(draft), kept.etag), *moved, *_doomed(kept.draft, draft)
        )
        return KeptDraft(draft, etags[0])

    async def discard(self, person_id: str, kept: KeptDraft, *, keep_files: bool = False) -> None:
        """Forget this draft; `Conflict` if it was changed since. Its files go too, unless a case has them now."""
        files = () if keep_files else _doomed(kept.draft, None)
        draft = Delete(f"draft|{person_id}", kept.etag)
        await self._write(draft, Delete(_touched(person_id, kept.draft)), *files)

    async def doom(self, file: StoredFile, at: datetime) -> None:
        """A file that came into no draft is due for deletion."""
        await self._write(_deletion(file, at))

    async def untouched_since(self, before: datetime) -> list[tuple[str, KeptDraft]]:
        """The drafts that nobody has written to since, with the person's id."""
        rows = await self._tables.query(TABLE, TABLE, start="touched|", stop=f"touched|{stamp(before)}", limit=50)
        found: list[tuple[str, KeptDraft]] = []
        for row in rows:
            person_id = str(row.values["person"])
            kept = await self.open(person_id)
            if kept and _touched(person_id, kept.draft) == row.key:
                found.append((person_id, kept))
            else:
                await self._write(Delete(row.key))  # what it spoke of has gone or was touched since
        return found

    async def _write(self, *operations: Operation) -> list[str]:
        return await self._tables.write(TABLE, TABLE, *operations)


def _doomed(before: Draft, after: Draft | None) -> list[Put]:
    held = after.report.evidence if after else ()
    at = after.touched_at if after else before.touched_at
    return [_deletion(file, at) for file in before.report.evidence if file not in held]


def _deletion(file: StoredFile, at: datetime) -> Put:
    return due(Notification(file.id, DELETE_FILE, 1), at)


def _touched(person_id: str, draft: Draft) -> str:
    return f"touched|{stamp(draft.touched_at)}|{person_id}"
