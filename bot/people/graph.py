"""The few calls to Microsoft Graph: who somebody's manager is, who people are, the app in somebody's Teams.

Application permissions: `User.Read.All`, and `TeamsAppInstallation.ReadWriteSelfForUser.All` to install. What is not
granted is logged once and treated as not known.
"""

import asyncio
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import aiohttp
import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from bot.teams.tokens import CachedToken, TokenRefused
from storage.records import Colleague

log = structlog.get_logger()

READ_PEOPLE = "User.Read.All"
INSTALL = "TeamsAppInstallation.ReadWriteSelfForUser.All"
SELECT = "id,displayName,mail,userPrincipalName,accountEnabled,userType"
MOST_FOUND = 10
PASSING = frozenset({429, 502, 503, 504})
TRIES = 3
CALL_LIMIT = aiohttp.ClientTimeout(total=2.5, connect=1.5)
ALL_TRIES_LIMIT = 2.5
"""Seconds for a question with its retries: somebody waits for it in the middle of a walk."""
LONGEST_WAIT = 1.5
"""Seconds that Graph may ask to wait; a longer wait means that it cannot be asked now."""
ADDRESS = re.compile(r"[^\s@/?#]{1,64}@[^\s@/?#]{1,255}")
_backoff = wait_random_exponential(multiplier=0.2, max=3)

Json = dict[str, Any]


class GraphError(Exception):
    """Graph did not answer as hoped. `status` is 0 where there was no answer; `code` is Graph's own word."""

    def __init__(self, status: int, code: str, retry_after: float = 0.0) -> None:
        super().__init__(f"Graph answered {status} {code}" if status else f"Graph could not be reached: {code}")
        self.status = status
        self.code = code
        self.retry_after = retry_after


class Graph:
    """Asks Microsoft Graph at `url`. Every call raises `GraphError`, but for what is plainly not known."""

    def __init__(
        self, url: str, token: CachedToken, session: Callable[[], aiohttp.ClientSession], teams_app_id: str = ""
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
        tries = AsyncRetrying(
            stop=stop_after_attempt(TRIES), retry=retry_if_exception(_is_passing), wait=_wait, reraise=True
        )
        try:
            async with asyncio.timeout(ALL_TRIES_LIMIT):
                return await tries(self._authorised, method, path, query, body, headers or {})
        except TimeoutError:
            raise GraphError(0, "no answer in time") from None
        except GraphError as error:
            if error.status == 403:
                self._tell_missing(permission, error.code)
            elif error.status != 404:
                raise
            return None

    async def _authorised(
        self, method: str, path: str, query: dict[str, str] | None, body: Json | None, headers: dict[str, str]
    ) -> Json:
        """With our token, and once more with a new one where Graph does not take it."""
        try:
            token = await self._token.get()
            try:
                return await self._once(method, path, query, body, headers, token)
            except GraphError as error:
                if error.status != 401:
                    raise
                return await self._once(method, path, query, body, headers, await self._token.get(refused=token))
        except TokenRefused as error:
            raise GraphError(0, f"no token ({error})") from error

    async def _once(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None,
        body: Json | None,
        headers: dict[str, str],
        token: str,
    ) -> Json:
        headers = {**headers, "Authorization": f"Bearer {token}"}
        try:
            async with self._session().request(
                method, f"{self._url}{path}", params=query, json=body, headers=headers, timeout=CALL_LIMIT
            ) as response:
                if response.status >= 400:
                    raise GraphError(response.status, await _code(response), _seconds(response))
                return await _object(response)
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


async def _object(response: aiohttp.ClientResponse) -> Json:
    try:
        value = await response.json(content_type=None)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


async def _code(response: aiohttp.ClientResponse) -> str:
    """Graph's error code; not its message, which may repeat what was asked."""
    error = (await _object(response)).get("error")
    return str(error.get("code", "")) if isinstance(error, dict) else ""


def _seconds(response: aiohttp.ClientResponse) -> float:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdigit() else 0.0


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, GraphError) and error.status in PASSING and error.retry_after <= LONGEST_WAIT


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, GraphError) else 0.0
    return asked or _backoff(state)
