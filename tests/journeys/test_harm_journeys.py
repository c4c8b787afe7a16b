"""Harm in somebody's question: what the card leads with, and the walk that its button starts."""

import pytest

from cards.verbs import Verb
from storage.cases.case_records import Whose
from tests.support.fake_teams import TEACHER, FakeTeams


def first_button(card: dict[str, object]) -> str:
    actions = card["actions"]
    assert isinstance(actions, list)
    return str(actions[0]["title"])


async def test_harm_in_the_middle_of_a_question_leads_with_the_dsl(bot: FakeTeams) -> None:
    """Whom to tell comes before any rule, with the numbers to ring; nobody is asked whether this was right."""
    asked = "Can I post the art display? One of the girls in it has bruises on her arms and is scared to go home"
    answer = await bot.say(TEACHER, asked)
    assert "999" in str(answer.card["body"][0]) and "safeguarding lead" in answer.card["body"][1]["text"]
    assert "01632 960101" in answer.text and "999" in answer.text
    assert "Was this right?" not in answer.text
    assert "Report a worry" == first_button(answer.card)
    await bot.press(TEACHER, answer, "Report a worry")
    assert "danger" in bot.last_in(TEACHER.chat).text


@pytest.mark.parametrize(
    ("asked", "whose", "told"),
    [
        ("I think a colleague is messaging a year 11 girl", Whose.STAFF, "head teacher"),
        ("the headteacher is messaging a pupil", Whose.HEAD, "chair of governors"),
        ("our DSL is messaging a pupil at night", Whose.DSL_TEAM, "head teacher"),
    ],
)
async def test_whose_conduct_it_is_decides_who_is_told_and_begins_the_walk(
    bot: FakeTeams, asked: str, whose: Whose, told: str
) -> None:
    """No DSL's number stands on the card; the walk asks whose conduct it is with the answer already chosen."""
    answer = await bot.say(TEACHER, asked)
    assert told in answer.text and "01632 960101" not in answer.text
    button = next(action for action in answer.card["actions"] if action["verb"] == Verb.REPORT)
    assert ("worry", whose.value) == (button["data"]["kind"], button["data"]["whose"])
    await bot.press(TEACHER, answer, "Report a worry")
    card = bot.last_in(TEACHER.chat)
    await bot.press(TEACHER, card, "No")
    assert whose.words in card.text


async def test_somebody_in_distress_reads_who_listens(bot: FakeTeams) -> None:
    """Samaritans and Education Support, and is shown neither a rule nor a form."""
    answer = await bot.say(TEACHER, "I cant cope with this any more")
    assert "Samaritans, 116 123" in answer.text and "08000 562 561" in answer.text
    assert "TTLP/52" not in answer.text
    assert [] == answer.card.get("actions", [])
