"""Post suggestions at their edges: what nobody may see, what passed meanwhile, a storage that is gone."""

from dataclasses import replace

import pytest

from app import build
from bot.infrastructure import Outside
from bot.settings import Settings
from bot.trust.facts import Trust
from policy.answers.answering import Answerer
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_drafts import SuggestionDraftBook
from storage.suggestions.suggestion_records import SuggestionStatus
from tests.support.clock import Clock
from tests.support.fake_teams import MANAGER, OTHER_MANAGER, TEACHER, FakeTeams, things_in
from tests.support.running_bot import serve
from tests.support.suggestion_steps import (
    MONDAY,
    NOBODY,
    POST,
    TEXT,
    FakeDirectory,
    bind_posts,
    card_with,
    colleague,
    later,
    reference_in,
    suggest,
    walk_to_check,
)
from tests.support.switched_tables import FORM, Switched


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY, stands=True)


@pytest.fixture
def directory() -> FakeDirectory:
    people = [colleague(each) for each in (TEACHER, MANAGER, OTHER_MANAGER)]
    return FakeDirectory({TEACHER.entra_id: colleague(MANAGER)}, people)


@pytest.fixture
def outside(outside: Outside, directory: FakeDirectory) -> Outside:
    return replace(outside, directory=directory)


@pytest.fixture
async def ready(bot: FakeTeams) -> FakeTeams:
    for who in (MANAGER, OTHER_MANAGER):
        await bot.say(who, "help")
    await bind_posts(bot)
    return bot


async def test_who_was_only_named_never_sees_it(ready: FakeTeams, directory: FakeDirectory) -> None:
    """Withdrawn before they answered: their card closes, and no press on it shows anything of the post."""
    directory.managers.clear()
    card = await walk_to_check(ready, TEACHER)
    await ready.press(TEACHER, card, "Send", manager=OTHER_MANAGER.name)
    reference = reference_in(card)
    asked = await card_with(ready, OTHER_MANAGER.chat, "line manager?")
    mine = await ready.say(TEACHER, "my suggestions")
    await ready.execute(TEACHER, mine, "ours.withdraw_yes", {"suggestion": reference})
    await ready.until(lambda: "out of date" in asked.text)
    for verb in ("post.show", "post.yes", "post.forward", "post.pictures", "post.ask"):
        data = {"suggestion": reference, "desk": "manager", "moves": 0, "do": "change"}
        await ready.execute(OTHER_MANAGER, asked, verb, data)
    assert not any(TEXT in message.text for message in ready.seen_in(OTHER_MANAGER.chat))


async def test_a_condition_of_the_policy_is_answered_on_the_last_card(ready: FakeTeams) -> None:
    """Staff named in the words, nobody ticked: where their consent is recorded goes along to the manager."""
    card = await walk_to_check(ready, TEACHER, text="Thank you to Mrs Patel, who runs our science club.")
    asked = [item for item in things_in(card.card) if str(item.get("id", "")).startswith("met_")]
    assert asked, card.text
    await ready.press(TEACHER, card, "Send")
    assert "Say this in a few words" in card.text
    await ready.press(TEACHER, card, "Send", **{asked[0]["id"]: "Her e-mail of 3 June, kept by the office"})
    reference = reference_in(card)
    await card_with(ready, MANAGER.chat, reference, "Her e-mail of 3 June")


async def test_a_day_that_has_passed_is_asked_again(ready: FakeTeams, clock: Clock) -> None:
    """A draft that lay for a week: its day is gone, and Send says so where it can be changed."""
    card = await walk_to_check(ready, TEACHER, wanted_by="2026-11-20")
    await later(clock, ready, days=7)
    await ready.press(TEACHER, card, "Send")
    assert "Give a day from today on" in card.text
    await ready.press(TEACHER, card, "Next", **POST, wanted_by="")
    await ready.press(TEACHER, card, "Send")
    assert "Suggestion received" in card.text


async def test_a_message_joins_the_open_suggestion(ready: FakeTeams) -> None:
    """Suggested as a post while another is open, at its last step: nothing of either is lost."""
    await walk_to_check(ready, TEACHER)
    activity = ready.activity(TEACHER, "19:staff@thread.v2", type="invoke", name="composeExtension/submitAction")
    data = {"text": "The choir sang as well.", "links": ""}
    await ready.deliver(activity | {"value": {"commandId": "suggestMessage", "data": data}})
    walk = ready.last_in(TEACHER.chat)
    assert "What would you like to see" in walk.text and "The choir sang as well." in walk.text
    await ready.press(TEACHER, walk, "Next", **POST)
    await ready.press(TEACHER, walk, "Next", **NOBODY)
    assert TEXT in walk.text and "The choir sang as well." in walk.text


async def test_with_the_storage_gone(
    settings: Settings, trust: Trust, answerer: Answerer, outside: Outside, teams: FakeTeams
) -> None:
    """What was typed stays in the card, nobody gets a receipt, and the same press goes on when it is back."""
    tables = Switched(outside.tables)
    runner, teams.bot_url = await serve(build(settings, trust, answerer, replace(outside, tables=tables)))
    await teams.say(TEACHER, "suggest a post")
    card = teams.last_in(TEACHER.chat)
    tables.down = True
    await teams.press(TEACHER, card, "Next", **POST)
    assert "does not answer" in card.text and TEXT in card.text
    tables.down = False
    await teams.press(TEACHER, card, "Next", **POST)
    await teams.press(TEACHER, card, "Next", **NOBODY)
    tables.down = True
    await teams.press(TEACHER, card, "Send")
    assert "Suggestion received" not in card.text and FORM in teams.last_in(TEACHER.chat).text
    tables.down = False
    await teams.press(TEACHER, card, "Send")
    assert "Suggestion received" in card.text
    await runner.cleanup()


async def test_a_forward_with_the_storage_gone_changes_nothing(
    settings: Settings, trust: Trust, answerer: Answerer, outside: Outside, teams: FakeTeams
) -> None:
    """The manager reads that it did not work, and may press again."""
    tables = Switched(outside.tables)
    runner, teams.bot_url = await serve(build(settings, trust, answerer, replace(outside, tables=tables)))
    await teams.say(MANAGER, "help")
    reference = await suggest(teams, TEACHER)
    asked = await card_with(teams, MANAGER.chat, reference, TEXT)
    tables.down = True
    assert "did not work" in await teams.press(MANAGER, asked, "Forward")
    tables.down = False
    await teams.press(MANAGER, asked, "Forward")
    assert SuggestionStatus.FORWARDED is (await SuggestionBook(outside.tables).get(reference)).status
    await runner.cleanup()


async def test_a_day_that_was_emptied_is_open_again(ready: FakeTeams, outside: Outside) -> None:
    """The client leaves the empty field out of what it sends, and the day is gone all the same."""
    card = await walk_to_check(ready, TEACHER, wanted_by="2026-11-20")
    await ready.press(TEACHER, card, "Back")
    await ready.press(TEACHER, card, "Back")
    await ready.press(TEACHER, card, "Next", **POST, wanted_by="")
    kept = await SuggestionDraftBook(outside.tables).open(TEACHER.entra_id)
    assert kept and "" == kept.draft.post.wanted_by
