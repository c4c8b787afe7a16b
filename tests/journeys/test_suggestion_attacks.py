"""Post suggestions under attack: round the check or the manager, two at once, cards and chats that went, failures."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from app import build
from bot.infrastructure import Outside
from bot.settings import Settings
from bot.teams.messenger import Messenger
from bot.trust.facts import Trust
from cards.kit.elements import Card, fits
from policy.answers.answering import Answerer
from storage.conversation_references import Conversation
from storage.records import Person, PostedCard
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_drafts import SuggestionDraftBook
from storage.suggestions.suggestion_moves import give_to, withdraw
from storage.tables.port import Delete, Operation, StorageUnavailable
from storage.tables.sqlite_tables import SqliteTables
from tests.support.clock import HOUR, Clock
from tests.support.fake_teams import ADMIN, EDITOR, MANAGER, OTHER_MANAGER, TEACHER, FakeTeams, person, things_in
from tests.support.running_bot import serve
from tests.support.suggestion_steps import (
    MONDAY,
    NOBODY,
    POST,
    POSTS,
    SCHOOL,
    TEXT,
    FakeDirectory,
    bind_posts,
    card_with,
    colleague,
    digest_planned,
    forwarded,
    later,
    picture,
    reference_in,
    suggest,
    walk_to_check,
)
from tests.support.switched_tables import Switched

SCHOOL_POSTS = "19:school-posts@thread.tacv2"


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
def suggestions(outside: Outside) -> SuggestionBook:
    return SuggestionBook(outside.tables)


@pytest.fixture
async def ready(bot: FakeTeams) -> FakeTeams:
    for who in (MANAGER, OTHER_MANAGER):
        await bot.say(who, "help")
    await bind_posts(bot)
    return bot


@dataclass
class Meanwhile:
    """What happens while a card of the bot is on its way into a room, once."""

    room: str = ""
    then: Callable[[], Awaitable[object]] | None = None


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    post_card, meanwhile = Messenger.post_card, Meanwhile()

    async def slow(messenger: Messenger, to: Conversation, card: Card) -> PostedCard:
        posted = await post_card(messenger, to, card)
        if to.id == meanwhile.room and meanwhile.then:
            then, meanwhile.then = meanwhile.then, None
            await then()
        return posted

    monkeypatch.setattr(Messenger, "post_card", slow)
    return meanwhile


# Round the manager, round the check


async def test_a_forged_send_does_not_go_round_the_manager_who_is_known(ready: FakeTeams) -> None:
    """Sent from the second card with a friend's name: it only leads to the third, which names the manager."""
    await ready.say(TEACHER, "suggest a post")
    card = ready.last_in(TEACHER.chat)
    await ready.press(TEACHER, card, "Next", **POST)
    data = next(item for item in things_in(card.card) if item.get("title") == "Next")["data"]
    await ready.execute(TEACHER, card, "suggest.send", {**data, **NOBODY, "manager": OTHER_MANAGER.name})
    assert "Suggestion received" not in card.text and f"It goes to **{MANAGER.name}**" in card.text


async def test_what_was_said_of_other_words_is_asked_again(ready: FakeTeams, directory: FakeDirectory) -> None:
    """An answer about one colleague's consent does not cover the next one, written in afterwards."""
    directory.managers.clear()
    said = {"text": "Thank you to Mrs Patel, who runs our science club."}
    card = await walk_to_check(ready, TEACHER, **said)
    field = next(item["id"] for item in things_in(card.card) if str(item.get("id", "")).startswith("met_"))
    await ready.press(TEACHER, card, "Send", **{field: "Her e-mail of 3 June, kept by the office"})
    await ready.press(TEACHER, card, "Back")
    await ready.press(TEACHER, card, "Back")
    await ready.press(TEACHER, card, "Next", **{**POST, "text": "Thank you to Mr Jones, who runs our chess club."})
    await ready.press(TEACHER, card, "Next", **NOBODY)
    asked = [item for item in things_in(card.card) if item.get("id") == field]
    assert ["Her e-mail of 3 June, kept by the office"] == [item.get("value") for item in asked]


# Two at once


async def test_given_to_somebody_else_while_the_card_was_on_its_way(
    ready: FakeTeams, suggestions: SuggestionBook, clock: Clock, meanwhile: Meanwhile
) -> None:
    """The new one is asked, and the card of the first closes: it never shows what the second confirmed."""
    ready.refuse = lambda method, conversation: 403 if conversation == MANAGER.chat else None
    reference = await suggest(ready, TEACHER)
    await card_with(ready, TEACHER.chat, reference, "cannot be reached")
    give = give_to(Person(OTHER_MANAGER.entra_id, OTHER_MANAGER.name, ""))
    meanwhile.room = MANAGER.chat
    meanwhile.then = lambda: suggestions.apply(reference, give, person(TEACHER), clock())
    ready.refuse = lambda method, conversation: None
    await later(clock, ready, minutes=2)
    asked = await card_with(ready, OTHER_MANAGER.chat, reference, "line manager?")
    first = next(message for message in ready.seen_in(MANAGER.chat) if reference in message.text)
    await ready.until(lambda: "out of date" in first.text)
    await ready.press(OTHER_MANAGER, asked, "Yes, I am")
    assert TEXT in asked.text
    await clock.looked_at()
    assert TEXT not in first.text


async def test_withdrawn_while_the_card_was_on_its_way(
    ready: FakeTeams, suggestions: SuggestionBook, clock: Clock, meanwhile: Meanwhile
) -> None:
    """The card in the channel says so, though it arrived after the withdrawal."""
    reference = await suggest(ready, TEACHER)
    asked = await card_with(ready, MANAGER.chat, reference, TEXT)
    meanwhile.room = POSTS
    meanwhile.then = lambda: suggestions.apply(reference, withdraw(), person(TEACHER), clock())
    await ready.press(MANAGER, asked, "Forward")
    card = await card_with(ready, POSTS, reference, "Withdrawn")
    assert TEXT not in card.text


async def test_what_was_withdrawn_is_not_shown_any_more(ready: FakeTeams) -> None:
    """A parent took their consent back, so the author withdrew: its words go from both cards that others have."""
    reference = await forwarded(ready)
    cards = [await card_with(ready, POSTS, reference), await card_with(ready, MANAGER.chat, reference, TEXT)]
    mine = await ready.say(TEACHER, "my suggestions")
    await ready.execute(TEACHER, mine, "ours.withdraw_yes", {"suggestion": reference})
    await ready.until(lambda: all("Withdrawn" in card.text for card in cards))
    assert not any(TEXT in card.text for card in cards)
    assert TEXT in mine.text


async def test_one_wrong_tap_does_not_lose_the_manager(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """“I am not their manager” on a phone asks once, since nobody can be asked again who has said so."""
    reference = await suggest(ready, TEACHER)
    asked = await card_with(ready, MANAGER.chat, reference, TEXT)
    await ready.press(MANAGER, asked, "I am not their manager")
    manager = (await suggestions.get(reference)).manager
    assert manager and MANAGER.entra_id == manager.id and f"Are you {TEACHER.name}'s line manager?" in asked.text
    await ready.press(MANAGER, asked, "Yes, I am")
    await ready.press(MANAGER, asked, "I am not their manager")
    assert "Thank you" in await ready.press(MANAGER, asked, "No")
    assert (await suggestions.get(reference)).manager is None


async def test_forwarding_what_was_withdrawn_is_not_called_forwarded(bot: FakeTeams) -> None:
    """With no channel set up either: the manager's card says where it stands, not that it is forwarded."""
    await bot.say(MANAGER, "help")
    reference = await suggest(bot, TEACHER)
    asked = await card_with(bot, MANAGER.chat, reference, TEXT)
    stale = asked.card
    mine = await bot.say(TEACHER, "my suggestions")
    await bot.execute(TEACHER, mine, "ours.withdraw_yes", {"suggestion": reference})
    await bot.press(MANAGER, asked, "Forward", card=stale)
    assert "It is forwarded" not in asked.text and "Withdrawn" in asked.text


# What went: chats, cards, channels


async def test_a_manager_who_went_silent_by_removing_the_bot(
    ready: FakeTeams, clock: Clock, suggestions: SuggestionBook
) -> None:
    """They had the card, then removed the bot: the reminder reaches nobody, and the author may choose all the same."""
    reference = await suggest(ready, TEACHER)
    await card_with(ready, MANAGER.chat, reference, TEXT)
    await ready.until(lambda: True)
    ready.refuse = lambda method, conversation: 403 if conversation == MANAGER.chat else None
    await later(clock, ready, days=3, minutes=5)
    await ready.until(lambda: _reminded(suggestions, reference))
    await later(clock, ready, days=1, minutes=5)
    news = await card_with(ready, TEACHER.chat, reference, "has not answered")
    await ready.press(TEACHER, news, "Choose another line manager")
    assert "Who is your line manager?" in news.text


async def test_who_removed_the_bot_is_not_tried_for_ever(
    ready: FakeTeams, suggestions: SuggestionBook, clock: Clock
) -> None:
    """News for an author and for a manager who have left: settled, nothing stays due."""
    reference = await suggest(ready, TEACHER)
    asked = await card_with(ready, MANAGER.chat, reference, TEXT)
    gone = {TEACHER.chat, MANAGER.chat}
    await ready.press(MANAGER, asked, "Forward")
    card = await card_with(ready, POSTS, reference)
    ready.refuse = lambda method, conversation: 403 if conversation in gone else None
    await ready.press(EDITOR, card, "Take")
    await ready.until(lambda: _settled(suggestions, clock, reference))


async def _reminded(suggestions: SuggestionBook, reference: str) -> bool:
    return (await suggestions.get(reference)).reminded


async def _settled(suggestions: SuggestionBook, clock: Clock, reference: str) -> bool:
    return not any(reference in row.key for row in await suggestions.due.waiting(clock() + HOUR))


async def test_a_card_that_was_deleted_in_the_channel_comes_back(
    ready: FakeTeams, clock: Clock, suggestions: SuggestionBook
) -> None:
    """Deleted while it waits: with the digest on Monday there is a card again on which the team can act."""
    reference = await forwarded(ready)
    card = await card_with(ready, POSTS, reference)
    await digest_planned(ready, suggestions, clock)
    ready.messages.remove(card)
    await later(clock, ready, days=7)
    again = await card_with(ready, POSTS, reference, "Suggested by")
    await ready.press(EDITOR, again, "Take")
    assert "Taken by" in again.text


async def test_a_channel_that_refuses_brings_no_other_the_digest_twice(
    ready: FakeTeams, clock: Clock, suggestions: SuggestionBook
) -> None:
    """One school's channel does not answer: the trust's reads its digest once."""
    ready.rosters[SCHOOL_POSTS] = {EDITOR.account, ADMIN.account}
    await ready.mention(ADMIN, SCHOOL_POSTS, f"use this channel for post suggestions for {SCHOOL}")
    await forwarded_to(ready, POSTS, school="trust_wide")
    await forwarded_to(ready, SCHOOL_POSTS)
    await digest_planned(ready, suggestions, clock)
    ready.refuse = lambda method, conversation: 500 if conversation == SCHOOL_POSTS else None
    await later(clock, ready, days=7)
    await card_with(ready, POSTS, "this week")
    for _ in range(3):
        await later(clock, ready, minutes=2)
        await clock.looked_at()
    assert 1 == sum("this week" in message.text for message in ready.seen_in(POSTS))
    ready.refuse = lambda method, conversation: None
    await later(clock, ready, minutes=2)
    await card_with(ready, SCHOOL_POSTS, "this week")


async def forwarded_to(teams: FakeTeams, channel: str, **post: str) -> str:
    reference = await suggest(teams, TEACHER, **post)
    await teams.press(MANAGER, await card_with(teams, MANAGER.chat, reference, TEXT), "Forward")
    await card_with(teams, channel, reference)
    return reference


# Failures in the middle


class FailsToPutAway(Switched):
    """Tables that take no deletion of a draft: what a crash after sending leaves behind."""

    async def write(self, table: str, partition: str, *operations: Operation) -> list[str]:
        if table == "suggestiondrafts" and isinstance(operations[0], Delete):
            raise StorageUnavailable("as the test wants it")
        return await super().write(table, partition, *operations)


async def test_a_draft_left_over_by_a_crash_does_not_take_the_pictures_along(
    settings: Settings,
    trust: Trust,
    answerer: Answerer,
    outside: Outside,
    teams: FakeTeams,
    clock: Clock,
    tmp_path: Path,
) -> None:
    """Sent, the draft not put away, its author on holiday: after 14 days the suggestion has its picture still."""
    tables = FailsToPutAway(outside.tables)
    runner, teams.bot_url = await serve(build(settings, trust, answerer, replace(outside, tables=tables)))
    await teams.say(TEACHER, "suggest a post")
    card = teams.last_in(TEACHER.chat)
    await teams.say(TEACHER, "", attachments=[picture(teams, "a.png")])
    await teams.press(TEACHER, card, "Next", **POST)
    await teams.press(TEACHER, card, "Next", **NOBODY)
    await teams.press(TEACHER, card, "Send")
    reference = reference_in(card)
    await runner.cleanup()
    outside = replace(outside, tables=SqliteTables(tmp_path / "bot.sqlite3"))
    drafts, suggestions = SuggestionDraftBook(outside.tables), SuggestionBook(outside.tables)
    assert await drafts.open(TEACHER.entra_id)
    clock.move(timedelta(days=15))
    runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))

    async def gone() -> bool:
        return await drafts.open(TEACHER.entra_id) is None

    await teams.until(gone)
    await clock.looked_at()
    (kept,) = (await suggestions.get(reference)).post.pictures
    assert await outside.evidence.load(kept.id)
    assert not any("Nothing was sent" in message.text for message in teams.seen_in(TEACHER.chat))
    await runner.cleanup()


async def test_the_longest_post_still_fits_a_card(ready: FakeTeams) -> None:
    """Three thousand characters in short lines with three long links, changed as much: each card can be sent."""
    links = " ".join(f"https://www.example.org/{'a' * 900}{number}" for number in range(3))
    await ready.say(TEACHER, "suggest a post")
    card = ready.last_in(TEACHER.chat)
    await ready.press(TEACHER, card, "Next", **{**POST, "text": '""\n' * 990, "links": links})
    assert fits(card.card)
    groups = ("staff", "pupils", "others")
    where = {f"consent_{who}": f"Signed forms in the office file, {'x' * 450}" for who in groups}
    await ready.press(TEACHER, card, "Next", shows=",".join(groups), **where)
    assert fits(card.card)
    await ready.press(TEACHER, card, "Send")
    asked = await card_with(ready, MANAGER.chat, reference_in(card), "A post is suggested")
    await ready.press(MANAGER, asked, "Change and forward")
    await ready.press(MANAGER, asked, "Forward with these changes", edited='"' * 5_990)
    assert "5,990" in asked.text and fits(asked.card)
    await ready.press(MANAGER, asked, "Forward with these changes", edited='"-\n' * 990)
    posted = await card_with(ready, POSTS, reference_in(card))
    assert fits(posted.card)
    await ready.press(EDITOR, posted, "Mark as posted")
    assert fits(posted.card) and "ready to copy" in posted.text


async def test_a_walk_full_of_quotes_still_fits(ready: FakeTeams) -> None:
    """What cannot be taken is shown back as far as a card holds it."""
    await ready.say(TEACHER, "suggest a post")
    card = ready.last_in(TEACHER.chat)
    await ready.press(TEACHER, card, "Next", **{**POST, "text": '"' * 30_000})
    assert "30,000" in card.text and fits(card.card)
