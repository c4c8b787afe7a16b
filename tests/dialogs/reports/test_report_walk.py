"""The walk as a state machine: whatever people do, in whatever order, nothing that they gave is lost."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cards.reports import report_form
from cards.reports.report_cards import WALK, Help, button_data, step_card
from cards.reports.report_form import STEPS, fields_of
from dialogs.reports import report_walk
from storage.cases.case_records import Kind
from storage.cases.report_drafts import ReportDraft, Step
from storage.records import StoredFile
from storage.tables.rows import RowCodec
from tests.support.examples import tries

TODAY = date(2026, 6, 3)
SCHOOLS = ("Demo Primary School", "Demo High School")
PEOPLE = Help(schools=SCHOOLS)
FILE = StoredFile("f" * 32, "evidence.png", "image/png", 10, "0" * 64)
CODEC = RowCodec(ReportDraft)

words = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).map(str.strip)
texts = st.one_of(
    words.filter(bool), st.sampled_from(["https://example.org/a", "see www.example.org/b now", "yes", "no"])
)


def some_value(name: str) -> st.SearchStrategy[str]:
    """An answer to a field: one of its options, an odd one, or nothing."""
    options = [
        option
        for kind in Kind
        for step in (Step.DETAILS, Step.MORE)
        for question in fields_of(ReportDraft("x", datetime.now(UTC)).report.__class__(kind=kind), step, SCHOOLS)
        if question.name == name
        for option, _ in question.choices
    ]
    plain = st.sampled_from(options) if options else words
    return st.one_of(plain, st.sampled_from(["", "nonsense", "2026-06-01", "2999-01-01", "https://example.org/x"]))


NAMES = sorted(report_walk._NAMES)
fields = st.fixed_dictionaries({}, optional={name: some_value(name) for name in NAMES})
moves = st.one_of(
    st.tuples(st.just("next"), st.sampled_from([{"danger": "yes"}, {"danger": "no"}])),
    st.tuples(st.just("next"), st.sampled_from([{"kind": kind.name} for kind in Kind])),
    st.tuples(st.just("next"), st.sampled_from([{"image": "yes"}, {"image": "no"}])),
    st.tuples(st.just("next"), fields),
    st.tuples(st.just("next"), fields),
    st.tuples(st.just("back"), fields),
    st.tuples(st.just("change"), st.sampled_from([{"to": step} for step in STEPS])),
    st.tuples(st.just("say"), texts),
    st.tuples(st.just("file"), st.none()),
    st.tuples(st.just("restart"), st.none()),
    st.tuples(st.just("cancel"), fields),
)


def moved(draft: ReportDraft, move: str, given_data: Any) -> ReportDraft:
    """The draft after one thing that a person did."""
    if move == "next":
        return report_walk.take_answers(draft, given_data, TODAY, SCHOOLS)
    if move == "back":
        return report_walk.go_back(draft, given_data)
    if move == "change":
        return report_walk.change(draft, given_data)
    if move == "say":
        return report_walk.add_text(draft, given_data, TODAY, SCHOOLS)
    if move == "file":
        return report_walk.add_file(draft, FILE) if report_walk.takes_files(draft) else draft
    if move == "cancel":
        WALK.cancel_card(button_data(draft))
        return report_walk.keep_typed(draft, given_data)
    return CODEC.from_values(CODEC.to_values(draft))


def everything_in(draft: ReportDraft) -> str:
    """All that the draft holds, wherever it holds it."""
    report = draft.report
    held = [report_form.held(report, name) for name in NAMES]
    return "\n".join([*held, *draft.typed.values(), *draft.added])


@tries(300)
@given(st.lists(moves, max_size=25))
def test_no_walk_raises_or_loses_what_was_added(walk: list[tuple[str, Any]]) -> None:
    """What was typed in the chat is in the draft for good, and every state has its card."""
    draft, added = ReportDraft("x", datetime.now(UTC)), []
    for move, given_data in walk:
        if move == "say" and report_walk.answer_to(draft, given_data) in (report_walk.ADDED, report_walk.ADDED_ABOVE):
            added.append(given_data.strip())
        overwrites = move in ("next", "back", "cancel") and isinstance(given_data, dict) and draft.step is Step.DETAILS
        if overwrites and "description" in given_data | {"links": ""}:
            added = [text for text in added if text in draft.added]  # the field that holds the others is being edited
        draft = moved(draft, move, given_data)
        step_card(draft, PEOPLE)
        assert all(word in everything_in(draft) for text in added for word in text.split())


@tries(300)
@given(st.lists(moves, max_size=25))
def test_an_answer_stays_until_it_is_changed(walk: list[tuple[str, Any]]) -> None:
    """Back, change, cancel and restart keep the last answer to every field, as typed or as taken."""
    draft, last = ReportDraft("x", datetime.now(UTC)), {}
    for move, given_data in walk:
        shown = draft.step in (Step.DETAILS, Step.MORE)
        if move in ("next", "back", "cancel") and shown and isinstance(given_data, dict):
            last |= {name: given_data[name] for name in NAMES if name in given_data}
        draft = moved(draft, move, given_data)
        for name, value in last.items():
            if name in ("links", "description"):
                continue  # these two also take in what comes by the chat: see above
            kept = draft.typed.get(name, report_form.held(draft.report, name))
            assert set(value.strip().split(",")) >= set(kept.split(",")) or kept == value.strip()


@tries(300)
@given(st.lists(moves, max_size=30))
def test_the_guard_holds(walk: list[tuple[str, Any]]) -> None:
    """No file and no link to press is ever in a report that may show an intimate image; none is complete unasked."""
    draft = ReportDraft("x", datetime.now(UTC))
    for move, given_data in walk:
        draft = moved(draft, move, given_data)
        if draft.report.intimate_image:
            assert ((), ()) == (draft.report.evidence, draft.report.links)
        if draft.report.intimate_image is None:
            assert () == draft.report.evidence
        if report_walk.is_complete(draft, SCHOOLS):
            assert None not in (draft.report.danger, draft.report.kind, draft.report.intimate_image)
