"""Reminders and news for line managers and the social media team, and the team's list on Mondays."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cards.kit.elements import Card, card, heading, labelled
from cards.kit.times import day_said, said
from storage.suggestions.suggestion_records import Suggestion, SuggestionStatus


def reminder_text(suggestion: Suggestion) -> str:
    """Reminds a line manager who has not answered."""
    return (
        f"A post that {suggestion.author.name} suggested has waited for you since {said(suggestion.submitted_at)} "
        f"({suggestion.reference}). Type “waiting for me” to see it."
    )


def date_text(suggestion: Suggestion) -> str:
    """For the team, on the day of a scheduled post: no more than the reference."""
    return f"Suggested post {suggestion.reference} is to go out today. Mark it as posted on its card when it has."


def manager_news_text(suggestion: Suggestion, what: str, who: str) -> str:
    """For the line manager who forwarded it: what has become of it."""
    day = f" for {day_said(suggestion.scheduled_for)}" if suggestion.status is SuggestionStatus.SCHEDULED else ""
    by = f" by {who}" if who else ""
    return f"{suggestion.reference}, suggested by {suggestion.author.name}: {what.lower()}{day}{by}."


def digest_card(waiting: Sequence[Suggestion], posted: Sequence[Suggestion], now: datetime) -> Card:
    """Monday's list for the team: what waits, what is scheduled, what went out. References and ages, no content."""
    scheduled = [each for each in waiting if each.status is SuggestionStatus.SCHEDULED]
    open_ones = [each for each in waiting if each.status is not SuggestionStatus.SCHEDULED]
    lines = {
        "Waiting": [f"{each.reference}, {_age(now - each.submitted_at)}{_taken(each)}" for each in open_ones],
        "Scheduled": [f"{each.reference}, {day_said(each.scheduled_for)}" for each in scheduled],
        "Posted since last Monday": [each.reference for each in posted],
    }
    parts = [labelled(f"{name}: {len(found)}", "\n".join(found[:20])) for name, found in lines.items() if found]
    return card([heading("Suggested posts this week"), *parts], fallback="Suggested posts this week")


def _age(waited: timedelta) -> str:
    days = waited.days
    return "since today" if days < 1 else f"for {days} day{'' if days == 1 else 's'}"


def _taken(suggestion: Suggestion) -> str:
    return f", taken by {suggestion.taken_by.name}" if suggestion.taken_by else ""
