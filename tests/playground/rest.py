"""The Playground without a browser: what other people do, and everything that the bot posts.

Its REST calls know two kinds of sender. A message always comes from the person at the Playground, whoever is named;
an invoke comes from whoever is named, as long as that person is in the room (nobody else is in the personal chat).
`as_person` goes round it with a custom activity, which is passed on to the bot as it is given.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp

from tests.playground.launch import PATIENCE_SECONDS, rooms

Json = dict[str, Any]


@asynccontextmanager
async def open_rest(base: str) -> AsyncIterator[Rest]:
    """The calls and a record of what the bot posts from now on."""
    timeout = aiohttp.ClientTimeout(total=30)
    async with (
        aiohttp.ClientSession(base, timeout=timeout) as session,
        session.ws_connect("/_ws_conversation/v1/conversations/stream", timeout=aiohttp.ClientWSTimeout()) as stream,
    ):
        rest = Rest(session, base)
        listening = asyncio.create_task(rest.keep_record(stream))
        try:
            yield rest
        finally:
            listening.cancel()


class Rest:
    """`posts` holds what the bot posted: `action` (createMessage, updateMessage), `actionConversationId`, `message`."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base
        self._news = asyncio.Condition()
        self.posts: list[Json] = []

    async def message(self, room: str, text: str) -> None:
        """Send a message as the person at the Playground. A page that is open does not show it, only the answer."""
        body = {"from": {"id": rooms()["currentUser"]["id"]}, "text": text, "textFormat": "plain"}
        await self._post(f"/_conversation/v1/conversations/{room}/messages", body)

    async def invoke(self, post: Json, value: Json, sender: str | None = None) -> Json:
        """Press a button on a card that the bot posted, as anybody in that room; returns the bot's answer.

        `value` is the one of `adaptiveCard/action`: {"action": {"type": "Action.Execute", "verb": …, "data": {…}}}.
        A page that shows the card changes only by an update from the bot, not by this answer.
        """
        body = {
            "name": "adaptiveCard/action",
            "value": value,
            "from": {"id": sender or rooms()["currentUser"]["id"]},
            "conversation": {"id": thread_of(post)},
            "replyToId": post["message"]["messageId"],
        }
        return await self._post("/_conversation/v1/invoke", body)

    async def as_person(self, person: Json, activity: Json) -> str:
        """Pass an activity on to the bot as this person's; returns its id. The bot's answer to an invoke is lost."""
        named = rooms()
        whole = {
            "type": "message",
            "id": uuid.uuid4().hex,
            "timestamp": datetime.now(UTC).isoformat(),
            "channelId": "msteams",
            "serviceUrl": f"{self._base}/_connector",
            "from": {"id": person["id"], "name": person["name"], "aadObjectId": person["aadObjectId"]},
            "recipient": named["bot"],
            "conversation": {"id": named["personalChat"]["id"], "conversationType": "personal"},
            "channelData": {"tenant": {"id": named["tenantId"]}},
        } | activity
        await self._post("/_internal/v1/customActivities", whole)
        return str(whole["id"])

    async def wait_for_post(self, wanted: Callable[[Json], bool], seconds: float = PATIENCE_SECONDS) -> Json:
        """The first recorded post that is wanted, now or as soon as it arrives."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: any(map(wanted, self.posts)))
        return next(filter(wanted, self.posts))

    async def keep_record(self, stream: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in stream:
            async with self._news:
                self.posts.append(frame.json())
                self._news.notify_all()

    async def _post(self, path: str, body: Json) -> Json:
        async with self._session.post(path, json=body) as response:
            if response.status >= 400:
                raise AssertionError(f"{path} answered {response.status}: {await response.text()}")
            return await response.json() if response.content_type == "application/json" else {}


def thread_of(post: Json) -> str:
    """The conversation of a post's buttons: in a channel the thread that the post began, elsewhere where it stands."""
    room: str = post["actionConversationId"]
    in_channel = room in {channel["id"] for channel in rooms()["team"]["channels"]} | {rooms()["team"]["id"]}
    return f"{room};messageid={post['message']['messageId']}" if in_channel else room


def person(name: str) -> Json:
    """A demo person by name."""
    named = rooms()
    return next(found for found in [named["currentUser"], *named["users"]] if found["name"] == name)
