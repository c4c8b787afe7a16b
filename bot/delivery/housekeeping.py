"""Deletes what may not stay: files that no report holds, and reports that were begun and forgotten."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic

import structlog

from bot.delivery.notifier import Outbox
from bot.teams.connector import ConnectorError
from bot.teams.messenger import Messenger, Unreachable
from storage.draft_book import DELETE_FILE, D, Drafts, KeptDraft
from storage.due import Claim
from storage.files.evidence import EvidenceStore
from storage.records import Person
from storage.tables.port import Conflict, StorageUnavailable

log = structlog.get_logger()
KEPT = timedelta(days=14)
EVERY = 3600.0
"""Seconds between two looks."""
FORGOTTEN_SUGGESTION = (
    "The suggestion that you began and saved here was not touched for 14 days, so I have deleted it. Nothing was sent. "
    "To begin another, type **suggest a post**."
)
FORGOTTEN = (
    "The report that you began and saved here was not touched for 14 days, so I have deleted it. Nothing was sent. "
    "If you still want to report it, type **report**."
)


class Housekeeper(Generic[D]):
    """Runs beside the web app, one for each kind of draft.

    `forgotten`: what its writer is told. `sent`: what the draft of this id has become, if it was sent.
    """

    def __init__(
        self,
        drafts: Drafts[D],
        evidence: EvidenceStore,
        messenger: Messenger,
        now: Callable[[], datetime],
        forgotten: str = FORGOTTEN,
        *,
        sent: Callable[[str], Awaitable[object]],
    ) -> None:
        self._drafts: Drafts[D] = drafts
        self._forgotten = forgotten
        self._sent = sent
        self._evidence = evidence
        self._messenger = messenger
        self._now = now
        self.outbox = Outbox(drafts.due, {DELETE_FILE: self._delete_file})

    async def _delete_file(self, claim: Claim) -> None:
        """A file that may not be kept goes, however often it takes."""
        await self._evidence.delete(claim.notification.subject)
        await self._drafts.due.settle(claim)

    async def run(self) -> None:
        """Tidy for ever. Nothing but its cancellation ends it."""
        while True:
            try:
                await self.tidy()
            except StorageUnavailable as error:
                log.warning("storage_unavailable", where="housekeeping", error=str(error))
            except Exception as error:  # noqa: BLE001 (one bad row must not end all later rounds)
                log.error("housekeeping_failed", error=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def tidy(self) -> None:
        """One round. May raise `StorageUnavailable`; what is left comes in the next."""
        for person_id, kept in await self._drafts.untouched_since(self._now() - KEPT):
            await self._forget(person_id, kept)
            log.info("draft_deleted")

    async def _forget(self, person_id: str, kept: KeptDraft[D]) -> None:
        was_sent = bool(await self._sent(kept.draft.id))  # a crash then left it over; its files are in use
        try:
            await self._drafts.discard(person_id, kept, keep_files=was_sent)
        except Conflict:
            return  # touched in this moment: it is not forgotten
        if was_sent:
            return
        with contextlib.suppress(Unreachable, ConnectorError):  # who cannot be told finds no draft, and says report
            await self._messenger.say(await self._messenger.chat_with(Person(person_id, "", "")), self._forgotten)
