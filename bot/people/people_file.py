"""A CSV that a school exports: who is whose line manager, where Entra does not hold it.

Columns `person` and `manager`: an e-mail address, a sign-in name or an Entra object id. Optional: `person_name`,
`manager_name`, and `person_id`, `manager_id` for the Entra object ids where the first two hold addresses.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from storage.records import Colleague, is_guid

log = structlog.get_logger()

NEEDED = ("person", "manager")
KNOWN = (*NEEDED, "person_name", "manager_name", "person_id", "manager_id")
ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
MOST_TOLD = 5
LARGEST = 5_000_000
"""Bytes; a trust's staff take a hundredth of it."""


class PeopleFileError(Exception):
    """What is wrong with the file: one line a problem, each naming its line in the file."""


@dataclass
class _People:
    """Everybody by each of their keys, and whose manager is who."""

    people: dict[str, Colleague] = field(default_factory=dict)
    managers: dict[str, str] = field(default_factory=dict)


class PeopleFile:
    """The file as it is now: read again when it changes. A change for the worse is logged, and what was good stays."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = _stamp(path)
        self._people = read_people(path)

    def manager_of(self, *keys: str) -> Colleague | None:
        """The manager of whoever has one of these keys: addresses or an Entra object id."""
        self._look_again()
        managers = self._people.managers
        found = next((managers[key.casefold()] for key in keys if key.casefold() in managers), None)
        return self._people.people[found] if found else None

    def people(self, text: str) -> list[Colleague]:
        """Who has this key, or else whose name holds these words."""
        self._look_again()
        wanted = " ".join(text.casefold().split())
        if exact := self._people.people.get(wanted):
            return [exact]
        words = wanted.split()
        everybody = dict.fromkeys(self._people.people.values())
        return [who for who in everybody if words and all(word in who.name.casefold() for word in words)]

    def _look_again(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._people = read_people(self._path)
        except PeopleFileError as error:
            lines = [problem.split(": ")[0] for problem in str(error).splitlines()]  # not the words: they may be names
            log.error("directory_file_unusable", at=lines[:MOST_TOLD], problems=len(lines))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def read_people(path: Path) -> _People:
    """The people of the file. Raises `PeopleFileError` with a line for each mistake."""
    rows = list(_rows(path))
    mistakes = [f"{path.name}:{line}: {problem}" for line, row in rows for problem in _problems(row)]
    read = _People()
    for line, row in rows:
        person, manager = _listed(row, "person"), _listed(row, "manager")
        keys = (row["person"], row["person_id"])
        _add(read, person, keys)
        _add(read, manager, (row["manager"], row["manager_id"]))
        for key in filter(None, keys):
            if read.managers.setdefault(key, row["manager"]) != row["manager"]:
                mistakes.append(f"{path.name}:{line}: person: {key} has another manager further up")
    if mistakes:
        raise PeopleFileError("\n".join(mistakes))
    for key, manager_key in list(read.managers.items()):
        who = read.people[key]
        read.managers.update({known: manager_key for known in (who.id, who.email) if known})
    return read


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        reader = csv.DictReader(io.StringIO(_text(path), newline=""), restkey="too many")
        _check_headings(reader, path)
        yield from _read(reader)
    except csv.Error as error:
        raise PeopleFileError(f"{path.name}: not a CSV ({error})") from None


def _read(reader: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, str]]]:
    for row in reader:
        cells = {name: " ".join(str(row.get(name) or "").split()) for name in KNOWN}
        keys = {name: cell.casefold() for name, cell in cells.items() if not name.endswith("_name")}
        if any(cells.values()):
            yield reader.line_num, cells | keys


def _check_headings(reader: "csv.DictReader[str]", path: Path) -> None:
    headings = [" ".join(str(name).casefold().split()).replace(" ", "_") for name in reader.fieldnames or ()]
    reader.fieldnames = headings
    if missing := [name for name in NEEDED if name not in headings]:
        raise PeopleFileError(f"{path.name}:1: no column {' and no column '.join(missing)}")


def _text(path: Path) -> str:
    """The file's text, with commas: some spreadsheets write semicolons or tabs, and not all of them UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PeopleFileError(f"{path}: cannot be read ({error.strerror})") from None
    if len(data) > LARGEST:
        raise PeopleFileError(f"{path.name}: larger than {LARGEST} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    heading = text.split("\n", 1)[0]
    separator = max(",;\t", key=heading.count)
    if separator == ",":
        return text
    out = io.StringIO()
    csv.writer(out).writerows(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    return out.getvalue()


def _problems(row: dict[str, str]) -> Iterator[str]:
    for name in NEEDED:
        if not (ADDRESS.fullmatch(row[name]) or is_guid(row[name])):
            said = f"{row[name]!r} is neither an e-mail address nor an Entra object id" if row[name] else "it is empty"
            yield f"{name}: {said}"
    for name in ("person_id", "manager_id"):
        if row[name] and not is_guid(row[name]):
            yield f"{name}: {row[name]!r} is not an Entra object id"
    if row["person"] == row["manager"] or (row["person_id"] and row["person_id"] == row["manager_id"]):
        yield "manager: nobody is their own line manager"


def _listed(row: dict[str, str], who: str) -> Colleague:
    key = row[who]
    object_id = row[f"{who}_id"] or (key if is_guid(key) else "")
    return Colleague(object_id, row[f"{who}_name"], key if "@" in key else "")


def _add(read: _People, listed: Colleague, keys: tuple[str, str]) -> None:
    """Everything that the file says of somebody, in whatever row it stands."""
    known = next((read.people[key] for key in keys if key in read.people), Colleague("", ""))
    merged = Colleague(listed.id or known.id, listed.name or known.name, listed.email or known.email)
    for key in filter(None, (*keys, merged.id, merged.email)):
        read.people[key] = merged
