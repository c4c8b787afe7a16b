"""From an idea to the official page: author, line manager, social media team, over the whole app."""

from dataclasses import replace

import pytest

from bot.infrastructure import Outside
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_records import SuggestionEntryKind, SuggestionStatus
from storage.tables.port import NotFound
from tests.support.fake_teams import EDITOR, MANAGER, OTHER_MANAGER, TEACHER, FakeTeams, Message, button_in, things_in
from tests.support.running_bot import BOTH_STORAGES
from tests.support.suggestion_steps import (
    NOBODY,
    POST,
    POSTS,
    TEXT,
    FakeDirectory,
    bind_posts,
    card_with,
    colleague,
    picture,
    reference_in,
    suggest,
    walk_to_check,
)

pytestmark = BOTH_STORAGES
ADDRESS = "https://www.facebook.com/demoschool/posts/1"


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
    """The bot with the channel for posts bound, and a line manager who has met it."""
    await bot.say(MANAGER, "help")
    await bind_posts(bot)
    return bot


async def test_from_the_idea_to_the_page(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """Suggested, forwarded, taken, scheduled, posted; author and manager are told at each step; the chain holds."""
    reference = await suggest(ready, TEACHER)
    asked = await card_with(ready, MANAGER.chat, reference, TEXT)
    assert TEACHER.name in asked.text and "Trips, events and activities" in asked.text
    await ready.press(MANAGER, asked, "Forward")
    assert "With the social media team" in asked.text
    await card_with(ready, TEACHER.chat, reference, "forwarded")
    posted = await card_with(ready, POSTS, reference, TEXT)
    assert f"{TEACHER.name}" in posted.text and MANAGER.name in posted.text
    await ready.press(EDITOR, posted, "Take")
    assert EDITOR.name in posted.text
    await ready.press(EDITOR, posted, "Schedule")
    await ready.press(EDITOR, posted, "Schedule it", day="2999-06-03")
    assert "Monday 3 June 2999" in posted.text
    await card_with(ready, TEACHER.chat, "scheduled", "Monday 3 June 2999")
    await ready.press(EDITOR, posted, "Mark as posted")
    assert TEXT in _values(posted)
    await ready.press(EDITOR, posted, "Mark as posted", address=ADDRESS)
    assert "Posted" in posted.text and ADDRESS == button_in(posted.card, "See the post")["url"]
    news = await card_with(ready, TEACHER.chat, reference, "Your suggestion: posted")
    assert ADDRESS == button_in(news.card, "See the post")["url"]
    await card_with(ready, MANAGER.chat, reference, "posted")
    await ready.until(lambda: posted.updates >= 1)
    kept = await suggestions.get(reference)
    assert (SuggestionStatus.POSTED, ADDRESS, EDITOR.name) == (kept.status, kept.address, kept.taken_by.name)
    assert await suggestions.broken_entry(reference) is None


def _values(message: Message) -> list[str]:
    return [item["value"] for item in things_in(message.card) if isinstance(item.get("value"), str)]


async def test_the_manager_changes_it_and_both_versions_stay(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """The team and the author see the manager's text; the author's stands beside it."""
    reference = await suggest(ready, TEACHER)
    asked = await card_with(ready, MANAGER.chat, reference, TEXT)
    await ready.press(MANAGER, asked, "Change and forward")
    assert TEXT in _values(asked)
    await ready.press(MANAGER, asked, "Forward with these changes", edited="A lovely day at the museum for Year 5.")
    posted = await card_with(ready, POSTS, reference, "A lovely day", TEXT)
    assert f"As {TEACHER.name} wrote it" in posted.text
    kept = await suggestions.get(reference)
    assert (TEXT, "A lovely day at the museum for Year 5.") == (kept.post.text, kept.edited)


async def test_returned_mended_and_sent_again(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """The author gets the walk back, filled, with the comment; the manager a new card; the old one is out of date."""
    reference = await suggest(ready, TEACHER)
    asked = await card_with(ready, MANAGER.chat, reference, TEXT)
    old = asked.card
    await ready.press(MANAGER, asked, "Return")
    await ready.press(MANAGER, asked, "Return it", comment=" ")
    assert "Say what should change" in asked.text
    await ready.press(MANAGER, asked, "Return it", comment="Say which museum it was.")
    news = await card_with(ready, TEACHER.chat, "returned to you", "which museum")
    await ready.press(TEACHER, news, "Change and send again")
    walk = ready.last_in(TEACHER.chat)
    assert "Say which museum it was." in walk.text and TEXT in _values(walk)
    await ready.press(TEACHER, walk, "Next", **{**POST, "text": "Year 5 went to the science museum."})
    await ready.press(TEACHER, walk, "Next", **NOBODY)
    await ready.press(TEACHER, walk, "Send")
    assert reference == reference_in(walk)
    again = await card_with(ready, MANAGER.chat, reference, "science museum")
    await ready.press(MANAGER, asked, "Forward", card=old)
    assert SuggestionStatus.SUBMITTED is (await suggestions.get(reference)).status
    await ready.press(MANAGER, again, "Forward")
    await card_with(ready, POSTS, reference, "science museum")


async def test_the_team_returns_it_and_the_manager_hears(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """Back with its author; the channel's card offers nothing any more; once mended it goes through the manager."""
    reference = await suggest(ready, TEACHER)
    await ready.press(MANAGER, await card_with(ready, MANAGER.chat, reference, TEXT), "Forward")
    posted = await card_with(ready, POSTS, reference)
    await ready.press(EDITOR, posted, "Return")
    await ready.press(EDITOR, posted, "Return it", comment="Shorter, please.")
    assert "Back with its author" in posted.text
    await card_with(ready, MANAGER.chat, reference, "returned to its author", EDITOR.name)
    await card_with(ready, TEACHER.chat, "Shorter, please.")
    assert (await suggestions.get(reference)).forwarded_by


@pytest.mark.parametrize("who", ["manager", "team"])
async def test_declined_with_a_reason(ready: FakeTeams, suggestions: SuggestionBook, who: str) -> None:
    """The author reads why; it is over, and nothing more can be done to it."""
    reference = await suggest(ready, TEACHER)
    card, person = await card_with(ready, MANAGER.chat, reference, TEXT), MANAGER
    if who == "team":
        await ready.press(MANAGER, card, "Forward")
        card, person = await card_with(ready, POSTS, reference), EDITOR
    await ready.press(person, card, "Decline")
    await ready.press(person, card, "Decline it", reason="")
    assert "Give a reason" in card.text
    await ready.press(person, card, "Decline it", reason="We posted about it last week.")
    assert "Declined" in card.text
    news = await card_with(ready, TEACHER.chat, "declined", "last week")
    assert "Withdraw" not in str(news.card["actions"])
    assert SuggestionStatus.DECLINED is (await suggestions.get(reference)).status


async def test_withdrawn_at_any_time_before_it_is_posted(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """From the author's own list, asked once; the cards of the others say so."""
    reference = await suggest(ready, TEACHER)
    asked = await card_with(ready, MANAGER.chat, reference, TEXT)
    await ready.press(MANAGER, asked, "Forward")
    posted = await card_with(ready, POSTS, reference)
    mine = await ready.say(TEACHER, "my suggestions")
    await ready.execute(TEACHER, mine, "ours.suggestion", {"suggestion": reference})
    await ready.press(TEACHER, mine, "Withdraw")
    assert f"Withdraw {reference}?" in mine.text
    await ready.press(TEACHER, mine, "Yes, withdraw it")
    await ready.until(lambda: "Withdrawn" in posted.text and "Withdrawn" in asked.text)
    await card_with(ready, MANAGER.chat, reference, "withdrawn by its author")
    await ready.press(EDITOR, posted, "Take", card=_with_take(reference))
    assert SuggestionStatus.WITHDRAWN is (await suggestions.get(reference)).status


def _with_take(reference: str) -> dict[str, object]:
    data = {"suggestion": reference, "desk": "team", "moves": 1}
    return {"actions": [{"type": "Action.Execute", "title": "Take", "verb": "post.take", "data": data}]}


async def test_pictures_open_by_a_link_and_go_when_it_is_over(
    ready: FakeTeams, suggestions: SuggestionBook, outside: Outside
) -> None:
    """Sent in the chat, asked who is in them, opened from the manager's card with an entry, deleted when declined."""
    await ready.say(TEACHER, "suggest a post")
    card = ready.last_in(TEACHER.chat)
    said = await ready.say(TEACHER, "", attachments=[picture(ready, "a.png")])
    assert "Picture received (1 of 4)" in said.text
    await ready.press(TEACHER, card, "Next", **POST)
    await ready.press(TEACHER, card, "Next", shows="pupils", consent_pupils="")
    assert "Say where" in card.text or "recorded" in card.text
    await ready.press(TEACHER, card, "Next", shows="pupils", consent_pupils="Photo consent list, school office")
    assert "1 picture" in card.text and "Photo consent list" in card.text
    await ready.press(TEACHER, card, "Send")
    reference = reference_in(card)
    asked = await card_with(ready, MANAGER.chat, reference, "1 picture", "Photo consent list")
    await ready.press(MANAGER, asked, "Open pictures")
    opened = await card_with(ready, MANAGER.chat, "Pictures of", reference)
    assert opened.card["actions"][0]["url"].startswith("http")
    kinds = [entry.kind for entry in await suggestions.chronology(reference)]
    assert SuggestionEntryKind.OPENED in kinds
    kept = (await suggestions.get(reference)).post.pictures[0]
    await ready.press(MANAGER, asked, "Decline")
    await ready.press(MANAGER, asked, "Decline it", reason="Not this time.")

    async def is_gone() -> bool:
        try:
            await outside.evidence.load(kept.id)
        except NotFound:
            return True
        return False

    for _ in range(100):
        if await is_gone():
            break
        await ready.say(MANAGER, "waiting for me")
    assert await is_gone()


async def test_what_the_check_forbids_does_not_travel(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """A telephone number stops the first step, with the clause and the words; taken out, it goes on."""
    await ready.say(TEACHER, "suggest a post")
    card = ready.last_in(TEACHER.chat)
    number = "Ring Mrs Patel at home on 07700 900123 to help."
    await ready.press(TEACHER, card, "Next", **{**POST, "text": number})
    assert "This cannot be posted" in card.text and "07700 900123" in card.text and "Policy, section 2.3" in card.text
    assert number in _values(card)
    await ready.press(TEACHER, card, "Next", **POST)
    assert "Who is in it?" in card.text


async def test_a_condition_is_asked_for(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """Staff who are in it need their consent; "yes" does not say where it is recorded."""
    await ready.say(TEACHER, "suggest a post")
    card = ready.last_in(TEACHER.chat)
    await ready.press(TEACHER, card, "Next", **POST)
    await ready.press(TEACHER, card, "Next", shows="staff", consent_staff="yes")
    assert "Who is in it?" in card.text
    await ready.press(TEACHER, card, "Next", shows="staff,nobody")
    assert "not both" in card.text
    await ready.press(TEACHER, card, "Next", shows="staff", consent_staff="E-mail of 3 June, kept by the office")
    assert "Check and send" in card.text


async def test_the_manager_cannot_write_in_what_is_forbidden(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """The check runs on their text too; the form comes back with what they typed and what is wrong."""
    reference = await suggest(ready, TEACHER)
    asked = await card_with(ready, MANAGER.chat, reference, TEXT)
    await ready.press(MANAGER, asked, "Change and forward")
    text = "Ring me at home on 07700 900123 for tickets."
    await ready.press(MANAGER, asked, "Forward with these changes", edited=text)
    assert text in _values(asked) and "07700 900123" in asked.text
    assert SuggestionStatus.SUBMITTED is (await suggestions.get(reference)).status


async def test_check_and_send_shows_it_whole(ready: FakeTeams, suggestions: SuggestionBook) -> None:
    """Post, page, kind, date, who it goes to; Change leads back and returns here."""
    card = await walk_to_check(ready, TEACHER, wanted_by="2999-06-03", links="https://www.example.org/trip")
    for words in (TEXT, "Demo High School", "Monday 3 June 2999", "www.example.org/trip", MANAGER.name):
        assert words in card.text
    await ready.press(TEACHER, card, "Back")
    await ready.press(TEACHER, card, "Next", **NOBODY)
    assert "Check and send" in card.text
    await ready.press(TEACHER, card, "Send")
    assert "Suggestion received" in card.text
