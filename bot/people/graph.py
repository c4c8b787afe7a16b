"""The few calls to Microsoft Graph: who somebody's manager is, who people are, the app in somebody's Teams.

Application permissions: `User.Read.All`, and `TeamsAppInstallation.ReadWriteSelfForUser.All` to install. What is not
granted is logged once and treated as not known.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import aiohttp
import structlog

from bot.teams.http_calls import CallFailed, Json, Patience, error_code, object_in, seconds_to_wait
from bot.teams.tokens import BotToken, TokenRefused
from storage.records import Colleague

log = structlog.get_logger()

READ_PEOPLE = "User.Read.All"
INSTALL = "TeamsAppInstallation.ReadWriteSelfForUser.All"
SELECT = "id,displayName,mail,userPrincipalName,accountEnabled,userType"
MOST_FOUND = 10
CALL_LIMIT = aiohttp.ClientTimeout(total=2.5, connect=1.5)
PATIENCE = Patience(statuses=frozenset({429, 502, 503, 504}), seconds=2.5, longest_wait=1.5)
"""Somebody waits for the answer in the middle of a walk."""
ADDRESS = re.compile(r"[^\s@/?#]{1,64}@[^\s@/?#]{1,255}")


class GraphError(CallFailed):
    """Graph did not answer as hoped."""

    service = "Graph"


@dataclass(frozen=True, slots=True)
class _Request:
    """One call, but for the token."""

    method: str
    url: str
    query: dict[str, str] | None
    body: Json | None
    headers: dict[str, str]


class Graph:
    """Asks Microsoft Graph at `url`. Every call raises `GraphError`, but for what is plainly not known."""

    def __init__(
        self, url: str, token: BotToken, session: Callable[[], aiohttp.ClientSession], teams_app_id: str = ""
    ) -> None:
        self._url = f"{url}/v1.0"
        self._token = token
        self._session = session
        self._app = teams_app_id
        self._missing: set[str] = set()

    async def manager(self, person_id: str) -> Colleague | None:
        """The manager of this person (Entra object id or sign-in name); `None` where Entra holds none."""
        path = f"/users/{quote(person_id, safe='')}/manager"
        return _person(await self._known(READ_PEOPLE, "GET", path, {"$select": SELECT}))

    async def person(self, key: str) -> Colleague | None:
        """Who has this object id, sign-in name or e-mail address; `None` if nobody does."""
        select = {"$select": SELECT}
        found = _person(await self._known(READ_PEOPLE, "GET", f"/users/{quote(key, safe='')}", select))
        if found or not ADDRESS.fullmatch(key):
            return found
        by_mail = {**select, "$filter": f"mail eq '{key.replace(chr(39), chr(39) * 2)}'"}
        people = _people(await self._known(READ_PEOPLE, "GET", "/users", by_mail))
        return people[0] if people else None

    async def people_called(self, name: str) -> list[Colleague]:
        """Up to ten people whose name holds these words."""
        words = " ".join(re.findall(r"[\w.'’-]+", name))
        query = {"$search": f'"displayName:{words}"', "$select": SELECT, "$top": str(MOST_FOUND)}
        return _people(await self._known(READ_PEOPLE, "GET", "/users", query, headers={"ConsistencyLevel": "eventual"}))

    async def install(self, person_id: str) -> bool:
        """Put the bot's app into this person's Teams; `False` where that is not allowed or set up."""
        if not self._app:
            return False
        body = {"teamsApp@odata.bind": f"{self._url}/appCatalogs/teamsApps/{self._app}"}
        try:
            return await self._known(INSTALL, "POST", _apps_of(person_id), body=body) is not None
        except GraphError as error:
            if error.status == 409:  # it is there already
                return True
            raise

    async def chat(self, person_id: str) -> str | None:
        """The id of the chat between this person and the bot's app, where it is installed."""
        if not self._app:
            return None
        query = {"$expand": "teamsApp", "$filter": f"teamsApp/id eq '{self._app}'"}
        installed = await self._known(INSTALL, "GET", _apps_of(person_id), query)
        values = (installed or {}).get("value") or []
        if not values:
            return None
        path = f"{_apps_of(person_id)}/{quote(str(values[0].get('id', '')), safe='')}/chat"
        return str((await self._known(INSTALL, "GET", path, {"$select": "id"}) or {}).get("id") or "") or None

    async def _known(
        self,
        permission: str,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        *,
        body: Json | None = None,
        headers: dict[str, str] | None = None,
    ) -> Json | None:
        """The answer; `None` for what Graph does not have or may not tell."""
        request = _Request(method, f"{self._url}{path}", query, body, headers or {})
        try:
            return await PATIENCE.call(lambda: self._authorised(request), GraphError)
        except GraphError as error:
            if error.status == 403:
                self._tell_missing(permission, error.code)
            elif error.status != 404:
                raise
            return None

    async def _authorised(self, request: _Request) -> Json:
        """With our token, and once more with a new one where Graph does not take it."""
        try:
            token = await self._token.get()
            try:
                return await self._once(request, token)
            except GraphError as error:
                if error.status != 401:
                    raise
                return await self._once(request, await self._token.get(refused=token))
        except TokenRefused as error:
            raise GraphError(0, f"no token ({error})") from error

    async def _once(self, request: _Request, token: str) -> Json:
        headers = {**request.headers, "Authorization": f"Bearer {token}"}
        try:
            async with self._session().request(
                request.method,
                request.url,
                params=request.query,
                json=request.body,
                headers=headers,
                timeout=CALL_LIMIT,
            ) as response:
                text = await response.text(errors="replace")
                if response.status >= 400:
                    raise GraphError(response.status, error_code(text), seconds_to_wait(response.headers))
                return object_in(text)
        except aiohttp.ServerTimeoutError as error:
            raise GraphError(0, "no answer in time") from error
        except aiohttp.ClientError as error:
            raise GraphError(0, type(error).__name__) from error

    def _tell_missing(self, permission: str, code: str) -> None:
        if permission not in self._missing:
            self._missing.add(permission)
            log.warning(
                "graph_permission_missing", permission=permission, code=code, note="grant it to the bot's app in Entra"
            )


def _apps_of(person_id: str) -> str:
    return f"/users/{quote(person_id, safe='')}/teamwork/installedApps"


def _people(answer: Json | None) -> list[Colleague]:
    values = (answer or {}).get("value")
    found = [_person(value) for value in values if isinstance(value, dict)] if isinstance(values, list) else []
    return [person for person in found if person]


def _person(answer: Json | None) -> Colleague | None:
    """A person of the trust: not a guest, a contact, or an account that has been closed."""
    if not answer or not answer.get("id") or answer.get("accountEnabled") is False or answer.get("userType") == "Guest":
        return None
    if answer.get("@odata.type", "#microsoft.graph.user") != "#microsoft.graph.user":
        return None
    email = str(answer.get("mail") or answer.get("userPrincipalName") or "")
    return Colleague(str(answer["id"]), str(answer.get("displayName") or email), email)
