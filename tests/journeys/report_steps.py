"""The report walk as a person goes it, for the journeys."""

import re

from tests.journeys.fake_teams import FakeTeams, Human, Message

LINK = "https://www.facebook.com/groups/demo/posts/1"


async def walk_to_details(teams: FakeTeams, who: Human, *, danger: str = "No", image: str = "No") -> Message:
    """Start a report and answer the two questions before the details."""
    await teams.say(who, "report")
    card = teams.last_in(who.chat)
    await teams.press(who, card, danger)
    await teams.press(who, card, image)
    return card


async def walk_to_check(teams: FakeTeams, who: Human, **details: str) -> Message:
    """Everything filled in; the card to check is open."""
    card = await walk_to_details(teams, who)
    fields = {"platform": "Facebook", "links": LINK, "description": "A rude post", **details}
    await teams.press(who, card, "Next", **fields)
    return card


async def send_report(teams: FakeTeams, who: Human, **details: str) -> str:
    """A whole report; its reference."""
    card = await walk_to_check(teams, who, **details)
    await teams.press(who, card, "Send")
    return reference_in(card)


def reference_in(message: Message) -> str:
    """The reference on a receipt."""
    found = re.search(r"SM-\d{3}-\d{4}", message.text)
    assert found, message.text
    return found[0]
