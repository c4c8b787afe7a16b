"""The bot goes away and comes back between any two steps of a report, and nothing is lost."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from app import build
from bot.infrastructure import Outside
from bot.settings import Settings
from bot.trust.facts import Trust
from policy.answers.answering import Answerer
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Nature, Whose, YesNo
from storage.files.evidence import FolderEvidence
from storage.tables.sqlite_tables import SqliteTables
from tests.support.clock import MINUTE, Clock
from tests.support.fake_teams import ADMIN, CHANNEL, DSL, TEACHER, FakeTeams
from tests.support.pictures import PNG
from tests.support.report_steps import DETAILS, LINK, MORE, PARENT, POST, reference_in
from tests.support.running_bot import serve

Restart = Callable[[], Awaitable[None]]


@pytest.fixture
async def restart(
    settings: Settings, trust: Trust, answerer: Answerer, tmp_path: Path, teams: FakeTeams, clock: Clock
) -> AsyncIterator[Restart]:
    """Ends the bot, if it runs, and starts another over the same folder."""
    running = []

    async def again() -> None:
        if running:
            await running.pop().cleanup()
        clock.move(MINUTE)  # whatever was being told when the bot ended is taken on again
        tables, evidence = SqliteTables(tmp_path / "bot.sqlite3"), FolderEvidence(tmp_path / "evidence")
        outside = Outside(tables, evidence, token=None, now=clock)
        runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))
        running.append(runner)

    yield again
    await running.pop().cleanup()


async def test_a_restart_between_any_two_steps_loses_nothing(
    restart: Restart, teams: FakeTeams, tmp_path: Path
) -> None:
    """From binding the channel to the reporter's message, with a new bot for each press."""
    await restart()
    await teams.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    await restart()
    await teams.say(TEACHER, "report")
    card = teams.last_in(TEACHER.chat)
    for title in ("No", Whose(PARENT).words, POST, "No"):
        await restart()
        await teams.press(TEACHER, card, title)
    await restart()
    teams.files["a.png"] = (PNG, "image/png")
    picture = {"contentType": "image/*", "contentUrl": f"{teams.url}files/a.png", "name": "a.png"}
    await teams.say(TEACHER, "", attachments=[picture])
    await restart()
    await teams.say(TEACHER, "typed meanwhile")
    for title, fields in (("Next", DETAILS), ("Back", MORE), ("Next", DETAILS), ("Next", MORE), ("Send", {})):
        await restart()
        await teams.press(TEACHER, card, title, **fields)
    reference = reference_in(card)
    await restart()
    await teams.until(lambda: any(reference in message.text for message in teams.seen_in(CHANNEL)))
    alert = next(message for message in teams.seen_in(CHANNEL) if reference in message.text)
    await restart()
    await teams.press(DSL, alert, "Acknowledge")
    await restart()
    await teams.until(lambda: f"taken by {DSL.name}" in teams.last_in(TEACHER.chat).text)
    report = (await CaseBook(SqliteTables(tmp_path / "bot.sqlite3")).get(reference)).report
    assert ((LINK,), "A rude post", 1) == (report.links, report.description.split("\n")[0], len(report.evidence))
    assert (Nature.THREAT, YesNo.NO) == (report.natures[1], report.answered)
