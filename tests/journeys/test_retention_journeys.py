"""`cases review`: what the rules bring up, and that only its own team lets it go."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app import build
from bot.infrastructure import Outside
from bot.settings import Settings
from bot.trust.facts import Trust
from policy.answers.answering import Answerer
from storage.cases.case_book import CaseBook
from storage.cases.case_moves import reopen
from storage.cases.case_records import EntryKind
from storage.register.retention import Plan, Retention
from storage.register.retention_rules import RetentionRule
from tests.support.fake_teams import CHANNEL, DSL, OUTSIDER, TEACHER, FakeTeams, person
from tests.support.register_steps import PRIMARY, PRIMARY_DSL, cases, closed, raised
from tests.support.running_bot import BOTH_STORAGES, serve

RULE = RetentionRule(name="all", review_after="1 year", delete_after="2 years")
LATER = timedelta(days=500)


@pytest.fixture
def trust(trust: Trust) -> Trust:
    return trust.model_copy(update={"retention": (RULE,)})


@pytest.fixture
async def in_a_year(
    settings: Settings, trust: Trust, answerer: Answerer, outside: Outside, two_teams: FakeTeams
) -> AsyncIterator[FakeTeams]:
    """The same bot, 500 days on."""
    later = replace(outside, now=lambda: outside.now() + LATER)
    runner, two_teams.bot_url = await serve(build(settings, trust, answerer, later))
    yield two_teams
    await runner.cleanup()


@BOTH_STORAGES
async def test_a_case_is_reviewed_by_its_team(in_a_year: FakeTeams, outside: Outside) -> None:
    """It is listed for them alone; "it may go" is an entry, after which it is due for deletion at its date."""
    high, primary = (
        await closed(outside, await raised(outside, 1)),
        await closed(outside, await raised(outside, 2, school=PRIMARY)),
    )
    card = await cases(in_a_year, DSL, "cases review")
    assert high.reference in card.text and primary.reference not in card.text and "Rule “all”" in card.text
    theirs = await cases(in_a_year, PRIMARY_DSL, "cases review")
    told = await in_a_year.execute(PRIMARY_DSL, theirs, "cases.reviewed", {"case": high.reference})
    assert f"There is no case {high.reference} to review." == told
    await in_a_year.press(DSL, card, "It may go")
    assert "is reviewed" in card.text and "No case is to be reviewed." in card.text
    entry = (await CaseBook(outside.tables).chronology(high.reference))[-1]
    assert (EntryKind.REVIEWED, DSL.entra_id) == (entry.kind, entry.by.id if entry.by else "")
    plan = await Retention(outside.tables, outside.evidence, [RULE.rule()]).plan(outside.now() + 2 * LATER)
    assert [high.reference] == [aged.reference for aged in plan.delete]


async def test_pressed_again_it_is_not_reviewed_again(in_a_year: FakeTeams, outside: Outside) -> None:
    """One entry."""
    case = await closed(outside, await raised(outside))
    card = await cases(in_a_year, DSL, "cases review")
    old = card.card
    await in_a_year.press(DSL, card, "It may go")
    assert "to review" in await in_a_year.press(DSL, card, "It may go", card=old)
    kinds = [entry.kind for entry in await CaseBook(outside.tables).chronology(case.reference)]
    assert 1 == kinds.count(EntryKind.REVIEWED)


async def test_nobody_else_reviews(in_a_year: FakeTeams, outside: Outside) -> None:
    """Neither a teacher nor who has left the team."""
    case = await closed(outside, await raised(outside))
    card = await cases(in_a_year, DSL, "cases review")
    in_a_year.rosters[CHANNEL].discard(DSL.account)
    for who in (TEACHER, OUTSIDER, DSL):
        assert "`cases` is for" in await in_a_year.press(who, card, "It may go")
    assert None is (await CaseBook(outside.tables).get(case.reference)).reviewed_at


async def test_nothing_is_due_before_its_time(two_teams: FakeTeams, outside: Outside) -> None:
    """Closed today, it is not listed; nor is an open case, ever."""
    await closed(outside, await raised(outside, 1))
    await raised(outside, 2)
    assert "No case is to be reviewed." in (await cases(two_teams, DSL, "cases review")).text


async def test_reopened_in_the_moment_of_its_review(
    in_a_year: FakeTeams, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the entry: there is nothing to review, and that is said."""
    case = await closed(outside, await raised(outside))
    card = await cases(in_a_year, DSL, "cases review")
    plan = Retention.plan

    async def then_reopened(self: Retention, now: datetime) -> Plan:
        found = await plan(self, now)
        if found.review:
            await CaseBook(outside.tables).apply(case.reference, reopen("more came in"), person(DSL), now)
        return found

    monkeypatch.setattr(Retention, "plan", then_reopened)
    assert f"There is no case {case.reference} to review." == await in_a_year.press(DSL, card, "It may go")
    assert None is (await CaseBook(outside.tables).get(case.reference)).reviewed_at
