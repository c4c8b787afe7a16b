"""The trained ranking as a whole: no yes leaks from two joined questions, and chances are chances."""

import json
import random

import pytest

from policy.answers.answering import Answerer
from policy.answers.lexicon import Lexicon
from policy.answers.trained import TrainedRanker
from policy.document import Flow, Verdict
from policy.learning.labelled import QUESTIONS
from tests.support.examples import some

CONTACT = "3.must-not.pupil-contact"
ROWS = [json.loads(line) for bank in (1, 2, 3) for line in (QUESTIONS / f"bank{bank}.jsonl").open(encoding="utf-8")]
PERMITTED = [row["q"].rstrip("?. ") for row in ROWS if row["verdict"] == "allowed"]
FORBIDDEN = [row["q"].rstrip("?. ") for row in ROWS if row["verdict"] == "must_not" and len(row["clauses"]) == 1]
JOINTS = ("{0} and {1}", "{1} and {0}", "{0}. {1}", "{1}. {0}", "{0}, and {1}")


def test_two_unrelated_questions_joined_leak_no_yes(answerer: Answerer) -> None:
    """Three hundred random pairs of a permitted and a forbidden act: none is answered with a yes."""
    chance = random.Random(11)
    pairs = [chance.choice(JOINTS).format(chance.choice(PERMITTED), chance.choice(FORBIDDEN)) for _ in range(some(300))]
    assert [] == [pair for pair in pairs if answerer.answer(pair).verdict is Verdict.ALLOWED]


def test_chances_are_chances(lexicon: Lexicon) -> None:
    """All clauses together, and the verdicts of each, add up to one."""
    ranking = TrainedRanker(lexicon)("can i put a photo of my class on my own instagram")
    assert 1 == pytest.approx(sum(ranking.chances.values()), abs=1e-4)
    for verdicts in ranking.verdicts.values():
        assert 1 == pytest.approx(sum(verdicts.values()), abs=1e-4)


def test_words_alone_rank_a_part_of_a_question(lexicon: Lexicon) -> None:
    ranking = TrainedRanker(lexicon).quick("can i accept a friend request from a pupil")
    assert CONTACT == ranking.best
    assert ranking.flows[CONTACT][Verdict.MUST_NOT] in (None, Flow.REPORT_CONTACT)
