"""Screenshots that people send with a report: kept as they came, never opened, converted or shown to Teams."""

import asyncio
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

import filetype  # type: ignore[import-untyped]

from storage.files.signed_links import SignedLinks
from storage.records import StoredFile
from storage.tables.port import NotFound, StorageUnavailable

T = TypeVar("T")

MAX_FILE_BYTES = 10 * 1024 * 1024
"""A phone's screenshot is one or two megabytes; a page saved as PDF rarely over ten."""

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

    async def keep(self, made: BinaryIO, name: str, content_type: str, id: str = "") -> StoredFile:
        """Keep a copy of a file of our own making, of any kind and size, under this name.

        `id`: instead of a new one, so that a file that is made again replaces itself.
        """

    async def load(self, id: str) -> bytes:
        """The file as it was sent; `NotFound` if there is none."""

    async def link(self, file: StoredFile, until: datetime) -> str:
        """An address that opens this one file until then, for whoever has it; it is downloaded and not shown."""

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


def describe_own(made: BinaryIO, name: str, content_type: str, id: str = "") -> StoredFile:
    """The facts of a file of our own making, with a new id unless it has one."""
    made.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := made.read(1024 * 1024):
        digest.update(block)
        size += len(block)
    made.seek(0)
    return StoredFile(checked_id(id or secrets.token_hex(16)), name, content_type, size, digest.hexdigest())


class FolderEvidence:
    """Files in a folder that only the bot's own user can read, beside the embedded tables.

    `public_url`: where the bot is reached; the links to files lead there (`bot/file_links.py` answers them).
    """

    def __init__(self, folder: Path, public_url: str = "http://127.0.0.1:3978") -> None:
        self._folder = folder
        self._links = SignedLinks(folder.with_name("link-secret"), public_url)

    async def save(self, content: bytes) -> StoredFile:
        """Keep a file; when this returns it is on the disk. Raises as `EvidenceStore.save`."""
        file = describe(content)
        await self._run(lambda: _write_whole(self._path(file.id), content))
        return file

    async def keep(self, made: BinaryIO, name: str, content_type: str, id: str = "") -> StoredFile:
        """Keep a copy of a file of ours; when this returns it is on the disk. May raise `StorageUnavailable`."""

        def copy() -> StoredFile:
            file = describe_own(made, name, content_type, id)
            _whole(self._path(file.id), lambda kept: shutil.copyfileobj(made, kept))
            return file

        return await self._run(copy)

    async def load(self, id: str) -> bytes:
        """The file as it was sent; `NotFound` if there is none. May raise `StorageUnavailable`."""
        return await self._run(lambda: self._path(id).read_bytes())

    async def link(self, file: StoredFile, until: datetime) -> str:
        """An address of the bot that opens this one file until then. May raise `StorageUnavailable`."""
        return await self._run(lambda: self._links.link(file.id, file.name, until))

    async def signed(self, id: str, name: str, expires: str, signature: str) -> Path | None:
        """Where the file of this address lies; `None` if the address is none of ours. May raise `NotFound`."""

        def find() -> Path | None:
            if not self._links.is_ours(id, name, expires, signature):
                return None
            path = self._path(id)
            path.stat()
            return path

        return await self._run(find)

    async def delete(self, id: str) -> None:
        """Forget a file, if it is there. May raise `StorageUnavailable`."""
        with suppress(NotFound):
            await self._run(lambda: self._path(id).unlink())

    async def close(self) -> None:
        """Nothing is held open."""

    def _path(self, id: str) -> Path:
        return self._folder / checked_id(id)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.to_thread(work)
        except FileNotFoundError as error:
            raise NotFound("no such file is kept") from error
        except OSError as error:
            raise StorageUnavailable(f"{self._folder} cannot be used: {error}") from error


def checked_id(id: str) -> str:
    """An id is a file's name: one that is not ours must not lead anywhere."""
    if not re.fullmatch("[0-9a-f]{32}", id):
        raise NotFound("no such file is kept")
    return id


def _write_whole(path: Path, content: bytes) -> None:
    _whole(path, lambda file: file.write(content))


def _whole(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}")
    unfinished.touch(mode=0o600, exist_ok=False)
    try:
        with unfinished.open("wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except OSError:
        unfinished.unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Its list of names too survives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
