"""The main way once more with everything in Azure Storage, built as the settings say."""

from dataclasses import replace
from pathlib import Path

import pytest

from app import build
from bot.infrastructure import connect
from bot.settings import load_settings
from bot.trust.facts import Trust
from policy.answers.answering import Answerer
from tests.support.azurite import Azurite
from tests.support.clock import Clock
from tests.support.fake_teams import ADMIN, CHANNEL, DSL, TEACHER, FakeTeams
from tests.support.pictures import PNG
from tests.support.report_steps import fill_in, finish, walk_to_details
from tests.support.running_bot import environment, serve


@pytest.mark.azurite
async def test_a_report_with_a_screenshot_over_azure(
    azurite: Azurite, tmp_path: Path, trust: Trust, answerer: Answerer, teams: FakeTeams, clock: Clock
) -> None:
    """Bound, reported, kept in tables and blobs, alerted, acknowledged, told."""
    settings = load_settings(environment(tmp_path, AZURE_STORAGE_CONNECTION_STRING=azurite.connection_string))
    outside = replace(connect(settings), now=clock)
    runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))
    await teams.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    card = await walk_to_details(teams, TEACHER)
    teams.files["a.png"] = (PNG, "image/png")
    picture = {"contentType": "image/*", "contentUrl": f"{teams.url}files/a.png", "name": "a.png"}
    assert "Screenshot received" in (await teams.say(TEACHER, "", attachments=[picture])).text
    await fill_in(teams, TEACHER, card, platform="facebook")
    reference = await finish(teams, TEACHER, card)
    await teams.until(lambda: any(reference in message.text for message in teams.seen_in(CHANNEL)))
    alert = next(message for message in teams.seen_in(CHANNEL) if reference in message.text)
    assert "Screenshots" in alert.text
    await teams.press(DSL, alert, "Acknowledge")
    await teams.until(lambda: f"taken by {DSL.name}" in teams.last_in(TEACHER.chat).text)
    assert [] == list(tmp_path.iterdir())
    await runner.cleanup()
