"""Evidence in Azure Blob Storage: the store of `evidence.py` where the tables are Azure's too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobSasPermissions, ContentSettings, generate_blob_sas
from azure.storage.blob.aio import BlobServiceClient, ContainerClient

from storage.files.evidence import checked_id, describe, describe_own
from storage.records import StoredFile
from storage.tables.azure_tables import account_url, answers_within
from storage.tables.port import NotFound, StorageUnavailable

UPLOAD_SECONDS = 10
"""For ten megabytes to the storage account and their retries; Teams waits 15 for the whole turn."""

BLOB_LIMITS: dict[str, Any] = {
    "connection_timeout": 2,
    "read_timeout": 8,
    "retry_total": 2,
    "initial_backoff": 0.5,
    "increment_base": 0,
    "random_jitter_range": 0,
}
"""What the Azure client is told; its own first pause is 15 seconds."""

KEEP_SECONDS = 120
"""For a file of ours, an export with all its evidence, which nobody's turn waits for."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""Between this machine and the storage account."""


class BlobEvidence:
    """Files in a container of the storage account that holds the tables. It is made when it is first used."""

    def __init__(self, service: BlobServiceClient, *, container: str = "evidence") -> None:
        self._service = service
        self._container = container
        self._ready: ContainerClient | None = None
        self._closed = False

    @classmethod
    def from_connection_string(cls, connection_string: str, *, container: str = "evidence") -> "BlobEvidence":
        """With the account's key. ValueError if it is no connection string."""
        return cls(BlobServiceClient.from_connection_string(connection_string, **BLOB_LIMITS), container=container)

    @classmethod
    def from_account(
        cls, account: str, credential: AsyncTokenCredential, *, container: str = "evidence"
    ) -> "BlobEvidence":
        """With an identity, which stays the caller's to close; ValueError for a bad name.

        The identity needs the role Storage Blob Data Contributor.
        """
        url = account_url(account, "blob")
        return cls(BlobServiceClient(url, credential=credential, **BLOB_LIMITS), container=container)

    async def save(self, content: bytes) -> StoredFile:
        """Keep a file. Raises as `EvidenceStore.save`."""
        file = describe(content)
        settings = ContentSettings(file.content_type, content_disposition=_attachment(file.name))
        async with self._container_client() as container:
            # The id is new, so an upload that is sent again after a lost answer may overwrite: it is itself.
            await container.upload_blob(file.id, content, overwrite=True, content_settings=settings)
        return file

    async def keep(self, made: BinaryIO, name: str, content_type: str, id: str = "") -> StoredFile:
        """Keep a copy of a file of our own making. May raise `StorageUnavailable`."""
        file = await asyncio.to_thread(describe_own, made, name, content_type, id)
        settings = ContentSettings(content_type, content_disposition=_attachment(name))
        async with self._container_client(KEEP_SECONDS) as container:
            await container.upload_blob(file.id, made, overwrite=True, content_settings=settings)
        return file

    async def load(self, id: str) -> bytes:
        """The file as it was sent; `NotFound` if there is none. May raise `StorageUnavailable`."""
        async with self._container_client() as container:
            download = await container.download_blob(checked_id(id))
            return bytes(await download.readall())

    async def link(self, file: StoredFile, until: datetime) -> str:
        """A shared access signature for this one blob, to be read, until then. May raise `StorageUnavailable`.

        Signed with the account's key; with an identity, with a key that is asked for each time and proves that the
        identity still may (role Storage Blob Delegator or Data Contributor).
        """
        async with self._container_client() as container:
            blob = container.get_blob_client(checked_id(file.id))
            signature = generate_blob_sas(
                str(blob.account_name),
                self._container,
                file.id,
                permission=BlobSasPermissions(read=True),
                expiry=until,
                protocol="https" if blob.url.startswith("https:") else None,
                cache_control="no-store",
                content_disposition=_attachment(file.name),
                content_type=file.content_type,
                **await self._signing_key(until),
            )
        return f"{blob.url}?{signature}"

    async def _signing_key(self, until: datetime) -> dict[str, Any]:
        if account_key := getattr(self._service.credential, "account_key", None):
            return {"account_key": account_key}
        begin = datetime.now(UTC) - CLOCKS_DIFFER
        return {"user_delegation_key": await self._service.get_user_delegation_key(begin, until + CLOCKS_DIFFER)}

    async def delete(self, id: str) -> None:
        """Forget a file, if it is there. May raise `StorageUnavailable`."""
        with suppress(NotFound):
            async with self._container_client() as container:
                await container.delete_blob(checked_id(id))

    async def close(self) -> None:
        """Let go of the connections; a later call raises `StorageUnavailable`."""
        self._closed = True
        await self._service.close()

    @asynccontextmanager
    async def _container_client(self, seconds: float | None = None) -> AsyncIterator[ContainerClient]:
        if self._closed:
            raise StorageUnavailable("the store of evidence is closed")
        async with answers_within(seconds or UPLOAD_SECONDS, f"Azure Blob Storage ({self._container})"):
            try:
                self._ready = self._ready or await self._made()
                yield self._ready
            except ResourceNotFoundError as error:
                if "ContainerNotFound" in str(error):
                    self._ready = None  # somebody removed it: the next call makes it anew
                    raise
                raise NotFound("no such file is kept") from error

    async def _made(self) -> ContainerClient:
        client = self._service.get_container_client(self._container)
        with suppress(ResourceExistsError):
            await client.create_container()
        return client


def _attachment(name: str) -> str:
    """Downloaded and not shown, should anyone ever open its address in a browser."""
    return f'attachment; filename="{name}"'
