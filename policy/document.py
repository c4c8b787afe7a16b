"""The structured copy of a policy: clauses, read from YAML and proved against the document's own words."""

import datetime
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from policy.yaml_files import nodes_and_data

SOCIAL_MEDIA = Path(__file__).parent / "social_media.yaml"

SECTION = re.compile(r"^(\d+(?:\.\d+)?|guide)\.[a-z0-9][a-z0-9.-]*$")
PROVED = ("lead", "wording", "also")


class Verdict(StrEnum):
    """What the policy says to a question; `clarify` is the bot asking back."""

    MUST_NOT = "must_not"
    CONDITIONAL = "conditional"
    ALLOWED = "allowed"
    MUST_DO = "must_do"
    INFO = "info"
    NOT_COVERED = "not_covered"
    CLARIFY = "clarify"


class Flow(StrEnum):
    """A walk that an answer may offer."""

    REPORT_CONTENT = "report_content"
    REPORT_CONTACT = "report_contact"
    SUGGEST_POST = "suggest_post"


STRICTEST_FIRST = (
    Verdict.MUST_NOT,
    Verdict.MUST_DO,
    Verdict.CONDITIONAL,
    Verdict.NOT_COVERED,
    Verdict.INFO,
    Verdict.ALLOWED,
)


class PolicyError(Exception):
    """A structured copy that cannot be used; says every mistake at once."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Case(_Record):
    """A situation that the clause treats in its own way: `when` all of these were read, `unless` any of those."""

    when: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    verdict: Verdict
    sentence: str = Field(min_length=1)
    flow: Flow | None = None

    def fits(self, concepts: frozenset[str]) -> bool:
        return concepts.issuperset(self.when) and concepts.isdisjoint(self.unless)


class Clause(_Record):
    """One rule or fact of the policy, with its words and what the bot makes of them."""

    id: str
    title: str = Field(min_length=1, max_length=60)
    who: Literal["staff", "pupils", "parents", "trust", "moderators", "all"]
    verdict: Verdict
    lead: str = ""
    wording: str = Field(min_length=1)
    also: str = ""
    summary: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    says: Mapping[Verdict, str] = {}
    conditions: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    instead: str | None = None
    now: str | None = None
    flow: Flow | None = None
    cases: tuple[Case, ...] = ()
    first_when: tuple[tuple[str, ...], ...] = ()
    risks: tuple[tuple[str, ...], ...] = ()
    explains: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    after_kin_unless: tuple[str, ...] = ()
    phrasings: tuple[str, ...] = ()

    @field_validator("id")
    @classmethod
    def _has_a_section(cls, value: str) -> str:
        if not SECTION.match(value):
            raise ValueError("an id is SECTION.name in small letters, such as 3.must-not.complain")
        return value

    @property
    def section(self) -> str:
        found = SECTION.match(self.id)
        return found[1] if found else ""

    @property
    def quote(self) -> str:
        """The clause word for word, with the words that introduce it."""
        return f"{self.lead}: {self.wording}" if self.lead else self.wording

    def sentence(self, verdict: Verdict) -> str:
        """What the bot says when this verdict is the answer."""
        if verdict == self.verdict:
            return self.answer
        return self.says.get(verdict, self.answer)

    def case(self, concepts: frozenset[str]) -> Case | None:
        return next((case for case in self.cases if case.fits(concepts)), None)


class Topic(_Record):
    """Something that staff often ask and the policy does not treat: what to say all the same, and whom to ask."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1, max_length=60)
    asked_as: str = Field(min_length=1, max_length=70)
    sentence: str = Field(min_length=1)
    touches: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    document: str | None = None
    phrasings: tuple[str, ...] = ()


class Policy(_Record):
    """A policy: its clauses in document order and the facts about itself."""

    title: str
    reference: str
    trust: str
    date: str
    review_date: str
    document: str
    reporting_form: str
    ask: str
    related: tuple[str, ...]
    changes: tuple[str, ...]
    sections: Mapping[str, str]
    clauses: tuple[Clause, ...] = Field(min_length=1)
    roles: Mapping[str, str] = {}
    topics: tuple[Topic, ...] = ()
    path: Path = SOCIAL_MEDIA

    @field_validator("date", "review_date")
    @classmethod
    def _is_a_month(cls, value: str) -> str:
        _month(value)
        return value

    @cached_property
    def _by_id(self) -> dict[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    def clause(self, clause_id: str) -> Clause:
        return self._by_id[clause_id]

    def __contains__(self, clause_id: object) -> bool:
        return clause_id in self._by_id

    @property
    def must_nots(self) -> tuple[Clause, ...]:
        """What staff must not do, in document order."""
        return tuple(clause for clause in self.clauses if ".must-not." in clause.id)

    @property
    def citation(self) -> str:
        return f"{self.reference}, {self.date}"

    def in_section(self, section: str) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if clause.section == section)

    def is_overdue(self, today: datetime.date) -> bool:
        """Whether the month in which the policy was to be reviewed has passed."""
        due = _month(self.review_date)
        return (today.year, today.month) > (due.year, due.month)


def _month(text: str) -> datetime.date:
    try:
        return datetime.datetime.strptime(text, "%B %Y").date()  # noqa: DTZ007 (a month has no time zone)
    except ValueError:
        raise ValueError("write the month and the year, such as June 2025") from None


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
