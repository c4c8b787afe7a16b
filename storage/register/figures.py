"""Counting the register: what came in, how soon it was taken, how it ended."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.cases.case_records import Nature, Outcome, Platform
from storage.cases.register_lines import Line

AcknowledgeBy = Callable[[datetime, bool], datetime]
"""By when a report is to be acknowledged: when it was received, and whether it is urgent."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one stretch of time.

    `answerable`: received, and acknowledged or past the target. `in_time`: of these, acknowledged before the target.
    `outcomes` counts what was closed in that time, whenever it was received; the others what was
    received. A report may have several natures.
    """

    received: int
    in_time: int
    answerable: int
    closed: int
    outcomes: Counter[Outcome]
    platforms: Counter[Platform]
    natures: Counter[Nature]


def count(
    lines: Iterable[Line], start: datetime, stop: datetime, acknowledge_by: AcknowledgeBy, now: datetime
) -> Figures:
    """The figures from `start` until before `stop`."""
    lines = list(lines)
    received = [line for line in lines if start <= line.raised_at < stop]
    closed = [line for line in lines if line.closed_at and start <= line.closed_at < stop]
    in_time = [_in_time(line, acknowledge_by(line.raised_at, line.urgent), now) for line in received]
    return Figures(
        received=len(received),
        in_time=in_time.count(True),
        answerable=len(in_time) - in_time.count(None),
        closed=len(closed),
        outcomes=Counter(line.outcome for line in closed if line.outcome),
        platforms=Counter(line.platform for line in received if line.platform),
        natures=Counter(nature for line in received for nature in line.natures),
    )


def _in_time(line: Line, by: datetime, now: datetime) -> bool | None:
    """`None`: nobody knows yet."""
    if line.acknowledged_at:
        return line.acknowledged_at <= by
    return False if now > by else None
