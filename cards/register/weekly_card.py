"""The week's figures, this term beside the last: in words, with charts where the client draws them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from microsoft_teams.cards import (
    Action,
    BarChartDataValue,
    CardElement,
    GroupedVerticalBarChart,
    GroupedVerticalBarChartData,
)

from cards.kit.elements import Card, button, card, facts, heading, words
from cards.kit.times import said
from cards.verbs import Verb
from storage.register.figures import Figures
from storage.stored_names import StoredName

N = TypeVar("N", bound=StoredName)
MAX_BARS = 8
"""Bars of one chart; all others are counted in one."""
LINES = 4
"""Lines across a chart, each at a whole number of reports."""
OTHERS = "All others"


@dataclass(frozen=True, slots=True)
class Weekly:
    """What the card shows. `this_name` and `last_name` are the two terms, or school years, side by side."""

    at: datetime
    open: int
    urgent: int
    week: Figures
    this: Figures
    last: Figures
    this_name: str
    last_name: str


def weekly_card(weekly: Weekly, actions: Sequence[Action] = ()) -> Card:
    """Figures alone: nothing of any case."""
    return card(
        [
            heading("Reports: the week in figures", small=f"The seven days before {said(weekly.at)}"),
            facts(
                {
                    "Received": str(weekly.week.received),
                    "Acknowledged in time": _in_time(weekly.week),
                    "Closed": str(weekly.week.closed),
                    "Open now": f"{weekly.open}, {weekly.urgent} urgent" if weekly.urgent else str(weekly.open),
                }
            ),
            words(f"**{weekly.this_name}, beside {weekly.last_name}**", spacing="Large"),
            facts(
                {
                    "Received": f"{weekly.this.received}, before {weekly.last.received}",
                    "Acknowledged in time": f"{_in_time(weekly.this)}, before {_in_time(weekly.last)}",
                    "Closed": f"{weekly.this.closed}, before {weekly.last.closed}",
                }
            ),
            *_part("Received, by platform", weekly, weekly.this.platforms, weekly.last.platforms),
            *_part("Received, by nature", weekly, weekly.this.natures, weekly.last.natures),
            *_part("Closed, by outcome", weekly, weekly.this.outcomes, weekly.last.outcomes),
        ],
        actions,
        fallback="The week in figures",
    )


def own_chat_actions() -> list[Action]:
    """For who asked for it in their own chat."""
    return [button("Open cases", Verb.CASES, {"clear": "yes"})]


def _in_time(figures: Figures) -> str:
    return f"{figures.in_time} of {figures.answerable}"


def _part(title: str, weekly: Weekly, counted: Counter[N], before: Counter[N]) -> list[CardElement | None]:
    """A chart, and under it the same in words: a chart cuts long names short, and not every client draws it."""
    this, last = _in_words(counted), _in_words(before)
    names = _names(this + last)
    if not names:
        return []
    rows = [(name, _of(this, name, names), _of(last, name, names)) for name in names]
    highest = max(max(now, then) for _, now, then in rows)
    chart = GroupedVerticalBarChart(
        title=title,
        data=[
            _series(weekly.this_name, [(name, now) for name, now, _ in rows]),
            _series(weekly.last_name, [(name, then) for name, _, then in rows]),
        ],
        y_min=0,
        y_max=-(-highest // LINES) * LINES,
        fallback="drop",
    )
    return [
        words(f"**{title}**", spacing="Large"),
        chart,
        facts({name: f"{now}, before {then}" for name, now, then in rows}),
    ]


def _series(legend: str, rows: Sequence[tuple[str, int]]) -> GroupedVerticalBarChartData:
    return GroupedVerticalBarChartData(
        legend=legend, values=[BarChartDataValue(x=name, y=float(count)) for name, count in rows]
    )


def _in_words(counted: Counter[N]) -> Counter[str]:
    return Counter({name.words: count for name, count in counted.items()})


def _names(counted: Counter[str]) -> list[str]:
    names = [name for name, _ in counted.most_common()]
    return names if len(names) <= MAX_BARS else [*names[: MAX_BARS - 1], OTHERS]


def _of(counted: Counter[str], name: str, names: Sequence[str]) -> int:
    if name == OTHERS and OTHERS not in counted:
        return sum(number for other, number in counted.items() if other not in names)
    return counted[name]
