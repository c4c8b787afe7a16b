"""School time, across weekends, half-term, Christmas, Easter and both changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.trust.facts import Trust, TrustError, load_trust
from bot.trust.school_hours import SchoolHours
from cards.kit.times import LONDON

DEMO_TRUST = Path(__file__).parents[2] / "playground" / "demo_trust.yaml"
HOURS = SchoolHours(load_trust(DEMO_TRUST))
NOTHING_SET_UP = SchoolHours(Trust.model_validate({"name": "T", "reporting_form": "https://example.org"}))
EITHER = pytest.mark.parametrize("hours", [HOURS, NOTHING_SET_UP], ids=["demo", "nothing-set-up"])

MOMENTS = st.timedeltas(timedelta(), timedelta(days=730)).map(datetime(2026, 1, 1, tzinfo=UTC).__add__)
STEPS = st.timedeltas(timedelta(), timedelta(days=9))


def wall(text: str) -> datetime:
    """By the clock on the wall in England, such as "2026-10-23 15:50"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-16 10:00", "2026-11-16 10:00"),
        ("2026-11-16 07:59", "2026-11-16 08:00"),
        ("2026-11-16 16:00", "2026-11-17 08:00"),
        ("2026-11-15 02:00", "2026-11-16 08:00"),
        ("2026-10-23 16:00", "2026-11-02 08:00"),
        ("2026-11-26 17:00", "2026-11-30 08:00"),
        ("2026-12-18 16:30", "2027-01-04 08:00"),
        ("2026-05-01 17:00", "2026-05-05 08:00"),
        ("2026-03-27 16:00", "2026-04-13 08:00"),
        ("2026-03-28 12:00", "2026-04-13 08:00"),
        ("2026-07-21 16:00", "2026-09-02 08:00"),
        ("2027-07-21 16:00", "2027-09-01 08:00"),
        ("2025-08-20 10:00", "2025-09-03 08:00"),
        ("2027-12-24 18:00", "2027-12-29 08:00"),
    ],
    ids=[
        "open", "before-hours", "closing-time", "sunday-night", "half-term-and-end-of-summer-time", "training-day",
        "christmas", "early-may-bank-holiday", "easter", "the-day-before-summer-time", "summer",
        "summer-after-the-last-term", "summer-before-the-first-term", "christmas-after-the-last-term",
    ],
)  # fmt: skip
def test_when_the_desk_opens_next(at: str, opens: str) -> None:
    """Eight by the clock on the wall, on a school day, in winter and in summer."""
    assert wall(opens) == HOURS.next_opening(wall(at))


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-16 07:59:59", "2026-11-16 08:00"),
        ("2026-11-16 08:00:00", None),
        ("2026-11-16 15:59:59", None),
        ("2026-11-16 16:00:00", "2026-11-17 08:00"),
        ("2026-11-14 12:00:00", "2026-11-16 08:00"),
        ("2026-11-27 12:00:00", "2026-11-30 08:00"),
    ],
)
def test_whether_the_desk_is_open(at: str, opens: str | None) -> None:
    """From its opening on, until it closes; a reporter is told when it opens only while it is closed."""
    assert (opens is None) is HOURS.is_open(wall(at))
    assert (wall(opens) if opens else None) == HOURS.opens_at(wall(at))


@pytest.mark.parametrize(
    ("terms", "holidays", "school_days"),
    [
        ([("2026-09-02", "2027-07-21")], ["2027-07-22", "2027-08-31", "2026-08-03", "2026-09-01"], ["2027-09-01"]),
        ([("2026-09-02", "2027-07-21")], [], ["2026-09-02", "2027-07-21", "2026-07-31"]),
        ([("2026-09-02", "2027-06-30")], ["2027-07-01", "2027-08-31"], ["2027-09-01"]),
        ([("2026-08-24", "2027-08-02")], ["2026-08-21", "2026-08-03", "2027-08-03"], ["2026-07-31", "2027-09-01"]),
        ([("2026-01-05", "2026-03-27")], [], ["2025-12-30", "2026-01-02", "2026-03-30", "2026-08-24"]),
        ([("2026-07-01", "2026-07-17")], ["2026-07-20"], ["2026-06-30"]),
        ([("2026-10-01", "2026-12-18")], [], ["2026-09-30", "2026-12-21"]),
        ([("2026-01-05", "2026-03-27"), ("2026-04-13", "2026-05-22")], ["2026-03-30", "2026-04-10"], ["2026-04-13"]),
    ],
)
def test_around_the_terms(terms: list[tuple[str, str]], holidays: list[str], school_days: list[str]) -> None:
    """Outside of all terms nobody knows: weekdays count, but for the summer before the first and after the last."""
    calendar = {"terms": [{"name": f"T{start}", "start": start, "end": end} for start, end in terms]}
    trust = {"name": "T", "reporting_form": "https://example.org", "calendar": calendar}
    hours = SchoolHours(Trust.model_validate(trust))
    assert [] == [day for day in holidays if hours.is_school_day(date.fromisoformat(day))]
    assert [] == [day for day in school_days if not hours.is_school_day(date.fromisoformat(day))]


def test_the_terms_before() -> None:
    """The one that ended last before this one began; before the first there is none."""
    terms = HOURS.term_of(date(2027, 7, 1)), HOURS.term_of(date(2020, 1, 1))
    seen = []
    term = terms[0]
    while term:
        seen.append(term.start)
        term = HOURS.term_before(term)
    assert sorted(seen, reverse=True) == seen and len(seen) == len(load_trust(DEMO_TRUST).calendar.terms)
    assert terms[1] is None
    assert [] == [start for start in seen if getattr(HOURS.term_of(start), "start", None) != start]


def test_without_a_calendar_weekdays_count() -> None:
    """Monday to Friday, 8:00 to 16:00, but for bank holidays; Easter is known."""
    assert wall("2026-04-07 08:00") == NOTHING_SET_UP.next_opening(wall("2026-04-02 16:00"))
    assert wall("2026-10-26 08:00") == NOTHING_SET_UP.next_opening(wall("2026-10-23 16:00"))
    assert NOTHING_SET_UP.is_open(wall("2026-08-05 12:00"))


@pytest.mark.parametrize(
    ("at", "hours", "then"),
    [
        ("2026-11-16 10:00", 2, "2026-11-16 12:00"),
        ("2026-11-16 10:00", 6, "2026-11-16 16:00"),
        ("2026-11-16 10:00", 7, "2026-11-17 09:00"),
        ("2026-10-23 15:50", 1, "2026-11-02 08:50"),
        ("2026-10-25 02:00", 8, "2026-11-02 16:00"),
        ("2026-03-27 15:00", 2, "2026-04-13 09:00"),
    ],
)
def test_time_counts_while_the_desk_is_open(at: str, hours: int, then: str) -> None:
    """Nights, weekends and holidays take none of it."""
    assert wall(then) == HOURS.after(wall(at), timedelta(hours=hours))


@pytest.mark.parametrize(
    ("at", "days", "then"),
    [
        ("2026-11-16 10:00", 1, "2026-11-17 10:00"),
        ("2026-11-20 10:00", 1, "2026-11-23 10:00"),
        ("2026-10-23 15:50", 1, "2026-11-02 15:50"),
        ("2026-10-23 15:50", 3, "2026-11-04 15:50"),
        ("2026-11-15 02:00", 1, "2026-11-17 08:00"),
        ("2026-11-16 10:00", 0, "2026-11-16 10:00"),
        ("2026-03-27 10:00", 2, "2026-04-14 10:00"),
        ("2026-05-01 09:30", 1, "2026-05-05 09:30"),
    ],
)
def test_the_same_time_some_school_days_on(at: str, days: int, then: str) -> None:
    """By the clock on the wall, whether or not it was put forward or back in between."""
    assert wall(then) == HOURS.after_school_days(wall(at), days)


def test_a_shorter_friday_closes_earlier() -> None:
    """What would lie after its hours lies at their end; a day without hours is closed."""
    calendar = {"hours": {"thursday": "8:00-16:00", "friday": "8.30 to 12.00"}}
    trust = {"name": "T", "reporting_form": "https://example.org", "calendar": calendar}
    hours = SchoolHours(Trust.model_validate(trust))
    assert wall("2026-11-20 12:00") == hours.after_school_days(wall("2026-11-19 15:00"), 1)
    assert wall("2026-11-26 08:00") == hours.next_opening(wall("2026-11-20 12:00"))


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-16 10:00", "2026-11-16 15:00", 0),
        ("2026-11-16 10:00", "2026-11-23 08:00", 5),
        ("2026-11-14 10:00", "2026-11-16 08:00", 1),
        ("2026-10-23 10:00", "2026-11-02 08:00", 1),
        ("2026-10-24 23:30", "2026-10-25 12:00", 0),
    ],
)
def test_school_days_between(start: str, end: str, days: int) -> None:
    """Each that has begun since."""
    assert days == HOURS.school_days_between(wall(start), wall(end))


def test_the_end_of_the_school_day() -> None:
    """Of this one, and out of hours of the next."""
    assert wall("2026-11-16 16:00") == HOURS.school_day_end(wall("2026-11-16 09:00"))
    assert wall("2026-11-02 16:00") == HOURS.school_day_end(wall("2026-10-23 16:00"))


def test_the_first_school_day_of_a_week() -> None:
    """Monday, or the day after a bank holiday; in the holidays none is, and before it none was."""
    days = [date(2026, 5, 4) + timedelta(days=n) for n in range(28)]
    firsts = [date(2026, 5, 5), date(2026, 5, 11), date(2026, 5, 18)]
    assert firsts == [day for day in days if HOURS.first_of_week(day) == day]
    assert [None, date(2026, 5, 5), date(2026, 5, 5)] == [HOURS.first_of_week(day) for day in days[:3]]


def test_terms() -> None:
    """The term of a day, in the holidays the last one, and the one before it."""
    term = HOURS.term_of(date(2026, 12, 28))
    assert term and ("Autumn term 2026", date(2026, 12, 18)) == (term.name, term.end)
    before = HOURS.term_before(term)
    assert before and "Summer term 2026" == before.name
    assert HOURS.term_of(date(2020, 1, 1)) is None and NOTHING_SET_UP.term_of(date(2026, 11, 16)) is None


def test_by_when_a_report_is_acknowledged() -> None:
    """Urgent ones by the clock, whatever day it is; others in school days."""
    sunday = wall("2026-11-15 02:00")
    assert wall("2026-11-15 02:15") == HOURS.acknowledge_by(sunday, urgent=True)
    assert wall("2026-11-17 08:00") == HOURS.acknowledge_by(sunday, urgent=False)


@EITHER
@given(at=MOMENTS)
def test_an_opening_is_open_and_none_is_missed(hours: SchoolHours, at: datetime) -> None:
    """It is open then, not a moment before, and on a school day."""
    opening = hours.next_opening(at)
    assert opening >= at and hours.is_open(opening) and hours.is_school_day(opening.astimezone(LONDON).date())
    assert opening == at or not hours.is_open(opening - timedelta(microseconds=1))
    assert opening == hours.next_opening(opening) and hours.school_day_end(at) == hours.school_day_end(opening)


@EITHER
@given(at=MOMENTS, first=STEPS, second=STEPS)
def test_open_time_adds_up(hours: SchoolHours, at: datetime, first: timedelta, second: timedelta) -> None:
    """Two steps are one, later is never earlier, and no more passes than was asked for."""
    both = hours.after(at, first + second)
    assert both == hours.after(hours.after(at, first), second)
    assert at + first + second <= both


@EITHER
@given(at=MOMENTS, days=st.integers(0, 30))
def test_school_days_add_up(hours: SchoolHours, at: datetime, days: int) -> None:
    """As many begin as were asked for, counted from the next opening; one more is later."""
    then = hours.after_school_days(at, days)
    assert days == hours.school_days_between(hours.next_opening(at), then)
    assert then < hours.after_school_days(at, days + 1)


WRONG = [
    ("hours: {monday: 8 to 4}", "calendar.hours.monday: hours are written like"),
    ('hours: {monday: "16:00-8:00"}', "calendar.hours.monday: it closes before it opens"),
    ('hours: {monday: "25:00-26:00"}', "calendar.hours.monday.opens"),
    ('hours: {moonday: "8:00-16:00"}', "calendar.hours.moonday"),
    ("hours: {}", "calendar.hours"),
    ("terms: [{name: A, start: 2026-09-01, end: 2026-08-01}]", "calendar.terms.0: the end is before the start"),
    (
        "terms: [{name: B, start: 2026-11-01, end: 2026-12-18}, {name: A, start: 2026-09-01, end: 2026-11-01}]",
        "calendar.terms: B begins before A ends",
    ),
    (
        "terms: [{name: A, start: 2026-09-01, end: 2026-12-18, half_term: {start: 2026-12-14, end: 2026-12-21}}]",
        "calendar.terms.0: half_term lies outside the term",
    ),
    ("closed: [yesterday]", "calendar.closed.0"),
    ("holidays: []", "calendar.holidays"),
]


@pytest.mark.parametrize(("calendar", "named"), WRONG)
def test_a_mistake_in_the_calendar_names_its_field(tmp_path: Path, calendar: str, named: str) -> None:
    """Terms that overlap, an end before its start, hours that are none: the bot does not start."""
    path = tmp_path / "trust.yaml"
    trust = {"name": "T", "reporting_form": "https://example.org", "calendar": yaml.safe_load(calendar)}
    path.write_text(yaml.safe_dump(trust))
    with pytest.raises(TrustError) as caught:
        load_trust(path)
    assert named in str(caught.value)


def test_terms_that_run_out_are_said_in_time() -> None:
    """Two months before; a trust without any has a gap instead."""
    calendar = load_trust(DEMO_TRUST).calendar
    assert "" == calendar.runs_out(wall("2027-03-01 12:00"))
    assert "2027-07-21" in calendar.runs_out(wall("2027-06-30 12:00"))
