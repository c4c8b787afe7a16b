"""The check of posts on whole sets of them, kind by kind, and on names by origin. Everybody in them is invented."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policy.answers.encoder import Encoder
from policy.answers.trained import MODEL
from policy.loading import load_policy
from policy.posts.findings import Finding, OwnContacts, PostText, Severity, in_the_way, level
from policy.posts.post_check import PostChecker
from policy.posts.post_meaning import MeaningCheck, load_heads
from policy.posts.post_reading import read

HERE = Path(__file__).parent
CHECK = PostChecker(load_policy())
MOST_STOPPED, FEWEST_CAUGHT, FARTHEST_BELOW, MOST_NOTED = 0.03, 0.85, 0.05, 0.05
SAME = {"bank_details": "donation", "whereabouts": "sensitive"}
"""Finer kinds of ours, by the coarser ones of the sets."""


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def check(text: str, **more: Any) -> tuple[Finding, ...]:
    return CHECK(PostText(text, **more))


def kinds(text: str, **more: Any) -> set[str]:
    """The kinds by which a post is stopped or asked about."""
    return {finding.kind for finding in in_the_way(check(text, **more))}


@pytest.mark.parametrize("name", ["posts_cases.jsonl", "posts_fresh.jsonl"])
def test_what_must_not_be_stopped_is_not(name: str) -> None:
    """Of the posts of which no defensible reading is a stop, at most three in a hundred are."""
    good = [row for row in rows(name) if "stop" not in (row["want"], row.get("also"))]
    stopped = [row["id"] for row in good if level(check(row["text"])) is Severity.STOP]
    assert len(stopped) <= MOST_STOPPED * len(good), stopped


@pytest.mark.parametrize("name", ["posts_cases.jsonl", "posts_fresh.jsonl"])
def test_what_must_stop_is_held_for_the_right_reason(name: str) -> None:
    """85 in a hundred are stopped or asked about under their own kind. On the fresh set 47 were before the rules learnt
    the kinds of fault that passed. Whoever wrote it wrote the rules afterwards, and some of them have its words, so its
    figure flatters them.
    """
    faulty = [row for row in rows(name) if row["want"] == "stop"]
    missed = []
    for row in faulty:
        found = {SAME.get(kind, kind) for kind in kinds(row["text"])}
        if not found & {kind.replace("-", "_") for kind in row["kinds"]}:
            missed.append(row["id"])
    assert len(missed) <= (1 - FEWEST_CAUGHT) * len(faulty), missed


@pytest.mark.parametrize(
    "text",
    [
        "71% of grades were A* to C, and nine pupils had A*A*A.", "Our band played in C# minor and then in F#.",
        "On Children's Mental Health Day Year 5 painted stones.", "In Physical Education Year 8 have begun hockey.",
        "On World Environment Day our Year 3s planted a hedge.", "In Religious Studies Year 10 visited a mosque.",
        "School is a polling station on Thursday and closed to pupils.",
        "The ballot for staff governor closes at noon on Monday.",
        "Our head girl and head boy elections are on Friday; candidates may put up one poster.",
        "Cleaner wanted, £12.60 an hour, ten hours a week. Apply on our website.",
        "Midday assistants wanted, £12.21 an hour. Closing date Friday.",
        "The breakfast club is £4.50 a day and the after school club £9.",
        "PTA quiz night on Friday: licensed bar and a fish supper, tickets from the office.",
        "There will be wine and soft drinks at the PTA summer fair.",
        "An amber warning for snow is in force; check the website before you leave.",
        "The Duke of Edinburgh award group set off this morning.", "Annie! Auditions for our musical are on Monday.",
        "Amber class and Jade class have swapped rooms.", "Homework is on Google Classroom from tonight.",
        "Maple, our reading dog, listened to six stories.",
        "Write to year3@demo.cheshire.sch.uk with your question.", "Send your form to music@demo.cheshire.sch.uk.",
        "Please call the office on 01625 496 0111 if your child is ill.",
        "Ring the absence line on 0161 496 0100 before nine.",
    ],
)  # fmt: skip
def test_ordinary_news_passes(text: str) -> None:
    """Each kind of post that the first rules stopped: nothing has to be answered."""
    assert set() == kinds(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Stars of the week: Zoë, Seán and Inês.", "pupil_first_name"),
        ("Siân in Year 3 won a medal.", "pupil_first_name"),
        ("Relay: Freddie B (2) and Layla K (4).", "pupil_first_name"),
        ("Le Thi Hoa won the art prize.", "pupil_full_name"), ("Well done to Faith Winter in 6A.", "pupil_full_name"),
        ("Congratulations to Łukasz Zieliński in 9C.", "pupil_full_name"),
        ("Congratulations to Çağla Yıldırım in 9C.", "pupil_full_name"),
        ("Could the Ferreira family please call the office.", "personal_message"),
        ("Mr and Mrs Attwell, thank you for your letter.", "personal_message"),
        ("To the mum in the green Fiesta: please move.", "personal_message"),
        ("A big thank you to Mrs Bhatti, mum of two of our pupils.", "other_name"),
        ("The party is at number nine, Larkspur Close.", "address"), ("It is at 14 Demo Lane, SK9 1AA.", "address"),
        ("Call me on oh seven seven double oh nine hundred one two three.", "phone"),
        ("Ring O77OO 9OO I23 after six.", "phone"), ("Text 07700nine00one23 please.", "phone"),
        ("Rosie, who is fostered, loved her first trip to the sea.", "sensitive"),
        ("Well done Sam, whose dad is in prison, on a full week.", "sensitive"),
        ("Alfie walks home along the canal on his own every day.", "whereabouts"),
        ("Pay into sort code 01-02-03, account 12345678.", "bank_details"),
        ("Look for miss_demo.art on TikTok.", "personal_account"),
        ("Every family could give a tenner towards the pond.", "donation"),
        ("Certain parents cannot be bothered to read.", "abusive"),
    ],
)  # fmt: skip
def test_what_hurts_somebody_does_not_pass(text: str, kind: str) -> None:
    """Each kind of fault that the first rules missed, most of them with a victim: stopped, or asked about."""
    assert kind in kinds(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ask Jo on 07700 900 123.", "phone"), ("Cards to Flat 2, SK9 1AA.", "address"),
        ("See instagram.com/demo.person.art", "personal_account"), ("Write to demo.person@gmail.com", "email"),
        ("Congratulations to Amelia Marsden in 8T.", "pupil_full_name"),
        ("Tilly, who is in foster care, sang a solo.", "sensitive"),
    ],
)  # fmt: skip
def test_what_is_certain_stops(text: str, kind: str) -> None:
    """A mobile number, a postcode, a private account or mailbox, a pupil's full name, a named child's private life."""
    assert kind in {finding.kind for finding in check(text) if finding.severity is Severity.STOP}


def test_a_guess_can_be_answered() -> None:
    """The answer is kept by the kind and the words: it covers them, and no words that are added later."""
    text = "Vote Labour on Thursday."
    (asked,) = check(text)
    assert asked.can_be_answered
    (noted,) = check(text, answers={asked.key: "It is a quotation from the history topic."})
    assert (Severity.NOTE, "It is a quotation from the history topic.") == (noted.severity, noted.answer)
    again = check(f"{text} No more immigration.", answers={asked.key: "It is a quotation."})
    assert in_the_way(again)


def test_the_words_stand_where_the_finding_says() -> None:
    """Also where the text has invisible characters, other digits and hashtags; in reading order."""
    text = "#WellDoneOliver\u200b Bennett in 4B, call ０７７００ 900123. Vote Labour."
    found = check(text)
    assert ["pupil_full_name", "phone", "political"] == [finding.kind for finding in found]
    for finding in found:
        for place in finding.places:
            assert place.words == text[place.start : place.end]


def test_the_trusts_own_contacts_pass() -> None:
    """Its numbers and the mailboxes of its domains are no personal information."""
    own = OwnContacts(numbers=frozenset({"01625496022"}), domains=frozenset({"demo-trust.example"}))
    mine = PostChecker(load_policy(), own=own)
    text = "Ring 01625 496022 or write to admissions@demo-trust.example."
    assert {"phone", "email"} == kinds(text)
    assert () == mine(PostText(text))


def test_standing_consent_is_remembered() -> None:
    """A colleague who has given it is noted, and nobody else: a parent with a title has given none."""
    mine = PostChecker(load_policy(), standing_consent=["Mrs Keeble"])
    assert [Severity.NOTE] == [finding.severity for finding in mine(PostText("Mrs. Keeble has baked."))]
    assert ["other_name"] == [finding.kind for finding in mine(PostText("Mrs Keeble, mum of two, has baked."))]


FRAMES = [
    "Well done to {}.",
    "{} won the prize.",
    "Here is {} with the cup.",
    "Art by {} (5B)",
    "On Friday {} sang a solo.",
]


def names_of(given: str, surnames: str, rng: random.Random) -> Iterator[str]:
    """Given names with surnames, or whole names whose words are joined by _ where there are no surnames."""
    for _ in range(150):
        first = rng.choice(given.split()).replace("_", " ")
        yield first if surnames == "-" else f"{first} {rng.choice(surnames.split())}"


def found_by_origin() -> dict[str, float]:
    """The share of names that are held as full names, by origin."""
    rng, shares = random.Random(7), {}
    for line in (HERE / "names_by_origin.txt").read_text(encoding="utf-8").splitlines():
        origin, given, surnames = line.split("|")
        names = list(names_of(given, surnames, rng))
        found = ["pupil_full_name" in kinds(rng.choice(FRAMES).format(name)) for name in names]
        shares[origin] = sum(found) / len(found)
    return shares


def test_names_of_all_origins_are_found_alike() -> None:
    """None is more than five points below the best."""
    shares = found_by_origin()
    assert max(shares.values()) - min(shares.values()) <= FARTHEST_BELOW, shares


def test_soft_meaning_only_notes_and_seldom() -> None:
    """The heads stop nobody, and ordinary posts that they did not learn from are hardly noted."""
    meaning = MeaningCheck(Encoder(MODEL), load_heads())
    clean = [row["text"] for row in rows("posts_fresh.jsonl") if row["want"] == "clean" and "also" not in row]
    noted = [text for text in clean if list(meaning(read(text), ()))]
    assert len(noted) <= MOST_NOTED * len(clean), noted
    (note,) = meaning(read("Everybody should go out and vote against this shameful government on Thursday."), ())
    assert ("may_read_as_opinion", Severity.NOTE) == (note.kind, note.severity)
