"""Entra and the Bot Framework's signing keys, on loopback, for the real token checks and the real azure-identity."""

import json
import time
from typing import Any

import jwt
from aiohttp import web
from azure.core.pipeline.transport import AioHttpTransport
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://api.botframework.com"
APP_ID = "00000000-0000-0000-0000-00000000b071"


class FakeEntra:
    """Publishes keys, signs tokens for the bot, and gives the bot its own."""

    def __init__(self) -> None:
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.published: set[str] = set()
        self.fetches = 0
        self.tokens_given = 0
        self.refuse_tokens = False
        self.transports: list[AioHttpTransport] = []
        self.add_key("k1")

    def add_key(self, key_id: str, *, publish: bool = True) -> None:
        self.keys[key_id] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if publish:
            self.published.add(key_id)

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/openid", self._metadata)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    def new_transport(self) -> AioHttpTransport:
        """For `from_secret`."""
        return LoginOnLoopback(self)

    async def stop(self) -> None:
        for transport in self.transports:
            await transport.close()
        await self._runner.cleanup()

    def sign(self, service_url: str, *, key_id: str = "k1", algorithm: str = "RS256", **claims: Any) -> str:
        """A token as Teams sends it; a claim given as `None` is left out."""
        now = int(time.time())
        payload = {
            "iss": ISSUER,
            "aud": APP_ID,
            "serviceurl": service_url,
            "nbf": now - 10,
            "iat": now - 10,
            "exp": now + 3600,
        }
        payload = {name: value for name, value in {**payload, **claims}.items() if value is not None}
        return jwt.encode(payload, self.keys[key_id], algorithm=algorithm, headers={"kid": key_id})

    async def _metadata(self, request: web.Request) -> web.Response:
        self.fetches += 1
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def _keys(self, request: web.Request) -> web.Response:
        keys = []
        for key_id in sorted(self.published):
            key = json.loads(RSAAlgorithm.to_jwk(self.keys[key_id].public_key()))
            keys.append({**key, "kid": key_id, "use": "sig", "endorsements": ["msteams"]})
        return web.json_response({"keys": keys})

    async def _token(self, request: web.Request) -> web.Response:
        if self.refuse_tokens:
            return web.json_response({"error": "invalid_client", "error_description": "expired secret"}, status=401)
        self.tokens_given += 1
        body = {"token_type": "Bearer", "expires_in": 3600, "access_token": f"token-{self.tokens_given}"}
        return web.json_response(body)


class LoginOnLoopback(AioHttpTransport):
    """What azure-identity speaks through: Entra's host is this machine's fake, which closes it."""

    def __init__(self, entra: FakeEntra) -> None:
        super().__init__()
        self._entra = entra
        entra.transports.append(self)

    async def send(self, request: Any, **more: Any) -> Any:
        request.url = request.url.replace("https://login.microsoftonline.com", self._entra.url)
        return await super().send(request, **more)
