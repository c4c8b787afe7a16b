"""Links to files: short-lived, one file each.

On Azure a link is a shared access signature and leads to the blob itself. With the embedded storage it leads here, and
`FileDoor` answers it.
"""

import mimetypes
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from aiohttp import web

from storage.files.evidence import EvidenceStore, FolderEvidence
from storage.records import StoredFile
from storage.tables.port import NotFound, StorageUnavailable

log = structlog.get_logger()
LINK_LASTS = timedelta(minutes=10)
NOT_OURS = "This link is not whole, or not one of mine. Ask for the file again in Teams."
EXPIRED = "This link has expired. Ask for the file again in Teams."
GONE = "This file is not kept any more."
TRY_AGAIN = "The file cannot be read at the moment. Please try again in a few minutes."
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
}


class FileLinks:
    """Gives links. May raise `StorageUnavailable`."""

    def __init__(self, evidence: EvidenceStore, now: Callable[[], datetime]) -> None:
        self._evidence = evidence
        self._now = now

    async def link_to(self, file: StoredFile) -> str:
        """An address that opens this file for ten minutes, for whoever has it."""
        return await self._evidence.link(file, self._now() + LINK_LASTS)


class FileDoor:
    """Answers `GET /files/{id}`: the signature alone decides; what it does not cover is not looked at."""

    def __init__(self, evidence: FolderEvidence, now: Callable[[], datetime]) -> None:
        self._evidence = evidence
        self._now = now

    async def fetch(self, request: web.Request) -> web.StreamResponse:
        """The file as a download; 403 for a link that is not ours, 410 for one that has expired or whose file went."""
        id = request.match_info["id"]
        name, expires, signature = (request.query.get(part, "") for part in ("name", "expires", "signature"))
        try:
            path = await self._evidence.signed(id, name, expires, signature)
        except NotFound:
            return _sentence(410, GONE)
        except StorageUnavailable as error:
            log.warning("storage_unavailable", where="files", error=str(error))
            return _sentence(503, TRY_AGAIN)
        if path is None:
            log.warning("link_refused")
            return _sentence(403, NOT_OURS)
        if self._now() >= datetime.fromtimestamp(int(expires), UTC):
            return _sentence(410, EXPIRED)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        attachment = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}
        return web.FileResponse(path, headers=_HEADERS | attachment)


def _sentence(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, headers=_HEADERS)
