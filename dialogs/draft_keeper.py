"""Stores each change of a draft, also when the person writes on two devices at the same time.

What is added (a sentence, a file) joins whatever the draft has become meanwhile; an answer to a step counts only while
the draft is still at that step.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Generic

from storage.draft_book import D, Drafts, KeptDraft
from storage.records import Person, StoredFile
from storage.tables.port import Conflict


class DraftGone(Exception):
    """The draft was sent or thrown away on another device in this moment."""


class DraftKeeper(Generic[D]):
    """Each method may raise `StorageUnavailable`; those that change a draft `DraftGone`.

    `with_file`: the draft with one file more, or as it is if it takes none.
    """

    def __init__(self, drafts: Drafts[D], now: Callable[[], datetime], with_file: Callable[[D, StoredFile], D]) -> None:
        self._drafts: Drafts[D] = drafts
        self.now = now
        self._with_file: Callable[[D, StoredFile], D] = with_file

    async def open(self, person: Person) -> KeptDraft[D] | None:
        """The open draft of this person."""
        return await self._drafts.open(person.id)

    async def start(self, person: Person, make: Callable[[str, datetime], D]) -> KeptDraft[D]:
        """A new draft, made of an id and the time."""
        try:
            return await self._drafts.add(person, make(secrets.token_urlsafe(12), self.now()))
        except Conflict:  # started on two devices at once: the other one's draft it is
            return await self.open(person) or await self.start(person, make)

    async def answer(self, person: Person, kept: KeptDraft[D], change: Callable[[D], D]) -> KeptDraft[D]:
        """The draft after this step's answer; where it has moved on elsewhere, the draft as it is there."""
        step = kept.draft.step
        return await self._apply(person, kept, lambda draft: change(draft) if draft.step is step else draft)

    async def add(self, person: Person, kept: KeptDraft[D], change: Callable[[D], D]) -> KeptDraft[D]:
        """The draft with what `change` adds, to whatever it is by now."""
        return await self._apply(person, kept, change)

    async def attach(self, person: Person, kept: KeptDraft[D], file: StoredFile) -> KeptDraft[D] | None:
        """The draft with this file; `None`, and the file due for deletion, if none may be kept with it any more."""
        try:
            kept = await self._apply(person, kept, lambda draft: self._with_file(draft, file))
        except DraftGone:
            await self._drafts.doom(file, self.now())
            raise
        if file not in self._drafts.files_of(kept.draft):
            await self._drafts.doom(file, self.now())
            return None
        return kept

    async def discard(self, person: Person, kept: KeptDraft[D], *, keep_files: bool = False) -> None:
        """Forget the draft; `Conflict` if it was changed since. Its files go too, unless a case has them."""
        await self._drafts.discard(person.id, kept, keep_files=keep_files)

    async def _apply(self, person: Person, kept: KeptDraft[D], change: Callable[[D], D]) -> KeptDraft[D]:
        while True:
            draft = change(kept.draft)
            if draft == kept.draft:
                return kept
            try:
                return await self._drafts.save(person, kept, replace(draft, touched_at=self.now()))
            except Conflict:
                fresh = await self.open(person)
                if fresh is None or fresh.draft.id != kept.draft.id:
                    raise DraftGone from None
                kept = fresh
