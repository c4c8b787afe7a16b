"""The storage that the settings name: the embedded one, or Azure's. Nothing is contacted yet."""

from dataclasses import dataclass

from azure.core.credentials_async import AsyncTokenCredential

from storage.files.evidence import EvidenceStore, FolderEvidence
from storage.storage_settings import StorageSettings
from storage.tables.port import Tables
from storage.tables.sqlite_tables import SqliteTables


@dataclass(frozen=True)
class Kept:
    """The tables and the evidence. `credential`: the identity that Azure is asked with, if it is."""

    tables: Tables
    evidence: EvidenceStore
    credential: AsyncTokenCredential | None = None

    async def close(self) -> None:
        """Let go of files and connections."""
        await self.evidence.close()
        await self.tables.close()
        if self.credential:
            await self.credential.close()


def connect_storage(settings: StorageSettings, base_url: str = "", identity: str = "") -> Kept:
    """`base_url`: where links to files of the embedded storage lead. `identity`: the client id of a managed identity.

    Where only a user-assigned identity exists, Azure has to be told which (else AZURE_CLIENT_ID says it).
    """
    if settings.keeps_in_azure:
        return _in_azure(settings, identity)
    evidence = FolderEvidence(settings.data_dir / "evidence", base_url)
    return Kept(SqliteTables(settings.data_dir / "bot.sqlite3"), evidence)


def _in_azure(settings: StorageSettings, client_id: str) -> Kept:
    # imported here: the clients take a second to load, and the embedded storage needs none of them
    from azure.identity.aio import DefaultAzureCredential

    from storage.files.blob_evidence import BlobEvidence
    from storage.tables.azure_tables import AzureTables

    if given := settings.connection_string:
        return Kept(AzureTables.from_connection_string(given), BlobEvidence.from_connection_string(given))
    known = {"managed_identity_client_id": client_id} if client_id else {}
    account, identity = settings.azure_storage_account, DefaultAzureCredential(**known)
    return Kept(AzureTables.from_account(account, identity), BlobEvidence.from_account(account, identity), identity)
