"""What the tests of the policy share: the trust's policy and what answers from it, built once a process."""

import pytest

from policy.answers.answering import Answerer
from policy.answers.lexicon import Lexicon
from policy.answers.spelling import Speller
from policy.answers.trained import MODEL
from policy.document import Policy
from policy.loading import load_policy


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy()


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon()


@pytest.fixture(scope="session")
def speller() -> Speller:
    return Speller.from_folder(MODEL)


@pytest.fixture(scope="session")
def answerer(policy: Policy) -> Answerer:
    return Answerer(policy)
