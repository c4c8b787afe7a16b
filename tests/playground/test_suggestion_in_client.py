"""A suggested post from the idea to the page, in a real client: its author, the line manager, the team's channel."""

import re

import pytest

from tests.playground.driver import Client, Width
from tests.playground.rest import Rest, person

pytestmark = pytest.mark.playground
WIDTHS: tuple[Width, ...] = ("desktop", "phone")
TEXT = "Our Year 5 trip to the museum was a great success. Thank you to all who helped."
NUMBER = "Tickets for the fair: ring Mrs Demo at home on 07700 900123."
ADDRESS = "https://www.facebook.com/demoschool/posts/1"


async def pictures(client: Client, name: str, words: str) -> None:
    for width in WIDTHS:
        await client.screenshot(name, width, of=client.card(words))


async def test_suggest_a_post(client: Client, rest: Rest) -> None:
    """Stopped by the check, mended, sent, forwarded by the line manager, taken, scheduled and marked as posted."""
    manager = person("Demo Line Manager")
    await rest.as_person(manager, {"text": "help"})
    await client.go("General")
    await client.mention_and_post("use this channel for post suggestions")
    await client.wait_text("now used for post suggestions")
    await client.go("Personal Chat")
    await client.say("suggest a post")
    post = await client.card("What would you like to see on the page?").wait()
    await pictures(client, "40-suggest-post", "What would you like to see on the page?")
    await post.choose("What kind of post is it?", "Trips, events and activities")
    await post.choose("For which school's page?", "Demo High School")
    await post.fill("The post, as it should read", NUMBER)
    await post.press("Next")
    stopped = await client.card("This cannot be posted").wait()
    await pictures(client, "41-suggest-stopped", "This cannot be posted")
    assert NUMBER == await stopped.value("The post, as it should read")
    await stopped.fill("The post, as it should read", TEXT)
    await stopped.fill("Wanted by, if there is a date", "2999-06-03")
    await stopped.press("Next")
    people = await client.card("Who is in it?").wait()
    await pictures(client, "42-suggest-people", "Who is in it?")
    await people.tick("Who is named or pictured in it?", "Pupils")
    await people.press("Next")
    await people.wait_for("Say where")
    await pictures(client, "43-suggest-consent", "Who is in it?")
    await people.fill("If pupils: where is their parents' consent recorded?", "Photo consent list, school office")
    await people.press("Next")
    check = await client.card("Check and send").wait()
    assert "Demo Line Manager" in await check.text()
    await pictures(client, "44-suggest-check", "Check and send")
    await check.press("Send")
    receipt = await client.card("Suggestion received").wait()
    await pictures(client, "45-suggest-receipt", "Suggestion received")
    found = re.search(r"SP-\d{3}-\d{4}", await receipt.text())
    assert found
    reference = found[0]
    await client.card("A post is suggested").wait()
    await pictures(client, "46-manager", "A post is suggested")

    sent = await rest.wait_for_post(lambda posted: "A post is suggested" in str(posted))

    async def press_as_manager(verb: str, **data: str) -> None:
        value = {"verb": verb, "suggestion": reference, "desk": "manager", "moves": 0, **data}
        await rest.as_person(manager, {"value": value, "replyToId": sent["message"]["messageId"]})

    await press_as_manager("post.ask", do="return")
    await client.card("What should the author change?").wait()
    await pictures(client, "47-manager-return", "What should the author change?")
    await press_as_manager("post.ask", do="change")
    await client.card("The text as it should go out").wait()
    await pictures(client, "48-manager-change", "The text as it should go out")
    await press_as_manager("post.forward", do="change", edited=f"{TEXT} More on our website.")
    await client.card("forwarded to the social media team, with changes").wait()
    await pictures(client, "49-author-forwarded", "forwarded to the social media team, with changes")

    await client.go("General")
    card = await client.card(f"Suggested post {reference}").wait()
    await pictures(client, "50-team", f"Suggested post {reference}")
    await card.press("Take")
    await card.wait_for("Taken by")
    await card.press("Schedule")
    await card.wait_for("On which day does it go out?")
    await card.fill("On which day does it go out?", "2999-06-03")
    await card.press("Schedule it")
    await card.wait_for("Monday 3 June 2999")
    await pictures(client, "51-team-scheduled", f"Suggested post {reference}")
    await card.press("Mark as posted")
    await card.wait_for("Address of the post on Facebook")
    await card.fill("Address of the post on Facebook", "https://www.example.org/1")
    await card.press("Mark as posted")
    await card.wait_for("The official page is on Facebook")
    await pictures(client, "52-team-posted-form", f"Suggested post {reference}")
    await card.fill("Address of the post on Facebook", ADDRESS)
    await card.press("Mark as posted")
    await card.wait_for("See the post")
    await pictures(client, "53-team-posted", f"Suggested post {reference}")
    await client.go("Personal Chat")
    await client.say("my suggestions")
    await client.card("My suggestions").wait()
    await pictures(client, "54-my-suggestions", "My suggestions")
