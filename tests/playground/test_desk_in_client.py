"""A case, worked to its end in a real client; a picture of its card in every state in build/screenshots."""

import re

import pytest

from tests.playground.driver import Client, Width

pytestmark = pytest.mark.playground
WIDTHS: tuple[Width, ...] = ("desktop", "phone")


async def pictures(client: Client, name: str, words: str) -> None:
    for width in WIDTHS:
        await client.screenshot(name, width, of=client.card(words))


async def raised(client: Client, words: str) -> str:
    """A worry, reported; its reference."""
    await client.say("report")
    await client.card("Is anyone in immediate danger?").press("No")
    await client.card("Whose conduct is it about?").press("A pupil")
    await client.card("What would you like to report?").press("Something else that worries me")
    await client.card("nude or semi-nude").press("No")
    details = await client.card("What is it, and where?").wait()
    await details.choose("Which school is it about?", "Demo High School")
    await details.fill("What worries you?", words)
    await details.press("Next")
    more = await client.card("A few more questions").wait()
    await more.press("Next")
    await client.card("Check and send").press("Send")
    receipt = await client.card("Report received").wait()
    found = re.search(r"SM-\d{3}-\d{4}", await receipt.text())
    assert found
    return found[0]


async def test_a_case_in_every_state(client: Client) -> None:
    """New, acknowledged, under review, referred, closed: in the channel, at the desk, and what the reporter reads."""
    await client.go("Safeguarding alerts")
    await client.mention_and_post("use this channel for safeguarding alerts")
    await client.wait_text("now used for safeguarding alerts")
    await client.go("Personal Chat")
    reference = await raised(client, "A group chat makes *fun* of a pupil.\nIt has been going on for a week.")

    await client.go("Safeguarding alerts")
    await pictures(client, "40-case-new", reference)
    await client.card(reference).press("Acknowledge")
    await client.card(reference).wait_for("Assigned to")
    await pictures(client, "41-case-acknowledged", reference)
    await client.card(reference).press("Open case")

    await client.go("Personal Chat")
    desk = await client.card("Chronology").wait()
    await pictures(client, "42-desk-acknowledged", "Chronology")
    await desk.press("Add a note")
    form = await client.card("Your note").wait()
    await form.press("Add the note")
    await form.wait_for("Write the note here")
    await form.fill("Your note", "Rang home; they will look at the phone tonight.")
    await pictures(client, "43-form-note", "Your note")
    await form.press("Add the note")
    desk = await client.card("The note is added").wait()
    assert "Under review" in await desk.text()
    await pictures(client, "44-desk-under-review", "The note is added")
    await desk.press("Assign")
    await client.card("To whom?").choose("To whom?", "Demo Deputy DSL")
    await pictures(client, "45-form-assign", "To whom?")
    await client.card("To whom?").press("Assign")
    await client.card("It is assigned").press("Ask the reporter")
    await client.card("Your question").fill("Your question", "Which year group is it?")
    await client.card("Your question").press("Send the question")
    question = await client.card("They ask").wait()
    await pictures(client, "46-question-to-the-reporter", "They ask")
    await question.fill("Your answer", "Year 8")
    await question.press("Send the answer")
    await client.card("You answered").wait()
    await pictures(client, "47-answered", "You answered")
    await client.card("Chronology").press("Show it as it is now")
    desk = await client.card("The reporter answered").wait()
    await desk.press("Refer")
    await client.card("To whom?").choose("To whom?", "The police")
    await pictures(client, "48-form-refer", "To whom?")
    await client.card("To whom?").press("Record the referral")
    await client.card("The referral is recorded").press("Close")
    close = await client.card("How did it end?").wait()
    await pictures(client, "49-form-close", "How did it end?")
    await close.choose("How did it end?", "Another body leads")
    await close.fill("Why?", "The police have it.")
    await close.press("Close the case")
    await client.card("The case is closed").wait()
    await pictures(client, "50-desk-closed", "The case is closed")
    await client.wait_text("is finished")
    await client.go("Safeguarding alerts")
    await client.card(reference).wait_for("Closed")
    await pictures(client, "51-case-closed", reference)
