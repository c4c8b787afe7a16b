"""The bot's own tokens, for Teams and for Graph, by azure-identity: it keeps one, and renews it before it ends.

While a renewal fails, the old token serves until its end. The SDK would make a new MSAL application and a new blocking
token call for every turn (platform notes, fault 4).
"""

import asyncio
from collections.abc import Callable
from typing import Any

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import AioHttpTransport, AsyncHttpTransport
from azure.identity.aio import ClientSecretCredential, ManagedIdentityCredential

SCOPE = "https://api.botframework.com/.default"
FETCH_LIMIT = 4.0
"""Seconds in which Entra has to answer."""

NewCredential = Callable[[], AsyncTokenCredential]
"""Makes a credential that keeps no token yet."""


class TokenRefused(Exception):
    """Entra gave no token: a wrong or expired secret, or it could not be reached."""


class BotToken:
    """One token for all turns."""

    def __init__(self, new_credential: NewCredential, scope: str = SCOPE) -> None:
        self._new_credential = new_credential
        self._scope = scope
        self._credential: AsyncTokenCredential | None = None
        self._given = ""
        self._lock = asyncio.Lock()

    async def get(self, refused: str = "") -> str:
        """A token that is good now, and not the one that was `refused`. Raises `TokenRefused`."""
        async with self._lock:  # many turns at once fetch one token
            if refused and refused == self._given:
                await self.close()  # a credential would give again what it keeps
            if self._credential is None:
                self._credential = self._new_credential()
            self._given = await self._asked(self._credential)
            return self._given

    async def close(self) -> None:
        """Let go of the connection to Entra, and of what is kept."""
        if self._credential:
            await self._credential.close()
            self._credential = None

    async def _asked(self, credential: AsyncTokenCredential) -> str:
        try:
            async with asyncio.timeout(FETCH_LIMIT):
                return (await credential.get_token(self._scope)).token
        except (AzureError, ValueError) as error:  # ValueError: a tenant that can be none
            raise TokenRefused(str(error)[:200]) from error
        except TimeoutError:
            raise TokenRefused("Entra did not answer in time") from None


def from_secret(
    app_id: str, secret: str, tenant: str, new_transport: Callable[[], AsyncHttpTransport[Any, Any]] = AioHttpTransport
) -> NewCredential:
    """Of a SingleTenant bot, by its client secret. `new_transport`: makes what speaks HTTP, which a test replaces."""
    return lambda: ClientSecretCredential(tenant, app_id, secret, transport=new_transport())


def from_managed_identity(app_id: str) -> NewCredential:
    """Of a bot with a user-assigned managed identity."""
    return lambda: ManagedIdentityCredential(client_id=app_id)
