"""The register's and the week's cards, from the records alone."""

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.trust.school_calendar import Term
from bot.trust.school_periods import beside, periods
from cards.register.register_cards import Listed, Wanted, register_card
from cards.register.weekly_card import Weekly, weekly_card
from storage.cases.case_records import Kind, Nature, Outcome, Platform, Route, Status
from storage.cases.register_lines import Line
from storage.register.figures import Figures, count
from tests.support.fake_teams import things_in

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
EVIL = "[x](https://evil.example) **b** <at>all</at>"


def line(number: int = 0, **more: Any) -> Line:
    given = {"status": Status.RAISED, "kind": Kind.CONTENT, "urgent": False, "route": Route.DSL_CHANNEL, **more}
    return Line(f"SM-000-{number:04d}", given.pop("raised_at", NOON), **given)


def test_ten_rows_a_page_and_the_last_page_for_any_that_is_not_there() -> None:
    """However many pages a button speaks of."""
    lines = [line(number) for number in range(23)]
    for page, shown in ((0, range(10)), (2, range(20, 23)), (10**9, range(20, 23)), (-1, range(10))):
        card = str(register_card(Listed(Wanted(page=page), lines, NOON)))
        assert [f"SM-000-{number:04d}" in card for number in range(23)] == [number in shown for number in range(23)]


def test_what_people_typed_is_no_markup() -> None:
    """Neither in a row, nor in the choices of a filter."""
    card = register_card(Listed(Wanted(), [line(school=EVIL, platform=Platform(EVIL))], NOON, schools=[EVIL]))
    for element in things_in(card):
        if element.get("type") == "TextBlock":
            assert "evil" not in element["text"]
        if element.get("type") == "Input.ChoiceSet":
            assert not any("[x](" in choice["title"] for choice in element["choices"])


def test_urgent_is_a_word_and_not_a_colour_alone() -> None:
    """And a closed case is not urgent any more."""
    assert "urgent" in str(register_card(Listed(Wanted(), [line(urgent=True)], NOON)))
    closed = line(urgent=True, status=Status.CLOSED, outcome=Outcome.REMOVED)
    assert "urgent" not in str(register_card(Listed(Wanted(closed=True), [closed], NOON)))


def test_a_filter_that_is_not_offered_any_more_shows_any() -> None:
    """No field stands empty."""
    card = register_card(Listed(Wanted(school="Closed Down School"), [], NOON))
    assert "any" == next(e["value"] for e in things_in(card) if e.get("id") == "school")


def figures(**more: Any) -> Figures:
    nothing: Counter[str] = Counter()
    return Figures(
        **{"received": 0, "in_time": 0, "answerable": 0, "closed": 0, "outcomes": nothing, "platforms": nothing,
           "natures": nothing, **more}
    )  # fmt: skip


def test_a_chart_stands_beside_its_words() -> None:
    """Both terms, in the same order; a client that draws no charts drops them; without figures there is none."""
    this = figures(platforms=Counter({Platform.FACEBOOK: 3, Platform.TIKTOK: 1}))
    card = weekly_card(
        Weekly(NOON, 2, 1, figures(), this, figures(platforms=Counter({Platform.TIKTOK: 5})), "This", "Last")
    )
    (chart,) = [e for e in things_in(card) if str(e.get("type")).startswith("Chart.")]
    assert [("This", [1.0, 3.0]), ("Last", [5.0, 0.0])] == [
        (series["legend"], [value["y"] for value in series["values"]]) for series in chart["data"]
    ]
    assert "drop" == chart["fallback"]
    assert {"TikTok": "1, before 5", "Facebook": "3, before 0"}.items() <= {
        fact["title"]: fact["value"] for e in things_in(card) for fact in e.get("facts", [])
    }.items()


def test_many_kinds_are_counted_together() -> None:
    """No chart of forty bars, and nothing left out of the sum."""
    many = Counter({Platform(f"platform {number}"): 1 for number in range(30)})
    card = str(weekly_card(Weekly(NOON, 0, 0, figures(), figures(platforms=many), figures(), "This", "Last")))
    assert "23, before 0" in card


def test_the_figures() -> None:
    """Received in the time, acknowledged by their time, closed in the time whenever they came."""

    def by(raised_at: datetime, urgent: bool) -> datetime:
        return raised_at + timedelta(hours=1 if urgent else 24)

    hour, natures = timedelta(hours=1), (Nature.THREAT, Nature.OFFENSIVE)
    lines = [
        line(1, raised_at=NOON, acknowledged_at=NOON + 2 * hour, platform=Platform.TIKTOK, natures=natures),
        line(2, raised_at=NOON, acknowledged_at=NOON + 2 * hour, urgent=True),
        line(3, raised_at=NOON + 47 * hour),
        line(4, raised_at=NOON),
        line(5, raised_at=NOON - 99 * hour, closed_at=NOON + hour, outcome=Outcome.REMOVED),
        line(6, raised_at=NOON + 48 * hour),
    ]
    counted = count(lines, NOON, NOON + 48 * hour, by, NOON + 48 * hour)
    assert (4, 1, 3, 1) == (counted.received, counted.in_time, counted.answerable, counted.closed)
    assert ({Platform.TIKTOK: 1}, {Nature.THREAT: 1, Nature.OFFENSIVE: 1}, {Outcome.REMOVED: 1}) == (
        counted.platforms,
        counted.natures,
        counted.outcomes,
    )


TERMS = tuple(
    Term(name=name, start=start, end=end)
    for name, start, end in (
        ("Autumn", "2025-09-03", "2025-12-19"),
        ("Spring", "2026-01-05", "2026-03-27"),
        ("Summer", "2026-04-13", "2026-07-21"),
        ("Next", "2026-09-02", "2026-12-18"),
    )
)


@pytest.mark.parametrize(
    ("terms", "today", "names"),
    [
        (TERMS, "2026-06-03", ("Summer", "Spring")),
        (TERMS, "2026-08-15", ("Summer", "Spring")),
        (TERMS, "2026-04-01", ("Spring", "Autumn")),
        (TERMS, "2025-10-01", ("School year 2025/26", "School year 2024/25")),
        ((), "2026-08-31", ("School year 2025/26", "School year 2024/25")),
        ((), "2026-09-01", ("School year 2026/27", "School year 2025/26")),
        ((), "2099-12-31", ("School year 2099/00", "School year 2098/99")),
    ],
)
def test_this_term_and_the_last(terms: tuple[Term, ...], today: str, names: tuple[str, str]) -> None:
    """Holidays belong to the term before them; without two terms, school years stand beside each other."""
    this, last = beside(terms, datetime.fromisoformat(f"{today}T12:00+00:00"))
    assert names == (this.name, last.name)
    assert last.stop == this.start


def test_no_day_is_in_no_period() -> None:
    """Terms follow on each other without a gap, from the first to now."""
    offered = periods(TERMS, NOON)[:3]
    assert ["Summer", "Spring", "Autumn"] == [period.name for period in offered]
    assert NOON in offered[0]
    assert all(later.start == earlier.stop for later, earlier in itertools.pairwise(offered))
