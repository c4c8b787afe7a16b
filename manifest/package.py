"""`make package`: the manifest filled in from the environment, and zipped with its icons for the Teams admin centre.

The same settings give the same bytes. What is missing or wrong is listed all at once.
"""

from __future__ import annotations

import json
import os
import re
import struct
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "build" / "policy-bot.zip"
ICONS = {"color.png": (192, 192), "outline.png": (32, 32)}
PLACEHOLDER = re.compile(r"\$\{\{(\w+)\}\}")
# Teams shows a command of its menu on one line; more of them than this it leaves out.
COMMANDS_AT_MOST = 10
# A file in a zip carries a date; one that never changes keeps the package the same.
LONG_AGO = (1980, 1, 1, 0, 0, 0)

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
HTTPS = re.compile(r"https://[^\s/]+\.[^\s/]+\S*")
HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


class PackageError(Exception):
    """All that keeps the package from being built, in sentences for a person."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The Teams app package was not built:\n" + "\n".join(f"  - {problem}" for problem in problems))


class Setting(NamedTuple):
    """A setting, what it is, and the form it has to have."""

    name: str
    meaning: str
    form: re.Pattern[str]


SETTINGS = (
    Setting("MICROSOFT_APP_ID", "the application id of the bot's registration in Entra, a GUID", GUID),
    Setting("BOT_HOST", "the host name where Teams reaches the bot, as in bot.trust.example, without https://", HOST),
    Setting("WEBSITE_URL", "a page where staff find help with the bot, from https:// on", HTTPS),
    Setting("PRIVACY_URL", "the trust's privacy notice, from https:// on", HTTPS),
    Setting("TERMS_URL", "the terms of use, from https:// on", HTTPS),
)
OPTIONAL = Setting("TEAMS_APP_ID", "the app's own id in Teams, a GUID; MICROSOFT_APP_ID where it is not set", GUID)


def build(environment: Mapping[str, str], target: Path = PACKAGE) -> Path:
    """Write the package, or raise a PackageError with everything that is in the way."""
    problems = [*_wrong_settings(environment), *_wrong_icons()]
    if problems:
        raise PackageError(problems)
    manifest = fill(environment)
    if problems := too_long(json.loads(manifest)):
        raise PackageError(problems)
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        _add(package, "manifest.json", manifest.encode())
        for name in ICONS:
            _add(package, name, (HERE / name).read_bytes())
    return target


def fill(environment: Mapping[str, str]) -> str:
    """The manifest with every placeholder replaced."""
    values = {setting.name: environment.get(setting.name, "") for setting in SETTINGS}
    values["TEAMS_APP_ID"] = environment.get("TEAMS_APP_ID") or values["MICROSOFT_APP_ID"]
    values["APP_VERSION"] = _version()

    def escaped(found: re.Match[str]) -> str:
        return json.dumps(values[found[1]])[1:-1]  # its place is inside a JSON string

    return PLACEHOLDER.sub(escaped, (HERE / "manifest.json").read_text(encoding="utf-8"))


def too_long(manifest: Mapping[str, Any]) -> list[str]:
    """Where the manifest exceeds what Teams takes."""
    limits = {
        ("name", "short"): 30,
        ("name", "full"): 100,
        ("description", "short"): 80,
        ("description", "full"): 4000,
        ("developer", "name"): 32,
    }
    problems = [
        f"{part}.{field} in manifest.json has {len(manifest[part][field])} characters; Teams takes {limit}."
        for (part, field), limit in limits.items()
        if len(manifest[part][field]) > limit
    ]
    for commands in manifest["bots"][0]["commandLists"]:
        if len(commands["commands"]) > COMMANDS_AT_MOST:
            scopes = ", ".join(commands["scopes"])
            problems.append(f"manifest.json lists more than {COMMANDS_AT_MOST} commands for {scopes}.")
    return problems


def _wrong_settings(environment: Mapping[str, str]) -> list[str]:
    problems = []
    for name, meaning, form in (*SETTINGS, OPTIONAL):
        value = environment.get(name, "")
        if not value and name != OPTIONAL.name:
            problems.append(f"{name} is not set: {meaning}.")
        elif value and not form.fullmatch(value):
            problems.append(f"{name} is {value!r}: it has to be {meaning}.")
    return problems


def _wrong_icons() -> list[str]:
    """A PNG says its size in its first 24 bytes."""
    problems = []
    for name, (wide, high) in ICONS.items():
        head = (HERE / name).read_bytes()[:24]
        if head[:8] != b"\x89PNG\r\n\x1a\n" or struct.unpack(">II", head[16:24]) != (wide, high):
            problems.append(f"manifest/{name} has to be a PNG of {wide} by {high} pixels.")
    return problems


def _version() -> str:
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _add(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.external_attr = 0o644 << 16
    package.writestr(entry, content)


def main() -> int:
    try:
        print(f"Built {build(os.environ).relative_to(HERE.parent)}.")
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
