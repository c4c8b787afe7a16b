"""Fetches the screenshots of a message, at once, and keeps them: their addresses do not last.

One screenshot comes in several shapes (platform notes, 5): an upload with a download address, a pasted or a phone's
image that needs the bot's token, and on iOS at times an address that answers with an HTML page. Each is kept, or
refused in words. Only https and only the hosts of the settings; in local mode loopback too.
"""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from botbuilder.schema import Activity, Attachment

from bot.settings import Settings
from bot.teams.connector import TeamsConnector
from bot.teams.tokens import TokenRefused
from storage.files.evidence import MAX_FILE_BYTES, EvidenceStore, FileTooLarge, RefusedFile
from storage.records import StoredFile
from storage.tables.port import StorageUnavailable

log = structlog.get_logger()
DOWNLOAD_INFO = "application/vnd.microsoft.teams.file.download.info"
LIMIT = aiohttp.ClientTimeout(total=8, connect=3)
MAX_FILES = 10

NOT_FETCHED = (
    "I could not fetch “{name}”, so I do not have it. Please send it again; what you are writing goes on without it."
)
NOT_KEPT = "I could not keep “{name}” just now. Please send it again in a minute."
TOO_MANY = "I took the first {limit} files of that message. Please send the others in another one."


class AttachmentFetcher:
    """Takes the files of an activity into the evidence store."""

    def __init__(self, settings: Settings, connector: TeamsConnector, evidence: EvidenceStore) -> None:
        self._hosts = settings.attachment_hosts
        self._is_local = settings.is_local
        self._connector = connector
        self._evidence = evidence

    async def __call__(self, activity: Activity) -> list[StoredFile | str]:
        """One result a file: what is kept, or the sentence that says why it is not."""
        files = [file for file in activity.attachments or [] if file.content_type != "text/html"]
        results = await asyncio.gather(*(self._take(file) for file in files[:MAX_FILES]))
        return [*results, TOO_MANY.format(limit=MAX_FILES)] if len(files) > MAX_FILES else results

    async def _take(self, file: Attachment) -> StoredFile | str:
        name = (file.name or "the picture")[:100]
        try:
            content = await self._fetch(*_address(file))
            return await self._evidence.save(content)
        except RefusedFile as refusal:
            return f"“{name}”: {refusal}"
        except StorageUnavailable as error:
            log.warning("file_not_kept", error=str(error))
            return NOT_KEPT.format(name=name)
        except (aiohttp.ClientError, TimeoutError, PermissionError, TokenRefused, ValueError) as error:
            log.warning("file_not_fetched", error=type(error).__name__)
            return NOT_FETCHED.format(name=name)

    async def _fetch(self, address: str, needs_token: bool) -> bytes:
        self._check(address)
        token = await self._connector.token() if needs_token else None
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._connector.session.get(
            address, headers=headers, timeout=LIMIT, allow_redirects=False
        ) as response:
            if response.status != 200:
                raise PermissionError(f"status {response.status}")
            return await _read(response)

    def _check(self, address: str) -> None:
        parts = urlsplit(address)
        host = (parts.hostname or "").casefold()
        if self._is_local and host in ("127.0.0.1", "localhost", "::1"):
            return
        if parts.scheme != "https" or not any(host == known or host.endswith(f".{known}") for known in self._hosts):
            raise PermissionError("not an address of Teams")


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body, as far as it is not too large; what the answer says of its own size counts for nothing."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > MAX_FILE_BYTES:
            raise FileTooLarge
    return bytes(body)


def _address(file: Attachment) -> tuple[str, bool]:
    """Where the file is, and whether it takes the bot's token; an upload's address carries its own."""
    content: Any = file.content
    if file.content_type == DOWNLOAD_INFO and isinstance(content, dict):
        return str(content.get("downloadUrl", "")), False
    return str(file.content_url or ""), True
