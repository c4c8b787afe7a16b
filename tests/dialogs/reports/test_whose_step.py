"""Whose conduct decides: asked right after danger in every walk; about an adult of the school nothing of a pupil."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from cards.reports.report_form import OFFERED, fields_of, steps_of
from dialogs.reports import report_walk
from storage.cases.case_records import AimedAt, Concerned, Kind, Nature, Part, Platform, Report, Route, Whose, YesNo
from storage.cases.report_drafts import ReportDraft, Step

TODAY = date(2026, 6, 3)
ADULTS = (Whose.STAFF, Whose.HEAD, Whose.DSL_TEAM)
OTHERS = (Whose.PUPIL, Whose.PARENT, Whose.UNKNOWN)
ROUTES = {
    Whose.PUPIL: Route.DSL_CHANNEL,
    Whose.PARENT: Route.DSL_CHANNEL,
    Whose.UNKNOWN: Route.DSL_CHANNEL,
    Whose.STAFF: Route.HEAD,
    Whose.DSL_TEAM: Route.HEAD,
    Whose.HEAD: Route.CHAIR,
}


def begun(kind: Kind | None = None, whose: Whose | None = None) -> ReportDraft:
    draft = ReportDraft("x", datetime.now(UTC), kind_given=kind is not None, report=Report(kind=kind))
    return report_walk.with_whose(draft, whose, assumed=True) if whose else draft


def after(draft: ReportDraft, *answers: dict[str, Any]) -> ReportDraft:
    for given in answers:
        draft = report_walk.take_answers(draft, given, TODAY)
    return draft


@pytest.mark.parametrize("whose", OFFERED)
@pytest.mark.parametrize("kind", [None, *Kind])
@pytest.mark.parametrize("danger", ["yes", "no"])
def test_every_walk_asks_it_right_after_danger(kind: Kind | None, danger: str, whose: Whose) -> None:
    """Whatever the walk began with, and whatever was assumed, the answer decides where it goes."""
    for assumed in (None, *OFFERED):
        draft = after(begun(kind, assumed), {"danger": danger})
        assert Step.WHOSE is draft.step
        assert ROUTES[whose] is after(draft, {"whose": whose.value}).report.route


@pytest.mark.parametrize("whose", ADULTS)
@pytest.mark.parametrize("kind", [None, *Kind])
def test_about_an_adult_it_is_a_worry(kind: Kind | None, whose: Whose) -> None:
    """No kind is asked, nor whether it was answered, nor anything of a pupil who made contact."""
    draft = after(begun(kind), {"danger": "no"}, {"whose": whose.value})
    assert (Step.IMAGE, Kind.WORRY) == (draft.step, draft.report.kind) and Step.KIND not in steps_of(draft)
    asked = {field.name for step in Step for field in fields_of(draft.report, step)}
    assert not asked & {"answered", "my_account", "pupil", "family", "aimed_at"}


@pytest.mark.parametrize("kind", [None, *Kind])
@pytest.mark.parametrize("adult", ADULTS)
@pytest.mark.parametrize("other", OTHERS)
def test_a_changed_mind_gives_the_walk_back(kind: Kind | None, adult: Whose, other: Whose) -> None:
    """What kind it was before is what it is again; where nobody had said, it is asked."""
    draft = after(begun(kind), {"danger": "no"}, {"whose": adult.value})
    draft = after(report_walk.go_back(draft, {}), {"whose": other.value})
    assert draft.report.kind is kind
    assert (Step.IMAGE if kind else Step.KIND) is draft.step


@pytest.mark.parametrize("given", ["", "public", "nonsense", None, 3])
def test_nothing_else_is_an_answer(given: Any) -> None:
    """What is not offered leaves the question open."""
    draft = after(begun(), {"danger": "no"}, {"whose": given})
    assert (Step.WHOSE, None) == (draft.step, draft.report.whose)


CONTACT = Report(Kind.CONTACT, danger=False, intimate_image=False, platform=Platform.INSTAGRAM, description="hi miss")
CONTENT = Report(
    Kind.CONTENT,
    danger=False,
    intimate_image=False,
    platform=Platform.FACEBOOK,
    description="rude",
    natures=(Nature.OFFENSIVE,),
    aimed_at=AimedAt.COLLEAGUE,
    answered=YesNo.NO,
)


@pytest.mark.parametrize("report", [CONTACT, CONTENT])
@pytest.mark.parametrize("step", [Step.IMAGE, Step.DETAILS, Step.MORE, Step.CHECK])
def test_a_draft_of_an_earlier_version_goes_on(report: Report, step: Step) -> None:
    """It is asked before it can be sent, and nothing that was entered is lost."""
    draft = ReportDraft("x", datetime.now(UTC), step, report=report)
    answers: dict[Step, dict[str, Any]] = {
        Step.IMAGE: {"image": "no"},
        Step.WHOSE: {"whose": "parent"},
        Step.DETAILS: {"concerned": "Demo Pupil"},
        Step.MORE: {"pupil": "here_now", "family": "no", "answered": "no"},
    }
    seen = set()
    draft = report_walk.to_open_step(draft)
    while draft.step is not Step.CHECK:
        seen.add(draft.step)
        draft = after(draft, answers[draft.step])
    assert Step.WHOSE in seen and report_walk.is_complete(draft)
    assert (report.kind, report.description) == (draft.report.kind, draft.report.description)


def test_a_card_of_an_earlier_version_says_it_among_the_other_questions() -> None:
    """Then it is taken from there, and the report goes where it belongs."""
    draft = ReportDraft("x", datetime.now(UTC), Step.MORE, report=CONTENT)
    answers = {"natures": "offensive", "aimed_at": "colleague", "whose": "staff", "answered": "no"}
    draft = after(draft, answers)
    assert (Step.CHECK, Route.HEAD) == (draft.step, draft.report.route)


def test_an_answer_of_an_earlier_version_stands() -> None:
    """A member of the public is not offered any more, and is not asked again where it was chosen."""
    draft = ReportDraft("x", datetime.now(UTC), Step.CHECK, report=replace(CONTENT, whose=Whose.PUBLIC))
    assert report_walk.is_complete(draft)


@pytest.mark.parametrize("image", [True, False])
def test_a_pupils_contact_asks_which_pupil(image: bool) -> None:
    """With an image of a child above all; who is not known is an answer, and nobody's name."""
    report = Report(Kind.CONTACT, danger=False, intimate_image=image, whose=Whose.PUPIL)
    draft = ReportDraft("x", datetime.now(UTC), Step.DETAILS, report=report)
    fields = {"platform": "instagram", "description": "hi miss"}
    assert "concerned" in after(draft, fields).problems
    named = after(draft, {**fields, "concerned": "Demo Pupil"})
    assert (Step.MORE, (Concerned("Demo Pupil", Part.PUPIL),)) == (named.step, named.report.concerned)
    for words in ("I do not know", "i don't know.", "Not sure"):
        assert ("",) == tuple(each.name for each in after(draft, {**fields, "concerned": words}).report.concerned)


@pytest.mark.parametrize("typed", ["Next", "send", "Save for later"])
def test_the_name_of_a_button_is_no_word_of_a_report(typed: str) -> None:
    """It is said where to press, and nothing lands in the description."""
    draft = ReportDraft("x", datetime.now(UTC), Step.DETAILS, report=CONTENT)
    assert report_walk.PRESS_IT == report_walk.answer_to(draft, typed)
    assert draft == report_walk.add_text(draft, typed, TODAY)


def test_words_before_the_details_are_kept() -> None:
    """They join the description once that is written; a plain yes answers no question but that about danger."""
    draft = after(begun(), {"danger": "no"})
    assert report_walk.ANSWER_FIRST == report_walk.answer_to(draft, "no")
    draft = report_walk.add_text(draft, "he was at the gate", TODAY)
    draft = after(draft, {"whose": "parent"}, {"kind": "WORRY"}, {"image": "no"}, {"description": "a worry"})
    assert "a worry\nhe was at the gate" == draft.report.description


@pytest.mark.parametrize(
    ("typed", "words", "left"),
    [("", "a question?", ""), ("said\na question?", "a question?", "said"), ("a question? no", "a question?", None)],
)
def test_a_question_is_taken_out_again(typed: str, words: str, left: str | None) -> None:
    """From what is still to be added, or the line that it became; never a part of another line."""
    draft = ReportDraft("x", datetime.now(UTC), Step.DETAILS, report=Report(kind=Kind.WORRY, description=typed))
    if not typed:
        draft = report_walk.add_text(draft, words, TODAY)
    without = report_walk.without(draft, words)
    assert ((), typed if left is None else left) == (without.added, without.report.description)
