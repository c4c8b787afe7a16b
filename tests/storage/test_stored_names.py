"""Choices are kept by names; the words of the first version are understood, and nothing unknown is guessed."""

from enum import EnumType

import pytest

from cards.kit.fields import Field, Shape, field_input
from storage.cases import case_records
from storage.cases.case_records import Case, Kind, Nature, Platform, Report, Route, Status, Whose
from storage.conversation_references import Purpose
from storage.first_words import FIRST_WORDS
from storage.register.export_book import ExportScope
from storage.stored_names import ChosenAnswer, NoOneSchool, StoredName
from storage.suggestions.suggestion_records import SuggestionEntryKind, SuggestionStatus
from storage.tables.rows import RowCodec
from tests.support.fake_teams import things_in

OF_CASES = [each for each in vars(case_records).values() if isinstance(each, EnumType) and issubclass(each, StoredName)]
FAMILIES: tuple[type[StoredName], ...] = (
    *(family for family in OF_CASES if family not in (StoredName, ChosenAnswer)),
    SuggestionStatus, SuggestionEntryKind, ExportScope, Purpose, NoOneSchool,
)  # fmt: skip
NAMES = [name for family in FAMILIES for name in family]
CODEC = RowCodec(Report)
ADDED_SINCE = {"Part"}
"""Families that the first version did not have."""


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_a_name_is_kept_and_its_words_are_shown(name: StoredName) -> None:
    """Small letters and underscores are kept; people never see them."""
    assert name.value == name.value.lower().replace(" ", "_")
    assert name.words and name is type(name)(name.value)


def test_the_first_version_has_words_for_names_that_there_are() -> None:
    """No word leads to a name that is none, and none of them is forgotten."""
    assert {family.__name__ for family in FAMILIES} - ADDED_SINCE == set(FIRST_WORDS)
    for family in FAMILIES:
        for words, name in FIRST_WORDS.get(family.__name__, {}).items():
            assert family(name) is family(words)


def test_words_may_change_any_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that was kept before is read as it was."""
    kept = CODEC.to_values(Report(Kind.WORRY, whose=Whose.HEAD))
    monkeypatch.setattr(Whose.HEAD, "words", "The headteacher")
    assert Whose.HEAD is CODEC.from_values(kept).whose
    assert {"kind": "worry", "whose": "head_teacher"}.items() <= kept.items()


@pytest.mark.parametrize("unknown", ["The headteacher", "chief", "pupil ", "PUPIL"])
def test_an_unknown_answer_to_whose_goes_to_no_team(unknown: str) -> None:
    """It may be about any of them: the chair of governors has it, and what was kept stays as it was."""
    report = CODEC.from_values({"kind": "worry", "whose": unknown})
    assert Route.CHAIR is report.route
    assert unknown == CODEC.to_values(report)["whose"]
    assert report == CODEC.from_values(CODEC.to_values(report))


def test_every_answer_to_whose_has_its_route() -> None:
    """None of the known ones is left to what becomes of an unknown one."""
    assert {
        Whose.PUPIL: Route.DSL_CHANNEL, Whose.PARENT: Route.DSL_CHANNEL, Whose.STAFF: Route.HEAD,
        Whose.HEAD: Route.CHAIR, Whose.DSL_TEAM: Route.HEAD, Whose.PUBLIC: Route.DSL_CHANNEL,
        Whose.UNKNOWN: Route.DSL_CHANNEL,
    } == {whose: Report(whose=whose).route for whose in Whose}  # fmt: skip
    assert Route.DSL_CHANNEL is Report(Kind.CONTACT).route


def test_an_unknown_platform_or_nature_loses_no_report() -> None:
    """It is shown as it was kept."""
    report = CODEC.from_values({"platform": "Friendster", "natures_json_0": '["Offensive","rude"]'})
    assert report.platform is not None
    assert ("Friendster", ["Offensive", "rude"]) == (report.platform.words, [each.words for each in report.natures])


@pytest.mark.parametrize("column", ["kind", "status", "outcome"])
def test_an_unknown_state_is_no_case(column: str) -> None:
    """Nothing is guessed: the row cannot be read, which `python -m storage verify` says."""
    values = {
        "reference": "SM-000-0001", "submission": "s", "report_json_0": '{"kind":"worry"}', "status": "raised",
        "reporter_json_0": '{"id":"r","name":"R","account":"a"}', "raised_at": "2026-06-03T12:00:00Z",
    }  # fmt: skip
    assert Status.RAISED is RowCodec(Case).from_values(values).status
    broken = {**values, column: "lost"} if column != "kind" else {**values, "report_json_0": '{"kind":"lost"}'}
    with pytest.raises(ValueError, match="lost"):
        RowCodec(Case).from_values(broken)


def test_open_answers_of_the_first_version_are_open() -> None:
    """It kept an empty text."""
    empty = {"platform": "", "aimed_at": "", "whose": "", "answered": "", "pupil": "", "family": "", "school": ""}
    assert Report() == CODEC.from_values(dict(empty))


def test_a_card_of_the_first_version_is_understood() -> None:
    """It stands in Teams still, and sends words; so does a draft that holds what was typed then."""
    question = Field("platform", "Where?", Shape.CHOICE, tuple(Platform))
    several = Field("natures", "What?", Shape.MANY, tuple(Nature))
    assert (Platform.X, Platform.X, None) == tuple(map(question.chosen, ("X (Twitter)", "x", "nonsense")))
    elements = things_in(field_input(several, "Offensive,A threat", None, "k").model_dump(by_alias=True))
    (shown,) = [each for each in elements if "choices" in each]
    assert "offensive,threat" == shown["value"]


def test_a_place_that_is_no_one_school_has_one_name() -> None:
    """Whatever the form called it."""
    for words in FIRST_WORDS["NoOneSchool"]:
        assert "trust_wide" == CODEC.from_values({"school": words}).school
    assert "Demo School" == CODEC.from_values({"school": "Demo School"}).school
