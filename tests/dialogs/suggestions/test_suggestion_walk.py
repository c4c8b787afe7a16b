"""The suggestion walk as a state machine: whatever people do, in whatever order, nothing that they gave is lost."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cards.suggestions.suggestion_cards import Surroundings, step_card
from cards.suggestions.suggestion_form import MAX_PICTURES, STEPS, Choices, fields_of, held
from dialogs.suggestions import suggestion_walk
from dialogs.suggestions.suggestion_walk import Around
from policy.posts.findings import Finding, Severity, Span
from storage.records import StoredFile
from storage.suggestions.suggestion_drafts import SuggestionDraft, SuggestionStep
from storage.suggestions.suggestion_records import Post, Shown
from storage.tables.rows import RowCodec
from tests.support.examples import tries

CHOICES = Choices(
    ("Demo Primary School", "Demo High School"), (("2.1.will.photos", "Trips"), ("2.1.will.alerts", "Alerts"))
)
SURROUNDINGS = Surroundings(CHOICES)
CODEC = RowCodec(SuggestionDraft)
FILE = StoredFile("f" * 32, "evidence.png", "image/png", 10, "0" * 64)
PDF = StoredFile("e" * 32, "evidence.pdf", "application/pdf", 10, "0" * 64)


def _finding(kind: str, severity: Severity, clause: str, words: str, asks: str = "") -> Finding:
    return Finding(kind, severity, clause, (Span(0, len(words), words),), "It says so.", "Take it out.", asks)


def check(post: Post) -> tuple[Finding, ...]:
    """A check with one of each: a word that forbids, one that needs something, one to look at."""
    found = []
    if "forbidden" in post.text:
        found.append(_finding("phone", Severity.STOP, "2.3.delete.personal-info", "forbidden"))
    if "bakery" in post.text and len(post.met.get("relation", "")) < 3:
        found.append(_finding("business", Severity.ASK, "2.1.will-not.business-ads", "bakery", "relation"))
    if "note" in post.text:
        found.append(_finding("note", Severity.NOTE, "2.4.likes", "note"))
    return tuple(found)


AROUND = Around(CHOICES, date(2026, 6, 3), check)
NAMES = [question.name for step in STEPS for question in fields_of(step, CHOICES)]
words = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=30).map(str.strip)


def some_value(name: str) -> st.SearchStrategy[str]:
    """An answer to a field: one of its options, an odd one, or nothing."""
    asked = next(question for step in STEPS for question in fields_of(step, CHOICES) if question.name == name)
    options = [option for option, _ in asked.choices]
    plain = st.sampled_from(options) if options else words
    odd = [
        "",
        "nonsense",
        "2999-06-03",
        "1999-01-01",
        "https://example.org/x",
        "forbidden words",
        "the bakery",
        "a note",
    ]
    return st.one_of(plain, st.sampled_from(odd))


answers = st.fixed_dictionaries({}, optional={name: some_value(name) for name in NAMES})
good_post = {"topic": "2.1.will.photos", "text": "A fine day", "school": "Demo High School"}
good_people = {"shows": "staff", "consent_staff": "In the office"}
moves = st.one_of(
    st.tuples(st.just("next"), st.one_of(answers, st.just(good_post), st.just(good_people))),
    st.tuples(st.just("next"), st.fixed_dictionaries({}, optional={"met_relation": words, "met_x": words})),
    st.tuples(st.just("back"), answers),
    st.tuples(st.just("change"), st.sampled_from([{"to": step} for step in (*STEPS, "nowhere")])),
    st.tuples(st.just("say"), words.filter(bool)),
    st.tuples(st.just("message"), st.fixed_dictionaries({"text": words, "links": st.just("")})),
    st.tuples(st.just("file"), st.sampled_from([FILE, PDF])),
    st.tuples(st.just("drop"), answers),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("later"), answers),
)


def moved(draft: SuggestionDraft, move: str, data: Any) -> SuggestionDraft:
    """The draft after one thing that a person did."""
    if move == "next":
        return suggestion_walk.take_answers(draft, data, AROUND)
    if move == "back":
        return suggestion_walk.go_back(draft, data)
    if move == "change":
        return suggestion_walk.change(draft, data)
    if move == "say":
        return suggestion_walk.add_text(draft, data)
    if move == "message":
        return suggestion_walk.fill_in(draft, data)
    if move == "file":
        return suggestion_walk.with_picture(draft, data)
    if move == "drop":
        return suggestion_walk.without_pictures(draft, data)
    if move == "later":
        return suggestion_walk.keep_typed(draft, data)
    return CODEC.from_values(CODEC.to_values(draft))


@tries(300)
@given(st.lists(moves, max_size=25))
def test_no_walk_raises_or_loses_what_was_said(walk: list[tuple[str, Any]]) -> None:
    """What joined the text in the chat is there until its field is edited; every state has its card."""
    draft, said = SuggestionDraft("x", datetime.now(UTC)), []
    for move, data in walk:
        if move == "say" and suggestion_walk.answer_to(draft, data) == suggestion_walk.ADDED:
            said.append(data)
        if move == "message":
            said.append(data["text"])
        elif isinstance(data, dict) and "text" in data:
            said = [text for text in said if text in draft.added]  # the field that holds the others is being edited
        draft = moved(draft, move, data)
        step_card(draft, SURROUNDINGS, check(draft.post))
        everything = "\n".join([draft.post.text, *draft.typed.values(), *draft.added])
        assert all(text in everything for text in said)


@tries(300)
@given(st.lists(moves, max_size=25))
def test_an_answer_stays_until_it_is_changed(walk: list[tuple[str, Any]]) -> None:
    """Back, change, save and restart keep the last answer to a step's field, as typed or as taken."""
    draft, last = SuggestionDraft("x", datetime.now(UTC)), {}
    for move, data in walk:
        if isinstance(data, dict) and move not in ("change", "message"):
            last |= {name: data[name].strip() for name in NAMES if name in data}
        draft = moved(draft, move, data)
        for name, value in last.items():
            kept = draft.typed.get(name, held(draft.post, name)).strip()
            of_nobody = name.startswith("consent_") and name.removeprefix("consent_") not in draft.post.shows
            joined = name == "text" and kept.startswith(value)
            assert kept == value or of_nobody or joined or set(kept.split(",")) == set(value.split(",")) or (
                name == "links" and kept == " ".join(draft.post.links)
            )  # fmt: skip


@tries(400)
@given(st.lists(moves, max_size=30))
def test_nothing_travels_that_the_check_stops(walk: list[tuple[str, Any]]) -> None:
    """No complete draft holds a forbidden word, an open condition, somebody without consent, or a field left open."""
    draft = SuggestionDraft("x", datetime.now(UTC))
    for move, data in walk:
        draft = moved(draft, move, data)
        assert len(draft.post.pictures) <= MAX_PICTURES and PDF not in draft.post.pictures
        if draft.step is not SuggestionStep.POST:
            assert "forbidden" not in draft.post.text
        if suggestion_walk.is_complete(draft, AROUND):
            post = draft.post
            assert () == tuple(finding for finding in check(post) if finding.severity is not Severity.NOTE)
            assert post.text and post.topic in dict(CHOICES.topics) and post.school and post.shows
            assert all(post.consent.get(who) for who in post.shows if who != Shown.NOBODY)
