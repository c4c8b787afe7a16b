"""Reports that are being written: one draft a person, kept after each step, so that a restart loses nothing."""

from dataclasses import dataclass

from storage.records import Draft, Person
from storage.rows import RowCodec
from storage.tables import Delete, Insert, NotFound, Replace, Tables

TABLE = "drafts"
KEY = "report"
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

    async def open(self, person: Person) -> KeptDraft | None:
        """The draft of this person, if there is one."""
        try:
            row = await self._tables.get(TABLE, person.id, KEY)
        except NotFound:
            return None
        return KeptDraft(_codec.from_values(row.values), row.etag)

    async def add(self, person: Person, draft: Draft) -> KeptDraft:
        """Keep a new draft; `Conflict` if this person has one."""
        etags = await self._tables.write(TABLE, person.id, Insert(KEY, _codec.to_values(draft)))
        return KeptDraft(draft, etags[0])

    async def save(self, person: Person, kept: KeptDraft, draft: Draft) -> KeptDraft:
        """Keep `draft` in place of `kept`; `Conflict` if another device changed it since."""
        etags = await self._tables.write(TABLE, person.id, Replace(KEY, _codec.to_values(draft), kept.etag))
        return KeptDraft(draft, etags[0])

    async def discard(self, person: Person) -> None:
        """Forget the draft of this person."""
        await self._tables.write(TABLE, person.id, Delete(KEY))
