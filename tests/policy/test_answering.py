"""What answers promise: a yes only from a clause that permits, and always an answer."""

import json
from pathlib import Path

import pytest

from policy.answering import about_clause, answer
from policy.document import Verdict, load_policy

POLICY = load_policy()
DEV = [json.loads(line) for line in (Path(__file__).parent / "dev.jsonl").read_text(encoding="utf-8").splitlines()]

PERMITTING = {clause.id for clause in POLICY.clauses if clause.verdict is Verdict.ALLOWED}


@pytest.mark.parametrize("row", DEV, ids=lambda row: row["id"])
def test_allowed_only_from_a_clause_that_permits(row) -> None:
    """Never a yes by accident."""
    given = answer(POLICY, row["q"])
    if given.verdict is Verdict.ALLOWED:
        assert given.clauses and all(clause.id in PERMITTING for clause in given.clauses)


@pytest.mark.parametrize("nothing", ["", "   ", "\x00\x07", "👍🎉", "???"])
def test_nothing_to_read_is_not_an_error(nothing: str) -> None:
    given = answer(POLICY, nothing)
    assert given.verdict is Verdict.CLARIFY
    assert given.ask


def test_the_same_question_gets_the_same_answer() -> None:
    question = "can i post a photo of my class on my insta?"
    assert answer(POLICY, question) == answer(POLICY, question)


def test_a_picked_reading_is_answered_from_its_clause() -> None:
    given = about_clause(POLICY, "3.must-not.pupil-images")
    assert given.verdict is Verdict.MUST_NOT
    assert given.clauses[0].id == "3.must-not.pupil-images"
