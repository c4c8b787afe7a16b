"""The storage does not answer: people get a plain sentence and the way round, and the bot goes on."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app import build
from bot.infrastructure import Outside
from bot.settings import Settings
from bot.trust.facts import Trust
from policy.answers.answering import Answerer
from storage.cases.case_book import CaseBook
from tests.support.fake_teams import TEACHER, FakeTeams, things_in
from tests.support.report_steps import fill_in, reference_in, walk_to_check, walk_to_details
from tests.support.running_bot import serve
from tests.support.switched_tables import FORM, Switched


@pytest.fixture
async def switched(
    settings: Settings, trust: Trust, answerer: Answerer, outside: Outside, teams: FakeTeams
) -> AsyncIterator[Switched]:
    tables = Switched(outside.tables)
    app = build(settings, trust, answerer, replace(outside, tables=tables))
    runner, teams.bot_url = await serve(app)

    yield tables
    await runner.cleanup()


async def test_a_question_is_answered_all_the_same(switched: Switched, teams: FakeTeams) -> None:
    """The policy needs no storage; a line says that reports do."""
    switched.down = True
    await teams.say(TEACHER, "can I post a photo of my class on my insta?")
    answer, line = teams.seen_in(TEACHER.chat)[-2:]
    assert "Post images of pupils" in answer.text and FORM in line.text


async def test_starting_a_report_names_the_way_round(switched: Switched, teams: FakeTeams) -> None:
    """The trust's reporting form, and whom to ring."""
    switched.down = True
    card = await teams.say(TEACHER, "report")
    assert FORM in card.text and "01632 960100" in card.text


async def test_what_was_typed_stays_in_the_card(switched: Switched, teams: FakeTeams) -> None:
    """Next, with the storage gone: the same card with the same words; once it is back, the same press goes on."""
    card = await walk_to_details(teams, TEACHER)
    switched.down = True
    await fill_in(teams, TEACHER, card, platform="facebook", links="", description="all of this")
    assert "does not answer" in card.text and "all of this" in [item.get("value") for item in things_in(card.card)]
    switched.down = False
    await fill_in(teams, TEACHER, card, platform="facebook", links="", description="all of this")
    assert "A few more questions" in card.text


async def test_a_report_that_cannot_be_kept_gets_no_receipt(switched: Switched, teams: FakeTeams) -> None:
    """Never a receipt for what is not written; pressed again when the storage is back, it goes through."""
    card = await walk_to_check(teams, TEACHER)
    switched.down = True
    await teams.press(TEACHER, card, "Send")
    assert "Check and send" in card.text and FORM in teams.last_in(TEACHER.chat).text
    switched.down = False
    await teams.press(TEACHER, card, "Send")
    assert "Report received" in card.text


async def test_readiness_tells_and_the_process_lives(switched: Switched, teams: FakeTeams) -> None:
    """Alive but not ready; ready again by itself."""
    switched.down = True
    assert [200, 503] == [await _status(teams, path) for path in ("healthz", "readyz")]
    switched.down = False
    assert [200, 200] == [await _status(teams, path) for path in ("healthz", "readyz")]


async def _status(teams: FakeTeams, path: str) -> int:
    async with teams.session.get(f"{teams.bot_url}/{path}") as response:
        return response.status


async def test_a_kept_report_is_never_denied(switched: Switched, teams: FakeTeams, outside: Outside) -> None:
    """The storage goes just after the case is written: a receipt all the same, and later words join the case."""
    card = await walk_to_check(teams, TEACHER)
    switched.down_after_case = True
    await teams.press(TEACHER, card, "Send")
    assert "Report received" in card.text
    switched.down = switched.down_after_case = False
    reference = reference_in(card)
    await teams.say(TEACHER, "and he did it again")
    entries = await CaseBook(outside.tables).chronology(reference)
    assert 1 <= len(entries)
    again = await teams.say(TEACHER, "my reports")
    assert 1 == again.text.count("SM-")
    await teams.say(TEACHER, "report")
    assert "immediate danger" in teams.last_in(TEACHER.chat).text
