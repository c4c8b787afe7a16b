"""The structured copy of a policy, as records: its clauses, their verdicts and their words."""

import datetime
import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

SOCIAL_MEDIA = Path(__file__).parent / "social_media.yaml"

SECTION = re.compile(r"^(\d+(?:\.\d+)?|guide)\.[a-z0-9][a-z0-9.-]*$")


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
    REPORT_WORRY = "report_worry"
    SUGGEST_POST = "suggest_post"


class HarmKind(StrEnum):
    """Harm that is heard before any rule; the conduct is towards a child."""

    CHILD_RISK = "child_risk"
    CHILD_MUST_NOT_BE_FOUND = "child_must_not_be_found"
    ADULT_CONDUCT = "adult_conduct"
    HEAD_CONDUCT = "head_conduct"
    DSL_CONDUCT = "dsl_conduct"
    STAFF_DISTRESS = "staff_distress"
    THREAT_TO_STAFF = "threat_to_staff"


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


class SpecialCase(_Record):
    """A situation that the clause treats in its own way: `when` all of these were read, `unless` any of those."""

    when: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    verdict: Verdict
    sentence: str = Field(min_length=1)
    acts: Mapping[str, str] = {}
    certain: bool = False
    instead: str | None = None
    now: str | None = None
    flow: Flow | None = None

    def fits(self, concepts: frozenset[str]) -> bool:
        return concepts.issuperset(self.when) and concepts.isdisjoint(self.unless)

    def says(self, concepts: frozenset[str]) -> str:
        """The sentence, in the words for the act that was read."""
        return _by_act(self.acts, concepts) or self.sentence


def _by_act(acts: Mapping[str, str], concepts: frozenset[str]) -> str | None:
    """The first of the sentences by act whose act was read."""
    return next((sentence for act, sentence in acts.items() if act in concepts), None)


class Clause(_Record):
    """One rule or fact of the policy, with its words and what the bot makes of them."""

    id: str
    title: str = Field(min_length=1, max_length=60)
    asked_as: str = Field(default="", max_length=70)
    who: Literal["staff", "pupils", "parents", "trust", "moderators", "all"]
    verdict: Verdict
    lead: str = ""
    wording: str = Field(min_length=1)
    also: str = ""
    summary: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    says: Mapping[Verdict, str] = {}
    acts: Mapping[str, str] = {}
    about: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    instead: str | None = None
    now: str | None = None
    why: str | None = None
    flow: Flow | None = None
    cases: tuple[SpecialCase, ...] = ()
    first_when: tuple[tuple[str, ...], ...] = ()
    risks: tuple[tuple[str, ...], ...] = ()
    explains: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    after_kin_unless: tuple[str, ...] = ()
    gives_way: bool = False
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

    def says_to(self, verdict: Verdict, concepts: frozenset[str]) -> str:
        """What the bot says when this verdict is the answer, in the words for the act that was read."""
        if verdict == self.verdict:
            return _by_act(self.acts, concepts) or self.answer
        return self.says.get(verdict, self.answer)

    def case(self, concepts: frozenset[str]) -> SpecialCase | None:
        return next((case for case in self.cases if case.fits(concepts)), None)


class Topic(_Record):
    """Something that staff often ask and the policy does not treat: what to say all the same, and whom to ask."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1, max_length=60)
    asked_as: str = Field(min_length=1, max_length=70)
    sentence: str = Field(min_length=1)
    unless: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    document: str | None = None
    phrasings: tuple[str, ...] = ()


class Reply(_Record):
    """What answers the question that was put, such as how to say no, after the rule itself."""

    when: tuple[str, ...] = Field(min_length=1)
    about: tuple[str, ...] = ()
    sentence: str = Field(min_length=1)


class WordsToUse(_Record):
    """A short text to copy, in the staff member's own voice, for a hard moment."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1, max_length=60)
    about: tuple[str, ...] = Field(min_length=1)
    when: tuple[str, ...] = ()
    text: str = Field(min_length=1)


class HarmWords(_Record):
    """What is said where harm is heard: a sentence, and what to do at once, a line each.

    `ring_dsl`: whether the telephone numbers of the DSLs stand below it; never where the conduct is a DSL's.
    """

    sentence: str = Field(min_length=1)
    now: tuple[str, ...] = Field(min_length=1)
    ring_dsl: bool = False
    flow: Flow | None = None


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
    replies: tuple[Reply, ...] = ()
    words_to_use: tuple[WordsToUse, ...] = ()
    harm: Mapping[HarmKind, HarmWords] = {}
    path: Path = SOCIAL_MEDIA

    @field_validator("harm")
    @classmethod
    def _says_something_to_every_kind(cls, value: Mapping[HarmKind, HarmWords]) -> Mapping[HarmKind, HarmWords]:
        missing = [kind for kind in HarmKind if kind not in value]
        if value and missing:
            raise ValueError(f"words are missing for {', '.join(missing)}")
        if value and value[HarmKind.DSL_CONDUCT].ring_dsl:
            raise ValueError("a worry about a DSL must not be sent to the DSLs: ring_dsl must be false for dsl_conduct")
        return value

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

    @cached_property
    def _topics_by_id(self) -> dict[str, Topic]:
        return {topic.id: topic for topic in self.topics}

    def topic(self, topic_id: str) -> Topic | None:
        """The topic of this id, if the copy has it."""
        return self._topics_by_id.get(topic_id)

    def whom_to_ask(self, topic: Topic) -> str:
        """The people to ask about a topic, in words; the copy's usual person where it names none."""
        return " or ".join(self.roles[role] for role in topic.ask) or self.ask

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
