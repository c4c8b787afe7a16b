"""Times as people in an English school read them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def said(at: datetime) -> str:
    """Such as "3 June 2026, 21:40", by the clock on the wall in England."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


def said_day(at: datetime) -> str:
    """Such as "Monday 23 November, 8:00", for a time that is near."""
    local = at.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B}, {local.hour}:{local:%M}"


def day_said(day: str) -> str:
    """A day in ISO form such as "Wednesday 3 June 2026"; anything else is none."""
    try:
        read = date.fromisoformat(day)
    except ValueError:
        return ""
    return f"{read:%A} {read.day} {read:%B %Y}"
