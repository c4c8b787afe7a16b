"""python -m policy: the contract that checks from outside rely on, and the policy officer's tools."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from policy.__main__ import as_json, main
from policy.answers.answering import Answerer
from policy.document import SOCIAL_MEDIA, Verdict
from policy.learning import checking
from policy.loading import load_policy

ROOT = Path(__file__).parent.parent.parent
SECOND = """
title: Mobile phone policy
reference: TTLP/60
trust: True Learning Partnership
date: May 2025
review_date: May 2026
document: phones.txt
reporting_form: https://example.org
ask: your line manager
related: []
changes: []
sections: {"1": Phones}
clauses:
  - id: 1.pocket
    title: Phones in lessons
    who: staff
    verdict: must_not
    wording: Phones stay out of sight in lessons.
    summary: Phones stay out of sight in lessons.
    answer: "No: phones stay out of sight in lessons."
    phrasings: ["Can I have my phone on the desk in a lesson?", "May I use my phone while teaching?"]
  - id: 1.trips
    title: Phones on trips
    who: staff
    verdict: allowed
    wording: The school phone may be used on trips.
    summary: The school phone may be used on trips.
    answer: "Yes: the school phone may be used on trips."
    phrasings: ["Can I take the school phone on a trip?"]
"""


def test_questions_in_lines_give_objects_in_lines_and_soon() -> None:
    """240 questions in under 20 seconds with start-up, one JSON object a line, whatever the bytes."""
    questions = ["can i add a pupil on insta", "", "\u2603", "hello"] * 60
    sent = "\n".join(questions).encode() + b"\n\xff\xfe broken\n"
    started = time.monotonic()
    run = subprocess.run([sys.executable, "-m", "policy", "ask", "--json"], input=sent, capture_output=True, cwd=ROOT)
    assert run.returncode == 0
    rows = [json.loads(line) for line in run.stdout.decode().splitlines()]
    assert len(rows) == len(questions) + 1
    assert set(rows[0]) == {
        "verdict",
        "clauses",
        "flow",
        "reasons",
        "sentence",
        "harm",
        "topic",
        "readings",
        "words",
    }
    assert rows[0]["verdict"] == "must_not"
    assert time.monotonic() - started < 20


def test_a_second_policy_is_a_second_file(tmp_path: Path) -> None:
    """No second program: the same answering reads another copy, by its own phrasings."""
    (tmp_path / "phones.yaml").write_text(SECOND, encoding="utf-8")
    words = "Phones stay out of sight in lessons. The school phone may be used on trips."
    (tmp_path / "phones.txt").write_text(words, encoding="utf-8")
    said = Answerer(load_policy(tmp_path / "phones.yaml")).answer("may I have my phone out on the desk in lessons")
    assert said.verdict is Verdict.MUST_NOT
    assert said.clauses[0].id == "1.pocket"


def test_mistakes_are_told_on_the_command_line(tmp_path: Path, capsys) -> None:
    (tmp_path / "phones.yaml").write_text(SECOND.replace("verdict: allowed", "verdict: maybe"), encoding="utf-8")
    assert main(["--policy", str(tmp_path / "phones.yaml"), "check"]) == 1
    told = capsys.readouterr().err
    assert "clause 1.trips, field verdict" in told
    assert "was not found" in told


def test_the_copy_names_no_concept_or_clause_that_is_not_there() -> None:
    assert list(checking.unread_words(load_policy())) == []
    assert list(checking.untrained(load_policy())) == []


def test_an_unknown_concept_is_told(tmp_path: Path) -> None:
    text = SOCIAL_MEDIA.read_text(encoding="utf-8").replace("when: [trust_device]", "when: [trust_devise]", 1)
    (tmp_path / "TTLP-52-social-media-policy.txt").write_text(
        (SOCIAL_MEDIA.parent / "TTLP-52-social-media-policy.txt").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (tmp_path / "copy.yaml").write_text(text, encoding="utf-8")
    assert any(
        "trust_devise is no concept" in line for line in checking.unread_words(load_policy(tmp_path / "copy.yaml"))
    )


def test_an_edit_shows_which_answers_it_changes(monkeypatch: pytest.MonkeyPatch, answerer: Answerer) -> None:
    """A policy officer sees what a changed sentence does to the questions of the set."""
    question = "can i add a pupil on insta"
    monkeypatch.setattr(checking, "answers_before", lambda: {question: "must_not | another clause | another sentence"})
    monkeypatch.setattr(
        checking, "answers_now", lambda answerer: {question: "must_not | 3.must-not.pupil-contact | No"}
    )
    (changed,) = checking.changes(answerer)
    assert question in changed
    assert "another sentence" in changed


def test_posts_in_lines_give_objects_in_lines() -> None:
    """One JSON object a line with its level and its findings, whatever stands in the line."""
    posts = ['{"text": "School is closed."}', '{"text": "Ask on 07700 900123"}', '{"text": "Vote Labour"}', "", "[1]"]
    sent = "\n".join(posts).encode() + b"\n\xff\n"
    run = subprocess.run([sys.executable, "-m", "policy", "post", "--json"], input=sent, capture_output=True, cwd=ROOT)
    given = [json.loads(line) for line in run.stdout.splitlines()]
    assert ["clean", "stop", "ask", "clean", "clean", "clean"] == [one["level"] for one in given]
    (phone,) = given[1]["findings"]
    assert ("phone", "stop", ["07700 900123"]) == (phone["kind"], phone["severity"], phone["words"])
    assert ("2.3.delete.personal-info", [[7, 19]]) == (phone["clause"], phone["places"])
    assert given[2]["findings"][0]["can_be_answered"]


def test_an_answer_in_json_says_what_the_card_says(answerer: Answerer) -> None:
    """The sentence, the topic by its id, the readings in the asker's words, and words to use."""
    silent = as_json(answerer.answer("is it ok to be on hinge as a teacher"))
    assert ("not_covered", "dating_app", None) == (silent["verdict"], silent["topic"], silent["harm"])
    assert "HR in confidence" in str(silent["sentence"])
    ruled = as_json(answerer.answer("a year 9 sent me a friend request on insta, how do i say no kindly"))
    assert ruled["topic"] is None
    assert ruled["words"]
    asked = as_json(answerer.answer("group chat"))
    assert "clarify" == asked["verdict"]
    assert asked["readings"]
