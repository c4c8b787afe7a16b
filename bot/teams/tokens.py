"""The bot's own tokens, for Teams and for Graph: fetched off the event loop, once, and again before they end.

The SDK makes a new MSAL application and a new blocking token call for every turn (platform notes, fault 4).
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from azure.core.exceptions import AzureError
from azure.identity.aio import ManagedIdentityCredential
from msal import ConfidentialClientApplication
from msal.exceptions import MsalError

SCOPE = "https://api.botframework.com/.default"
EARLY = 300.0
"""Seconds before its end at which a token is renewed."""


FETCH_LIMIT = 4.0
"""Seconds in which Entra has to answer."""


class TokenRefused(Exception):
    """Entra gave no token: a wrong or expired secret, or it could not be reached."""


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    ends: float


class FetchToken(Protocol):
    """Gives a token and for how many seconds it is good. Raises `TokenRefused`."""

    async def __call__(self, *, anew: bool = False) -> tuple[str, float]:
        """`anew`: the last one was refused, so that a kept one will not do."""


class CachedToken:
    """One token for all turns. While a renewal fails, the old one serves until its end."""

    def __init__(self, fetch: FetchToken, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token: _Token | None = None
        self._lock = asyncio.Lock()

    async def get(self, refused: str = "") -> str:
        """A token that is good now, and not the one that was `refused`. Raises `TokenRefused`."""
        async with self._lock:
            anew = self._token is not None and self._token.value == refused
            if anew:
                self._token = None
            if self._token is None or self._token.ends - EARLY <= self._clock():
                await self._renew(anew)
            assert self._token is not None  # noqa: S101 (set by _renew, which raises otherwise)
            return self._token.value

    async def _renew(self, anew: bool) -> None:
        try:
            async with asyncio.timeout(FETCH_LIMIT):
                value, seconds = await self._fetch(anew=anew)
        except (TokenRefused, TimeoutError) as error:
            if self._token is None or self._token.ends <= self._clock():
                raise TokenRefused(str(error) or "Entra did not answer in time") from error
            return
        self._token = _Token(value, self._clock() + seconds)


def from_secret(app_id: str, secret: str, tenant: str, http_client: Any = None, scope: str = SCOPE) -> FetchToken:
    """Tokens of a SingleTenant bot, by its client secret. `http_client` is what MSAL speaks through, for tests."""
    applications: list[ConfidentialClientApplication] = []

    def ask(anew: bool) -> tuple[str, float]:
        if not applications:  # made here and not before, because it asks Entra for its addresses
            applications.append(
                ConfidentialClientApplication(
                    app_id,
                    client_credential=secret,
                    authority=f"https://login.microsoftonline.com/{tenant}",
                    http_client=http_client,
                    timeout=FETCH_LIMIT,
                )
            )
        if anew:
            applications[0].remove_tokens_for_client()
        answer = applications[0].acquire_token_for_client([scope])
        if "access_token" not in answer:
            raise TokenRefused(f"{answer.get('error')}: {str(answer.get('error_description'))[:200]}")
        return str(answer["access_token"]), float(answer.get("expires_in", EARLY))

    async def fetch(*, anew: bool = False) -> tuple[str, float]:
        try:
            return await asyncio.to_thread(ask, anew)
        except (MsalError, OSError, ValueError) as error:  # requests' errors are OSErrors
            raise TokenRefused(f"Entra could not be asked: {error}") from error

    return fetch


def from_managed_identity(app_id: str, scope: str = SCOPE) -> FetchToken:
    """Tokens of a bot with a user-assigned managed identity."""
    credential = ManagedIdentityCredential(client_id=app_id)

    async def fetch(*, anew: bool = False) -> tuple[str, float]:
        try:
            token = await credential.get_token(scope)
        except AzureError as error:
            raise TokenRefused(str(error)) from error
        return token.token, token.expires_on - time.time()

    return fetch
