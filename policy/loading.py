"""Reads a structured copy from YAML and proves it against the document's own words; names every mistake by its line."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from policy.document import SECTION, SOCIAL_MEDIA, Policy, PolicyError
from policy.yaml_files import nodes_and_data

PROVED = ("lead", "wording", "also")
"""The fields of a clause whose words must stand in the document."""


def load_policy(path: Path | str | None = None) -> Policy:
    """Reads a structured copy; raises a PolicyError that names every mistake in it."""
    source = Path(path) if path else SOCIAL_MEDIA
    data, lines = _read(source)
    mistakes: list[str] = []
    policy = None
    try:
        policy = Policy.model_validate({**data, "path": source})
    except ValidationError as error:
        mistakes += [_told(source, data, lines, item["loc"], item["msg"]) for item in error.errors()]
    mistakes += [_told(source, data, lines, place, message) for place, message in _inconsistencies(source, data)]
    if mistakes or policy is None:
        raise PolicyError(sorted(set(mistakes), key=_line_of))
    return policy


Place = tuple[int | str, ...]


def _read(source: Path) -> tuple[dict[str, Any], dict[Place, int]]:
    try:
        text = source.read_text(encoding="utf-8")
        node, data = nodes_and_data(text)
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError([f"{source.name}: cannot be read ({error})"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise PolicyError([f"{source.name}:{line}: not YAML ({getattr(error, 'problem', error)})"]) from error
    if not isinstance(data, dict) or node is None:
        raise PolicyError([f"{source.name}:1: the file must hold the fields of a policy (title, reference, clauses …)"])
    return data, dict(_lines(node, ()))


def _lines(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    yield place, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*place, key.value), key.start_mark.line + 1
            yield from ((at, line) for at, line in _lines(value, (*place, key.value)) if at != (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _lines(item, (*place, number))


def _told(source: Path, data: Mapping[str, Any], lines: Mapping[Place, int], place: Place, message: str) -> str:
    """One mistake in words: file, line, clause, field, what is wrong."""
    where = place
    while where and where not in lines:
        where = where[:-1]
    parts = [f"{source.name}:{lines.get(where, 1)}"]
    field = place
    if len(place) > 1 and place[0] == "clauses" and isinstance(place[1], int):
        parts.append(f"clause {_id_at(data, place[1])}")
        field = place[2:]
    if field:
        parts.append("field " + ".".join(str(part) for part in field))
    return f"{', '.join(parts)}: {message}"


def _id_at(data: Mapping[str, Any], number: int) -> str:
    entry = data["clauses"][number]
    return str(entry.get("id", f"number {number + 1}")) if isinstance(entry, dict) else f"number {number + 1}"


def _line_of(mistake: str) -> tuple[int, str]:
    found = re.match(r"[^:]+:(\d+)", mistake)
    return (int(found[1]) if found else 0, mistake)


def _inconsistencies(source: Path, data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """What the fields cannot tell by themselves: ids twice, unknown sections, words that are not the document's."""
    document = _document(source, data)
    if document is None:
        yield ("document",), "the policy document was not found beside this file"
    seen: set[str] = set()
    clauses = data.get("clauses")
    for number, entry in enumerate(clauses if isinstance(clauses, list) else []):
        if not isinstance(entry, dict):
            continue
        name = str(entry.get("id", ""))
        if name in seen:
            yield ("clauses", number, "id"), "this id is used twice"
        seen.add(name)
        found = SECTION.match(name)
        if found and found[1] not in (data.get("sections") or {}):
            yield ("clauses", number, "id"), f"section {found[1]} is not in the list of sections"
        for field in PROVED:
            words = entry.get(field)
            if document is not None and isinstance(words, str) and plain(words) not in document:
                yield ("clauses", number, field), "these words do not stand in the policy document"


def _document(source: Path, data: Mapping[str, Any]) -> str | None:
    path = source.parent / str(data.get("document", ""))
    return plain(path.read_text(encoding="utf-8")) if path.is_file() else None


def plain(words: str) -> str:
    """Words without line breaks, double spaces and emphasis, so that two copies can be compared."""
    return " ".join(words.replace("*", "").split())
