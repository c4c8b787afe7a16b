"""Reminders and lists: who is mentioned, and how little they say."""

import json
from datetime import UTC, datetime

import pytest

from cards.cases.reminder_cards import MOST_ROWS, Untouched, personal_text, unanswered_text, untouched_card
from cards.kit.mentions import Mention, entities_of
from storage.cases.case_records import Case, Kind, Platform, Report, Status
from storage.records import Person

NOON = datetime(2026, 6, 3, 11, 0, tzinfo=UTC)
REPORT = Report(
    Kind.CONTENT, danger=True, school="St *Demo* [School]", platform=Platform.TIKTOK, description="the secret words"
)
CASE = Case("SM-000-0001", "draft", REPORT, Person("id-t", "Demo Teacher", "29:t"), NOON)


def test_a_mention_is_the_same_in_the_text_and_in_its_entity() -> None:
    """Teams mentions only what it finds in the text; what could be markdown or a tag is left out of both."""
    nasty = Mention("[Ann](https://evil.example) <at>all</at> *B*", "29:ann")
    text = unanswered_text(CASE, [nasty])
    (entity,) = entities_of([nasty, nasty])
    assert entity["text"] in text and "29:ann" == entity["mentioned"]["id"]
    assert 1 == text.count("<at>") and not set("[]*<") & set(text.replace(entity["text"], ""))


def test_without_an_id_nobody_is_mentioned() -> None:
    """A tag without an entity would stand there as it is."""
    assert unanswered_text(CASE, [Mention("Ann")]).startswith("Ann: urgent report SM-000-0001 (St Demo School)")
    assert [] == entities_of([Mention("Ann")])


@pytest.mark.parametrize("text", [unanswered_text(CASE, []), personal_text(CASE, ["Ann, 01632 960102"])])
def test_a_reminder_says_nothing_of_the_matter(text: str) -> None:
    """Reference, school and since when; not what was reported, on which platform, or by whom."""
    assert "SM-000-0001" in text and "3 June 2026, 12:00" in text
    assert not any(word in text for word in ("secret", "TikTok", "Teacher", "Offensive", "danger"))


def test_a_long_list_stays_small() -> None:
    """Fifty cases: the longest waiting are shown, how many are not is said, and it fits into a message."""
    who = Mention("A" * 60, "29:" + "x" * 100)
    rows = [Untouched(f"SM-000-{n:04d}", Status.UNDER_REVIEW, True, NOON, 9, who) for n in range(50)]
    card = json.dumps(untouched_card(rows, 5))
    assert len(card.encode("utf-16-le")) < 80_000
    assert "50 cases not touched for 5 school days or more" in card and f"{50 - MOST_ROWS} more are not shown" in card


def test_a_case_that_nobody_has_says_so() -> None:
    """And mentions nobody."""
    card = untouched_card([Untouched("SM-000-0001", Status.RAISED, False, NOON, 5, None)], 5)
    assert "Nobody has it" in json.dumps(card) and {"entities": []} == card["msteams"]
