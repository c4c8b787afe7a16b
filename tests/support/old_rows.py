"""Data of the first version (commit 97d93df), as that version wrote it, and what that version read out of it.

`tests/storage/old_rows/COVERAGE.md` says what is in it and how it was made.
"""

import json
import shutil
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from storage.cases.case_records import Whose
from storage.stored_names import ChosenAnswer, NoOneSchool, StoredName

FOLDER = Path(__file__).parents[1] / "storage" / "old_rows"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
NOW = datetime.fromisoformat(EXPECTED["now"])
"""When the rows were written last: by a later clock drafts are forgotten and reminders fall due."""


def copy_to(folder: Path) -> None:
    """A copy to be opened: a storage that is opened writes beside itself."""
    shutil.copy(FOLDER / "bot.sqlite3", folder)
    shutil.copytree(FOLDER / "evidence", folder / "evidence")


def as_then(value: Any) -> Any:
    """A value in the form of `expected.json`: choices by their members' names, or by the words that were kept."""
    if isinstance(value, ChosenAnswer) and not isinstance(value, Whose):
        return value.first_words  # was a plain text then
    if isinstance(value, StoredName):
        return value.name
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        held = {each.name: getattr(value, each.name) for each in fields(value)}
        known = {name: inner for name, inner in held.items() if inner or name not in _ADDED_SINCE}
        return {name: _open_as_then(name, as_then(inner)) for name, inner in known.items()}
    if isinstance(value, dict):
        return {str(key): as_then(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_then(each) for each in value]
    return value


def expected(part: str) -> Any:
    """One part of what the first version read; a place that is no one school has one name now."""
    return _with_names(EXPECTED[part])


_ADDED_SINCE = frozenset(
    [
        *("concerned", "telephone", "placed", "left_cards", "kept_from", "being_written", "danger_taken_back"),
        *("kind_before", "whose_assumed", "alerted"),
    ]
)
"""Fields that the first version did not have: in its rows they are empty, or the comparison fails."""

_WERE_TEXTS = frozenset({"platform", "aimed_at", "whose", "answered", "pupil", "family"})


def _open_as_then(name: str, value: Any) -> Any:
    return "" if value is None and name in _WERE_TEXTS else value


def _with_names(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _school(each) if key == "school" else _with_names(each) for key, each in value.items()}
    return [_with_names(each) for each in value] if isinstance(value, list) else value


def _school(value: Any) -> Any:
    is_wide = isinstance(value, str) and NoOneSchool.TRUST_WIDE.is_meant_by(value)
    return NoOneSchool.TRUST_WIDE.value if is_wide else value
