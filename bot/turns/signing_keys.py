"""The keys with which the Bot Framework signs its tokens: fetched off the loop, renewed when they rotate.

The SDK's own cache blocks the event loop without a time limit and refuses a rotated key for up to a day
(platform notes, faults 6 and 7). This one takes its place through `JwtTokenExtractor.metadataCache`.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor
from jwt.algorithms import RSAAlgorithm

DAY = 24 * 3600.0
UNKNOWN_KEY_PAUSE = 300.0
"""Seconds between two fetches because of a key that is not known: invented keys must not make us hammer Microsoft."""
LIMIT = aiohttp.ClientTimeout(total=5)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key and the channels that it may speak for; the SDK reads both attributes."""

    public_key: Any
    endorsements: list[str]


class SigningKeys:
    """The keys of one metadata document. Installed once, at start-up."""

    def __init__(
        self, url: str, session: Callable[[], aiohttp.ClientSession], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._session = session
        self._clock = clock
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._lock = asyncio.Lock()
        self._renewal: asyncio.Task[None] | None = None

    def install(self) -> None:
        """Make the SDK's token check ask here."""
        JwtTokenExtractor.metadataCache[self._url] = self

    async def get(self, key_id: str) -> SigningKey:
        """The key of this id. Raises `PermissionError` if there is none."""
        known = self._keys.get(key_id)
        if known is None:
            await self._renew(UNKNOWN_KEY_PAUSE)
        elif self._is_older_than(DAY, self._fetched_at) and not self._lock.locked():
            self._renewal = asyncio.create_task(self._renew(UNKNOWN_KEY_PAUSE))  # a known key serves meanwhile
        if key_id not in self._keys:
            raise PermissionError("unknown signing key")
        return self._keys[key_id]

    def _is_older_than(self, seconds: float, at: float | None) -> bool:
        return at is None or self._clock() - at > seconds

    async def _renew(self, pause: float) -> None:
        """Fetch the keys, unless that was tried a moment ago."""
        async with self._lock:
            if not self._is_older_than(pause, self._tried_at) and self._keys:
                return
            self._tried_at = self._clock()
            try:
                document = await self._json(self._url)
                keys = (await self._json(document["jwks_uri"]))["keys"]
            except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
                if not self._keys:
                    raise PermissionError(f"no signing keys: {type(error).__name__}") from error
                return  # the keys that we have still serve
            self._keys = {key["kid"]: _signing_key(key) for key in keys if key.get("kid") and key.get("kty") == "RSA"}
            self._fetched_at = self._clock()

    async def _json(self, url: str) -> Any:
        async with self._session().get(url, timeout=LIMIT) as response:
            response.raise_for_status()
            return await response.json(content_type=None)


def _signing_key(key: dict[str, Any]) -> SigningKey:
    return SigningKey(RSAAlgorithm.from_jwk(json.dumps(key)), key.get("endorsements", []))
