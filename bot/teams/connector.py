"""The few calls that the bot makes to Teams, over one aiohttp session: token, time limits, retries.

Replaces the SDK's own client, which opens a connection for each call, has no retry and waits up to 100 seconds
(platform notes, faults 3 to 6). `SdkConnector` gives a turn the part of that client that it uses.
"""

from urllib.parse import quote

import aiohttp
from botbuilder.schema import Activity, ResourceResponse

from bot.teams.http_calls import CallFailed, Json, Patience, error_code, object_in, seconds_to_wait
from bot.teams.tokens import BotToken, TokenRefused

CALL_LIMIT = aiohttp.ClientTimeout(total=8, connect=3)
PATIENCE = Patience(statuses=frozenset({412, 429, 502, 503, 504}), seconds=12.0, longest_wait=4.0)
"""What Microsoft says to try again (rate limits for bots); never 500, and never a time-out of a POST, which may have
arrived. Teams sends an activity again after 15 seconds."""


class ConnectorError(CallFailed):
    """Teams did not take it."""

    service = "Teams"


class Gone(ConnectorError):
    """Teams says for certain (403, 404) that the conversation or the message is not there for the bot any more."""


class TeamsConnector:
    """Speaks to the Bot Connector service. Every call raises `ConnectorError`."""

    def __init__(self, token: BotToken | None) -> None:
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session:
            await self._session.close()

    async def send(self, service_url: str, conversation: str, activity: Json, reply_to: str | None = None) -> str:
        """Post an activity, in the thread of `reply_to` if given; its id."""
        path = f"{_activities(conversation)}/{quote(reply_to, safe='')}" if reply_to else _activities(conversation)
        return str((await self._call("POST", service_url, path, activity)).get("id", ""))

    async def update(self, service_url: str, conversation: str, activity_id: str, activity: Json) -> None:
        """Replace an activity of ours."""
        path = f"{_activities(conversation)}/{quote(activity_id, safe='')}"
        await self._call("PUT", service_url, path, {**activity, "id": activity_id})

    async def delete(self, service_url: str, conversation: str, activity_id: str) -> None:
        """Delete an activity of ours."""
        await self._call("DELETE", service_url, f"{_activities(conversation)}/{quote(activity_id, safe='')}")

    async def member(self, service_url: str, conversation: str, account: str) -> Json | None:
        """The member of the conversation with this account, or `None`; a conversation that is gone is an error."""
        path = f"v3/conversations/{quote(conversation, safe='')}/members/{quote(account, safe='')}"
        try:
            return await self._call("GET", service_url, path)
        except Gone as error:
            if error.status == 404 and error.code != "ConversationNotFound":
                return None
            raise

    async def members(self, service_url: str, conversation: str) -> list[Json]:
        """Everybody in the conversation (Teams: get conversation paged members)."""
        path = f"v3/conversations/{quote(conversation, safe='')}/pagedmembers?pageSize=500"
        found: list[Json] = []
        token = ""
        while True:
            page = await self._call("GET", service_url, path + (f"&continuationToken={quote(token)}" if token else ""))
            found += [member for member in page.get("members") or [] if isinstance(member, dict)]
            token = str(page.get("continuationToken") or "")
            if not token:
                return found

    async def token(self) -> str | None:
        """The bot's token, for a download that needs it; `None` in local mode."""
        return await self._token.get() if self._token else None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one session; made inside the running loop."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=CALL_LIMIT)
        return self._session

    async def _call(self, method: str, service_url: str, path: str, body: Json | None = None) -> Json:
        address = f"{service_url.rstrip('/')}/{path}"
        return await PATIENCE.call(lambda: self._once(method, address, body), ConnectorError)

    async def _once(self, method: str, url: str, body: Json | None) -> Json:
        try:
            token = await self.token()
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            async with self.session.request(method, url, json=body, headers=headers) as response:
                text = await response.text(errors="replace")
                if response.status >= 400:
                    kind = Gone if response.status in (403, 404) else ConnectorError
                    raise kind(response.status, error_code(text), seconds_to_wait(response.headers))
                return object_in(text)
        except TokenRefused as error:
            raise ConnectorError(0, f"no token for the bot ({error})") from error
        except aiohttp.ClientConnectorError as error:
            raise ConnectorError(0, type(error).__name__, unsent=True) from error
        except aiohttp.ClientError as error:
            raise ConnectorError(0, type(error).__name__) from error


def _activities(conversation: str) -> str:
    return f"v3/conversations/{quote(conversation, safe='')}/activities"


class SdkConnector:
    """The SDK's `ConnectorClient` as far as a turn uses it, over `TeamsConnector`."""

    def __init__(self, connector: TeamsConnector, service_url: str) -> None:
        self.conversations = self
        self._connector = connector
        self._service_url = service_url

    async def send_to_conversation(self, conversation: str, activity: Activity) -> ResourceResponse:
        """Post an activity of the turn."""
        return ResourceResponse(id=await self._connector.send(self._service_url, conversation, activity.serialize()))

    async def reply_to_activity(self, conversation: str, reply_to: str, activity: Activity) -> ResourceResponse:
        """Post an activity of the turn as the answer to another."""
        body = activity.serialize()
        return ResourceResponse(id=await self._connector.send(self._service_url, conversation, body, reply_to))

    async def update_activity(self, conversation: str, activity_id: str, activity: Activity) -> ResourceResponse:
        """Replace an activity."""
        await self._connector.update(self._service_url, conversation, activity_id, activity.serialize())
        return ResourceResponse(id=activity_id)

    async def delete_activity(self, conversation: str, activity_id: str) -> None:
        """Delete an activity."""
        await self._connector.delete(self._service_url, conversation, activity_id)
