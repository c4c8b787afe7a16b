"""Reporting, from the reporter's side: what is kept, what is refused, and in which words."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.infrastructure import Outside
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Concerned, Part, Platform, PupilIs, Whose, YesNo
from tests.support.fake_teams import CHANNEL, TEACHER, FakeTeams, Human, button_in, things_in
from tests.support.pictures import PNG
from tests.support.report_steps import (
    CONTACT,
    LINK,
    MORE,
    PARENT,
    POST,
    PUPIL,
    UNKNOWN,
    WORRY,
    fill_in,
    finish,
    picture,
    reference_in,
    send_report,
    walk_to_check,
    walk_to_details,
)
from tests.support.running_bot import BOTH_STORAGES

pytestmark = BOTH_STORAGES

HTML_TWIN = {"contentType": "text/html", "content": "<p>"}


@pytest.fixture
def cases(outside: Outside) -> CaseBook:
    return CaseBook(outside.tables)


async def test_a_report_is_kept_as_it_was_entered(bound: FakeTeams, cases: CaseBook) -> None:
    """From the first card to the receipt, in one card replaced in place."""
    before = len(bound.seen_in(TEACHER.chat))
    reference = await send_report(bound, TEACHER, school="Demo High School")
    case = await cases.get(reference)
    assert (case.report.platform, case.report.links, case.report.description) == (
        Platform.FACEBOOK,
        (LINK,),
        "A rude post",
    )
    assert case.report.school == "Demo High School"
    assert TEACHER.entra_id == case.reporter.id
    assert len(bound.seen_in(TEACHER.chat)) - before == 1
    receipt = bound.last_in(TEACHER.chat)
    assert "Do not engage with the post" in receipt.text and "I will tell you when" in receipt.text


async def test_danger_comes_first_and_stays_in_view(bound: FakeTeams) -> None:
    """Yes: 999 and the DSLs' numbers at once, on this card and every later one."""
    card = await walk_to_details(bound, TEACHER, danger="Yes, or not sure")
    assert "Ring 999 now" in card.text and "01632 960102" in card.text and "Demo data" in card.text


async def test_no_image_of_a_child_is_ever_taken(bound: FakeTeams, cases: CaseBook, outside: Outside) -> None:
    """After a yes to the guard there is no link field, files are refused, and the case is urgent."""
    card = await walk_to_details(bound, TEACHER, image="Yes, or it may")
    assert "do not copy, save, forward or delete it" in card.text and "Link to it" not in card.text
    assert "Ring your designated safeguarding lead" in card.text and "01632 960101" in card.text
    bound.files["a.png"] = (PNG, "image/png")
    answer = await bound.say(TEACHER, "", attachments=[picture(bound, "a.png")])
    assert "kept no copy of that picture" in answer.text
    await fill_in(bound, TEACHER, card, platform="snapchat", links=LINK, description="On a fake account")
    case = await cases.get(await finish(bound, TEACHER, card))
    assert case.urgent and not case.report.links and not case.report.evidence


async def test_a_picture_before_the_guard_is_not_taken(bound: FakeTeams) -> None:
    """Guard before evidence: the question comes first."""
    await bound.say(TEACHER, "report")
    answer = await bound.say(TEACHER, "", attachments=[picture(bound, "a.png")])
    assert "kept no copy of that picture" in answer.text and bound.headers_seen == []


async def test_a_screenshot_sent_in_the_chat_goes_to_the_report(
    bound: FakeTeams, cases: CaseBook, outside: Outside
) -> None:
    """Kept with its hash and size; the card above stays as it is, with what is in its fields."""
    card = await walk_to_details(bound, TEACHER)
    bound.files["a.png"] = (PNG, "image/png")
    answer = await bound.say(TEACHER, "", attachments=[picture(bound, "a.png"), HTML_TWIN])
    assert "Screenshot received (1 in all)" in answer.text
    await fill_in(bound, TEACHER, card, platform="tiktok", links="", description="")
    (file,) = (await cases.get(await finish(bound, TEACHER, card))).report.evidence
    assert ("image/png", len(PNG)) == (file.content_type, file.size)
    assert await outside.evidence.load(file.id) == PNG


@pytest.mark.parametrize(
    ("content", "content_type"), [(b"<html>sign in</html>", "image/png"), (b"MZ program", "image/png")]
)
async def test_what_is_no_picture_is_refused_in_words(bound: FakeTeams, content: bytes, content_type: str) -> None:
    """The type is decided by the content; the report goes on without it."""
    card = await walk_to_details(bound, TEACHER)
    bound.files["shot.png"] = (content, content_type)
    answer = await bound.say(TEACHER, "", attachments=[picture(bound, "shot.png")])
    assert "“shot.png”" in answer.text
    await fill_in(bound, TEACHER, card, platform="tiktok", links=LINK)
    assert "A few more questions" in card.text


async def test_a_picture_from_elsewhere_is_not_fetched(bound: FakeTeams) -> None:
    """Only Teams' own hosts (and loopback in local mode) are asked."""
    await walk_to_details(bound, TEACHER)
    outside_address = {"contentType": "image/png", "contentUrl": "https://example.com/a.png", "name": "a.png"}
    assert "could not fetch" in (await bound.say(TEACHER, "", attachments=[outside_address])).text


async def test_a_link_and_a_sentence_typed_in_the_chat_are_taken(bound: FakeTeams, cases: CaseBook) -> None:
    """They join what stands in the card's fields, which nothing overwrites."""
    card = await walk_to_details(bound, TEACHER)
    assert "Added to your report" in (await bound.say(TEACHER, f"{LINK}?two")).text
    assert "Added to your report" in (await bound.say(TEACHER, "it names two pupils")).text
    await fill_in(bound, TEACHER, card, platform="facebook", links=LINK, description="from the field")
    report = (await cases.get(await finish(bound, TEACHER, card))).report
    assert (LINK, f"{LINK}?two") == report.links
    assert report.description == "from the field\nit names two pupils"


async def test_an_empty_report_is_not_taken(bound: FakeTeams) -> None:
    """The message stands beside the field, and what was chosen is still there."""
    card = await walk_to_details(bound, TEACHER)
    await fill_in(bound, TEACHER, card, platform="facebook", links=" ", description="")
    assert "Give a link, a description or a screenshot" in card.text
    assert field(card.card, "platform")["value"] == "facebook"


async def test_a_link_that_is_no_link_is_named(bound: FakeTeams) -> None:
    """It stays in its field, with the reason under it."""
    card = await walk_to_details(bound, TEACHER)
    await fill_in(bound, TEACHER, card, platform="facebook", links="fasebook post", description="rude")
    assert "“fasebook” is not a link" in card.text
    assert (field(card.card, "links")["value"], field(card.card, "description")["value"]) == ("fasebook post", "rude")


async def test_a_description_that_is_too_long_is_still_there(bound: FakeTeams) -> None:
    """20,000 characters: how many fit is said, and every one of them is in the field."""
    card = await walk_to_details(bound, TEACHER)
    await fill_in(bound, TEACHER, card, platform="facebook", description='é"' * 10_000)
    assert "20,000 characters long, and 4,000 fit" in card.text
    assert field(card.card, "description")["value"] == 'é"' * 10_000
    assert len(json.dumps(card.card, ensure_ascii=False).encode("utf-16-le")) < 80_000


async def test_markdown_and_html_are_shown_as_typed(bound: FakeTeams) -> None:
    """Nothing that a person typed becomes a link, a mention or a picture on a card."""
    nasty = "**bold** [click](https://evil.example) <img src=x> <at>All</at> ![](https://evil.example/x.png)"
    card = await walk_to_check(bound, TEACHER, description=nasty)
    runs = [item["text"] for item in all_of(card.card, "TextRun")]
    assert nasty in runs
    assert not any("evil.example" in block.get("text", "") for block in all_of(card.card, "TextBlock"))


async def test_back_keeps_everything(bound: FakeTeams, cases: CaseBook) -> None:
    """Back through the whole walk and forward again, what was entered is there."""
    card = await walk_to_check(bound, TEACHER)
    await bound.press(TEACHER, card, "Back")
    await bound.press(TEACHER, card, "Back", **MORE, discrimination="half a word")
    await bound.press(TEACHER, card, "Back", platform="facebook", links="half a li", description="changed")
    for _ in range(3):
        await bound.press(TEACHER, card, "Back")
    for title in ("No", Whose(PARENT).words, POST, "No"):
        await bound.press(TEACHER, card, title)
    assert (field(card.card, "links")["value"], field(card.card, "description")["value"]) == ("half a li", "changed")


async def test_cancel_asks_once(bound: FakeTeams) -> None:
    """Typed or pressed: keep writing leads back, throw away ends it."""
    card = await walk_to_check(bound, TEACHER)
    await bound.press(TEACHER, card, "Cancel")
    assert "Throw this report away" in card.text
    await bound.press(TEACHER, card, "Keep writing")
    assert "Check and send" in card.text
    question = await bound.say(TEACHER, "cancel")
    await bound.press(TEACHER, question, "Throw away")
    assert "was thrown away" in question.text
    await bound.press(TEACHER, card, "Send")
    assert "no longer open" in card.text and bound.seen_in(CHANNEL)[1:] == []


async def test_send_pressed_twice_is_one_report(bound: FakeTeams, cases: CaseBook) -> None:
    """The second press gets the same receipt."""
    card = await walk_to_check(bound, TEACHER)
    send = button_in(card.card, "Send")
    await bound.press(TEACHER, card, "Send")
    first = reference_in(card)
    await bound.execute(TEACHER, card, send["verb"], send["data"])
    assert first == reference_in(card)
    mine = await bound.say(TEACHER, "my reports")
    assert mine.text.count("SM-") == 1


async def test_the_same_activity_twice_is_taken_once(bound: FakeTeams) -> None:
    """Teams sends an activity again after 15 seconds; the second is let go by."""
    activity = bound.activity(TEACHER, TEACHER.chat, text="report")
    assert [(await bound.deliver(activity))[0], (await bound.deliver(activity))[0]] == [202, 202]
    assert len(bound.seen_in(TEACHER.chat)) == 1


async def test_the_same_send_twice_at_once_is_one_case(bound: FakeTeams, outside: Outside) -> None:
    """A double click, taken at the same time."""
    card = await walk_to_check(bound, TEACHER)
    send = button_in(card.card, "Send")
    await asyncio.gather(*(bound.execute(TEACHER, card, send["verb"], send["data"]) for _ in range(4)))
    rows = await outside.tables.query("cases", "cases", start="case|", stop="case~")
    assert len(rows) == 1


async def test_a_card_of_an_earlier_step_shows_the_present_one(bound: FakeTeams) -> None:
    """A button that was pressed before, on another device say, leads to where the report is now."""
    await bound.say(TEACHER, "report")
    card = bound.last_in(TEACHER.chat)
    danger = button_in(card.card, "No")
    for title in ("No", Whose(PARENT).words, POST, "No"):
        await bound.press(TEACHER, card, title)
    await bound.execute(TEACHER, card, danger["verb"], danger["data"])
    assert "What is it, and where?" in card.text and "done already" in card.text


async def test_nobody_else_goes_on_with_my_report(bound: FakeTeams) -> None:
    """A draft's id in somebody else's hands opens nothing."""
    card = await walk_to_check(bound, TEACHER)
    other = Human("Demo Colleague")
    send = button_in(card.card, "Send")
    copied = await bound.say(other, "help")
    await bound.execute(other, copied, send["verb"], send["data"])
    assert "no longer open" in copied.text


async def test_without_a_channel_the_report_is_kept_and_says_so(bot: FakeTeams, cases: CaseBook) -> None:
    """The receipt tells the reporter to speak to the DSL meanwhile."""
    reference = await send_report(bot, TEACHER)
    assert "not set up here yet" in bot.last_in(TEACHER.chat).text
    assert reference == (await cases.get(reference)).reference


async def test_no_word_of_a_report_stands_in_the_log(
    bound: FakeTeams, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Nor in the metrics: reference and outcome only."""
    await send_report(bound, TEACHER, description="an unmistakable sentence")
    async with bound.session.get(f"{bound.bot_url}/metrics") as response:
        written = "".join(capfd.readouterr()) + await response.text()
    assert "unmistakable" not in written and "facebook.com" not in written and TEACHER.name not in written


async def test_contact_from_a_pupil_has_questions_of_its_own(bound: FakeTeams, cases: CaseBook) -> None:
    """Account, pupil, family, answered; the family exception of the policy is named, and the person decides."""
    card = await walk_to_details(bound, TEACHER, kind=CONTACT, whose=PUPIL)
    assert "do not delete the message" in card.text
    await bound.press(TEACHER, card, "Next", school="Demo High School", platform="instagram", description="hi miss")
    assert "“I do not know” will do" in card.text
    await bound.press(TEACHER, card, "Next", concerned="Demo Pupil")
    await bound.press(TEACHER, card, "Next", pupil="here_now", family="yes", answered="yes")
    assert "exception for family members" in card.text and "do not answer any further" in card.text
    await bound.press(TEACHER, card, "Send")
    report = (await cases.get(reference_in(card))).report
    assert (YesNo.YES, YesNo.YES, PupilIs.HERE_NOW) == (report.family, report.answered, report.pupil)
    assert (Concerned("Demo Pupil", Part.PUPIL),) == report.concerned
    assert "Do not answer the message" in card.text


async def test_a_worry_needs_words_only(bound: FakeTeams, cases: CaseBook) -> None:
    """No platform, no link: what it is and whose behaviour."""
    card = await walk_to_details(bound, TEACHER, kind=WORRY, whose=UNKNOWN)
    await bound.press(TEACHER, card, "Next", school="Demo High School", description="")
    assert "Say in a few words" in card.text
    await bound.press(TEACHER, card, "Next", school="Demo High School", description="a pupil seems afraid")
    await bound.press(TEACHER, card, "Next")
    await bound.press(TEACHER, card, "Send")
    assert "a pupil seems afraid" == (await cases.get(reference_in(card))).report.description


async def test_a_part_is_changed_from_the_last_step(bound: FakeTeams, cases: CaseBook) -> None:
    """Change, next, and one is back at the check; a change of kind asks what is then missing."""
    card = await walk_to_check(bound, TEACHER)
    details = next(
        item for item in things_in(card.card) if item.get("title") == "Change" and item["data"].get("to") == "details"
    )
    await bound.execute(TEACHER, card, details["verb"], details["data"])
    await fill_in(bound, TEACHER, card, description="Changed words")
    assert "Check and send" in card.text and "Changed words" in card.text
    image = next(item for item in things_in(card.card) if item.get("data", {}).get("to") == "image")
    await bound.execute(TEACHER, card, image["verb"], image["data"])
    await bound.press(TEACHER, card, "Yes, or it may")
    assert "Check and send" in card.text and not any("Links" == item.get("text") for item in things_in(card.card))


async def test_a_report_saved_for_later_goes_on(bound: FakeTeams) -> None:
    """Save, ask something meanwhile, and go on where it was, from the card or by typing."""
    card = await walk_to_details(bound, TEACHER)
    await bound.press(TEACHER, card, "Save for later", description="half a sen")
    assert "saved, not sent" in card.text
    answer = await bound.say(TEACHER, "can I post a photo of my class on my insta?")
    assert "Post images of pupils" in answer.text
    again = await bound.say(TEACHER, "report")
    assert "half a sen" == field(bound.last_in(TEACHER.chat).card, "description")["value"], again.text


async def test_a_question_in_the_middle_is_answered_with_one_tap(bound: FakeTeams, cases: CaseBook) -> None:
    """The walk stays open, and what was a question does not land in the report."""
    card = await walk_to_details(bound, TEACHER)
    offer = await bound.say(TEACHER, "can I post a photo of my class on my insta?")
    assert offer
    await bound.press(TEACHER, offer, "That was a question")
    assert "Post images of pupils" in offer.text
    await fill_in(bound, TEACHER, card)
    report = (await cases.get(await finish(bound, TEACHER, card))).report
    assert "A rude post" == report.description


async def test_evidence_that_sounds_like_a_question_is_kept(bound: FakeTeams, cases: CaseBook) -> None:
    """It is part of the report unless its writer says otherwise, at whatever step it came."""
    await bound.say(TEACHER, "report")
    card = bound.last_in(TEACHER.chat)
    await bound.press(TEACHER, card, "No")
    await bound.say(TEACHER, "Does anyone else think Mr Demo is a creep?")
    for title in (Whose(PARENT).words, POST, "No"):
        await bound.press(TEACHER, bound.seen_in(TEACHER.chat)[-2], title)
    card = bound.seen_in(TEACHER.chat)[-2]
    await bound.say(TEACHER, "Is that him again?")
    await fill_in(bound, TEACHER, card)
    report = (await cases.get(await finish(bound, TEACHER, card))).report
    assert "A rude post\nDoes anyone else think Mr Demo is a creep?\nIs that him again?" == report.description


async def test_a_question_on_the_last_step_is_taken_out_again(bound: FakeTeams) -> None:
    """There it stands in the description at once; after the tap the card shows the report without it."""
    await walk_to_check(bound, TEACHER)
    offer = await bound.say(TEACHER, "can I post a photo of my class on my insta?")
    assert offer
    shown = [message for message in bound.seen_in(TEACHER.chat) if "Check and send" in message.text]
    assert "photo of my class" in shown[-1].text
    await bound.press(TEACHER, offer, "That was a question")
    shown = [message for message in bound.seen_in(TEACHER.chat) if "Check and send" in message.text]
    assert "photo of my class" not in shown[-1].text and "A rude post" in shown[-1].text


async def test_a_field_that_was_emptied_is_empty(bound: FakeTeams, cases: CaseBook) -> None:
    """A client leaves an empty field out of what it sends; the words that stood there are gone all the same."""
    card = await walk_to_details(bound, TEACHER)
    await fill_in(bound, TEACHER, card, description="said in anger")
    await bound.press(TEACHER, card, "Back")
    assert "said in anger" == field(card.card, "description")["value"]
    await fill_in(bound, TEACHER, card, description="", links=LINK)
    report = (await cases.get(await finish(bound, TEACHER, card))).report
    assert ("", (LINK,)) == (report.description, report.links)


async def test_a_day_in_the_future_is_refused(bound: FakeTeams) -> None:
    """Beside its field, with what was entered still there."""
    card = await walk_to_details(bound, TEACHER)
    await fill_in(bound, TEACHER, card, seen="2999-01-01")
    assert "not in the future" in card.text and "2999-01-01" == field(card.card, "seen")["value"]


async def test_only_a_button_answers_for_an_image_of_a_child(bound: FakeTeams) -> None:
    """A "no" that Teams delivers twice, or to another copy of the bot, answers no second question."""
    await bound.say(TEACHER, "report")
    for _ in range(2):
        await bound.say(TEACHER, "no")
    for title in (Whose(PARENT).words, POST):
        await bound.press(TEACHER, bound.last_in(TEACHER.chat), title)
    await bound.say(TEACHER, "no")
    assert "answer this question first" in bound.last_in(TEACHER.chat).text


async def test_a_link_stays_as_words_when_an_image_is_involved(bound: FakeTeams, cases: CaseBook) -> None:
    """Those who may follow it need it; nobody can press it."""
    card = await walk_to_details(bound, TEACHER, image="Yes, or it may")
    await bound.say(TEACHER, LINK)
    await bound.press(TEACHER, card, "Next", school="Demo High School", platform="snapchat", description="there")
    report = (await cases.get(await finish(bound, TEACHER, card))).report
    assert ((), f"there\n{LINK}") == (report.links, report.description)


async def test_a_text_that_does_not_fit_is_not_cut(bound: FakeTeams) -> None:
    """It is refused while it still stands in the chat."""
    await walk_to_details(bound, TEACHER)
    assert "did not add it" in (await bound.say(TEACHER, "word " * 1_000)).text


async def test_what_is_typed_on_an_older_card_is_not_lost(bound: FakeTeams) -> None:
    """Back on one device, next on the other: the words are in the field when one gets there again."""
    card = await walk_to_details(bound, TEACHER)
    press = button_in(card.card, "Next")
    await bound.press(TEACHER, card, "Back")
    await bound.execute(TEACHER, card, press["verb"], {**press["data"], "description": "from the other device"})
    await bound.press(TEACHER, card, "No")
    assert "from the other device" == field(card.card, "description")["value"]


async def test_a_report_is_not_shown_outside_the_own_chat(bound: FakeTeams) -> None:
    """A button of the walk that arrives from a channel opens nothing there."""
    await walk_to_check(bound, TEACHER)
    alert = await bound.mention(TEACHER, CHANNEL, "help")
    assert "own chat" in await bound.execute(TEACHER, alert, "report.start", {})
    assert "A rude post" not in str(bound.seen_in(CHANNEL))


def field(card: object, name: str) -> dict[str, str]:
    return next(item for item in things_in(card) if item.get("id") == name)


def all_of(card: object, kind: str) -> list[dict[str, str]]:
    return [item for item in things_in(card) if item.get("type") == kind]


async def test_half_an_emoji_is_taken_as_a_question_mark(bound: FakeTeams, cases: CaseBook) -> None:
    """A text that was cut in the middle of a character can be kept all the same."""
    reference = await send_report(bound, TEACHER, description="cut \ud83d here")
    assert "cut ? here" == (await cases.get(reference)).report.description
