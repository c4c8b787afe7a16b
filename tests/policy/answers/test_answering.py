"""What answers promise: a yes only from a clause that permits, danger first, and the case at hand."""

import json
from pathlib import Path

import pytest

from policy.answers.answering import Answerer
from policy.document import Flow, Verdict
from policy.learning.labelled import read_bank
from policy.learning.measure import Accuracy, Given, measure

DEV = Path(__file__).parent / "dev.jsonl"
QUESTIONS = [json.loads(line)["q"] for line in DEV.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def figures(answerer: Answerer) -> Accuracy:
    """What the answers to the questions that are never learnt from come to."""

    def given(question: str) -> Given:
        said = answerer.answer(question)
        return Given(said.verdict, tuple(clause.id for clause in said.clauses), said.flow)

    return measure(list(read_bank(answerer.policy, DEV)), given)


def test_on_questions_never_learnt_from_no_answer_does_harm(figures: Accuracy) -> None:
    """No yes to what is forbidden, no silence on a rule, hardly a rule out of thin air."""
    assert figures.unsafe == []
    assert len(figures.missed) <= 0.02 * figures.questions
    assert len(figures.invented) <= 0.02 * figures.questions


def test_on_questions_never_learnt_from_most_answers_are_right(figures: Accuracy) -> None:
    assert figures.good >= 0.9
    assert figures.precise >= 0.95
    assert figures.helped >= 0.94
    assert figures.every >= 0.93
    assert figures.flow >= 0.94


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_can_be_shown(answerer: Answerer, question: str) -> None:
    """A sentence without shouting, at most three clauses, and a yes only from a clause that permits."""
    said = answerer.answer(question)
    assert said.sentence
    assert "!" not in said.sentence
    assert len(said.clauses) <= 3
    assert (said.verdict is Verdict.CLARIFY) == bool(said.readings)
    assert len(said.readings) <= 3
    if said.verdict is Verdict.ALLOWED:
        first = said.clauses[0]
        assert first.verdict is Verdict.ALLOWED or Verdict.ALLOWED in {case.verdict for case in first.cases}


def test_the_same_question_gets_the_same_answer(answerer: Answerer) -> None:
    question = "can i post a photo of my class on my insta?"
    assert answerer.answer(question) == answerer.answer(question)


def test_a_child_in_danger_comes_before_every_rule(answerer: Answerer) -> None:
    said = answerer.answer("a girl in my form messaged me on insta last night that her stepdad is hurting her")
    assert said.clauses[0].id == "3.safeguarding"
    assert said.flow is Flow.REPORT_WORRY
    assert said.now is not None
    assert "999" in said.now.split(".")[0]


def test_what_has_happened_comes_with_what_to_do_now(answerer: Answerer) -> None:
    said = answerer.answer("I already accepted a friend request from a year 9")
    assert said.now is not None
    assert "DSL" in said.now


CASES = [
    ("my nephew is in year 8 here and messages me on whatsapp, must I report him", "3.pupil-messages", "conditional"),
    ("we want a whatsapp group for the staff curry night, no work chat", "2.whatsapp", "conditional"),
    ("whatsapp between the site team on the trust phones we were given", "2.whatsapp", "conditional"),
    ("is it alright to scroll facebook on my lunch break", "3.must-not.teaching-time", "conditional"),
    (
        "can i post a photo of my class on my own facebook, the parents gave permission",
        "3.must-not.pupil-images",
        "must_not",
    ),
    ("the uniform shop has a sale, can the page tell people", "2.1.will-not.business-ads", "conditional"),
    ("can my wife's nail salon be on the school page", "2.1.will-not.business-ads", "must_not"),
    ("can the school page share the link to the newsletter", "2.1.will.newsletters", "allowed"),
]


@pytest.mark.parametrize(("question", "clause", "verdict"), CASES)
def test_the_case_decides_as_the_policy_has_it(answerer: Answerer, question: str, clause: str, verdict: str) -> None:
    """Family, social groups, trust phones, breaks, consent, related businesses: these exceptions and no others."""
    said = answerer.answer(question)
    assert (said.clauses[0].id, said.verdict) == (clause, verdict)


def test_two_acts_get_both_clauses_the_stricter_first(answerer: Answerer) -> None:
    said = answerer.answer(
        "can the school page advertise our fair, and can I post pictures of the pupils on my own insta"
    )
    assert said.verdict is Verdict.MUST_NOT
    assert said.clauses[0].id == "3.must-not.pupil-images"
    assert "2.1.will.events" in [clause.id for clause in said.clauses]


def test_where_the_policy_is_silent_the_answer_says_whom_to_ask(answerer: Answerer) -> None:
    """It gives no leave, and does not scold whoever asked for none."""
    said = answerer.answer("can I park in the visitors' bay on Fridays")
    assert said.verdict is Verdict.NOT_COVERED
    assert "not permission" not in said.sentence
    assert "line manager" in said.sentence.lower()


TOPICS = [
    ("can i be in the year 4 parents whatsapp as a parent?", "class_group_as_parent", "office"),
    ("am I allowed parents on facebook", "parents_as_friends", "old friend"),
    ("new TA here, i do lingerie modelling, is my portfolio a problem", "second_life", "HR in confidence"),
    ("is it ok to be on hinge as a teacher", "dating_app", "HR in confidence"),
    ("a parent wrote a lovely post about our school", "praise_seen", "How lovely"),
    ("our caretaker has died, can i post a tribute to him", "bereavement", "I am sorry"),
    ("a reporter from the paper has messaged me about the school", "press", "ring the school office"),
]


@pytest.mark.parametrize(("question", "topic", "part"), TOPICS)
def test_a_topic_on_which_the_policy_is_silent_has_its_own_words(
    answerer: Answerer, question: str, topic: str, part: str
) -> None:
    said = answerer.answer(question)
    assert Verdict.NOT_COVERED == said.verdict
    assert topic == (said.topic.id if said.topic else None)
    assert part in said.sentence


def test_readings_that_are_picked_are_answered_whatever_they_are(answerer: Answerer) -> None:
    """A topic with its sentence; none of them with the way to a person; what there is not is no reading."""
    topic = answerer.about_clause("topic.dating_app", "is it ok")
    assert (Verdict.NOT_COVERED, "dating_app") == (topic.verdict, topic.topic.id if topic.topic else None)
    none = answerer.about_clause("none", "is it ok")
    assert (Verdict.NOT_COVERED, ()) == (none.verdict, none.clauses)
    assert "a person will know better" in none.sentence
    known = [answerer.has_reading(name) for name in ("none", "topic.press", "2.whatsapp", "topic.gone", "9.gone")]
    assert [True, True, True, False, False] == known


def test_small_talk_is_answered_as_such(answerer: Answerer) -> None:
    said = answerer.answer("hello")
    assert said.small_talk
    assert not said.clauses


def test_a_picked_reading_is_answered_from_its_clause_and_case(answerer: Answerer) -> None:
    said = answerer.about_clause("2.whatsapp", "a whatsapp group for pub night, no work chat")
    assert said.clauses[0].id == "2.whatsapp"
    assert said.verdict is Verdict.CONDITIONAL
    assert answerer.about_clause("2.whatsapp").verdict is Verdict.MUST_NOT


def test_reasons_name_what_was_read(answerer: Answerer) -> None:
    said = answerer.answer("can I accept a friend request from a pupil")
    assert said.reasons[0].startswith("I read this as: a pupil, accept or add")
