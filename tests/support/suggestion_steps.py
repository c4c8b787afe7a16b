"""The suggestion walk as a person goes it, and a directory that the tests fill in, for the journeys."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.suggestions.suggestion_notices import DIGEST
from storage.records import Colleague, Person
from storage.suggestions.suggestion_book import SuggestionBook
from tests.support.clock import DAY, Clock
from tests.support.fake_teams import ADMIN, EDITOR, MANAGER, OTHER_MANAGER, TEACHER, FakeTeams, Human, Message
from tests.support.pictures import PNG
from tests.support.waiting import PATIENCE

POSTS = "19:posts@thread.tacv2"
SCHOOL = "Demo High School"
TEXT = "Our Year 5 trip to the museum was a great success. Thank you to all who helped."
POST = {"topic": "2.1.will.photos", "text": TEXT, "school": SCHOOL}
NOBODY = {"shows": "nobody"}


@dataclass
class FakeDirectory:
    """Who somebody's line manager is, by Entra id; everybody in `people` can be found.

    `chats`: for whom the bot can be installed, and the chat that they have then. `installs` are the attempts.
    """

    managers: dict[str, Colleague] = field(default_factory=dict)
    people: list[Colleague] = field(default_factory=list)
    chats: dict[str, str] = field(default_factory=dict)
    installs: list[str] = field(default_factory=list)

    async def manager_of(self, person: Person) -> Colleague | None:
        return self.managers.get(person.id)

    async def find(self, text: str) -> Sequence[Colleague]:
        wanted = text.casefold()
        return [each for each in self.people if wanted in (each.id, each.email) or wanted in each.name.casefold()]

    async def install_for(self, person_id: str) -> bool:
        self.installs.append(person_id)
        return person_id in self.chats

    async def chat_of(self, person_id: str) -> str | None:
        return self.chats.get(person_id)


def colleague(who: Human) -> Colleague:
    return Colleague(who.entra_id, who.name, f"{who.name.lower().replace(' ', '.')}@trust.example")


async def bind_posts(teams: FakeTeams) -> None:
    """The channel for post suggestions, with the editor and the other manager in it."""
    teams.rosters[POSTS] = {EDITOR.account, OTHER_MANAGER.account, ADMIN.account}
    await teams.mention(ADMIN, POSTS, "use this channel for post suggestions")
    assert any("now used for post suggestions" in message.text for message in teams.messages)


async def walk_to_check(teams: FakeTeams, who: Human, people: dict[str, str] | None = None, **post: str) -> Message:
    """Everything filled in; the card to check is open."""
    await teams.say(who, "suggest a post")
    card = teams.last_in(who.chat)
    await teams.press(who, card, "Next", **{**POST, **post})
    await teams.press(who, card, "Next", **(people or NOBODY))
    return card


async def suggest(teams: FakeTeams, who: Human, people: dict[str, str] | None = None, **post: str) -> str:
    """A whole suggestion; its reference."""
    card = await walk_to_check(teams, who, people, **post)
    await teams.press(who, card, "Send")
    return reference_in(card)


def reference_in(message: Message) -> str:
    """The reference on a receipt."""
    found = re.search(r"SP-\d{3}-\d{4}", message.text)
    assert found, message.text
    return found[0]


async def card_with(teams: FakeTeams, room: str, *words: str, seconds: float = PATIENCE) -> Message:
    """The newest message in a room that holds all these words, as soon as it is there."""

    def found() -> list[Message]:
        return [message for message in teams.seen_in(room) if all(word in message.text for word in words)]

    await teams.until(found, seconds)
    return found()[-1]


def picture(teams: FakeTeams, name: str) -> dict[str, str]:
    """A pasted picture, as Teams sends it."""
    teams.files[name] = (PNG, "image/png")
    return {"contentType": "image/*", "contentUrl": f"{teams.url}files/{name}", "name": name}


MONDAY = "2026-11-16 10:00"
WARM_UP = Human("Demo Warm Up")


async def later(clock: Clock, teams: FakeTeams, **time: int) -> None:
    """So much later; something is said, which wakes nobody, while the notifier looks at the clock by itself."""
    clock.move(timedelta(**time))
    await teams.say(WARM_UP, "help")


async def forwarded(teams: FakeTeams) -> str:
    reference = await suggest(teams, TEACHER)
    await teams.press(MANAGER, await card_with(teams, MANAGER.chat, reference, TEXT), "Forward")
    await card_with(teams, POSTS, reference)
    return reference


async def digest_planned(teams: FakeTeams, suggestions: SuggestionBook, clock: Clock) -> None:
    """The bot plans the next Monday's digest after the card has been posted: time may only pass then."""

    async def is_due_by_then() -> bool:
        return any(row.values["kind"] == DIGEST for row in await suggestions.due.waiting(clock() + 7 * DAY))

    await teams.until(is_due_by_then)
