"""The labelled questions: each can be read, names clauses that there are, and stands in the set once."""

import json
from collections import Counter

import pytest

from policy.answers.kinds import Labelled
from policy.answers.reading import simple
from policy.answers.spelling import Speller
from policy.document import Policy
from policy.learning.labelled import BANKS, QUESTIONS, read_bank

FROM_OTHERS = ("bank", "phrasings")
"""Sets from other hands, which stay as they came."""
REAL = ("real_rules", "real_silent", "harm", "service", "followups")


@pytest.fixture(scope="module")
def questions(policy: Policy) -> list[Labelled]:
    return [item for name in BANKS for item in read_bank(policy, QUESTIONS / f"{name}.jsonl")]


def test_every_clause_that_a_question_names_is_in_the_policy(policy: Policy, questions: list[Labelled]) -> None:
    named = {name for item in questions for name in (*item.clauses, *item.accept)}
    assert [] == sorted(name for name in named if name not in policy)


def test_every_topic_that_a_question_names_is_in_the_policy(policy: Policy, questions: list[Labelled]) -> None:
    assert set() == {item.topic for item in questions if item.topic} - {topic.id for topic in policy.topics}


def test_no_source_is_both_learnt_from_and_held_out() -> None:
    """What is held out by its source tells something only if the source is not learnt from."""
    rows = [json.loads(line) for name in REAL for line in (QUESTIONS / f"{name}.jsonl").open(encoding="utf-8")]
    held, learnt = ({row["source"] for row in rows if bool(row.get("held")) is kept} for kept in (True, False))
    assert set() == held & learnt


def test_no_question_stands_twice_with_the_same_answer(speller: Speller, questions: list[Labelled]) -> None:
    """However it is typed; what stands in a set from another hand as well is left to that."""
    own = [item for item in questions if not item.bank.startswith(FROM_OTHERS)]
    counts = Counter((simple(speller.plain_words(item.question)), item.verdict, item.clauses[:1]) for item in own)
    assert [] == [asked for asked, count in counts.items() if count > 1]
