"""Where things are kept, from the environment: the settings that the bot and `python -m storage` share."""

import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr

DEFAULT_TRUST_FILE = Path(__file__).parents[1] / "bot" / "trust" / "trust.yaml"


class StorageSettings(BaseModel):
    """Names are the environment variables in lower case."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    data_dir: Path = Field(Path("data"), description="Folder of the embedded storage (SQLite file, screenshots)")
    azure_storage_connection_string: SecretStr = Field(
        SecretStr(""), description="Azure Storage by connection string; empty: the embedded storage"
    )
    azure_storage_account: str = Field("", description="Azure Storage by account name, with managed identity")
    trust_file: Path = Field(DEFAULT_TRUST_FILE, description="The trust's facts: schools, DSLs, telephone numbers")

    @property
    def connection_string(self) -> str:
        """In the clear, for the one place that connects."""
        return self.azure_storage_connection_string.get_secret_value()

    @property
    def keeps_in_azure(self) -> bool:
        """Whether the storage is Azure's rather than the embedded one."""
        return bool(self.azure_storage_account or self.connection_string)

    @property
    def storage_problems(self) -> list[str]:
        """What does not fit together, a line each, naming its setting."""
        account, given, found = self.azure_storage_account, self.connection_string, []
        if account and given:
            found.append("AZURE_STORAGE_ACCOUNT: set this or AZURE_STORAGE_CONNECTION_STRING, not both")
        if given and "AccountName=" not in given:
            found.append("AZURE_STORAGE_CONNECTION_STRING: not a connection string (AccountName=…;AccountKey=…)")
        if account and not re.fullmatch("[a-z0-9]{3,24}", account):
            found.append("AZURE_STORAGE_ACCOUNT: not the name of a storage account (3 to 24 small letters and digits)")
        if not self.trust_file.is_file():
            found.append(f"TRUST_FILE: there is no file {self.trust_file}")
        return found
