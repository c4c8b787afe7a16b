"""What the bot stands on: where it keeps, how it proves who it is, what time it is. A test replaces it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import DefaultAzureCredential

from bot.people.line_managers import PeopleDirectory
from bot.settings import Settings
from bot.teams.tokens import SCOPE, CachedToken, from_managed_identity, from_secret
from storage.files.blob_evidence import BlobEvidence
from storage.files.evidence import EvidenceStore, FolderEvidence
from storage.tables.azure_tables import AzureTables
from storage.tables.port import Tables
from storage.tables.sqlite_tables import SqliteTables


@dataclass(frozen=True)
class Outside:
    """`directory` is only given by a test: else it is built on the settings."""

    tables: Tables
    evidence: EvidenceStore
    token: CachedToken | None
    credential: AsyncTokenCredential | None = None
    graph_token: CachedToken | None = None
    directory: PeopleDirectory | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def close(self) -> None:
        """Let go of files and connections."""
        await self.evidence.close()
        await self.tables.close()
        if self.credential:
            await self.credential.close()


def connect(settings: Settings) -> Outside:
    """The real outside, as the settings say. Nothing is contacted yet."""
    token, graph_token = _token(settings, SCOPE), _token(settings, f"{settings.graph_url}/.default")
    connection_string = settings.azure_storage_connection_string.get_secret_value()
    if connection_string:
        tables, evidence = AzureTables.from_connection_string, BlobEvidence.from_connection_string
        return Outside(tables(connection_string), evidence(connection_string), token, graph_token=graph_token)
    if account := settings.azure_storage_account:
        identity = DefaultAzureCredential()
        azure_tables = AzureTables.from_account(account, identity)
        return Outside(azure_tables, BlobEvidence.from_account(account, identity), token, identity, graph_token)
    folder = FolderEvidence(settings.data_dir / "evidence", settings.base_url)
    return Outside(SqliteTables(settings.data_dir / "bot.sqlite3"), folder, token, graph_token=graph_token)


def _token(settings: Settings, scope: str) -> CachedToken | None:
    if settings.is_local:
        return None
    if settings.microsoft_app_type == "UserAssignedMSI":
        return CachedToken(from_managed_identity(settings.microsoft_app_id, scope))
    app_id, secret, tenant = settings.microsoft_app_id, settings.app_password, settings.microsoft_app_tenant_id
    return CachedToken(from_secret(app_id, secret, tenant, scope=scope))
