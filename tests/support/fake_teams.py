"""Teams as the bot sees it, on loopback: the connector's REST calls on one side, people on the other.

What the bot sends is kept by conversation; a card that it updates, or gives back to a button, replaces what was there.
"""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from storage.records import Person
from tests.support.waiting import PATIENCE, until

TENANT = "11111111-1111-1111-1111-111111111111"
BOT = "28:bot"
Card = dict[str, Any]


@dataclass(frozen=True)
class Human:
    """Somebody in the fake tenant."""

    name: str
    tenant: str = TENANT

    @property
    def account(self) -> str:
        return f"29:{self.name.lower().replace(' ', '-')}"

    @property
    def entra_id(self) -> str:
        number = sum((index + 1) * ord(c) for index, c in enumerate(self.name)) % 10**12
        return f"aaaaaaaa-0000-0000-0000-{number:012d}"

    @property
    def chat(self) -> str:
        return f"a:chat-with-{self.name.lower().replace(' ', '-')}"


def person(who: Human) -> Person:
    """As the bot keeps them."""
    return Person(who.entra_id, who.name, who.account)


TEACHER, DSL, DEPUTY = Human("Demo Teacher"), Human("Demo DSL"), Human("Demo Deputy")
HEAD, CHAIR = Human("Demo Head"), Human("Demo Chair")
MANAGER, EDITOR, OTHER_MANAGER = Human("Demo Manager"), Human("Demo Editor"), Human("Demo Other Manager")
OUTSIDER, ADMIN = Human("Demo Outsider"), Human("Demo IT")

EVERYBODY = (TEACHER, DSL, DEPUTY, HEAD, CHAIR, OUTSIDER, ADMIN)
STRANGER = Human("Demo Stranger", tenant="99999999-9999-9999-9999-999999999999")
CHANNEL = "19:safeguarding@thread.tacv2"


@dataclass
class Message:
    """A message of the bot as it stands now; `updates` counts how often it was replaced."""

    id: str
    conversation: str
    activity: dict[str, Any]
    updates: int = 0

    @property
    def card(self) -> Card | None:
        attachments = self.activity.get("attachments") or []
        return attachments[0]["content"] if attachments else None

    @property
    def text(self) -> str:
        return " ".join(filter(None, [self.activity.get("text", ""), *texts_in(self.card or {})]))


@dataclass
class FakeTeams:
    """The service and the people. `bot_url` is where the bot listens."""

    bot_url: str = ""
    rosters: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    messages: list[Message] = field(default_factory=list)
    refuse: Callable[[str, str], int | None] = lambda method, conversation: None
    calls: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    files_hang: bool = False
    headers_seen: list[str] = field(default_factory=list)
    token: str | None = None
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def start(self, port: int = 0) -> None:
        app = web.Application()
        app.router.add_post("/v3/conversations/{conversation}/activities", self._post)
        app.router.add_post("/v3/conversations/{conversation}/activities/{activity}", self._post)
        app.router.add_put("/v3/conversations/{conversation}/activities/{activity}", self._put)
        app.router.add_get("/v3/conversations/{conversation}/members/{account}", self._member)
        app.router.add_get("/v3/conversations/{conversation}/pagedmembers", self._members)
        app.router.add_get("/files/{name}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]
        self.session = aiohttp.ClientSession()

    async def stop(self) -> None:
        await self.session.close()
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    # What the bot calls

    async def _post(self, request: web.Request) -> web.Response:
        conversation = request.match_info["conversation"]
        if refused := self._refused(request, conversation):
            return refused
        message = Message(f"m{next(self._ids)}", conversation, await request.json())
        self.messages.append(message)
        return web.json_response({"id": message.id}, status=201)

    async def _put(self, request: web.Request) -> web.Response:
        conversation = request.match_info["conversation"]
        if refused := self._refused(request, conversation):
            return refused
        message = self.by_id(request.match_info["activity"])
        if message is None:
            return _error(404, "ActivityNotFoundInConversation")
        message.activity, message.updates = await request.json(), message.updates + 1
        return web.json_response({"id": message.id})

    async def _member(self, request: web.Request) -> web.Response:
        conversation, account = request.match_info["conversation"], request.match_info["account"]
        if refused := self._refused(request, conversation):
            return refused
        if account not in self.rosters[conversation]:
            return _error(404, "MemberNotFoundInConversation")
        return web.json_response({"id": account, "tenantId": TENANT})

    async def _members(self, request: web.Request) -> web.Response:
        """One member a page, so that a roster always takes several."""
        conversation = request.match_info["conversation"]
        if refused := self._refused(request, conversation):
            return refused
        accounts = sorted(self.rosters[conversation])
        start = int(request.query.get("continuationToken", "0"))
        members = [_as_member(account) for account in accounts[start : start + 1]]
        more = str(start + 1) if start + 1 < len(accounts) else None
        return web.json_response({"members": members, "continuationToken": more})

    async def _file(self, request: web.Request) -> web.Response:
        self.headers_seen.append(request.headers.get("Authorization", ""))
        name = request.match_info["name"]
        if self.files_hang:
            await asyncio.Event().wait()
        if name not in self.files:
            return web.Response(status=500)
        content, content_type = self.files[name]
        return web.Response(body=content, content_type=content_type)

    def _refused(self, request: web.Request, conversation: str) -> web.Response | None:
        self.calls.append((request.method, conversation))
        status = self.refuse(request.method, conversation)
        return _error(status, "Refused") if status else None

    # What people see

    def by_id(self, message_id: str) -> Message | None:
        return next((message for message in self.messages if message.id == message_id), None)

    def seen_in(self, conversation: str) -> list[Message]:
        return [message for message in self.messages if message.conversation == conversation]

    def last_in(self, conversation: str) -> Message:
        return self.seen_in(conversation)[-1]

    async def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until it holds; fails with what was sent so far."""
        try:
            await until(condition, seconds)
        except TimeoutError:
            sent = "\n".join(f"{message.conversation}: {message.text}" for message in self.messages)
            raise AssertionError(sent or "nothing was sent") from None

    # What people do

    async def say(self, who: Human, text: str, **more: Any) -> Message | None:
        """A message in the person's own chat; the bot's last answer."""
        before = len(self.seen_in(who.chat))
        await self.deliver(self.activity(who, who.chat, text=text, **more))
        seen = self.seen_in(who.chat)
        return seen[-1] if len(seen) > before else None

    async def mention(self, who: Human, channel: str, text: str) -> Message:
        """A message in a channel that mentions the bot; the bot's last answer in its thread."""
        mention = {"type": "mention", "text": "<at>Policy Bot</at>", "mentioned": {"id": BOT, "name": "Policy Bot"}}
        activity = self.activity(who, channel, text=f"<at>Policy Bot</at> {text}", entities=[mention])
        activity["conversation"] |= {"conversationType": "channel", "id": f"{channel};messageid=170000"}
        activity["channelData"] |= {
            "channel": {"id": channel, "name": "Safeguarding alerts"},
            "team": {"id": "19:team"},
        }
        await self.deliver(activity)
        return self.last_in(activity["conversation"]["id"])

    async def install(self, who: Human) -> Message:
        activity = self.activity(who, who.chat) | {"type": "installationUpdate", "action": "add"}
        await self.deliver(activity)
        return self.messages[-1]

    async def press(
        self, who: Human, message: Message, title: str, *, submit: bool = False, card: Card | None = None, **inputs: str
    ) -> Any:
        """Press the button called `title`; a card that comes back takes the place of the one pressed.

        As a client does, it sends what stands in the card's fields, or `inputs` instead, and leaves empty ones out.
        """
        shown = card or message.card or {}
        button = button_in(shown, title)
        given = {} if button.get("associatedInputs") == "none" else {**filled_in(shown), **inputs}
        inputs = {name: text for name, text in given.items() if text}
        if submit:
            button = button["fallback"]
            value = {**button["data"], **inputs}
            await self.deliver(self.activity(who, message.conversation, value=value, replyToId=message.id))
            return None
        return await self.execute(who, message, button["verb"], {**button["data"], **inputs})

    async def execute(self, who: Human, message: Message, verb: str, data: dict[str, Any]) -> Any:
        """An `Action.Execute` with this verb and data; the response's value."""
        value = {"action": {"type": "Action.Execute", "verb": verb, "data": data}}
        activity = self.activity(who, message.conversation, value=value, replyToId=message.id)
        if message.conversation.startswith("19:"):
            activity["conversation"]["conversationType"] = "channel"
        status, body = await self.deliver(activity | {"type": "invoke", "name": "adaptiveCard/action"})
        if status != 200:
            return status
        if body["type"] == "application/vnd.microsoft.card.adaptive":
            message.activity = {"attachments": [{"content": body["value"]}]}
        return body["value"]

    def activity(self, who: Human, conversation: str, **more: Any) -> dict[str, Any]:
        return {
            "type": "message",
            "id": f"in{next(self._ids)}",
            "channelId": "msteams",
            "serviceUrl": self.url,
            "from": {"id": who.account, "name": who.name, "aadObjectId": who.entra_id},
            "recipient": {"id": BOT, "name": "Policy Bot"},
            "conversation": {"id": conversation, "conversationType": "personal", "tenantId": who.tenant},
            "channelData": {"tenant": {"id": who.tenant}},
            **more,
        }

    async def deliver(self, activity: dict[str, Any]) -> tuple[int, Any]:
        """Hand an activity to the bot, as Teams does: status and body."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.session.post(f"{self.bot_url}/api/messages", json=activity, headers=headers) as response:
            body = await response.json() if response.content_type == "application/json" else None
            return response.status, body


def _as_member(account: str) -> dict[str, Any]:
    who = next((human for human in EVERYBODY if human.account == account), None)
    name, entra = (who.name, who.entra_id) if who else (account, None)
    return {"id": account, "name": name, "aadObjectId": entra, "tenantId": TENANT}


def button_in(card: Card, title: str) -> dict[str, Any]:
    """The button of this title; fails with those that are there."""
    buttons = {found["title"]: found for found in things_in(card) if str(found.get("type", "")).startswith("Action.")}
    assert title in buttons, f"no button {title!r} among {sorted(buttons)}"
    return buttons[title]


def filled_in(card: Card) -> dict[str, str]:
    """What stands in the fields of a card before anybody types."""
    fields = [item for item in things_in(card) if str(item.get("type", "")).startswith("Input.")]
    return {item["id"]: item["value"] for item in fields if isinstance(item.get("value"), str)}


def texts_in(card: Card) -> list[str]:
    """Every text that the card shows: words, labels, facts, values in fields."""
    names = ("text", "title", "label", "value")
    shown = [item for item in things_in(card) if not str(item.get("type", "")).startswith("Action.")]
    return [item[name] for item in shown for name in names if isinstance(item.get(name), str)]


def things_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every element of a card, at any depth; not what stands behind it as a fallback."""
    if isinstance(value, dict):
        yield value
        for name, inner in value.items():
            if name != "fallback":
                yield from things_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from things_in(inner)


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": "as the test wants it"}}, status=status)
