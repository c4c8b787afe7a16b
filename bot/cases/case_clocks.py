"""When somebody is reminded of a case: worked out anew, each time, from the case and its chronology.

Urgent and not acknowledged: every 15 minutes (`targets.urgent_minutes`) the next on the ladder, DSL, deputy, head; then
every half hour for two hours, then every two hours. Any other report that nobody acknowledged: an hour before its
school day ends, then once each school day, until it is old enough for the daily list. A case whose reminders were put
off: once, when that time is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.trust.school_hours import SchoolHours
from storage.cases.case_records import Case, CaseEntry, EntryKind, Report, Status
from storage.cases.register_lines import Line

LADDER = 3
"""Reminders of an urgent report until everybody on the ladder was told."""
OFTEN = 7
"""Reminders until they come less often: a night's worth of them would bury the chronology and wake nobody more."""
BEFORE_CLOSING = timedelta(hours=1)
"""So long before the end of a school day there is still time to read a report."""

_STARTS = frozenset(
    {
        *(EntryKind.RAISED, EntryKind.URGENCY, EntryKind.SNOOZED, EntryKind.REOPENED),
        *(EntryKind.MOVED, EntryKind.WHOSE),
    }
)
"""Entries after which the reminders of a case begin anew."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the reminders of a case stand.

    `number`: the entry that last restarted the reminders; a due row with a lower number is out of date. `began`: the
    kind of that entry, `since` when; `sent`: reminders since then; `last`: when the last one was sent, or they began.
    `owed`: a snooze has ended, or will, and its reminder is still to be sent.
    """

    number: int
    began: EntryKind
    since: datetime
    last: datetime
    sent: int = 0
    owed: bool = False


def clock_of(chronology: Sequence[CaseEntry]) -> Clock:
    """From all entries of a case, the first of which says that it was raised."""
    began = chronology[0].at.astimezone(UTC)
    clock = Clock(1, EntryKind.RAISED, began, began)
    for number, entry in enumerate(chronology, 1):
        at = entry.at.astimezone(UTC)  # to add to it is to add real time, also while the clocks change
        if entry.kind in _STARTS:
            owed = entry.kind is EntryKind.SNOOZED or clock.owed
            clock = Clock(number, entry.kind, at, at, owed=owed)
        elif entry.kind is EntryKind.REMINDED:
            clock = replace(clock, number=number, last=at, sent=clock.sent + 1, owed=False)
    return clock


def waits_since(case: Case | Line) -> datetime:
    """Since when somebody should have done something. What its reporter adds to a new report does not begin it anew."""
    return case.raised_at if case.status is Status.RAISED else case.touched_at or case.raised_at


class CaseClocks:
    """Tells the time of each reminder."""

    def __init__(self, hours: SchoolHours) -> None:
        self._hours = hours
        self._targets = hours.targets
        self._urgent = timedelta(minutes=hours.targets.urgent_minutes)

    def first(self, report: Report, at: datetime) -> datetime:
        """When it is looked at whether somebody has taken a report that comes in at `at`."""
        return at.astimezone(UTC) + self._urgent if report.danger or report.intimate_image else self._before_closing(at)

    def next(self, case: Case, clock: Clock) -> datetime | None:
        """When somebody is next reminded of this case; `None`: not by a reminder of its own."""
        if not case.is_open:
            return None
        at = self._unanswered(case, clock) if case.status is Status.RAISED else None
        is_pressing = at is not None and case.urgent
        if is_pressing and clock.began is EntryKind.URGENCY:
            return at  # made urgent after its reminders were put off
        if case.snoozed_until is None or not (clock.owed or (at and at < case.snoozed_until)):
            return at
        return case.snoozed_until if is_pressing else self._hours.next_opening(case.snoozed_until)

    def is_untouched(self, since: datetime, snoozed_until: datetime | None, at: datetime) -> bool:
        """Whether a case that waits since `since` (`waits_since`) belongs into the daily list of `at`."""
        if snoozed_until and at < snoozed_until:
            return False
        return self._hours.school_days_between(since, at) >= self._targets.untouched_school_days

    def is_overdue(self, line: Line, at: datetime) -> bool:
        """Whether somebody should have done something about an open case by now."""
        return self.is_untouched(waits_since(line), line.snoozed_until, at)

    def _unanswered(self, case: Case, clock: Clock) -> datetime | None:
        if case.urgent:
            pauses = 1 if clock.sent < LADDER else 2 if clock.sent < OFTEN else 8
            return clock.last + pauses * self._urgent
        if not clock.sent:
            return self._before_closing(clock.since)
        at = self._hours.after_school_days(clock.last, 1)
        return None if self.is_untouched(waits_since(case), None, at) else at

    def _before_closing(self, at: datetime) -> datetime:
        """An hour before the end of the first school day that leaves an hour to look at it; by the target at most."""
        soonest = self._hours.after(at, BEFORE_CLOSING)
        last_hour = self._hours.school_day_end(soonest) - BEFORE_CLOSING
        by = self._hours.acknowledge_by(at, urgent=False)
        return min(last_hour, by) if soonest <= last_hour else by
