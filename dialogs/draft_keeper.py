"""Keeps what a person enters, whatever happens at the same time on another device.

What is added (a sentence, a file) joins whatever the draft has become meanwhile; an answer to a step counts only while
the draft is still at that step.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from dialogs import report_walk
from storage.draft_book import DraftBook, KeptDraft
from storage.records import Draft, Kind, Person, Report, StoredFile
from storage.tables import Conflict

Change = Callable[[Draft], Draft]


class DraftGone(Exception):
    """The draft was sent or thrown away on another device in this moment."""


class DraftKeeper:
    """Each method may raise `StorageUnavailable`; those that change a draft `DraftGone`."""

    def __init__(self, drafts: DraftBook, now: Callable[[], datetime]) -> None:
        self._drafts = drafts
        self._now = now

    async def open(self, person: Person) -> KeptDraft | None:
        """The open draft of this person."""
        return await self._drafts.open(person.id)

    async def start(self, person: Person, kind: Kind | None = None, said: str = "") -> KeptDraft:
        """A new draft; one that an answer led to begins with what was said there."""
        draft = Draft(
            id=secrets.token_urlsafe(12),
            touched_at=self._now(),
            kind_given=kind is not None,
            report=Report(kind=kind),
            typed={"description": said} if said else {},
        )
        try:
            return await self._drafts.add(person, draft)
        except Conflict:  # started on two devices at once: the other one's draft it is
            return await self.open(person) or await self.start(person, kind, said)

    async def answer(self, person: Person, kept: KeptDraft, change: Change) -> KeptDraft:
        """The draft after this step's answer; where it has moved on elsewhere, the draft as it is there."""
        step = kept.draft.step
        return await self._apply(person, kept, lambda draft: change(draft) if draft.step is step else draft)

    async def add(self, person: Person, kept: KeptDraft, change: Change) -> KeptDraft:
        """The draft with what `change` adds, to whatever it is by now."""
        return await self._apply(person, kept, change)

    async def attach(self, person: Person, kept: KeptDraft, file: StoredFile) -> KeptDraft | None:
        """The draft with this file; `None`, and the file due for deletion, if none may be kept with it any more."""
        try:
            kept = await self._apply(person, kept, lambda draft: _with_file(draft, file))
        except DraftGone:
            await self._drafts.doom(file, self._now())
            raise
        if file not in kept.draft.report.evidence:
            await self._drafts.doom(file, self._now())
            return None
        return kept

    async def discard(self, person: Person, kept: KeptDraft, *, keep_files: bool = False) -> None:
        """Forget the draft; `Conflict` if it was changed since. Its files go too, unless a case has them."""
        await self._drafts.discard(person.id, kept, keep_files=keep_files)

    async def _apply(self, person: Person, kept: KeptDraft, change: Change) -> KeptDraft:
        while True:
            draft = change(kept.draft)
            if draft == kept.draft:
                return kept
            try:
                return await self._drafts.save(person, kept, replace(draft, touched_at=self._now()))
            except Conflict:
                fresh = await self.open(person)
                if fresh is None or fresh.draft.id != kept.draft.id:
                    raise DraftGone from None
                kept = fresh


def _with_file(draft: Draft, file: StoredFile) -> Draft:
    return report_walk.add_file(draft, file) if report_walk.takes_files(draft) else draft
