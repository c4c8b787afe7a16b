"""Reports that begin elsewhere: on a message in Teams, or in a channel."""

from typing import Any

from storage.cases.case_records import Whose
from tests.support.fake_teams import CHANNEL, TEACHER, FakeTeams, things_in
from tests.support.report_steps import PARENT, POST, fill_in, finish

MESSAGE = {
    "from": {"user": {"displayName": "Demo Pupil"}},
    "body": {"contentType": "html", "content": "<div>you are <b>all</b> rubbish</div><p>and more</p>"},
    "linkToMessage": "https://teams.microsoft.com/l/message/19:x/1",
    "createdDateTime": "2026-06-03T20:40:00Z",
}


async def invoke(teams: FakeTeams, name: str, value: dict[str, Any]) -> Any:
    activity = teams.activity(TEACHER, CHANNEL, value=value) | {"type": "invoke", "name": name}
    status, body = await teams.deliver(activity)
    assert status == 200
    return body["task"]


async def test_a_message_becomes_a_report(bound: FakeTeams) -> None:
    """Its words, author, link and time are filled in; the walk goes on in the person's own chat and ends in a case."""
    await bound.say(TEACHER, "help")
    task = await invoke(bound, "composeExtension/fetchTask", {"commandId": "reportMessage", "messagePayload": MESSAGE})
    values = {item["id"]: item["value"] for item in things_in(task["value"]["card"]["content"]) if item.get("id")}
    assert "you are\nall\nrubbish\nand more" in values["description"]
    assert "Demo Pupil, 3 June 2026, 21:40" in values["description"] and values["links"] == MESSAGE["linkToMessage"]
    task = await invoke(bound, "composeExtension/submitAction", {"commandId": "reportMessage", "data": values})
    assert "own chat" in task["value"]
    card = bound.last_in(TEACHER.chat)
    for title in ("No", Whose(PARENT).words, POST, "No"):
        await bound.press(TEACHER, card, title)
    shown = {item["id"]: item.get("value") for item in things_in(card.card) if item.get("id")}
    assert values["description"] == shown["description"]
    await fill_in(bound, TEACHER, card, **values)
    assert (await finish(bound, TEACHER, card)).startswith("SM-")


async def test_somebody_whom_the_bot_never_met_is_told_how(bound: FakeTeams) -> None:
    """Nothing is kept, and the sentence says what to do."""
    task = await invoke(bound, "composeExtension/submitAction", {"commandId": "reportMessage", "data": {}})
    assert "Open a chat with me" in task["value"]


async def test_a_message_without_anything_opens_all_the_same(bound: FakeTeams) -> None:
    """Whatever Teams leaves out."""
    for payload in (None, {}, {"from": None, "body": None}, {"createdDateTime": "x", "from": {"user": None}}):
        task = await invoke(
            bound, "composeExtension/fetchTask", {"commandId": "reportMessage", "messagePayload": payload}
        )
        assert "A message in Teams from somebody" in str(task)


async def test_report_said_in_a_channel_opens_in_the_own_chat(bound: FakeTeams) -> None:
    """The channel hears nothing of it; the start stands in the person's chat."""
    await bound.say(TEACHER, "help")
    answer = await bound.mention(TEACHER, CHANNEL, "report")
    assert "own chat" in answer.text
    card = bound.last_in(TEACHER.chat)
    await bound.press(TEACHER, card, "Start a report")
    assert "immediate danger" in bound.last_in(TEACHER.chat).text
