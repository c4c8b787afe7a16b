"""The labelled questions: each can be read, names clauses that there are, and stands in the set once."""

from collections import Counter

import pytest

from policy.answers.kinds import Labelled
from policy.answers.reading import simple
from policy.answers.spelling import Speller
from policy.document import Policy
from policy.learning.labelled import QUESTIONS, read_bank

FROM_OTHERS = ("bank", "phrasings")
"""Sets from other hands, which stay as they came."""


@pytest.fixture(scope="module")
def questions(policy: Policy) -> list[Labelled]:
    return [item for path in sorted(QUESTIONS.glob("*.jsonl")) for item in read_bank(policy, path)]


def test_every_clause_that_a_question_names_is_in_the_policy(policy: Policy, questions: list[Labelled]) -> None:
    named = {name for item in questions for name in (*item.clauses, *item.accept)}
    assert [] == sorted(name for name in named if name not in policy)


def test_no_question_stands_twice_with_the_same_answer(speller: Speller, questions: list[Labelled]) -> None:
    """However it is typed; what stands in a set from another hand as well is left to that."""
    own = [item for item in questions if not item.bank.startswith(FROM_OTHERS)]
    counts = Counter((simple(speller.plain_words(item.question)), item.verdict, item.clauses[:1]) for item in own)
    assert [] == [asked for asked, count in counts.items() if count > 1]
