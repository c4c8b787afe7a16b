"""A link to a file, over HTTP: what opens it, and what does not."""

from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.file_links import FileLinks
from bot.infrastructure import Outside
from storage.records import StoredFile
from tests.support.fake_teams import FakeTeams
from tests.support.pictures import PNG


async def fetched(url: str) -> tuple[int, bytes, dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        return answer.status, await answer.read(), dict(answer.headers)


async def link_of(teams: FakeTeams, outside: Outside, file: StoredFile, ago: timedelta = timedelta()) -> str:
    """A link that was given so long ago; it leads to where the bot of this test listens."""
    link = await FileLinks(outside.evidence, lambda: outside.now() - ago).link_to(file)
    return link.replace("http://127.0.0.1:3978", teams.bot_url)


async def test_a_link_opens_its_file_as_a_download(bot: FakeTeams, outside: Outside) -> None:
    """Byte for byte, never shown in the browser and never kept by it."""
    file = await outside.evidence.save(PNG)
    status, content, headers = await fetched(await link_of(bot, outside, file))
    assert (200, PNG) == (status, content)
    assert (f'attachment; filename="{file.name}"', "image/png", "no-store", "nosniff") == (
        headers["Content-Disposition"],
        headers["Content-Type"],
        headers["Cache-Control"],
        headers["X-Content-Type-Options"],
    )


async def test_a_link_expires(bot: FakeTeams, outside: Outside) -> None:
    """After ten minutes it says so, in a sentence."""
    link = await link_of(bot, outside, await outside.evidence.save(PNG), ago=timedelta(minutes=10))
    status, content, _ = await fetched(link)
    assert (410, True) == (status, b"has expired" in content)


@pytest.mark.parametrize("change", ["signature=x", "name=x.html", "expires=99999999999", "expires=soon", ""])
async def test_a_changed_link_opens_nothing(bot: FakeTeams, outside: Outside, change: str) -> None:
    """Whatever of it was changed or left out."""
    link = await link_of(bot, outside, await outside.evidence.save(PNG))
    address, _, query = link.partition("?")
    kept = [part for part in query.split("&") if part.partition("=")[0] != change.partition("=")[0]]
    status, content, _ = await fetched(f"{address}?{'&'.join([*kept, change] if change else [])}")
    assert (403, False) == (status, PNG in content)


@pytest.mark.parametrize("id", ["..%2Fbot.sqlite3", "..", "0" * 32])
async def test_an_id_that_is_not_of_the_link_opens_nothing(bot: FakeTeams, outside: Outside, id: str) -> None:
    """Another file, or no file at all."""
    file = await outside.evidence.save(PNG)
    link = (await link_of(bot, outside, file)).replace(file.id, id)
    assert (await fetched(link))[0] in (403, 404)


async def test_a_deleted_file_is_gone(bot: FakeTeams, outside: Outside, tmp_path: Path) -> None:
    """Its link says so."""
    file = await outside.evidence.save(PNG)
    link = await link_of(bot, outside, file)
    await outside.evidence.delete(file.id)
    assert 410 == (await fetched(link))[0]
