"""The check of suggested posts, on posts that were written for it: invented people, numbers kept free for drama."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.document import Policy, PolicyError
from policy.loading import load_policy
from policy.posts.findings import OWNER, RELATION, RIGHTS, Finding, PostText, Severity, in_the_way
from policy.posts.name_lists import load_name_lists
from policy.posts.post_check import PostChecker, will_post
from policy.posts.post_words import load_rules
from tests.support.examples import tries

POLICY = load_policy()
CHECK = PostChecker(POLICY)
NAMES = load_name_lists()
HERE = Path(__file__).parent
QUIET = tries(80, same=True)
FAST_ENOUGH = 0.3
"""Seconds of the processor for the longest post, on a busy machine; by itself it takes less than 0.1."""


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def lines(name: str) -> list[str]:
    return (HERE / name).read_text(encoding="utf-8").splitlines()


def post_of(row: dict[str, Any]) -> PostText:
    return PostText(
        text=row["text"],
        links=tuple(row.get("links", ())),
        topic=row.get("topic", ""),
        pictures=row.get("pictures", 0),
        shows=frozenset(row.get("shows", ())),
        consent=row.get("consent", {}),
    )


def check(text: str, **more: Any) -> tuple[Finding, ...]:
    return CHECK(PostText(text, **more))


def stopped(text: str, **more: Any) -> set[str]:
    """The clauses by which a post is stopped."""
    return {finding.clause for finding in check(text, **more) if finding.severity is Severity.STOP}


def held(text: str, **more: Any) -> set[str]:
    """The clauses by which a post is stopped, or asked about."""
    return {finding.clause for finding in in_the_way(check(text, **more))}


POSTS = rows("posts.jsonl")
SECOND_RUN = rows("posts_heldback2.jsonl")
HELD_BACK = rows("posts_heldback.jsonl")
FAULTY = [row for row in POSTS if row["fault"]]
GOOD = [row for row in POSTS if not row["fault"]]


def test_the_set_is_sixty_and_sixty() -> None:
    """The promises below are about 60 good posts and 60 with a fault."""
    assert (60, 60) == (len(GOOD), len(FAULTY))


@pytest.mark.parametrize("row", FAULTY, ids=lambda row: row["id"])
def test_each_fault_is_found_under_its_clause(row: dict[str, Any]) -> None:
    """No fault passes: it stops the post, or is asked about, by the policy's own clause."""
    assert row["fault"] in {finding.clause for finding in in_the_way(CHECK(post_of(row)))}


@pytest.mark.parametrize("row", GOOD, ids=lambda row: row["id"])
def test_no_good_post_is_stopped(row: dict[str, Any]) -> None:
    """None of the sixty."""
    assert Severity.STOP not in {finding.severity for finding in CHECK(post_of(row))}


@pytest.mark.parametrize("row", [*HELD_BACK, *SECOND_RUN], ids=lambda row: row["id"])
def test_posts_that_were_held_back_hold_too(row: dict[str, Any]) -> None:
    """A hundred posts written when the first rules stood. On the first runs one of 50 good posts was stopped and 40 of
    50 faults were found; what had passed was put in words that no list holds ("you know who to vote for"). So the check
    is a help to the line manager and never the last look.
    """
    found = CHECK(post_of(row))
    if row["fault"]:
        assert in_the_way(found)
    else:
        assert Severity.STOP not in {finding.severity for finding in found}


@pytest.mark.parametrize("text", lines("posts_ordinary.txt"))
def test_what_schools_say_every_day_is_not_stopped(text: str) -> None:
    """Trips, teams, books, festivals, history lessons: words that look like a rule's and are not."""
    assert set() == held(text) - {"2.1.will-not.names-photos"}


@pytest.mark.parametrize("text", lines("posts_amiss.txt"))
def test_what_is_amiss_never_passes_silently(text: str) -> None:
    """Short posts, each with something that the page does not carry: stopped, or asked about."""
    assert {finding.severity for finding in check(text)} - {Severity.NOTE}


def test_each_rule_names_a_clause_and_can_be_answered() -> None:
    """The rules cite the policy in force, and what they ask for is one of the answers that a post can hold."""
    for rule in load_rules():
        assert rule.clause in POLICY
        assert rule.says.endswith(".")
        assert rule.mend.endswith(".")
        assert rule.asks in ("", RIGHTS, RELATION, OWNER)
        assert rule.severity in (Severity.ASK, Severity.NOTE)


@pytest.mark.parametrize("row", FAULTY, ids=lambda row: row["id"])
def test_a_finding_names_the_words_and_what_to_do(row: dict[str, Any]) -> None:
    """Each finding says one sentence, how to mend it, and the words of the post that caused it."""
    for finding in CHECK(post_of(row)):
        assert finding.says.endswith(".")
        assert finding.mend.endswith(".")
        for words in finding.words:
            assert words in row["text"] or words in row.get("links", ()) or words in row.get("consent", {}).values()


def test_a_need_that_is_answered_goes_along() -> None:
    """What a finding asks for turns it into a note; "yes" alone is no answer."""
    asking = [finding for finding in check("Mrs Adeyemi is our new deputy head.") if finding.asks]
    assert ["staff"] == [finding.asks for finding in asking]
    assert any(finding.asks for finding in check("Mrs Adeyemi is our new deputy head.", consent={"staff": "yes"}))
    answered = check("Mrs Adeyemi is our new deputy head.", consent={"staff": "e-mail of 4 May in the office"})
    assert {Severity.NOTE} == {finding.severity for finding in answered}


def test_consent_that_was_refused_stops_it() -> None:
    """Nobody is shown who has said no."""
    found = held("Our choir", pictures=1, shows=frozenset({"pupils"}), consent={"pupils": "one mum said no"})
    assert {"2.1.will-not.names-photos"} == found


@pytest.mark.parametrize(
    "answer", ["", " ", "?", "yes", "no", "not yet", "n/a", "don't know", "will ask on Monday", "-"]
)
def test_no_consent_without_its_place(answer: str) -> None:
    """The page manager must be able to look it up."""
    found = check("Our choir", pictures=1, shows=frozenset({"pupils"}), consent={"pupils": answer})
    assert Severity.STOP in {f.severity for f in found} or "pupils" in {f.asks for f in found}


@pytest.mark.parametrize(
    "number",
    ["07700 900123", "07700900123", "+447700900123", "(01632) 960 123", "01632-960-123", "0 7 7 0 0 9 0 0 1 2 3",
     "0044 7700 900 123", "07700.900.123", "٠٧٧٠٠٩٠٠١٢٣", "０７７００９００１２３", "07700\u200b900123", "7700900123",
     "oh seven seven double oh nine double zero one two three"],
)  # fmt: skip
def test_a_number_is_one_however_it_is_written(number: str) -> None:
    """Spaces, brackets, invisible characters, other digits, words."""
    assert "2.3.delete.personal-info" in held(f"Any questions? My number: {number}, any evening.")


@pytest.mark.parametrize(
    "text",
    ["It is on 12/03/2027 at 09.30.", "Terms 2026-2027: 2026-09-01 to 2027-07-21.", "We raised £1,204,500.75.",
     "Buses at 08.30 09.15 10.00 15.20", "ISBN 978-0-14-036299-7", "Well done on 1,000,000 words read."],
)  # fmt: skip
def test_dates_sums_and_times_are_no_numbers(text: str) -> None:
    """Otherwise nobody would read the findings."""
    assert set() == held(text)


@pytest.mark.parametrize(
    ("text", "shows", "asks"),
    [
        ("Miss Lee and Oliver from Year 2 planted a tree.", {"staff"}, {"pupils"}),
        ("Miss Lee and Oliver from Year 2 planted a tree.", {"pupils"}, {"staff"}),
        ("Miss Lee and Oliver from Year 2 planted a tree.", {"pupils", "staff"}, set()),
        ("Oliver from Year 2 and his grandmother", {"others"}, {"pupils"}),
        ("Sarah from our kitchen made 40 pies.", {"staff"}, set()),
        ("Sarah made 40 pies.", set(), {"pupils"}),
    ],
)
def test_consent_of_one_group_covers_no_other(text: str, shows: set[str], asks: set[str]) -> None:
    """A recorded consent of staff says nothing of the pupil who is named beside them; each name is told."""
    recorded = dict.fromkeys(shows, "signed form in the office")
    found = check(text, shows=frozenset(shows), consent=recorded)
    assert asks == {finding.asks for finding in found if finding.asks}
    assert any(finding.words for finding in found)


def test_a_school_may_bear_a_name() -> None:
    """Its own name is nobody's."""
    text = "Alice Demo Bennett School opens on Monday, and Year 4 of Alice Demo Bennett School will sing."
    assert set() == held(text, school="Alice Demo Bennett School")
    assert "2.1.will-not.student-full-names" in held(f"{text} Oliver Bennett", school="Alice Demo Bennett School")


def test_a_tag_is_read() -> None:
    """A hashtag hides no name."""
    assert "2.1.will-not.student-full-names" in held("What a day #ProudOf #OliverBennett")


def test_what_the_policy_does_not_list_is_told() -> None:
    """The line manager sees that the post is none of the nine things."""
    assert ["2.suggest"] == [finding.clause for finding in check("School is closed.", topic="something else")]
    assert () == check("School is closed.", topic="2.1.will.alerts")


GIVEN, SURNAMES = sorted(NAMES.given - NAMES.both), sorted(NAMES.surnames)
PRAISE = [
    "Well done to {}.",
    "{} won the prize.",
    "Here is {} with the cup",
    "Art by {} (5B)",
    "On Friday {} sang a solo.",
]


@QUIET
@given(
    st.sampled_from(GIVEN), st.sampled_from(SURNAMES), st.sampled_from(PRAISE), st.sampled_from([str.title, str.upper])
)
def test_a_full_name_is_found(given_name: str, surname: str, praise: str, shape: Callable[[str], str]) -> None:
    """Any given name of the lists with any surname, in what a school says of a pupil."""
    assert "2.1.will-not.student-full-names" in held(praise.format(shape(f"{given_name} {surname}")))


AREAS = ["07700", "01632", "0161", "020"]
SHAPES = ["{a} {b} {c}", "{a}{b}{c}", "{a}-{b}-{c}", "({a}) {b} {c}", "+44 {n} {b} {c}", "0044{n}{b}{c}", "{a}.{b}.{c}",
          "{a} / {b} / {c}", "+44 (0){n} {b}{c}", "{a}\u2013{b}\u2013{c}", "{a}\u00a0{b}\u00a0{c}"]  # fmt: skip


@QUIET
@given(st.sampled_from(AREAS), st.sampled_from(SHAPES), st.integers(0, 999), st.integers(0, 10**8))
def test_a_telephone_number_is_found(area: str, shape: str, middle: int, rest: int) -> None:
    """In each shape, between other words."""
    digits = 11 - len(area) - 3
    number = shape.format(a=area, n=area[1:], b=f"{middle:03}", c=f"{rest % 10**digits:0{digits}}")
    assert "2.3.delete.personal-info" in held(f"On the 5th, ring Jo on {number} before 9.30")


DATES = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %m %Y", "%d/%m/%y %H:%M", "%H.%M-%H.%M", "%d %m %y"]
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@QUIET
@given(st.timedeltas(timedelta(0), timedelta(days=1000)), st.sampled_from(DATES), st.integers(0, 10**7))
def test_dates_and_sums_are_no_numbers(after: timedelta, shape: str, pence: int) -> None:
    """However they are written, alone or two together."""
    at = FIRST + after
    there, back = at.strftime(shape), (at + timedelta(days=9)).strftime(shape)
    assert set() == held(f"{there} {back}: {there}-{back}, we raised £{pence / 100:,.2f} of {pence:,} and {pence}")


def test_will_post_is_what_the_policy_lists() -> None:
    """Nine things, in the document's order, with their labels."""
    offered = will_post(POLICY)
    assert 9 == len(offered)
    assert ("2.1.will.alerts", "Alerts about changes") == offered[0]


def test_a_check_that_cites_nothing_is_an_error() -> None:
    """The clauses of the check stand in the policy that it is given."""
    clauses = tuple(clause for clause in POLICY.clauses if clause.id != "2.1.will-not.student-full-names")
    without = Policy.model_validate({**dict(POLICY), "clauses": clauses})
    with pytest.raises(PolicyError, match=r"student-full-names"):
        PostChecker(without)(PostText("Well done to Oliver Bennett in Year 4."))


def test_what_is_too_long_to_read_is_stopped() -> None:
    """An unread post is no good post."""
    assert {"2.suggest"} == held("good news. " * 500)


@QUIET
@given(st.text(max_size=5000), st.lists(st.text(max_size=200), max_size=3), st.integers(0, 4))
def test_any_post_is_checked(text: str, links: list[str], pictures: int) -> None:
    """Whatever is typed gives findings or none, in time, and the same ones again."""
    post = PostText(text, tuple(links), pictures=pictures)
    started = time.process_time()
    found = CHECK(post)
    assert time.process_time() - started < FAST_ENOUGH
    assert found == CHECK(post)


PIECES = ["Mrs ", "Oliver ", "Bennett ", "07", "700 ", "0-", "@", "a.", "at ", "dot ", "14 ", "The ", "Lane ",
          "http://", "one ", "double ", "(", "year 4 ", "to the ", "mum of ", "'s ", "\n", "join ", "s*",
          "WA9 ", "Abc "]  # fmt: skip


@QUIET
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6), st.integers(1, 5000))
def test_no_pattern_is_slow(pieces: list[str], times: int) -> None:
    """The pieces that the patterns look for, over and over, take no longer than other words."""
    text = ("".join(pieces) * times)[:5000]
    started = time.process_time()
    CHECK(PostText(text))
    assert time.process_time() - started < FAST_ENOUGH


@QUIET
@given(st.sampled_from([row for row in FAULTY if row["severity"] == "FORBIDS"]), st.sampled_from(GOOD), st.booleans())
def test_good_words_excuse_no_bad_ones(faulty: dict[str, Any], good: dict[str, Any], before: bool) -> None:
    """A fault stays one with other sentences before or after it."""
    text = f"{good['text']} {faulty['text']}" if before else f"{faulty['text']} {good['text']}"
    assert faulty["fault"] in held(text, links=tuple(faulty.get("links", ())), shows=frozenset(faulty.get("shows", ())))
