"""Post suggestions where something is in the way: who may not, what is too late, who is out of reach or silent."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app import build
from bot.infrastructure import Outside
from bot.settings import Settings
from bot.trust.facts import Trust
from policy.answers.answering import Answerer
from storage.files.evidence import FolderEvidence
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_records import SuggestionEntryKind, SuggestionStatus
from storage.tables.sqlite_tables import SqliteTables
from tests.support.clock import MINUTE, Clock
from tests.support.fake_teams import (
    ADMIN,
    EDITOR,
    MANAGER,
    OTHER_MANAGER,
    OUTSIDER,
    TEACHER,
    FakeTeams,
    button_in,
    things_in,
)
from tests.support.running_bot import serve
from tests.support.suggestion_steps import (
    MONDAY,
    NOBODY,
    POST,
    POSTS,
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


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY, stands=True)


@pytest.fixture
def directory() -> FakeDirectory:
    people = [colleague(each) for each in (TEACHER, MANAGER, OTHER_MANAGER, EDITOR)]
    return FakeDirectory({TEACHER.entra_id: colleague(MANAGER)}, people)


@pytest.fixture
def outside(outside: Outside, directory: FakeDirectory) -> Outside:
    return replace(outside, directory=directory)


@pytest.fixture
def suggestions(outside: Outside) -> SuggestionBook:
    return SuggestionBook(outside.tables)


@pytest.fixture
async def ready(bot: FakeTeams) -> FakeTeams:
    for who in (MANAGER, OTHER_MANAGER, EDITOR, OUTSIDER):
        await bot.say(who, "help")
    await bind_posts(bot)
    return bot


# Who the line manager is


async def test_a_named_manager_confirms_before_they_see_it(
    ready: FakeTeams, directory: FakeDirectory, suggestions: SuggestionBook
) -> None:
    """Nobody known: the author names one; nothing of the post is shown before the yes."""
    directory.managers.clear()
    card = await walk_to_check(ready, TEACHER)
    assert "Who is your line manager?" in card.text
    await ready.press(TEACHER, card, "Send")
    assert "Say who your line manager is" in card.text
    await ready.press(TEACHER, card, "Send", manager="nobody at all")
    assert "I know nobody called “nobody at all”" in card.text
    await ready.press(TEACHER, card, "Send", manager="demo.manager@trust.example")
    reference = reference_in(card)
    assert "first whether they are your line manager" in card.text
    asked = await card_with(ready, MANAGER.chat, f"Are you {TEACHER.name}'s line manager?")
    assert TEXT not in asked.text
    data = {"suggestion": reference, "desk": "manager", "moves": 0}
    told = await ready.execute(MANAGER, asked, "post.forward", data)
    assert SuggestionStatus.SUBMITTED is (await suggestions.get(reference)).status and TEXT not in str(told)
    await ready.press(MANAGER, asked, "Yes, I am")
    assert TEXT in asked.text
    await ready.press(MANAGER, asked, "Forward")
    assert SuggestionStatus.FORWARDED is (await suggestions.get(reference)).status


async def test_who_is_not_the_manager_says_so_and_the_author_chooses_again(
    ready: FakeTeams, directory: FakeDirectory, suggestions: SuggestionBook
) -> None:
    """A no goes back to the author; the same person cannot be named again."""
    directory.managers.clear()
    card = await walk_to_check(ready, TEACHER)
    await ready.press(TEACHER, card, "Send", manager=OTHER_MANAGER.name)
    reference = reference_in(card)
    asked = await card_with(ready, OTHER_MANAGER.chat, "line manager?")
    assert "Thank you" in await ready.press(OTHER_MANAGER, asked, "No")
    news = await card_with(ready, TEACHER.chat, "not your line manager")
    await ready.press(TEACHER, news, "Choose another line manager")
    await ready.press(TEACHER, news, "Give it to them", manager=OTHER_MANAGER.name)
    assert "have said that they are not" in news.text
    await ready.press(TEACHER, news, "Give it to them", manager="demo.manager@trust.example")
    assert reference in news.text
    await card_with(ready, MANAGER.chat, reference, "line manager?")
    await ready.until(lambda: "out of date" in asked.text)
    data = {"suggestion": reference, "desk": "manager", "moves": 0}
    assert "Only the line manager" in await ready.execute(OTHER_MANAGER, asked, "post.yes", data)


async def test_a_name_of_several_people_is_asked_back(ready: FakeTeams, directory: FakeDirectory) -> None:
    """Both stand there with their addresses; the one that is chosen is asked."""
    directory.managers.clear()
    card = await walk_to_check(ready, TEACHER)
    await ready.press(TEACHER, card, "Send", manager="manager")
    field = next(item for item in things_in(card.card) if item.get("id") == "manager")
    values = [choice["value"] for choice in field["choices"]]
    assert ["demo.manager@trust.example", "demo.other.manager@trust.example", "-"] == values
    await ready.press(TEACHER, card, "Send", manager="-")
    assert "Say who your line manager is" in card.text and "Which of them" not in card.text
    await ready.press(TEACHER, card, "Send", manager="manager")
    await ready.press(TEACHER, card, "Send", manager=values[0])
    assert "Suggestion received" in card.text


async def test_nobody_forwards_their_own(
    ready: FakeTeams, directory: FakeDirectory, suggestions: SuggestionBook
) -> None:
    """Not by naming oneself, not where Entra says so, not with a forged button."""
    directory.managers[TEACHER.entra_id] = colleague(TEACHER)
    card = await walk_to_check(ready, TEACHER)
    assert "Who is your line manager?" in card.text
    for alias in ("demo.teacher@trust.example", TEACHER.entra_id, TEACHER.entra_id.upper(), TEACHER.name):
        await ready.press(TEACHER, card, "Send", manager=alias)
        assert "Nobody forwards a suggestion of their own" in card.text or "I know nobody" in card.text
    await ready.press(TEACHER, card, "Send", manager=MANAGER.name)
    reference = reference_in(card)
    for verb in ("post.yes", "post.forward"):
        data = {"suggestion": reference, "desk": "manager", "moves": 0}
        assert "never the author themselves" in await ready.execute(TEACHER, card, verb, data)
    assert SuggestionStatus.SUBMITTED is (await suggestions.get(reference)).status


# Who cannot be reached, and who is silent


async def test_a_manager_without_the_bot_gets_it_where_that_may_be(bot: FakeTeams, directory: FakeDirectory) -> None:
    """Installed through Graph, and the card goes to the chat that they have then."""
    await bind_posts(bot)
    directory.chats[MANAGER.entra_id] = MANAGER.chat
    reference = await suggest(bot, TEACHER)
    await card_with(bot, MANAGER.chat, reference, TEXT)
    assert [MANAGER.entra_id] == directory.installs


async def test_a_manager_who_cannot_be_reached(
    bot: FakeTeams, directory: FakeDirectory, suggestions: SuggestionBook, clock: Clock
) -> None:
    """The author is told once, may choose another; it goes out by itself as soon as they have a chat."""
    await bind_posts(bot)
    reference = await suggest(bot, TEACHER)
    news = await card_with(bot, TEACHER.chat, "cannot be reached")
    assert "Choose another line manager" in str(news.card)
    await clock.looked_at()
    told = [message for message in bot.seen_in(TEACHER.chat) if "cannot be reached" in message.text]
    assert 1 == len(told) and 1 == len(directory.installs)
    await bot.say(MANAGER, "help")
    await later(clock, bot, minutes=2)
    await card_with(bot, MANAGER.chat, reference, TEXT)
    await bot.until(lambda: True)
    assert SuggestionEntryKind.WAITS in [entry.kind for entry in await suggestions.chronology(reference)]


async def test_a_manager_who_removed_the_bot(ready: FakeTeams, clock: Clock) -> None:
    """Teams refuses the card: the author is told, and it arrives once they have the bot again."""
    ready.refuse = lambda method, conversation: 403 if conversation == MANAGER.chat else None
    reference = await suggest(ready, TEACHER)
    await card_with(ready, TEACHER.chat, reference, "cannot be reached")
    ready.refuse = lambda method, conversation: None
    await later(clock, ready, minutes=2)
    await card_with(ready, MANAGER.chat, reference, TEXT)


async def test_three_silent_school_days(ready: FakeTeams, clock: Clock, suggestions: SuggestionBook) -> None:
    """Reminded on the third school day, and only then may the author choose another; the first one's card closes."""
    reference = await suggest(ready, TEACHER)
    asked = await card_with(ready, MANAGER.chat, reference, TEXT)
    await ready.until(lambda: True)
    mine = await ready.say(TEACHER, "my suggestions")
    await ready.execute(TEACHER, mine, "ours.give_to_manager", {"suggestion": reference, "manager": OTHER_MANAGER.name})
    assert "That does not go any more" in mine.text
    await later(clock, ready, days=2)
    assert not any("has waited for you" in message.text for message in ready.seen_in(MANAGER.chat))
    await later(clock, ready, days=1, minutes=1)
    await card_with(ready, MANAGER.chat, "has waited for you", reference)
    assert (await suggestions.get(reference)).reminded
    await later(clock, ready, days=1, minutes=1)
    news = await card_with(ready, TEACHER.chat, "was reminded and has not answered")
    await ready.press(TEACHER, news, "Choose another line manager")
    await ready.press(TEACHER, news, "Give it to them", manager=OTHER_MANAGER.name)
    await card_with(ready, OTHER_MANAGER.chat, reference, "line manager?")
    await ready.until(lambda: "out of date" in asked.text)
    assert "Only the line manager" in await ready.execute(
        MANAGER, asked, "post.forward", {"suggestion": reference, "desk": "manager", "moves": 0}
    )


async def test_an_answer_in_time_is_no_reminder(ready: FakeTeams, clock: Clock) -> None:
    """Who has answered is not reminded."""
    await forwarded(ready)
    await later(clock, ready, days=4)
    await clock.looked_at()
    assert not any("has waited for you" in message.text for message in ready.seen_in(MANAGER.chat))


async def test_the_channel_is_reminded_on_the_day(ready: FakeTeams, clock: Clock) -> None:
    """In the morning of the day that stands; one that was put off is not spoken of."""
    reference = await forwarded(ready)
    card = await card_with(ready, POSTS, reference)
    for day in ("2026-11-18", "2026-11-20"):
        await ready.press(EDITOR, card, "Schedule" if day.endswith("18") else "Schedule again")
        await ready.press(EDITOR, card, "Schedule it", day=day)
    await later(clock, ready, days=2)
    await clock.looked_at()
    assert not any("go out today" in message.text for message in ready.seen_in(POSTS))
    await later(clock, ready, days=2)
    await card_with(ready, POSTS, reference, "go out today")


async def test_the_digest_on_monday(ready: FakeTeams, clock: Clock, suggestions: SuggestionBook) -> None:
    """What waits, by reference; with nothing there, none."""
    reference = await forwarded(ready)
    await digest_planned(ready, suggestions, clock)
    await later(clock, ready, days=6)
    assert not any("this week" in message.text for message in ready.seen_in(POSTS))
    await later(clock, ready, days=1)
    digest = await card_with(ready, POSTS, "Suggested posts this week", reference)
    assert TEXT not in digest.text
    card = next(message for message in ready.seen_in(POSTS) if "Suggested by" in message.text)
    await ready.press(EDITOR, card, "Decline")
    await ready.press(EDITOR, card, "Decline it", reason="Too late by now.")
    for _ in range(2):
        await later(clock, ready, days=7)
        await clock.looked_at()
    assert 1 == sum("this week" in message.text for message in ready.seen_in(POSTS))


# Who may not, and what is too late


async def test_only_members_of_the_channel(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """Somebody from elsewhere, and who has left the team since, change nothing; neither does the author."""
    reference = await forwarded(ready)
    card = await card_with(ready, POSTS, reference)
    for who in (OUTSIDER, TEACHER):
        assert "Only members" in await ready.press(who, card, "Take")
    ready.rosters[POSTS].discard(EDITOR.account)
    assert "Only members" in await ready.press(EDITOR, card, "Take")
    assert (await suggestions.get(reference)).taken_by is None


async def test_two_of_the_team_at_once(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """The first one counts, the second sees whose it is; a double click is one."""
    reference = await forwarded(ready)
    card = await card_with(ready, POSTS, reference)
    old = card.card
    await ready.press(EDITOR, card, "Take")
    await ready.press(ADMIN, card, "Take", card=old)
    assert f"{EDITOR.name} has taken it already" in card.text
    await ready.press(EDITOR, card, "Take", card=old)
    assert "already" not in card.text
    assert 1 == [entry.kind for entry in await suggestions.chronology(reference)].count(SuggestionEntryKind.TAKEN)


async def test_a_card_from_before_the_last_decision(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """A form that was open meanwhile does nothing; it comes back with what was typed, and who was first."""
    reference = await forwarded(ready)
    card = await card_with(ready, POSTS, reference)
    await ready.press(EDITOR, card, "Decline")
    form = card.card
    await ready.press(ADMIN, card, "Take", card=_button("post.take", reference, 1))
    await ready.press(EDITOR, card, "Decline it", card=form, reason="Not this.")
    assert "moved on since your card was made" in card.text and f"{ADMIN.name} was first" in card.text
    assert "Not this." in [item.get("value") for item in things_in(card.card)]
    assert SuggestionStatus.FORWARDED is (await suggestions.get(reference)).status


def _button(verb: str, reference: str, moves: int) -> dict[str, object]:
    data = {"suggestion": reference, "desk": "team", "moves": moves}
    return {"actions": [{"type": "Action.Execute", "title": "Take", "verb": verb, "data": data}]}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"suggestion": "SP-000-0000"},
        {"suggestion": "../../x#?"},
        {"suggestion": 7, "desk": ["team"], "moves": "x"},
        {"suggestion": "", "desk": "team", "moves": True},
    ],
)
async def test_forged_buttons(ready: FakeTeams, data: dict[str, object]) -> None:
    """Any data at all gets words, never an error."""
    card = ready.last_in(MANAGER.chat)
    for verb in ("post.forward", "post.take", "post.ask", "post.posted", "post.pictures"):
        assert "There is no suggestion" in await ready.execute(MANAGER, card, verb, data)
    assert "newest message" in await ready.execute(MANAGER, card, "post.nonsense", data)
    for verb in ("ours.suggestion", "ours.withdraw_yes", "ours.give_to_manager"):
        assert "There is no suggestion of yours" in str(await ready.execute(MANAGER, card, verb, data))
    for verb in ("suggest.next", "suggest.send", "suggest.edit", "suggest.nonsense"):
        assert 500 != await ready.execute(MANAGER, card, verb, data)


async def test_wrong_desk_and_wrong_status(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """The manager's verbs from the channel, the team's before it is forwarded, anything once it is over."""
    reference = await suggest(ready, TEACHER)
    asked = await card_with(ready, MANAGER.chat, reference, TEXT)
    team = {"suggestion": reference, "desk": "team", "moves": 0}
    for verb in ("post.take", "post.posted", "post.decline", "post.pictures", "post.show"):
        assert "Only members" in await ready.execute(EDITOR, asked, verb, {**team, "reason": "x"})
    mine = {"suggestion": reference, "desk": "manager", "moves": 0}
    await ready.execute(MANAGER, asked, "post.take", mine)
    await ready.execute(MANAGER, asked, "post.posted", {**mine, "address": "https://www.facebook.com/x"})
    assert SuggestionStatus.SUBMITTED is (await suggestions.get(reference)).status
    await ready.press(MANAGER, asked, "Decline")
    await ready.press(MANAGER, asked, "Decline it", reason="No.")
    for verb in ("post.forward", "post.return", "post.decline", "post.yes", "post.no"):
        await ready.execute(MANAGER, asked, verb, {**mine, "moves": 1, "comment": "x", "reason": "x"})
        assert SuggestionStatus.DECLINED is (await suggestions.get(reference)).status
    assert await suggestions.broken_entry(reference) is None


async def test_somebody_elses_suggestion_stays_theirs(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """Neither opened nor withdrawn nor sent again by anybody but its author."""
    reference = await suggest(ready, TEACHER)
    asked = await card_with(ready, MANAGER.chat, reference, TEXT)
    for verb in ("ours.suggestion", "ours.withdraw_yes", "ours.choose_manager", "suggest.edit"):
        told = await ready.execute(OUTSIDER, ready.last_in(OUTSIDER.chat), verb, {"suggestion": reference})
        assert "There is no suggestion of yours" in str(told)
    assert "Only the line manager" in await ready.press(OUTSIDER, asked, "Forward")
    assert SuggestionStatus.SUBMITTED is (await suggestions.get(reference)).status


# The walk


@pytest.mark.parametrize("walk", ["suggest", "report"])
async def test_a_verb_that_is_none_within_an_open_walk(ready: FakeTeams, walk: str) -> None:
    """A button of another version, with the ids of the open draft: words, and the draft stays."""
    await ready.say(TEACHER, walk)
    card = ready.last_in(TEACHER.chat)
    data = next(action["data"] for action in card.card["actions"] if "draft" in action["data"])
    await ready.execute(TEACHER, card, f"{walk}.nonsense", data)
    assert "does not work any more" in ready.last_in(TEACHER.chat).text
    assert "open" in (await ready.say(TEACHER, walk)).text


async def test_sent_twice_is_one(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """A double click on Send gives the same receipt."""
    card = await walk_to_check(ready, TEACHER)
    send = button_in(card.card, "Send")
    for _ in range(2):
        await ready.execute(TEACHER, card, send["verb"], send["data"])
        assert "Suggestion received" in card.text
    mine = await ready.say(TEACHER, "my suggestions")
    assert 1 == mine.text.count("SP-")


async def test_saved_cancelled_and_beside_a_report(ready: FakeTeams) -> None:
    """Put by and gone on with; a report may be open at the same time; cancel asks once; nothing is left then."""
    await ready.say(TEACHER, "suggest a post")
    card = ready.last_in(TEACHER.chat)
    await ready.press(TEACHER, card, "Save for later", **POST)
    assert "saved, not sent" in card.text
    await ready.say(TEACHER, "report")
    assert "immediate danger" in ready.last_in(TEACHER.chat).text
    await ready.say(TEACHER, "suggest a post")
    again = ready.last_in(TEACHER.chat)
    assert "You have a suggestion open" in again.text and TEXT in again.text
    said = await ready.say(TEACHER, "And thank you to the driver.")
    assert "Added to the text" in said.text
    asked = await ready.say(TEACHER, "can I post a photo of my class on my insta?")
    await ready.press(TEACHER, asked, "That was a question")
    assert "Post images of pupils" in asked.text and "still open" in ready.last_in(TEACHER.chat).text
    await ready.press(TEACHER, again, "Next", **POST)
    await ready.press(TEACHER, again, "Next", **NOBODY)
    assert "thank you to the driver" in again.text
    cancel = await ready.say(TEACHER, "cancel")
    assert "Throw this away?" in cancel.text
    await ready.press(TEACHER, cancel, "Throw away")
    fresh = await ready.say(TEACHER, "suggest a post")
    assert TEXT not in fresh.text
    report = await ready.say(TEACHER, "report")
    assert "You have a report open" in report.text


async def test_no_more_than_four_pictures_and_no_other_files(ready: FakeTeams) -> None:
    """The fifth and a PDF are refused in words; a picture that comes last asks who is in it."""
    card = await walk_to_check(ready, TEACHER)
    await ready.say(TEACHER, "", attachments=[picture(ready, "a.png")])
    asked = ready.last_in(TEACHER.chat)
    assert "Who is in it?" in asked.text and "Please say who is in it" in asked.text
    ready.files["b.pdf"] = (b"%PDF-1.7\n" + b"0" * 100, "application/pdf")
    pdf = {"contentType": "image/*", "contentUrl": f"{ready.url}files/b.pdf", "name": "b.pdf"}
    assert "takes pictures only" in (await ready.say(TEACHER, "", attachments=[pdf])).text
    for name in ("c.png", "d.png", "e.png"):
        await ready.say(TEACHER, "", attachments=[picture(ready, name)])
    assert "4 pictures fit" in (await ready.say(TEACHER, "", attachments=[picture(ready, "f.png")])).text
    await ready.press(TEACHER, asked, "Next", **NOBODY)
    assert "4 pictures" in asked.text
    await ready.press(TEACHER, card, "Send")
    assert "step was done already" in card.text or "Suggestion received" in card.text


async def test_suggest_as_a_post_on_a_message(ready: FakeTeams) -> None:
    """The message's words and its link begin the walk in the person's own chat."""
    await ready.say(TEACHER, "help")
    payload = {
        "body": {"content": "<div>The choir sings on Friday, see https://www.example.org/choir</div>"},
        "from": {"user": {"displayName": "Demo Colleague"}},
    }
    activity = ready.activity(TEACHER, "19:staff@thread.v2", type="invoke", name="composeExtension/fetchTask")
    _, body = await ready.deliver(
        activity | {"value": {"commandId": "suggestMessage", "messagePayload": payload, "context": {}}}
    )
    values = {item["id"]: item.get("value") for item in things_in(body["task"]["value"]["card"]) if "id" in item}
    assert "The choir sings on Friday" in values["text"] and "https://www.example.org/choir" == values["links"]
    assert "Demo Colleague" not in str(body)
    _, body = await ready.deliver(
        activity | {"name": "composeExtension/submitAction", "value": {"data": {**values, "command": "suggestMessage"}}}
    )
    assert "Your suggestion goes on in your own chat" in body["task"]["value"]
    walk = ready.last_in(TEACHER.chat)
    assert "The choir sings on Friday" in walk.text


async def test_the_answer_about_suggestions_begins_the_walk(ready: FakeTeams) -> None:
    """The button under an answer."""
    answer = await ready.say(TEACHER, "I have an idea for the school page, who do I tell?")
    await ready.press(TEACHER, answer, "Suggest a post")
    assert "What would you like to see on the page?" in ready.last_in(TEACHER.chat).text


async def test_waiting_for_me(ready: FakeTeams) -> None:
    """The manager's list opens the same card; with nothing there it says so."""
    assert "No suggestion waits" in (await ready.say(MANAGER, "waiting for me")).text
    reference = await suggest(ready, TEACHER)
    await card_with(ready, MANAGER.chat, reference, TEXT)
    waiting = await ready.say(MANAGER, "waiting for me")
    opened = next(item["selectAction"] for item in things_in(waiting.card) if item.get("selectAction"))
    await ready.execute(MANAGER, waiting, opened["verb"], opened["data"])
    await ready.press(MANAGER, waiting, "Forward")
    assert "With the social media team" in waiting.text
    assert "No suggestion waits" in (await ready.say(MANAGER, "waiting for me")).text


async def test_without_a_channel_the_forwarded_one_waits(bot: FakeTeams, clock: Clock) -> None:
    """The manager reads so, and it arrives once the channel is there."""
    await bot.say(MANAGER, "help")
    reference = await suggest(bot, TEACHER)
    asked = await card_with(bot, MANAGER.chat, reference, TEXT)
    await bot.press(MANAGER, asked, "Forward")
    assert "not set up yet" in asked.text
    await bind_posts(bot)
    await later(clock, bot, minutes=2)
    await card_with(bot, POSTS, reference, TEXT)


Restart = Callable[[], Awaitable[None]]


@pytest.fixture
async def restart(
    settings: Settings,
    trust: Trust,
    answerer: Answerer,
    tmp_path: Path,
    teams: FakeTeams,
    directory: FakeDirectory,
    clock: Clock,
) -> AsyncIterator[Restart]:
    """Ends the bot, if it runs, and starts another over the same folder."""
    running = []

    async def again() -> None:
        if running:
            await running.pop().cleanup()
        clock.move(MINUTE)  # whatever was being told when the bot ended is taken on again
        tables, evidence = SqliteTables(tmp_path / "r.sqlite3"), FolderEvidence(tmp_path / "r")
        outside = Outside(tables, evidence, token=None, directory=directory, now=clock)
        runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))
        running.append(runner)

    yield again
    await running.pop().cleanup()


async def test_a_restart_between_any_two_steps_loses_nothing(restart: Restart, teams: FakeTeams) -> None:
    """A new bot for each press, from the first card to the page."""
    await restart()
    await teams.say(MANAGER, "help")
    await bind_posts(teams)
    await teams.say(TEACHER, "suggest a post")
    card = teams.last_in(TEACHER.chat)
    await restart()
    await teams.say(TEACHER, "", attachments=[picture(teams, "a.png")])
    await restart()
    await teams.say(TEACHER, "typed meanwhile")
    people = {"shows": "staff", "consent_staff": "E-mail of 3 June, kept by the office"}
    for title, fields in (("Next", POST), ("Back", people), ("Next", {}), ("Next", people), ("Send", {})):
        await restart()
        await teams.press(TEACHER, card, title, **fields)
    reference = reference_in(card)
    await restart()
    asked = await card_with(teams, MANAGER.chat, reference, TEXT, "typed meanwhile", "1 picture")
    await restart()
    await teams.press(MANAGER, asked, "Forward")
    await restart()
    posted = await card_with(teams, POSTS, reference, TEXT)
    await restart()
    await teams.press(EDITOR, posted, "Take")
    await restart()
    await card_with(teams, TEACHER.chat, "the social media team is on it")
