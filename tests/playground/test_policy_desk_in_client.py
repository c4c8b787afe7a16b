"""Asking, leafing through, and a question that a person answers, in a real client."""

import pytest

from policy.answers.answering import Answerer
from policy.loading import load_policy
from tests.playground.driver import Client, Width

pytestmark = pytest.mark.playground
WIDTHS: tuple[Width, ...] = ("desktop", "phone")
VAGUE = "facebook"
SILENT = "can I wear trainers on non uniform day?"
DISCLOSURE = "a boy in my form messaged me on instagram last night saying he is being hurt at home"


async def pictures(client: Client, name: str, words: str) -> None:
    for width in WIDTHS:
        await client.screenshot(name, width, of=client.card(words))


async def test_ask_a_person(client: Client) -> None:
    """Silent, passed on with consent, answered in the owners' channel, and the asker reads it."""
    await client.go("General")
    await client.mention_and_post("use this channel for policy questions")
    await client.wait_text("now used for policy questions")
    await client.go("Personal Chat")
    await client.say(SILENT)
    await client.card("The policy does not say").wait()
    await pictures(client, "20-silent", "The policy does not say")
    await client.card("The policy does not say").press("Ask a person")
    consent = await client.card("Pass your question on?").wait()
    assert SILENT == await consent.value("Your question")
    await pictures(client, "21-consent", "Pass your question on?")
    await consent.press("Pass it on")
    await client.card("Your question is passed on").wait()
    await pictures(client, "22-passed-on", "Your question is passed on")
    await client.go("General")
    card = await client.card("A question about the policy").wait()
    await card.press("Send the answer")
    await card.wait_for("Write the answer here first")
    await card.fill("Your answer", "The dress code decides that: ask your *head*.")
    await pictures(client, "23-owners", "A question about the policy")
    await card.press("Send the answer")
    await card.wait_for("Answered by")
    await client.go("Personal Chat")
    answered = await client.card("Your question was answered").wait()
    assert "ask your *head*" in await answered.text()
    await pictures(client, "24-answered", "Your question was answered")


async def test_asked_back_then_answered(client: Client) -> None:
    """One word is asked back with readings to choose from; the chosen one is answered with its clause."""
    reading = Answerer(load_policy()).answer(VAGUE).readings[0].label
    await client.say(VAGUE)
    asked = await client.card("Which of these is it about?").wait()
    await pictures(client, "36-asked-back", "Which of these is it about?")
    await asked.locator.get_by_text(reading).first.click()
    await client.card("Was this right?").wait()
    assert "TTLP/52" in await client.card("Was this right?").text()
    await pictures(client, "37-answered-then", "Was this right?")


async def test_leaf_through_the_policy(client: Client) -> None:
    """Contents, a section, a clause, the guide as a checklist, what changed."""
    await client.say("policy")
    contents = await client.card("What changed").wait()
    await pictures(client, "25-contents", "What changed")
    await contents.locator.get_by_text("Social media guide").first.click()
    guide = await client.card("☐").wait()
    await pictures(client, "26-guide", "☐")
    await guide.press("All sections")
    await client.say("what changed")
    await client.card("What changed in this revision").wait()
    await pictures(client, "27-changes", "What changed in this revision")


async def test_a_disclosure_and_a_wrong_answer(client: Client) -> None:
    """Danger first, the walk begins with what was said; a no is kept with the question only if the person agrees."""
    await client.say(DISCLOSURE)
    await client.card("ring 999").wait()
    await pictures(client, "28-disclosure", "ring 999")
    await client.say("can I post a photo of my class on my insta?")
    await client.card("Was this right?").press("No")
    await client.card("Thank you for telling us").wait()
    await pictures(client, "29-wrong", "Thank you for telling us")
    await client.card("Thank you for telling us").press("Keep my question too")
    await client.wait_text("Your question is kept")
    await client.say("is whatsapp ok")
    await client.say("report contact")
    await client.card("Is anyone in immediate danger?").press("No")
    await client.card("Whose conduct is it about?").press("A pupil")
    await client.card("nude or semi-nude").press("No")
    contact = await client.card("Where did they contact you?").wait()
    await pictures(client, "30-contact", "Where did they contact you?")
    await contact.choose("Which school is it about?", "Demo High School")
    await contact.choose("Where did they contact you?", "Instagram")
    await contact.fill("Which pupil?", "Demo Pupil")
    await contact.fill("What did they say?", "A pupil of mine wrote to me.")
    await contact.press("Next")
    more = await client.card("A few more questions").wait()
    await more.choose("Who contacted you?", "A pupil here now")
    await more.choose("Is this pupil a member of your family?", "Yes")
    await more.choose("Have you answered?", "No")
    await more.press("Next")
    check = await client.card("exception for family members").wait()
    await pictures(client, "31-contact-check", "exception for family members")
    await check.press("Send")
    receipt = await client.card("Report received").wait()
    await pictures(client, "32-contact-receipt", "Report received")
    await receipt.press("My reports")
    mine = await client.card("My reports").wait()
    await pictures(client, "33-my-reports", "Received, not taken yet")
    assert "Received" in await mine.text()


async def test_report_a_message(client: Client) -> None:
    """The action on a message opens its words in a dialog; the walk goes on in the chat with them."""
    await client.say("can I post a photo of my class on my insta")
    await client.card("Was this right?").wait()
    dialog = await client.message_action("can I post a photo of my class on my insta", "reportMessage")
    await dialog.get_by_text("This starts a report").wait_for()
    await client.screenshot("34-message-action")
    words = await dialog.locator("textarea").first.input_value()
    assert "A message in Teams from" in words
    await dialog.get_by_role("button", name="Go on in our chat").click()
    await dialog.get_by_text("Your report goes on in your own chat").wait_for()
    await dialog.locator("button").first.click()  # the dialog's cross, which has no name
    await dialog.wait_for(state="hidden")
    danger = await client.card("Is anyone in immediate danger?").wait()
    await danger.press("No")
    await client.card("Whose conduct is it about?").press("A pupil")
    await client.card("What would you like to report?").press("An offensive or defamatory post")
    await client.card("nude or semi-nude").press("No")
    details = await client.card("What is it, and where?").wait()
    assert words == await details.value("What does it say or show?")
    await pictures(client, "35-message-details", "What is it, and where?")
