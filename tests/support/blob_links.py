"""Blobs on Azurite for a bot whose clock is not the machine's."""

from collections.abc import Callable
from datetime import UTC, datetime

from storage.files.blob_evidence import BlobEvidence
from storage.records import StoredFile


class BlobEvidenceByTheWall(BlobEvidence):
    """Its links are accepted by Azurite, which checks them by the machine's clock; `clock` is the bot's."""

    clock: Callable[[], datetime]

    async def link(self, file: StoredFile, until: datetime) -> str:
        """As long from now by the machine's clock as `until` is from now by the bot's."""
        return await super().link(file, datetime.now(UTC) + (until - self.clock()))
