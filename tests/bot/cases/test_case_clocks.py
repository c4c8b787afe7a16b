"""When somebody is reminded of a case, from its record and chronology alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.case_clocks import CaseClocks, Clock, clock_of
from bot.trust.facts import load_trust
from bot.trust.school_hours import SchoolHours
from cards.kit.times import LONDON
from storage.cases.case_records import Case, CaseEntry, EntryKind, Kind, Report, Status
from storage.records import Person

HOURS = SchoolHours(load_trust(Path(__file__).parents[2] / "playground" / "demo_trust.yaml"))
CLOCKS = CaseClocks(HOURS)
TEACHER = Person("id-teacher", "Teacher", "29:teacher")
URGENT, NORMAL = Report(Kind.CONTENT, danger=True), Report(Kind.CONTENT, danger=False)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def case_of(report: Report, at: str) -> Case:
    return Case("SM-000-0001", "draft", report, TEACHER, wall(at))


def reminders(case: Case, count: int, *entries: CaseEntry) -> list[datetime]:
    """The first so many of them, if nobody does anything, each in time."""
    chronology = [CaseEntry(case.raised_at, EntryKind.RAISED, TEACHER), *entries]
    found: list[datetime] = []
    while len(found) < count and (at := CLOCKS.next(case, clock_of(chronology))):
        found.append(at)
        chronology.append(CaseEntry(at, EntryKind.REMINDED))
    return found


@pytest.mark.parametrize(
    ("at", "first"),
    [
        ("2026-11-16 08:05", "2026-11-16 15:00"),
        ("2026-11-16 13:30", "2026-11-16 15:00"),
        ("2026-11-16 14:30", "2026-11-17 14:30"),
        ("2026-11-16 15:30", "2026-11-17 15:00"),
        ("2026-11-14 11:00", "2026-11-16 15:00"),
        ("2026-10-23 15:50", "2026-11-02 15:00"),
        ("2026-05-01 15:50", "2026-05-05 15:00"),
        ("2026-12-18 12:00", "2026-12-18 15:00"),
        ("2026-12-18 17:00", "2027-01-04 15:00"),
        ("2026-03-27 15:50", "2026-04-13 15:00"),
    ],
)
def test_a_report_is_brought_up_within_its_school_day(at: str, first: str) -> None:
    """An hour before the day ends, while there is time; what came too late for that, on the next."""
    case = case_of(NORMAL, at)
    assert wall(first) == CLOCKS.first(case.report, case.raised_at) == reminders(case, 1)[0]


def test_then_once_each_school_day_until_the_daily_list_has_it() -> None:
    """Four times by itself; on the fifth school day it is in the list."""
    days = [f"{at.astimezone(LONDON):%a %H:%M}" for at in reminders(case_of(NORMAL, "2026-11-19 10:00"), 99)]
    assert ["Thu 15:00", "Fri 15:00", "Mon 15:00", "Tue 15:00", "Wed 15:00"] == days
    assert CLOCKS.is_untouched(wall("2026-11-19 10:00"), None, wall("2026-11-26 08:00"))
    assert not CLOCKS.is_untouched(wall("2026-11-19 10:00"), None, wall("2026-11-25 15:00"))


@pytest.mark.parametrize("at", ["2026-11-15 02:00", "2026-10-25 00:50", "2026-03-29 00:50", "2026-12-25 12:00"])
def test_urgent_is_urgent_at_any_hour(at: str) -> None:
    """A quarter of an hour apart by real time, then half an hour, then two, whatever the clock on the wall does."""
    case = case_of(URGENT, at)
    start = case.raised_at.timestamp()
    minutes = [(time.timestamp() - start) / 60 for time in reminders(case, 9)]
    assert [15, 30, 45, 75, 105, 135, 165, 285, 405] == minutes


def test_a_reminder_that_came_late_starts_no_burst() -> None:
    """The bot was down for five hours: the next one counts from when it was really sent."""
    case = case_of(URGENT, "2026-11-15 02:00")
    late = CaseEntry(wall("2026-11-15 07:00"), EntryKind.REMINDED)
    assert wall("2026-11-15 07:15") == reminders(case, 1, late)[0]


@pytest.mark.parametrize("status", [Status.ACKNOWLEDGED, Status.UNDER_REVIEW, Status.REFERRED, Status.CLOSED])
def test_it_stops_by_itself(status: Status) -> None:
    """Somebody has it, or it is closed."""
    for report in (URGENT, NORMAL):
        assert [] == reminders(replace(case_of(report, "2026-11-16 10:00"), status=status), 9)


def snoozed(case: Case, at: str, until: str) -> tuple[Case, CaseEntry]:
    return replace(case, snoozed_until=wall(until), touched_at=wall(at)), CaseEntry(
        wall(at), EntryKind.SNOOZED, TEACHER
    )


def test_put_off_it_comes_back_when_that_is_over() -> None:
    """At the next opening, then each school day; an acknowledged one once; an urgent one at that very time."""
    case, entry = snoozed(case_of(NORMAL, "2026-11-16 10:00"), "2026-11-16 11:00", "2026-11-18 00:00")
    assert [wall("2026-11-18 08:00"), wall("2026-11-19 08:00")] == reminders(case, 2, entry)
    assert [wall("2026-11-18 08:00")] == reminders(replace(case, status=Status.REFERRED), 9, entry)
    urgent = replace(case, marked_urgent=True)
    assert [wall("2026-11-18 00:00"), wall("2026-11-18 00:15")] == reminders(urgent, 2, entry)


def test_made_urgent_it_is_urgent_from_then_on() -> None:
    """Even if its reminders were put off; a row that was due before is out of date."""
    case, entry = snoozed(case_of(NORMAL, "2026-11-16 10:00"), "2026-11-16 11:00", "2026-11-30 00:00")
    urgent = CaseEntry(wall("2026-11-16 12:00"), EntryKind.URGENCY, TEACHER)
    assert wall("2026-11-16 12:15") == reminders(replace(case, marked_urgent=True), 1, entry, urgent)[0]
    chronology = [CaseEntry(case.raised_at, EntryKind.RAISED, TEACHER), entry, urgent]
    assert 3 == clock_of(chronology).number


def test_other_entries_do_not_wind_the_clock() -> None:
    """An alert, a note or somebody reading it changes nothing of when the next is due."""
    raised = CaseEntry(wall("2026-11-16 10:00"), EntryKind.RAISED, TEACHER)
    others = [CaseEntry(raised.at + timedelta(minutes=1), kind) for kind in (EntryKind.ALERTED, EntryKind.OPENED)]
    assert Clock(1, EntryKind.RAISED, raised.at, raised.at) == clock_of([raised, *others])


def test_the_daily_list_leaves_out_what_was_put_off() -> None:
    """Until then."""
    since, until = wall("2026-11-02 10:00"), wall("2026-11-20 00:00")
    assert not CLOCKS.is_untouched(since, until, wall("2026-11-19 08:00"))
    assert CLOCKS.is_untouched(since, until, wall("2026-11-20 08:00"))


@given(minutes=st.integers(0, 730 * 24 * 60), urgent=st.booleans())
def test_whenever_it_comes_in_it_is_brought_up_in_time(minutes: int, urgent: bool) -> None:
    """By the target at the latest, one after the other; and but for urgent ones in school time alone."""
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    case = replace(case_of(URGENT if urgent else NORMAL, "2026-01-01 00:00"), raised_at=at)
    found = reminders(case, 6)
    assert at < found[0] <= HOURS.acknowledge_by(at, urgent) and sorted(set(found)) == found
    for time in () if urgent else found:
        assert HOURS.is_open(time) or HOURS.is_open(time - timedelta(microseconds=1))
    assert urgent or CLOCKS.is_untouched(at, None, HOURS.after_school_days(found[-1], 1))
