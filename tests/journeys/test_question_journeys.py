"""Asking, and finding one's way, in one's own chat."""

from tests.support.fake_teams import CHANNEL, TEACHER, FakeTeams


async def test_installing_brings_a_welcome_with_whom_to_ring(bot: FakeTeams) -> None:
    """The welcome card says what the bot does, has three buttons, and names whom to ring in danger."""
    welcome = await bot.install(TEACHER)
    assert "999" in welcome.text and "01632 960101" in welcome.text
    assert "Demo data" in welcome.text
    assert [a["title"] for a in welcome.card["actions"]] == ["Ask a question", "Report a post", "Suggest a post"]


async def test_people_who_come_and_go_get_no_message(bot: FakeTeams) -> None:
    """Teams tells of every change of members; nobody hears anything of it."""
    added = {"type": "conversationUpdate", "membersAdded": [{"id": TEACHER.account}, {"id": "28:bot"}]}
    assert 202 == (await bot.deliver(bot.activity(TEACHER, TEACHER.chat) | added))[0]
    assert [] == bot.messages


async def test_a_question_gets_the_clause_word_for_word(bot: FakeTeams) -> None:
    """A verdict, the clause as it stands, its section and the policy's date."""
    answer = await bot.say(TEACHER, "can I post a photo of my class on my insta?")
    assert "No: the policy says staff must not" in answer.text
    assert "Post images of pupils" in answer.text
    assert "Section 3" in answer.text and "TTLP/52, June 2025" in answer.text


async def test_rules_shows_the_whole_must_not_list_and_each_rule_opens(bot: FakeTeams) -> None:
    """All eight, in the order of the policy; choosing one shows what to do instead, below."""
    rules = await bot.say(TEACHER, "Rules")
    chosen = [item["selectAction"] for item in rules.card["body"] if item.get("selectAction")]
    assert len(chosen) == 8
    await bot.execute(TEACHER, rules, chosen[1]["verb"], chosen[1]["data"])
    assert "friend requests" in bot.last_in(TEACHER.chat).text
    assert rules is not bot.last_in(TEACHER.chat)


async def test_help_and_cancel_work_anywhere(bot: FakeTeams) -> None:
    """`help` shows what there is; `cancel` without a walk says that there is nothing to cancel."""
    assert "Ask a question" in str((await bot.say(TEACHER, "help")).card)
    assert "nothing to cancel" in (await bot.say(TEACHER, "cancel")).text


async def test_a_button_of_an_unknown_version_gets_help(bot: FakeTeams) -> None:
    """A verb that this version does not have is answered in words, with what there is now."""
    welcome = await bot.say(TEACHER, "help")
    for verb in ("report.old_step", "nonsense", "", "case.unknown"):
        await bot.execute(TEACHER, welcome, verb, {"v": 0})
    assert "does not work any more" in bot.last_in(TEACHER.chat).text


async def test_a_button_by_its_fallback_does_the_same(bot: FakeTeams) -> None:
    """`Action.Submit`, for clients that cannot execute, reaches the same handler."""
    welcome = await bot.say(TEACHER, "help")
    await bot.press(TEACHER, welcome, "Ask a question", submit=True)
    assert "Ask in your own words" in bot.last_in(TEACHER.chat).text


async def test_nothing_of_a_report_is_said_in_a_channel(bot: FakeTeams) -> None:
    """In a channel the bot points to the person's own chat."""
    answer = await bot.mention(TEACHER, CHANNEL, "report")
    assert "own chat" in answer.text


async def test_suggesting_says_what_the_policy_says(bot: FakeTeams) -> None:
    """Until suggestions travel through the bot, it tells people the policy's own way."""
    answer = await bot.say(TEACHER, "suggest a post")
    assert "line manager" in answer.text
