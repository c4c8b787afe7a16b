"""Everything external, built from the settings: tables, files, tokens, clock. Tests pass their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from azure.core.credentials_async import AsyncTokenCredential

from bot.people.line_managers import PeopleDirectory
from bot.settings import Settings
from bot.teams.tokens import SCOPE, BotToken, from_managed_identity, from_secret
from storage.connecting import connect_storage
from storage.files.evidence import EvidenceStore
from storage.tables.port import Tables


@dataclass(frozen=True)
class Outside:
    """`directory` is only given by a test: else it is built on the settings."""

    tables: Tables
    evidence: EvidenceStore
    token: BotToken | None
    credential: AsyncTokenCredential | None = None
    graph_token: BotToken | None = None
    directory: PeopleDirectory | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def close(self) -> None:
        """Let go of files and connections."""
        await self.evidence.close()
        await self.tables.close()
        for token in (self.token, self.graph_token):
            if token:
                await token.close()
        if self.credential:
            await self.credential.close()


def connect(settings: Settings) -> Outside:
    """The real outside, as the settings say. Nothing is contacted yet."""
    token, graph_token = _token(settings, SCOPE), _token(settings, f"{settings.graph_url}/.default")
    identity = settings.microsoft_app_id if settings.microsoft_app_type == "UserAssignedMSI" else ""
    kept = connect_storage(settings, settings.base_url, identity)
    return Outside(kept.tables, kept.evidence, token, kept.credential, graph_token)


def _token(settings: Settings, scope: str) -> BotToken | None:
    if settings.is_local:
        return None
    if settings.microsoft_app_type == "UserAssignedMSI":
        return BotToken(from_managed_identity(settings.microsoft_app_id), scope)
    app_id, secret, tenant = settings.microsoft_app_id, settings.app_password, settings.microsoft_app_tenant_id
    return BotToken(from_secret(app_id, secret, tenant), scope)
