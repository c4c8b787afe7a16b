"""The web app: Teams' door, and what those who run it look at."""

from collections.abc import AsyncIterator, Callable

from aiohttp import web
from botbuilder.core import Bot
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.turns.adapter import TeamsAdapter
from storage.tables.port import StorageUnavailable, Tables

MAX_BODY = 256 * 1024
"""Bytes of one activity: Teams' own limit is about 100 KB."""

Background = Callable[[web.Application], AsyncIterator[None]]


def make_web_app(
    adapter: TeamsAdapter, bot: Bot, tables: Tables, is_stuck: Callable[[], bool], background: Background
) -> web.Application:
    """`background` runs beside the app, from its start to its end."""

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, bot)

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readyz(request: web.Request) -> web.Response:
        try:
            await tables.ping()
        except StorageUnavailable as error:
            return web.json_response({"status": "not ready", "storage": str(error)}, status=503)
        if is_stuck():
            return web.json_response({"status": "not ready", "notifier": "alerts are not being delivered"}, status=503)
        return web.json_response({"status": "ready"})

    async def metrics(request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application(client_max_size=MAX_BODY)
    app.router.add_post("/api/messages", messages)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    app.cleanup_ctx.append(background)
    return app
