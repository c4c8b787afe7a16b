"""What `trust.yaml` says of school days: opening hours, terms, closure days, and how soon things are to be done."""

import re
from datetime import date, datetime, time
from enum import StrEnum
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_HOURS = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|to)\s*(\d{1,2})[:.](\d{2})")


class Weekday(StrEnum):
    """The days of a week, in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @classmethod
    def of(cls, day: date) -> "Weekday":
        """Which one this day is."""
        return list(cls)[day.weekday()]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Opening(_Facts):
    """From when to when on one day, by the clock on the wall; written "8:00-16:00"."""

    opens: time
    closes: time

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, dict | Opening):
            return value
        found = _HOURS.fullmatch(str(value).strip())
        if not found:
            raise ValueError('hours are written like "8:00-16:00"')
        opens, closes = f"{int(found[1]):02d}:{found[2]}", f"{int(found[3]):02d}:{found[4]}"
        return {"opens": opens, "closes": closes}

    @model_validator(mode="after")
    def _in_order(self) -> "Opening":
        if self.closes <= self.opens:
            raise ValueError("it closes before it opens")
        return self


class Period(_Facts):
    """From one day to another, both included."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        if self.end < self.start:
            raise ValueError("the end is before the start")
        return self

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


class Term(Period):
    """One term, with its half-term holiday."""

    name: str
    half_term: Period | None = None

    @model_validator(mode="after")
    def _holds_its_half_term(self) -> "Term":
        half = self.half_term
        if half and not (half.start in self and half.end in self):
            raise ValueError("half_term lies outside the term")
        return self


_FULL_DAY = Opening(opens=time(8), closes=time(16))
_WEEK = dict.fromkeys(list(Weekday)[:5], _FULL_DAY)


class Calendar(_Facts):
    """School days of the trust. `closed`: single days (training days, say); bank holidays are known."""

    hours: dict[Weekday, Opening] = Field(default=_WEEK, min_length=1)
    terms: tuple[Term, ...] = ()
    closed: tuple[date, ...] = ()

    @field_validator("terms")
    @classmethod
    def _one_after_the_other(cls, terms: tuple[Term, ...]) -> tuple[Term, ...]:
        terms = tuple(sorted(terms, key=lambda term: term.start))
        for before, after in pairwise(terms):
            if after.start <= before.end:
                raise ValueError(f"{after.name} begins before {before.name} ends")
        return terms

    @property
    def gaps(self) -> list[str]:
        """What is not set up, a line each."""
        gaps = []
        if "hours" not in self.model_fields_set:
            gaps.append("calendar: no hours; taken as Monday to Friday, 8:00 to 16:00")
        if not self.terms:
            gaps.append("calendar: no terms; every weekday but bank holidays is taken as a school day")
        return gaps

    def runs_out(self, now: datetime) -> str:
        """A line for the log where the last term ends within two months, else nothing."""
        if not self.terms or (self.terms[-1].end - now.date()).days > 60:
            return ""
        return f"calendar: the last term ends on {self.terms[-1].end}; please add the next ones"


class Targets(_Facts):
    """How soon. `urgent_minutes`: between the steps of an urgent report's reminders."""

    urgent_minutes: int = Field(default=15, ge=1, le=240)
    acknowledge_school_days: int = Field(default=1, ge=1, le=10)
    untouched_school_days: int = Field(default=5, ge=1, le=60)
