"""The date ranges that the register offers as a filter: terms, and school years for what is older."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.trust.school_calendar import Term
from cards.kit.times import LONDON

MAX_TERMS = 6
SCHOOL_YEARS = 7
YEAR_BEGINS = (9, 1)
"""Month and day on which a school year begins in England."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """From `start` until before `stop`. `key` names it on a card."""

    key: str
    name: str
    start: datetime
    stop: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.stop


def periods(terms: tuple[Term, ...], now: datetime) -> list[DateRange]:
    """Those that have begun, the present one first. A term lasts until the next one begins, so that no day is lost."""
    today = now.astimezone(LONDON).date()
    begun = [term for term in terms if term.start <= today]
    ends = [term.start for term in terms[1:]] + [date(today.year + 1, *YEAR_BEGINS)]
    spans = [_range(term.name, term.start, stop) for term, stop in zip(begun, ends, strict=False)]
    return [*reversed(spans[-MAX_TERMS:]), *(_school_year(today, ago) for ago in range(SCHOOL_YEARS))]


def beside(terms: tuple[Term, ...], now: datetime) -> tuple[DateRange, DateRange]:
    """This term and the one before it; where two are not set up, this school year and the last."""
    begun = periods(terms, now)
    if len(begun) - SCHOOL_YEARS < 2:
        begun = begun[-SCHOOL_YEARS:]
    return begun[0], begun[1]


def last_days(now: datetime, days: int) -> DateRange:
    """The days before now."""
    return DateRange("days", f"Last {days} days", now - timedelta(days=days), now)


def _school_year(today: date, ago: int) -> DateRange:
    first = today.year - ago - (today < date(today.year, *YEAR_BEGINS))
    name = f"School year {first}/{(first + 1) % 100:02d}"
    return _range(name, date(first, *YEAR_BEGINS), date(first + 1, *YEAR_BEGINS))


def _range(name: str, start: date, stop: date) -> DateRange:
    return DateRange(f"{start}_{stop}", name, _midnight(start), _midnight(stop))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
