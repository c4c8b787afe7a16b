"""Around the answers: leafing through the policy, "was this right?", and a question that a person answers."""

import pytest

from bot.infrastructure import Outside
from bot.questions.question_review import review
from cards.verbs import Verb
from storage.cases.case_records import Whose
from storage.questions.question_book import QuestionBook
from tests.support.fake_teams import ADMIN, DSL, OUTSIDER, TEACHER, FakeTeams, Message, button_in, things_in

OWNERS = "19:policy@thread.tacv2"
SILENT = "can I wear trainers on non uniform day?"
DISCLOSURE = "a boy in my form messaged me on instagram last night saying he is being hurt at home"


@pytest.fixture
def questions(outside: Outside) -> QuestionBook:
    return QuestionBook(outside.tables)


@pytest.fixture
async def owned(bot: FakeTeams) -> FakeTeams:
    """The bot with the policy owners' channel bound; the admin and the DSL are in it."""
    bot.rosters[OWNERS] = {ADMIN.account, DSL.account}
    await bot.mention(ADMIN, OWNERS, "use this channel for policy questions")
    return bot


async def passed_on(teams: FakeTeams, text: str = SILENT) -> Message:
    """The question, asked and passed on; what the asker then sees."""
    answer = await teams.say(TEACHER, text)
    assert "The policy does not say" in answer.text and "line manager" in answer.text
    await teams.press(TEACHER, answer, "Ask a person")
    consent = teams.last_in(TEACHER.chat)
    await teams.press(TEACHER, consent, "Pass it on", question=text)
    return consent


async def the_card(teams: FakeTeams) -> Message:
    await teams.until(lambda: any(SILENT in message.text for message in teams.seen_in(OWNERS)))
    return next(message for message in teams.seen_in(OWNERS) if SILENT in message.text)


async def test_silent_then_passed_on_then_answered(owned: FakeTeams, questions: QuestionBook) -> None:
    """With the asker's word the question reaches the owners; the answer typed there reaches the asker, and is kept."""
    assert "passed on" in (await passed_on(owned)).text
    card = await the_card(owned)
    assert TEACHER.name in card.text
    await owned.press(DSL, card, "Send the answer", answer="That is for the dress code: ask your head.")
    assert "Answered by Demo DSL" in card.text
    await owned.until(lambda: "ask your head" in owned.last_in(TEACHER.chat).text)
    await owned.until(lambda: card.updates == 1)
    (kept,) = await questions.all_questions()
    assert (SILENT, "That is for the dress code: ask your head.") == (kept.text, kept.answer)


async def test_nothing_is_kept_before_the_asker_says_so(owned: FakeTeams, questions: QuestionBook) -> None:
    """Looking at the consent card, and leaving it, keeps nothing and tells nobody."""
    answer = await owned.say(TEACHER, SILENT)
    await owned.press(TEACHER, answer, "Ask a person")
    consent = owned.last_in(TEACHER.chat)
    await owned.press(TEACHER, consent, "No, leave it")
    assert "not kept" in consent.text
    assert [] == await questions.all_questions()


async def test_the_words_can_be_changed_but_not_be_empty(owned: FakeTeams, questions: QuestionBook) -> None:
    """The message stands under the field."""
    answer = await owned.say(TEACHER, SILENT)
    await owned.press(TEACHER, answer, "Ask a person")
    consent = owned.last_in(TEACHER.chat)
    await owned.press(TEACHER, consent, "Pass it on", question="  ")
    assert "Write your question here" in consent.text
    await owned.press(TEACHER, consent, "Pass it on", question="x" * 3_000)
    assert "3,000 characters" in consent.text and "x" * 3_000 in str(consent.card)
    await owned.press(TEACHER, consent, "Pass it on", question="Shorter now?")
    assert ["Shorter now?"] == [kept.text for kept in await questions.all_questions()]


async def test_passed_on_twice_is_one_question(owned: FakeTeams, questions: QuestionBook) -> None:
    """A double click."""
    answer = await owned.say(TEACHER, SILENT)
    await owned.press(TEACHER, answer, "Ask a person")
    consent = owned.last_in(TEACHER.chat)
    press = button_in(consent.card, "Pass it on")
    for _ in range(2):
        await owned.execute(TEACHER, consent, press["verb"], {**press["data"], "question": SILENT})
    assert 1 == len(await questions.all_questions())


async def test_only_the_owners_answer_and_only_once(owned: FakeTeams, questions: QuestionBook) -> None:
    """Somebody from elsewhere is refused; who comes second sees the answer, with their own words still there."""
    await passed_on(owned)
    card = await the_card(owned)
    old = card.card
    assert "Only members" in await owned.press(OUTSIDER, card, "Send the answer", answer="mine")
    await owned.press(DSL, card, "Send the answer", answer=" ")
    assert "Write the answer here first" in card.text
    await owned.press(DSL, card, "Send the answer", answer="First.")
    await owned.press(ADMIN, card, "Send the answer", card=old, answer="Second.")
    assert "First." in card.text
    assert "First." == (await questions.all_questions())[0].answer


async def test_without_a_channel_the_question_waits(bot: FakeTeams) -> None:
    """It is kept, the asker is told so, and it arrives once the channel is bound."""
    assert "not set up here yet" in (await passed_on(bot)).text
    bot.rosters[OWNERS] = {ADMIN.account}
    await bot.mention(ADMIN, OWNERS, "use this channel for policy questions")
    await the_card(bot)


async def test_a_no_is_kept_and_the_question_only_with_consent(bot: FakeTeams, questions: QuestionBook) -> None:
    """Verdict and clauses at once; the words of the question when the person agrees, never the name."""
    answer = await bot.say(TEACHER, "can I post a photo of my class on my insta?")
    await bot.press(TEACHER, answer, "No")
    (feedback,) = await questions.all_feedback()
    assert "3.must-not.pupil-images" in feedback.bot_said and "" == feedback.question
    await bot.press(TEACHER, bot.last_in(TEACHER.chat), "Keep my question too")
    (feedback,) = await questions.all_feedback()
    assert "can I post a photo of my class on my insta?" == feedback.question
    assert "Thank you." == await bot.press(TEACHER, answer, "Yes")


async def test_the_whole_policy_can_be_leafed_through(bot: FakeTeams) -> None:
    """Every section opens in place, every clause of it below; the guide is a checklist; the changes are named."""
    contents = await bot.say(TEACHER, "policy")
    sections = [item["selectAction"] for item in things_in(contents.card) if item.get("selectAction")]
    assert len(sections) >= 12
    for section in sections:
        await bot.execute(TEACHER, contents, section["verb"], section["data"])
        clauses = [item["selectAction"] for item in things_in(contents.card) if item.get("selectAction")]
        assert clauses and all(Verb.CLAUSE == clause["verb"] for clause in clauses)
        await bot.execute(TEACHER, contents, clauses[0]["verb"], clauses[0]["data"])
        assert "TTLP/52, June 2025" in bot.last_in(TEACHER.chat).text
    assert "☐" in contents.text
    changes = await bot.say(TEACHER, "what changed")
    assert all(word in changes.text for word in ("Facebook", "form", "WhatsApp"))


async def test_a_disclosure_starts_a_report_with_what_was_said(bot: FakeTeams) -> None:
    """What to do now comes first, immediate danger before all; the walk has the words already."""
    answer = await bot.say(TEACHER, DISCLOSURE)
    assert "999" in answer.text
    first, second = answer.card["body"][:2]
    assert "999" in str(first) and "999" not in str(second)
    title = next(action["title"] for action in answer.card["actions"] if action["verb"] == Verb.REPORT)
    await bot.press(TEACHER, answer, title)
    walk = bot.last_in(TEACHER.chat)
    assert "A safeguarding worry" in walk.text
    for title in ("No", Whose.PUPIL.words, "No"):
        await bot.press(TEACHER, walk, title)
    assert DISCLOSURE in [item.get("value") for item in things_in(walk.card)]


async def test_an_unclear_question_is_asked_back_and_then_answered(bot: FakeTeams) -> None:
    """Up to three readings to choose from, and none of them; what is chosen is answered in the same card."""
    answer = await bot.say(TEACHER, "group chat")
    assert "Which" in answer.text
    chosen = [thing["selectAction"] for thing in things_in(answer.card) if "selectAction" in thing]
    readings = [action for action in chosen if action["verb"] == Verb.READING]
    assert 2 <= len(readings) <= 4
    assert "None of these" == readings[-1]["title"]
    await bot.execute(TEACHER, answer, readings[0]["verb"], readings[0]["data"])
    assert "Which" not in answer.text
    again = await bot.say(TEACHER, "group chat")
    await bot.execute(TEACHER, again, readings[-1]["verb"], readings[-1]["data"])
    assert "a person will know better" in again.text
    assert Verb.HAND_ON in [action["verb"] for action in again.card["actions"]]


async def test_words_to_copy_stand_behind_a_button(bot: FakeTeams) -> None:
    """Whoever asks how to say no finds words for it, which nobody else has to read."""
    answer = await bot.say(TEACHER, "a year 9 has sent me a friend request on instagram, how do i say no kindly")
    hidden = next(thing for thing in things_in(answer.card) if thing.get("id") == "words_to_use")
    assert hidden["isVisible"] is False
    assert "come and find me in school" in str(hidden)
    assert any("words_to_use" in str(thing.get("targetElements")) for thing in things_in(answer.card))


async def test_review_lists_both(owned: FakeTeams, questions: QuestionBook) -> None:
    """`python -m bot review`: what was passed on with its answer, and what was called wrong."""
    await passed_on(owned)
    card = await the_card(owned)
    await owned.press(DSL, card, "Send the answer", answer="Ask the head.")
    await owned.until(lambda: "was answered" in owned.last_in(TEACHER.chat).text)
    answer = await owned.say(TEACHER, "can I post a photo of my class on my insta?")
    await owned.press(TEACHER, answer, "No")
    text = await review(questions)
    assert SILENT in text and "Ask the head. (Demo DSL)" in text
    assert "3.must-not.pupil-images" in text and "did not want their question kept" in text
