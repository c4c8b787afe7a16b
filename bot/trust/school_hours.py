"""School time: when the desk is open, when it opens next, and time counted in school days.

The clock is the one on the wall in England, the answers are in UTC, so that adding to them is adding real time. Days
come from `trust.yaml` (`school_calendar.py`), bank holidays of England from the package `holidays`.

Before the first and after the last term that is set up, nobody knows: weekdays then count as school days, so that a
reminder rather comes than not, but for the summer holidays around those terms.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from holidays import country_holidays

from bot.trust.facts import Trust
from bot.trust.school_calendar import Opening, Targets, Term, Weekday
from cards.kit.times import LONDON

DAY = timedelta(days=1)


class SchoolHours:
    """Questions about school time. Each takes times with a zone."""

    def __init__(self, trust: Trust) -> None:
        self._calendar = trust.calendar
        self._terms = trust.calendar.terms
        self._closed = frozenset(trust.calendar.closed)
        self._bank_holidays = country_holidays("GB", subdiv="ENG")
        self.targets: Targets = trust.targets

    def is_school_day(self, day: date) -> bool:
        """Whether anybody is at the desk on this day."""
        return self._hours_on(day) is not None

    def first_of_week(self, day: date) -> date | None:
        """The first school day of the week of this one, if it is not after it."""
        days = (day - n * DAY for n in range(day.weekday(), -1, -1))
        return next(filter(self.is_school_day, days), None)

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is open at this moment."""
        span = self._span(_day(at))
        return span is not None and span[0] <= at < span[1]

    def next_opening(self, at: datetime) -> datetime:
        """When it next opens; `at` itself while it is open."""
        return max(self._span_from(at)[0], at.astimezone(UTC))

    def opens_at(self, at: datetime) -> datetime | None:
        """Out of hours, when it next opens; `None` while it is open."""
        return None if self.is_open(at) else self.next_opening(at)

    def school_day_end(self, at: datetime) -> datetime:
        """When the school day of this moment closes; outside of one, the next."""
        return self._span_from(at)[1]

    def after(self, at: datetime, open_time: timedelta) -> datetime:
        """When so much time has passed since `at`, counted while the desk is open."""
        left = open_time
        for day in self._days_from(_day(at)):
            opens, closes = self._times(day)
            start = max(opens, at.astimezone(UTC))
            if start < closes and left <= closes - start:
                return start + left
            left -= max(closes - start, timedelta())
        raise AssertionError("days do not end")

    def after_school_days(self, at: datetime, days: int) -> datetime:
        """The same time of day so many school days on, within that day's hours.

        What comes out of hours counts from the next opening.
        """
        start = self.next_opening(at).astimezone(LONDON)
        day = start.date()
        for _ in range(days):
            day = next(self._days_from(day + DAY))
        opens, closes = self._times(day)
        return min(max(_at(day, start.time()), opens), closes)

    def school_days_between(self, start: datetime, end: datetime) -> int:
        """How many school days have begun after the day of `start`, that of `end` included."""
        first, last = _day(start), _day(end)
        return sum(self.is_school_day(first + n * DAY) for n in range(1, (last - first).days + 1))

    def acknowledge_by(self, raised_at: datetime, urgent: bool) -> datetime:
        """By when a report is to be acknowledged (`targets`)."""
        if urgent:
            return raised_at.astimezone(UTC) + timedelta(minutes=self.targets.urgent_minutes)
        return self.after_school_days(raised_at, self.targets.acknowledge_school_days)

    def term_of(self, day: date) -> Term | None:
        """The term of this day; in the holidays, the one before them. `None` where none is set up."""
        return next((term for term in reversed(self._terms) if term.start <= day), None)

    def term_before(self, term: Term) -> Term | None:
        """The term before this one, if it is set up."""
        return next((other for other in reversed(self._terms) if other.end < term.start), None)

    def _span_from(self, at: datetime) -> tuple[datetime, datetime]:
        """The opening hours that `at` lies in, or the next ones."""
        return next(span for span in map(self._times, self._days_from(_day(at))) if at < span[1])

    def _days_from(self, day: date) -> Iterator[date]:
        """The school days from this one on, without end: there is a weekday with hours, and terms run out."""
        while True:
            if self.is_school_day(day):
                yield day
            day += DAY

    def _span(self, day: date) -> tuple[datetime, datetime] | None:
        return self._times(day) if self.is_school_day(day) else None

    def _times(self, day: date) -> tuple[datetime, datetime]:
        hours = self._calendar.hours[Weekday.of(day)]
        return _at(day, hours.opens), _at(day, hours.closes)

    def _hours_on(self, day: date) -> Opening | None:
        if day in self._closed or day in self._bank_holidays or self._is_holiday(day):
            return None
        return self._calendar.hours.get(Weekday.of(day))

    def _is_holiday(self, day: date) -> bool:
        if not self._terms:
            return False
        first, last = self._terms[0].start, self._terms[-1].end
        if day > last:
            return last.month in (6, 7, 8) and day < date(last.year, 9, 1)
        if day < first:
            return first.month in (8, 9) and day >= date(first.year, 8, 1)
        term = next((term for term in self._terms if day in term), None)
        return term is None or (term.half_term is not None and day in term.half_term)


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _at(day: date, wall: time) -> datetime:
    return datetime.combine(day, wall, LONDON).astimezone(UTC)
