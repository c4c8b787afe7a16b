"""Microsoft Graph on loopback: the people of a tenant, their managers, their apps, and the ways in which it fails."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

APP = "a9900000-0000-4000-8000-000000000001"


@dataclass
class FakeGraph:
    """`answers` are given first, one a request: a status, and headers."""

    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)
    installed: set[str] = field(default_factory=set)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    always: tuple[int, dict[str, str]] | None = None
    refused_tokens: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def add(self, person_id: str, name: str, email: str, manager: str = "", **more: Any) -> None:
        known = {
            "id": person_id,
            "displayName": name,
            "mail": email,
            "userPrincipalName": email,
            "accountEnabled": True,
        }
        self.people[person_id] = known | {"userType": "Member"} | more
        if manager:
            self.managers[person_id] = manager

    async def start(self) -> None:
        app = web.Application(middlewares=[self._door])
        app.router.add_get("/v1.0/users", self._search)
        app.router.add_get("/v1.0/users/{key}", self._user)
        app.router.add_get("/v1.0/users/{key}/manager", self._manager)
        app.router.add_get("/v1.0/users/{key}/teamwork/installedApps", self._apps)
        app.router.add_post("/v1.0/users/{key}/teamwork/installedApps", self._install)
        app.router.add_get("/v1.0/users/{key}/teamwork/installedApps/{installation}/chat", self._chat)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    @web.middleware
    async def _door(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        self.headers.append(dict(request.headers))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.tokens.append(token)
        if not token or token in self.refused_tokens:
            return error(401, "InvalidAuthenticationToken")
        status, headers = self.answers.pop(0) if self.answers else self.always or (0, {})
        if status:
            return error(status, "TooManyRequests" if status == 429 else "Authorization_RequestDenied", headers)
        response: web.StreamResponse = await handler(request)
        return response

    def _known(self, key: str) -> dict[str, Any] | None:
        fitting = [who for who in self.people.values() if key in (who["id"], who["userPrincipalName"])]
        return fitting[0] if fitting else None

    async def _user(self, request: web.Request) -> web.Response:
        found = self._known(request.match_info["key"])
        return web.json_response(found) if found else error(404, "Request_ResourceNotFound")

    async def _manager(self, request: web.Request) -> web.Response:
        person = self._known(request.match_info["key"])
        manager = self._known(self.managers.get(person["id"], "")) if person else None
        if not manager:
            return error(404, "Request_ResourceNotFound")
        return web.json_response({"@odata.type": "#microsoft.graph.user"} | manager)

    async def _search(self, request: web.Request) -> web.Response:
        if "$filter" in request.query:
            wanted = request.query["$filter"].removeprefix("mail eq '").removesuffix("'").replace("''", "'")
            return web.json_response({"value": [who for who in self.people.values() if who["mail"] == wanted]})
        if request.headers.get("ConsistencyLevel") != "eventual":
            return error(400, "Request_UnsupportedQuery")
        words = request.query["$search"].strip('"').removeprefix("displayName:").casefold().split()
        fitting = [who for who in self.people.values() if all(word in who["displayName"].casefold() for word in words)]
        return web.json_response({"value": fitting[: int(request.query["$top"])]})

    async def _install(self, request: web.Request) -> web.Response:
        body = await request.json()
        if not body["teamsApp@odata.bind"].endswith(f"/appCatalogs/teamsApps/{APP}"):
            return error(404, "NotFound")
        if request.match_info["key"] in self.installed:
            return error(409, "Conflict")
        self.installed.add(request.match_info["key"])
        return web.Response(status=201)

    async def _apps(self, request: web.Request) -> web.Response:
        there = request.match_info["key"] in self.installed and request.query["$filter"] == f"teamsApp/id eq '{APP}'"
        return web.json_response({"value": [{"id": "inst/1=", "teamsApp": {"id": APP}}] if there else []})

    async def _chat(self, request: web.Request) -> web.Response:
        assert request.match_info["installation"] == "inst/1="
        return web.json_response({"id": f"19:{request.match_info['key']}@unq.gbl.spaces"})


def error(status: int, code: str, headers: dict[str, str] | None = None) -> web.Response:
    """As Graph says it: the message repeats what was asked, so that it must not be logged."""
    body = {"error": {"code": code, "message": "What was asked stands here."}}
    return web.json_response(body, status=status, headers=headers)
