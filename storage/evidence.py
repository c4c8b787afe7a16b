"""Screenshots that people send with a report: kept as they came, never opened, converted or shown to Teams."""

import asyncio
import hashlib
import os
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

import filetype  # type: ignore[import-untyped]
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import ContentSettings
from azure.storage.blob.aio import BlobServiceClient, ContainerClient

from storage.azure_tables import account_url, answers_within
from storage.records import StoredFile
from storage.tables import NotFound, StorageUnavailable

T = TypeVar("T")

MAX_FILE_BYTES = 10 * 1024 * 1024
"""A phone's screenshot is one or two megabytes; a page saved as PDF rarely over ten."""

UPLOAD_SECONDS = 10
"""For ten megabytes to the storage account and their retries; Teams waits 15 for the whole turn."""

BLOB_LIMITS: dict[str, Any] = {
    "connection_timeout": 2,
    "read_timeout": 8,
    "retry_total": 2,
    "initial_backoff": 0.5,
    "increment_base": 0,
    "random_jitter_range": 0,
}
"""What the Azure client is told; its own first pause is 15 seconds."""

_ALLOWED = [filetype.get_type(ext=name) for name in ("png", "jpg", "gif", "webp", "heic", "pdf")]


class RefusedFile(Exception):
    """A file that is not kept. The message is a sentence for the person who sent it."""


class NotAPicture(RefusedFile):
    """What was sent is none of the kinds that are kept, whatever its name says."""

    def __init__(self) -> None:
        super().__init__(
            "That file could not be kept, because it is not a picture or a PDF. "
            "Please send a screenshot (PNG, JPEG, GIF, WebP or HEIC) or a PDF."
        )


class FileTooLarge(RefusedFile):
    """What was sent is over `MAX_FILE_BYTES`."""

    def __init__(self) -> None:
        megabytes = MAX_FILE_BYTES // 1024**2
        super().__init__(
            f"That file could not be kept, because it is larger than {megabytes} MB. Please send a smaller screenshot."
        )


class EvidenceStore(Protocol):
    """Where files are kept. Each verb may raise `StorageUnavailable`."""

    async def save(self, content: bytes) -> StoredFile:
        """Keep a file. Raises `NotAPicture` or `FileTooLarge`, both with a sentence for the person."""

    async def load(self, id: str) -> bytes:
        """The file as it was sent; `NotFound` if there is none."""

    async def delete(self, id: str) -> None:
        """Forget a file, if it is there."""

    async def close(self) -> None:
        """Let go of connections."""


def kind_of(content: bytes) -> str:
    """The content type, decided by the first bytes and not by what the sender called it.

    Raises `NotAPicture`: also for the sign-in page that Teams gives some phones in the place of their file.
    """
    kind = filetype.match(content, _ALLOWED)
    if kind is None:
        raise NotAPicture
    return str(kind.mime)


def describe(content: bytes) -> StoredFile:
    """A new id and the facts of a file. Raises `NotAPicture` or `FileTooLarge`."""
    if len(content) > MAX_FILE_BYTES:
        raise FileTooLarge
    content_type = kind_of(content)
    id = secrets.token_hex(16)
    name = f"evidence-{id[:8]}.{content_type.partition('/')[2]}"
    return StoredFile(id, name, content_type, len(content), hashlib.sha256(content).hexdigest())


class FolderEvidence:
    """Files in a folder that only the bot's own user can read, beside the embedded tables."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def save(self, content: bytes) -> StoredFile:
        """Keep a file; when this returns it is on the disk. Raises as `EvidenceStore.save`."""
        file = describe(content)
        await self._run(lambda: _write_whole(self._path(file.id), content))
        return file

    async def load(self, id: str) -> bytes:
        """The file as it was sent; `NotFound` if there is none. May raise `StorageUnavailable`."""
        return await self._run(lambda: self._path(id).read_bytes())

    async def delete(self, id: str) -> None:
        """Forget a file, if it is there. May raise `StorageUnavailable`."""
        with suppress(NotFound):
            await self._run(lambda: self._path(id).unlink())

    async def close(self) -> None:
        """Nothing is held open."""

    def _path(self, id: str) -> Path:
        return self._folder / _checked(id)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except FileNotFoundError as error:
            raise NotFound("no such file is kept") from error
        except OSError as error:
            raise StorageUnavailable(f"{self._folder} cannot be used: {error}") from error


class BlobEvidence:
    """Files in a container of the storage account that holds the tables. It is made when it is first used."""

    def __init__(self, service: BlobServiceClient, *, container: str = "evidence") -> None:
        self._service = service
        self._container = container
        self._ready: ContainerClient | None = None
        self._closed = False

    @classmethod
    def from_connection_string(cls, connection_string: str, *, container: str = "evidence") -> "BlobEvidence":
        """With the account's key. ValueError if it is no connection string."""
        return cls(BlobServiceClient.from_connection_string(connection_string, **BLOB_LIMITS), container=container)

    @classmethod
    def from_account(
        cls, account: str, credential: AsyncTokenCredential, *, container: str = "evidence"
    ) -> "BlobEvidence":
        """With an identity, which stays the caller's to close; ValueError for a bad name.

        The identity needs the role Storage Blob Data Contributor.
        """
        url = account_url(account, "blob")
        return cls(BlobServiceClient(url, credential=credential, **BLOB_LIMITS), container=container)

    async def save(self, content: bytes) -> StoredFile:
        """Keep a file. Raises as `EvidenceStore.save`."""
        file = describe(content)
        # Downloaded and not shown, should anyone ever open its address in a browser.
        settings = ContentSettings(file.content_type, content_disposition=f'attachment; filename="{file.name}"')
        async with self._container_client() as container:
            # The id is new, so an upload that is sent again after a lost answer may overwrite: it is itself.
            await container.upload_blob(file.id, content, overwrite=True, content_settings=settings)
        return file

    async def load(self, id: str) -> bytes:
        """The file as it was sent; `NotFound` if there is none. May raise `StorageUnavailable`."""
        async with self._container_client() as container:
            download = await container.download_blob(_checked(id))
            return bytes(await download.readall())

    async def delete(self, id: str) -> None:
        """Forget a file, if it is there. May raise `StorageUnavailable`."""
        with suppress(NotFound):
            async with self._container_client() as container:
                await container.delete_blob(_checked(id))

    async def close(self) -> None:
        """Let go of the connections; a later call raises `StorageUnavailable`."""
        self._closed = True
        await self._service.close()

    @asynccontextmanager
    async def _container_client(self) -> AsyncIterator[ContainerClient]:
        if self._closed:
            raise StorageUnavailable("the store of evidence is closed")
        async with answers_within(UPLOAD_SECONDS, f"Azure Blob Storage ({self._container})"):
            try:
                self._ready = self._ready or await self._made()
                yield self._ready
            except ResourceNotFoundError as error:
                if "ContainerNotFound" in str(error):
                    self._ready = None  # somebody removed it: the next call makes it anew
                    raise
                raise NotFound("no such file is kept") from error

    async def _made(self) -> ContainerClient:
        client = self._service.get_container_client(self._container)
        with suppress(ResourceExistsError):
            await client.create_container()
        return client


def _checked(id: str) -> str:
    """An id is a file's name: one that is not ours must not lead anywhere."""
    if not re.fullmatch("[0-9a-f]{32}", id):
        raise NotFound("no such file is kept")
    return id


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.touch(mode=0o600, exist_ok=False)
    try:
        _write_through(unfinished, content)
        unfinished.rename(path)
    except OSError:
        unfinished.unlink()
        raise
    _sync_folder(path.parent)


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Its list of names too survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
