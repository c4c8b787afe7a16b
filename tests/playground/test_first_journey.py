"""The main way, by hand, in a real client: bind, ask, report, alert, acknowledge, and the reporter is told."""

import re

import pytest

from tests.playground.driver import Client, Width

pytestmark = pytest.mark.playground
WIDTHS: tuple[Width, ...] = ("desktop", "phone")
LINK = "https://www.facebook.com/groups/demo/posts/1"


async def pictures(client: Client, name: str, words: str) -> None:
    """The card with these words, at both widths."""
    for width in WIDTHS:
        await client.screenshot(name, width, of=client.card(words))


async def test_from_the_first_question_to_the_reporters_message(client: Client) -> None:
    """Everything that the README promises, as a person does it; a picture of each step in build/screenshots."""
    await client.card("The social media policy").wait()
    await pictures(client, "1-welcome", "The social media policy")

    await client.go("Safeguarding alerts")
    await client.mention_and_post("use this channel for safeguarding alerts")
    await client.wait_text("now used for safeguarding alerts")

    await client.go("Personal Chat")
    await client.say("can I post a photo of my class on my insta?")
    answer = await client.card("Post images of pupils").wait()
    assert "TTLP/52, June 2025" in await answer.text()
    await pictures(client, "2-answer", "Post images of pupils")
    await client.say("a post on facebook says awful things about our head, what do I do?")
    await client.card("Report it").wait()
    await pictures(client, "3-answer-report", "Report it")

    await client.card("Report it").press("Report it")
    await client.card("Is anyone in immediate danger?").wait()
    await pictures(client, "4-danger", "Is anyone in immediate danger?")
    await client.card("Is anyone in immediate danger?").press("No")
    await client.card("Whose conduct is it about?").wait()
    await pictures(client, "4-whose", "Whose conduct is it about?")
    await client.card("Whose conduct is it about?").press("A parent, or somebody outside the school")
    await client.card("nude or semi-nude").wait()
    await pictures(client, "5-image", "nude or semi-nude")
    await client.card("nude or semi-nude").press("No")
    details = await client.card("What is it, and where?").wait()
    await details.press("Next")
    await details.wait_for("Choose where it is")
    await details.choose("Which school is it about?", "Demo High School")
    await details.choose("Where is it?", "Facebook")
    await details.fill("Link to it, if you have one (one a line)", LINK)
    await details.fill(
        "What does it say or show?", "A *rude* post about our head teacher.\nIt names <b>two</b> pupils."
    )
    await pictures(client, "6-details", "What is it, and where?")
    await details.press("Next")
    more = await client.card("A few more questions").wait()
    await more.tick("What kind of content is it?", "Offensive")
    await more.tick("What kind of content is it?", "Harassment or bullying")
    await more.choose("Who is it about?", "A colleague")
    await more.choose("Has anyone from the school answered the post?", "No")
    await pictures(client, "6-more", "A few more questions")
    await more.press("Next")
    check = await client.card("Check and send").wait()
    assert "A *rude* post" in await check.text() and "<b>two</b>" in await check.text()
    await pictures(client, "7-check", "Check and send")
    await check.press("Send")
    receipt = await client.card("Report received").wait()
    reference = re.search(r"SM-\d{3}-\d{4}", await receipt.text())
    assert reference
    await pictures(client, "8-receipt", "Report received")

    await client.go("Safeguarding alerts")
    alert = await client.card(reference[0]).wait()
    assert "rude" not in await alert.text()
    await pictures(client, "9-alert", reference[0])
    await alert.press("Acknowledge")
    await alert.wait_for("Demo Teacher")
    await pictures(client, "10-acknowledged", reference[0])

    await client.go("Personal Chat")
    await client.wait_text(f"Your report {reference[0]} has been taken by Demo Teacher")
    await client.screenshot("11-told")
    await client.go("Safeguarding alerts")
    await client.card(reference[0]).press("Open case")
    await client.go("Personal Chat")
    await client.card("Chronology").wait()
    await pictures(client, "12-opened", "Chronology")
    await client.say("rules")
    await client.card("staff must not").wait()
    await pictures(client, "13-rules", "When using social media, staff must not")
