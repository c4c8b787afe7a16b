"""The shapes in which a screenshot reaches the bot, and what can be wrong with one: kept, or told in words."""

from collections.abc import Callable

import aiohttp
import pytest

from bot.infrastructure import Outside
from storage.cases.case_book import CaseBook
from storage.files.evidence import MAX_FILE_BYTES
from storage.tables.port import StorageUnavailable
from tests.support.fake_teams import TEACHER, FakeTeams
from tests.support.pictures import PNG
from tests.support.report_steps import fill_in, finish, walk_to_details
from tests.support.running_bot import BOTH_STORAGES

pytestmark = BOTH_STORAGES

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 100
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100
PDF = b"%PDF-1.7\n" + b"\0" * 100
PAGE = b"<!DOCTYPE html><html>Sign in</html>"


def upload(teams: FakeTeams, name: str) -> dict[str, object]:
    """(a) A desktop's upload: an address that carries its own permission."""
    content = {"downloadUrl": f"{teams.url}files/{name}", "uniqueId": "1", "fileType": "png"}
    return {"contentType": "application/vnd.microsoft.teams.file.download.info", "content": content, "name": name}


def pasted(teams: FakeTeams, name: str) -> dict[str, object]:
    """(b), (c) A pasted or a phone's picture: an address that wants the bot's token."""
    return {"contentType": "image/*", "contentUrl": f"{teams.url}files/{name}", "name": name}


@pytest.mark.parametrize("shape", [upload, pasted])
@pytest.mark.parametrize(
    ("content", "kind"),
    [(PNG, "image/png"), (JPEG, "image/jpeg"), (HEIC, "image/heic"), (PDF, "application/pdf")],
)
async def test_each_shape_and_kind_is_kept(
    bound: FakeTeams, outside: Outside, shape: Callable[..., dict[str, object]], content: bytes, kind: str
) -> None:
    """By its content, whatever it calls itself."""
    bound.files["shot.dat"] = (content, "application/octet-stream")
    card = await walk_to_details(bound, TEACHER)
    answer = await bound.say(TEACHER, "", attachments=[shape(bound, "shot.dat")])
    assert "Screenshot received (1 in all)" in answer.text
    await fill_in(bound, TEACHER, card, links="", description="")
    (file,) = (await CaseBook(outside.tables).get(await finish(bound, TEACHER, card))).report.evidence
    assert (kind, content) == (file.content_type, await outside.evidence.load(file.id))


async def test_an_upload_is_fetched_without_our_token(bound: FakeTeams) -> None:
    """Its address is permission enough; our token would be given to another service."""
    bound.files["a.png"] = (PNG, "image/png")
    await walk_to_details(bound, TEACHER)
    await bound.say(TEACHER, "", attachments=[upload(bound, "a.png")])
    assert [""] == bound.headers_seen


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PAGE, "not a picture or a PDF"),
        (b"", "not a picture or a PDF"),
        (PNG + b"\0" * MAX_FILE_BYTES, "larger than 10 MB"),
        (None, "could not fetch"),
    ],
    ids=["a page (iOS)", "nothing", "too large", "an error of the server"],
)
async def test_what_cannot_be_kept_is_named_and_the_report_goes_on(
    bound: FakeTeams, outside: Outside, content: bytes | None, words: str
) -> None:
    """The person is told which file and why; one good file beside it is kept."""
    if content is not None:
        bound.files["bad.png"] = (content, "image/png")
    bound.files["good.png"] = (PNG, "image/png")
    card = await walk_to_details(bound, TEACHER)
    await bound.say(TEACHER, "", attachments=[upload(bound, "bad.png"), pasted(bound, "good.png")])
    said = " ".join(message.text for message in bound.seen_in(TEACHER.chat))
    assert "bad.png" in said and words in said
    await fill_in(bound, TEACHER, card)
    assert 1 == len((await CaseBook(outside.tables).get(await finish(bound, TEACHER, card))).report.evidence)


async def test_a_slow_file_does_not_hold_the_turn(bound: FakeTeams, monkeypatch: pytest.MonkeyPatch) -> None:
    """All files of a message together take no longer than one may."""
    monkeypatch.setattr("bot.teams.attachments.LIMIT", aiohttp.ClientTimeout(total=0.3))
    bound.files_hang = True
    bound.files["slow.png"] = (PNG, "image/png")
    await walk_to_details(bound, TEACHER)
    await bound.say(TEACHER, "", attachments=[pasted(bound, "slow.png")] * 3)
    said = [message.text for message in bound.seen_in(TEACHER.chat) if "could not fetch" in message.text]
    assert 3 == len(said)


async def test_with_the_evidence_store_down_the_report_goes_through(
    bound: FakeTeams, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is asked for again; nothing else waits for it."""

    async def fail(content: bytes) -> None:
        raise StorageUnavailable("switched off by the test")

    monkeypatch.setattr(outside.evidence, "save", fail)
    bound.files["a.png"] = (PNG, "image/png")
    card = await walk_to_details(bound, TEACHER)
    answer = await bound.say(TEACHER, "", attachments=[pasted(bound, "a.png")])
    assert "Please send it again" in answer.text
    await fill_in(bound, TEACHER, card)
    assert await finish(bound, TEACHER, card)
