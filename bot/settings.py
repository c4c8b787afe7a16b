"""The environment, read once into one frozen `Settings`; every problem is listed at once."""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from storage.records import is_guid
from storage.storage_settings import StorageSettings


class SettingsError(Exception):
    """What is wrong with the environment: one line a problem, each naming its setting."""


class Settings(StorageSettings, BaseSettings):
    """Everything that is set from outside. Names are the environment variables in lower case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(3978, ge=1, le=65535, description="Port to listen on")
    public_url: str = Field("", description="Where the bot is reached, https://…; links to files lead there")
    microsoft_app_id: str = Field("", description="The bot's app id in Entra; empty: local mode, on loopback only")
    microsoft_app_password: SecretStr = Field(SecretStr(""), description="Client secret of a SingleTenant bot")
    microsoft_app_tenant_id: str = Field("", description="The trust's tenant; activities of any other are refused")
    microsoft_app_type: Literal["SingleTenant", "UserAssignedMSI"] = Field(
        "SingleTenant", description="How the bot proves who it is"
    )
    bot_admins: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="Entra object ids, separated by commas, of those who may give channels a purpose"
    )
    directory_file: Path | None = Field(None, description="CSV of who is whose line manager: person, manager")
    teams_app_id: str = Field(
        "", description="The app's id in the trust's Teams catalogue, to install it for a manager"
    )
    graph_url: str = Field("https://graph.microsoft.com", description="Microsoft Graph, for another cloud")
    attachment_hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset({"smba.trafficmanager.net", "sharepoint.com", "asm.skype.com", "botframework.com"}),
        description="Hosts, with those below them, from which screenshots are fetched",
    )
    log_format: Literal["json", "text"] = Field("json", description="How the log is written")

    @field_validator("bot_admins", "attachment_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return frozenset(filter(None, re.split(r"[,;\s]+", value.casefold()))) if isinstance(value, str) else value

    @field_validator("public_url", "graph_url")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("not an address such as https://bot.example.org")
        return value.rstrip("/")

    @field_validator("bot_admins")
    @classmethod
    def _object_ids(cls, value: frozenset[str]) -> frozenset[str]:
        if wrong := sorted(item for item in value if not is_guid(item)):
            raise ValueError(f"not an Entra object id: {', '.join(wrong)}")
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        if problems := list(self._problems()):
            raise ValueError("\n".join(problems))
        return self

    def _problems(self) -> list[str]:
        problems = []
        if self.is_local and not _is_loopback(self.host):
            problems.append(
                f"HOST: {self.host} is open to the network, but without MICROSOFT_APP_ID nobody is checked. "
                "Set MICROSOFT_APP_ID, or listen on 127.0.0.1"
            )
        if not self.is_local and not self.microsoft_app_tenant_id:
            problems.append("MICROSOFT_APP_TENANT_ID: needed with MICROSOFT_APP_ID; without it Teams refuses replies")
        if not self.is_local and self.microsoft_app_type == "SingleTenant" and not self.app_password:
            problems.append("MICROSOFT_APP_PASSWORD: a SingleTenant bot needs its client secret")
        if self.public_url.startswith("http:") and not self.is_local:
            problems.append("PUBLIC_URL: with MICROSOFT_APP_ID it has to be https: files about children go over it")
        if self.teams_app_id and not is_guid(self.teams_app_id):
            problems.append("TEAMS_APP_ID: not an id of the app catalogue (the Teams admin centre shows it)")
        if self.graph_url.startswith("http:") and not _is_loopback(urlsplit(self.graph_url).hostname or ""):
            problems.append("GRAPH_URL: it has to be https")
        if self.directory_file and not self.directory_file.is_file():
            problems.append(f"DIRECTORY_FILE: there is no file {self.directory_file}")
        return problems + self.storage_problems

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed in counts: `load_settings` is given the whole environment, and a test can be too."""
        return (init_settings,)

    @property
    def is_local(self) -> bool:
        """Without an app id nobody's token is checked: for one machine only."""
        return not self.microsoft_app_id

    @property
    def base_url(self) -> str:
        """`PUBLIC_URL`, or where the bot listens: enough on one machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def app_password(self) -> str:
        """The client secret in the clear, for the one place that sends it."""
        return self.microsoft_app_password.get_secret_value()


def load_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in `environment`. Raises `SettingsError` with a line for each problem."""
    known = {name: environment[name.upper()] for name in Settings.model_fields if environment.get(name.upper())}
    try:
        return Settings.model_validate(known)
    except ValidationError as error:
        raise SettingsError("\n".join(_all_problems(known, error))) from None


def _all_problems(known: dict[str, str], error: ValidationError) -> list[str]:
    """The problems of single settings, and with those left out, the problems of what is left."""
    wrong = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
    lines = _lines(error)
    if wrong:
        try:
            Settings.model_validate({name: value for name, value in known.items() if name not in wrong})
        except ValidationError as rest:
            lines += _lines(rest)
    return lines


def _lines(error: ValidationError) -> list[str]:
    lines: list[str] = []
    for problem in error.errors():
        message = problem["msg"].removeprefix("Value error, ")
        if not problem["loc"]:
            lines += message.split("\n")  # the checks of several settings together name them themselves
            continue
        name = str(problem["loc"][0]).upper()
        given = "" if "password" in name.lower() or "connection" in name.lower() else f" (it is {problem['input']!r})"
        lines.append(f"{name}: {message[0].lower()}{message[1:]}{given}")
    return lines


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
