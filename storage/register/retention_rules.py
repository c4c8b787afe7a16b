"""What `trust.yaml` says of how long cases are kept. Without a rule nothing is ever deleted."""

import re
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from storage.cases.case_records import Kind, Outcome
from storage.register.retention import Rule

_TIME = re.compile(r"(\d{1,3}) (year|month)s?")


class RetentionRule(BaseModel):
    """One rule, for closed cases: of these kinds (`worry`) and outcomes (`no_breach`), or of any.

    Times are counted from the day on which the case was closed, and written "6 years" or "18 months".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    review_after: str
    delete_after: str | None = None
    kinds: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()

    @field_validator("kinds", "outcomes")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        known = {name.casefold() for name in (*Kind.__members__, *Outcome.__members__)}
        if wrong := [name for name in names if name.casefold() not in known]:
            raise ValueError(f"{', '.join(wrong)}: not one of {', '.join(sorted(known))}")
        return names

    @field_validator("review_after", "delete_after")
    @classmethod
    def _a_time(cls, value: str | None) -> str | None:
        if value is not None and not _TIME.fullmatch(value):
            raise ValueError('times are written like "6 years" or "18 months"')
        return value

    @model_validator(mode="after")
    def _review_first(self) -> "RetentionRule":
        if self.delete_after is not None and months(self.delete_after) < months(self.review_after):
            raise ValueError("the review comes before the deletion")
        return self

    def rule(self) -> Rule:
        """As the storage takes it."""
        return Rule(
            name=self.name,
            review_after=months(self.review_after),
            delete_after=months(self.delete_after) if self.delete_after else None,
            kinds=frozenset(Kind[name.upper()] for name in self.kinds),
            outcomes=frozenset(Outcome[name.upper()] for name in self.outcomes),
        )


def months(text: str) -> int:
    """How many months "6 years" are. ValueError if it is no time."""
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(text)
    return int(found[1]) * (12 if found[2] == "year" else 1)


class RulesError(Exception):
    """What is wrong with the rules in the trust file: one line a problem, each naming its field."""


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    retention: tuple[RetentionRule, ...] = ()


def load_rules(path: Path) -> list[Rule]:
    """The rules of the trust file, without the rest of it. Raises `RulesError`."""
    try:
        found = _Rules.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RulesError(f"{path}: {error}") from None
    except ValidationError as error:
        raise RulesError("\n".join(problem_lines(path, error))) from None
    return [rule.rule() for rule in found.retention]


def problem_lines(path: Path, error: ValidationError) -> list[str]:
    """A line for each mistake in a YAML file, with the place of it."""
    return [
        f"{path}: {'.'.join(map(str, problem['loc'])) or 'file'}: {problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors()
    ]
