"""What the stores of screenshots promise, over both: the folder and the blobs; and which files are kept at all."""

import asyncio
import base64
import hashlib
import io
import logging
import socket
import stat
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
from azure.storage.blob.aio import BlobServiceClient
from hypothesis import given
from hypothesis import strategies as st

from storage.files.blob_evidence import UPLOAD_SECONDS, BlobEvidence
from storage.files.evidence import (
    MAX_FILE_BYTES,
    EvidenceStore,
    FileTooLarge,
    FolderEvidence,
    NotAPicture,
    kind_of,
)
from storage.files.signed_links import SignedLinks
from storage.records import StoredFile
from storage.tables.port import NotFound, StorageUnavailable
from tests.support.azurite import Azurite, connection_string

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(100)
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(24)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100)
NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
KINDS = ["folder", pytest.param("blobs", marks=pytest.mark.azurite)]


@pytest.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[EvidenceStore]:
    """An empty store, of either kind."""
    opened: EvidenceStore
    if request.param == "folder":
        opened = FolderEvidence(tmp_path / "data" / "evidence")
    else:
        running: Azurite = request.getfixturevalue("azurite")
        opened = BlobEvidence.from_connection_string(running.connection_string, container=f"t{uuid.uuid4().hex}")
    yield opened
    await opened.close()


async def test_round_trip(store: EvidenceStore) -> None:
    """A file comes back byte for byte, and its facts are right."""
    file = await store.save(PNG)

    assert PNG == await store.load(file.id)
    assert StoredFile(file.id, file.name, "image/png", len(PNG), hashlib.sha256(PNG).hexdigest()) == file
    assert file.name.endswith(".png")


async def test_the_same_file_twice(store: EvidenceStore) -> None:
    """Two people who send the same picture have a file each: one can go and the other stays."""
    first, second = await store.save(PNG), await store.save(PNG)
    await store.delete(first.id)

    assert PNG == await store.load(second.id)


async def test_at_once(store: EvidenceStore) -> None:
    """Files that arrive together are all kept."""
    pictures = [JPEG + bytes([number]) for number in range(10)]
    files = await asyncio.gather(*(store.save(picture) for picture in pictures))

    assert pictures == await asyncio.gather(*(store.load(file.id) for file in files))


async def test_largest(store: EvidenceStore) -> None:
    """A file of exactly the limit is kept; one byte more is refused with a sentence that names the limit."""
    content = JPEG + bytes(MAX_FILE_BYTES - len(JPEG))
    file = await store.save(content)

    assert hashlib.sha256(content).digest() == hashlib.sha256(await store.load(file.id)).digest()
    with pytest.raises(FileTooLarge, match="larger than 10 MB"):
        await store.save(content + b"\0")


async def test_refused(store: EvidenceStore) -> None:
    """What is no picture is refused with a sentence that says what to send."""
    with pytest.raises(NotAPicture, match="Please send a screenshot"):
        await store.save(b"<html>Sign in to your account</html>")


async def test_load_what_is_not_there(store: EvidenceStore) -> None:
    """A file that was never kept is `NotFound`."""
    with pytest.raises(NotFound):
        await store.load("0" * 32)


@pytest.mark.parametrize("id", ["", ".", "..", "../bot.sqlite3", "/etc/passwd", "A" * 32, "0" * 31 + "\n", "0" * 33])
async def test_no_id(store: EvidenceStore, id: str) -> None:
    """What is no id of ours leads to no file."""
    with pytest.raises(NotFound):
        await store.load(id)
    await store.delete(id)


async def test_delete(store: EvidenceStore) -> None:
    """A file that was deleted, perhaps twice, is not there."""
    file = await store.save(PDF)
    await store.delete(file.id)
    await store.delete(file.id)

    with pytest.raises(NotFound):
        await store.load(file.id)


@pytest.mark.parametrize("made", [b"PK\x03\x04", b"", bytes(12 * 1024 * 1024)], ids=["small", "empty", "large"])
async def test_files_of_our_own(store: EvidenceStore, made: bytes) -> None:
    """Of any kind and size, under the name that we gave."""
    file = await store.keep(io.BytesIO(made), "SM-000-0001.zip", "application/zip")

    facts = StoredFile(file.id, "SM-000-0001.zip", "application/zip", len(made), hashlib.sha256(made).hexdigest())
    assert facts == file
    assert made == await store.load(file.id)


async def test_links_differ_and_name_nothing_else(store: EvidenceStore) -> None:
    """A link holds the id and the name of its file, and until when; two files never share one."""
    first, second = await store.save(PNG), await store.save(PNG)
    soon = datetime.now(UTC) + timedelta(minutes=10)

    assert await store.link(first, soon) != await store.link(second, soon)
    assert first.id in await store.link(first, soon)


@pytest.mark.azurite
async def test_a_link_to_a_blob(azurite: Azurite) -> None:
    """Azure gives the file as a download until the link expires, and nothing for a changed link."""
    store = BlobEvidence.from_connection_string(azurite.connection_string, container=f"t{uuid.uuid4().hex}")
    file, other = await store.save(PNG), await store.save(PDF)
    now = datetime.now(UTC)
    good, late = await store.link(file, now + timedelta(minutes=10)), await store.link(file, now - timedelta(minutes=1))
    await store.close()

    async with aiohttp.ClientSession() as session:
        async with session.get(good) as answer:
            assert PNG == await answer.read()
            assert f'attachment; filename="{file.name}"' == answer.headers["Content-Disposition"]
            assert "no-store" == answer.headers["Cache-Control"]
        for wrong in (late, good.replace(file.id, other.id), good.partition("?")[0]):
            async with session.get(wrong) as answer:
                assert answer.status in (403, 404)


def test_a_link_is_signed_as_a_whole(tmp_path: Path) -> None:
    """Neither file, nor name, nor time can be changed; the secret outlives the process and nobody else reads it."""
    secret = tmp_path / "data" / "link-secret"
    link = SignedLinks(secret, "https://bot.example.org").link("a" * 32, "evidence.png", NOON)
    parts = urlsplit(link)
    query = dict(parse_qsl(parts.query))
    again = SignedLinks(secret, "https://elsewhere.example.org")

    assert ("bot.example.org", f"/files/{'a' * 32}") == (parts.netloc, parts.path)
    assert again.is_ours("a" * 32, **query)
    for name, value in (("name", "x.html"), ("expires", str(int(query["expires"]) + 1)), ("signature", "é" * 64)):
        assert not again.is_ours("a" * 32, **{**query, name: value})
    assert not again.is_ours("b" * 32, **query)
    assert not SignedLinks(tmp_path / "other", "https://bot.example.org").is_ours("a" * 32, **query)
    assert 0o600 == stat.S_IMODE(secret.stat().st_mode)
    assert [secret] == list(secret.parent.iterdir())


async def test_private_folder(tmp_path: Path) -> None:
    """Only the bot's own user can read the files; nothing unfinished lies beside them, and no name is the sender's."""
    folder = tmp_path / "evidence"
    file = await FolderEvidence(folder).save(PNG)

    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert {file.id: 0o600} == {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def test_folder_that_cannot_be_written() -> None:
    """A folder that cannot be made is unavailable, and says where; nothing is in it either."""
    store = FolderEvidence(Path("/dev/null/evidence"))

    with pytest.raises(StorageUnavailable, match="/dev/null/evidence"):
        await store.save(PNG)


async def test_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that could not be written as a whole is not kept in part."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageUnavailable, match="No space left"):
        await FolderEvidence(tmp_path / "evidence").save(PNG)

    assert [] == list((tmp_path / "evidence").iterdir())


async def blobs_fail(port: int) -> float:
    """Every call is unavailable; the seconds that it took."""
    store = BlobEvidence.from_connection_string(connection_string([port] * 3))
    started = time.monotonic()
    results = await asyncio.gather(
        store.save(PNG), store.load("0" * 32), store.delete("0" * 32), return_exceptions=True
    )
    await store.close()
    assert [StorageUnavailable] * 3 == [type(result) for result in results]
    return time.monotonic() - started


async def test_blobs_that_are_down() -> None:
    """An account that is down is unavailable soon."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert 5 > await blobs_fail(port)


async def test_blobs_that_do_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that takes the connection and never answers is unavailable in bounded time."""
    monkeypatch.setattr("storage.files.blob_evidence.UPLOAD_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        assert 2 > await blobs_fail(silent.getsockname()[1])
    assert 15 > UPLOAD_SECONDS


@pytest.mark.azurite
async def test_blobs_closed(azurite: Azurite) -> None:
    """After `close` the blobs are unavailable."""
    store = BlobEvidence.from_connection_string(azurite.connection_string)
    await store.close()

    with pytest.raises(StorageUnavailable):
        await store.save(PNG)


@pytest.mark.azurite
async def test_removed_container(azurite: Azurite) -> None:
    """When somebody removed the container the call fails, and the next one makes it anew."""
    name = f"t{uuid.uuid4().hex}"
    store = BlobEvidence.from_connection_string(azurite.connection_string, container=name)
    await store.save(PNG)
    async with BlobServiceClient.from_connection_string(azurite.connection_string) as service:
        await service.delete_container(name)

    with pytest.raises(StorageUnavailable):
        await store.save(PNG)
    file = await store.save(PNG)
    assert PNG == await store.load(file.id)
    await store.close()


@pytest.mark.azurite
async def test_blob_is_downloaded_not_shown(azurite: Azurite, caplog: pytest.LogCaptureFixture) -> None:
    """A browser that gets the blob saves it under our name; its address is not logged."""
    caplog.set_level(logging.INFO)
    name = f"t{uuid.uuid4().hex}"
    store = BlobEvidence.from_connection_string(azurite.connection_string, container=name)
    file = await store.save(PDF)
    await store.close()

    assert file.id not in caplog.text
    async with BlobServiceClient.from_connection_string(azurite.connection_string) as service:
        settings = (await service.get_blob_client(name, file.id).get_blob_properties()).content_settings
    assert ("application/pdf", f'attachment; filename="{file.name}"') == (
        settings.content_type,
        settings.content_disposition,
    )


ACCEPTED = [
    (PNG, "image/png"),
    (PNG[:8] + b"\x00\x00\x00\x08acTL" + bytes(40), "image/png"),
    (JPEG, "image/jpeg"),
    (GIF, "image/gif"),
    (WEBP, "image/webp"),
    (HEIC, "image/heic"),
    (PDF, "application/pdf"),
]


@pytest.mark.parametrize(("content", "kind"), ACCEPTED, ids=[kind for _, kind in ACCEPTED])
def test_kinds(content: bytes, kind: str) -> None:
    """The kinds that are kept are known by their content."""
    assert kind == kind_of(content)


REFUSED = {
    "nothing": b"",
    "html": b"<!DOCTYPE html><title>Sign in</title>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "program": b"MZ" + bytes(100),
    "zip": b"PK\x03\x04" + bytes(100),
    "video": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(100),
    "text": b"screenshot.png",
    "PDF further down": b"hello %PDF-1.7",
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_other_kinds(content: bytes) -> None:
    """Everything else is refused, whatever it is called."""
    with pytest.raises(NotAPicture):
        kind_of(content)


@given(st.sampled_from([b"", PNG[:8], JPEG[:3], GIF[:6], WEBP[:12], HEIC[:12], PDF[:5]]), st.binary(max_size=60))
def test_any_bytes(start: bytes, rest: bytes) -> None:
    """Whatever the bytes, the answer is a kind or a refusal, never another failure."""
    with suppress(NotAPicture):
        assert kind_of(start + rest) in {kind for _, kind in ACCEPTED}
