"""The report walk as a person goes it, for the journeys."""

import re

from storage.cases.case_records import Whose
from tests.support.fake_teams import CHANNEL, FakeTeams, Human, Message

LINK = "https://www.facebook.com/groups/demo/posts/1"
POST = "An offensive or defamatory post"
CONTACT = "Contact from a pupil"
WORRY = "Something else that worries me"
SCHOOL = "Demo High School"
PUPIL, PARENT, UNKNOWN = "pupil", "parent", "unknown"
STAFF, THE_HEAD, DSL_TEAM = "staff", "head_teacher", "safeguarding_team"
DETAILS = {"school": SCHOOL, "platform": "facebook", "links": LINK, "description": "A rude post"}
MORE = {"natures": "offensive,threat", "aimed_at": "colleague", "answered": "no"}


async def walk_to_details(
    teams: FakeTeams, who: Human, *, danger: str = "No", image: str = "No", kind: str = POST, whose: str = PARENT
) -> Message:
    """Start a report and answer the questions before the details; about an adult of the school no kind is asked."""
    await teams.say(who, "report")
    card = teams.last_in(who.chat)
    kinds = [] if whose in (STAFF, THE_HEAD, DSL_TEAM) else [kind]
    for title in (danger, Whose(whose).words, *kinds, image):
        await teams.press(who, card, title)
    return card


async def fill_in(teams: FakeTeams, who: Human, card: Message, **details: str) -> None:
    """The details, as far as they are not given, and next; then the card shows the step after, or what is wrong."""
    await teams.press(who, card, "Next", **{**DETAILS, **details})


async def walk_to_check(teams: FakeTeams, who: Human, *, whose: str = PARENT, **given: str) -> Message:
    """Everything filled in; the card to check is open."""
    card = await walk_to_details(teams, who, whose=whose)
    details = {name: value for name, value in given.items() if name not in MORE}
    await fill_in(teams, who, card, **details)
    await teams.press(who, card, "Next", **{**MORE, **{name: given[name] for name in MORE if name in given}})
    return card


async def send_report(teams: FakeTeams, who: Human, **given: str) -> str:
    """A whole report; its reference."""
    card = await walk_to_check(teams, who, **given)
    await teams.press(who, card, "Send")
    return reference_in(card)


async def finish(teams: FakeTeams, who: Human, card: Message) -> str:
    """From the card after the details to the receipt; the reference."""
    await teams.press(who, card, "Next", **MORE)
    await teams.press(who, card, "Send")
    return reference_in(card)


def reference_in(message: Message) -> str:
    """The reference on a receipt."""
    found = re.search(r"SM-\d{3}-\d{4}", message.text)
    assert found, message.text
    return found[0]


async def alert_of(teams: FakeTeams, reference: str) -> Message:
    """The alert card of this case, once it is there; not one whose case has gone on to others since."""
    found: list[Message] = []

    def arrived() -> bool:
        found[:] = [message for message in teams.seen_in(CHANNEL) if _is_alert(message, reference)]
        return bool(found)

    await teams.until(arrived)
    assert len(found) == 1
    return found[0]


def _is_alert(message: Message, reference: str) -> bool:
    has_gone_on = any(words in message.text for words in ("dealt with elsewhere", "Go on in its newer card"))
    return bool(message.card) and reference in message.text and not has_gone_on


def picture(teams: FakeTeams, name: str) -> dict[str, str]:
    """A pasted image, as Teams sends it."""
    return {"contentType": "image/*", "contentUrl": f"{teams.url}files/{name}", "name": name}


async def arrived(teams: FakeTeams, conversation: str, words: str) -> Message:
    await teams.until(lambda: any(words in message.text for message in teams.seen_in(conversation)))
    return next(message for message in teams.seen_in(conversation) if words in message.text)
