"""How a ranking becomes a judgement: when it is asked back, what speaks first, and that a yes hides nothing."""

import json
import random

import pytest

from policy.answers.acts import Judge
from policy.answers.answering import Answerer
from policy.answers.judging import judge_alone
from policy.answers.kinds import KINDS, SILENT
from policy.answers.lexicon import Lexicon
from policy.answers.ranking import Ranking
from policy.answers.reading import joins
from policy.answers.trained import TrainedRanker
from policy.document import Flow, Verdict, load_policy
from policy.learning.labelled import QUESTIONS

POLICY = load_policy()
CONTACT, IMAGES = "3.must-not.pupil-contact", "3.must-not.pupil-images"
NEWSLETTERS, PASSWORD, TWO_STEPS = "2.1.will.newsletters", "guide.password", "guide.2fa"


def ranked(**chances: float) -> Ranking:
    """A ranking with these clauses, each with its own verdict and flow; names stand for the constants above."""
    known = {"contact": CONTACT, "images": IMAGES, "news": NEWSLETTERS, "password": PASSWORD, "steps": TWO_STEPS}
    named = {known.get(name, name): chance for name, chance in chances.items()} | {"7.related": 0.001}
    ordered = dict(sorted(named.items(), key=lambda item: -item[1]))
    clauses = [name for name in ordered if name not in KINDS]
    verdicts = {name: {POLICY.clause(name).verdict: 1.0} for name in clauses}
    return Ranking(ordered, verdicts, {})


class Told:
    """A ranking that is told beforehand what each text gets."""

    def __init__(self, whole: Ranking, **pieces: Ranking) -> None:
        self._whole, self._pieces = whole, pieces

    def __call__(self, text: str) -> Ranking:
        return next((ranking for word, ranking in self._pieces.items() if word in text and len(text) < 60), self._whole)

    quick = __call__


def test_two_clauses_nearly_as_likely_are_asked_back(lexicon: Lexicon) -> None:
    made = judge_alone(POLICY, ranked(contact=0.42, images=0.36), lexicon.read("a question"))
    assert made.verdict is Verdict.CLARIFY
    assert [CONTACT, IMAGES] == [clause.id for clause in made.clauses[:2]]


def test_two_acts_that_are_joined_are_answered_at_once(lexicon: Lexicon) -> None:
    made = judge_alone(POLICY, ranked(password=0.42, steps=0.36), lexicon.read("a question"), joined=True)
    assert made.verdict is Verdict.MUST_DO
    assert {PASSWORD, TWO_STEPS} <= {clause.id for clause in made.clauses}


def test_a_clear_lead_is_answered(lexicon: Lexicon) -> None:
    made = judge_alone(POLICY, ranked(contact=0.6, images=0.2), lexicon.read("a question"))
    assert (Verdict.MUST_NOT, CONTACT) == (made.verdict, made.clauses[0].id)


def test_silence_is_not_claimed_while_a_rule_is_near(lexicon: Lexicon) -> None:
    """To call the policy silent where it forbids would do harm, so the rule is offered as a reading."""
    near = judge_alone(POLICY, ranked(silent=0.5, contact=0.4), lexicon.read("a question"))
    far = judge_alone(POLICY, ranked(silent=0.8, contact=0.1), lexicon.read("a question"))
    assert (Verdict.CLARIFY, CONTACT) == (near.verdict, near.clauses[0].id)
    assert (Verdict.NOT_COVERED, SILENT) == (far.verdict, far.kind)


def test_a_ban_that_may_be_meant_turns_a_yes_into_a_question(lexicon: Lexicon) -> None:
    made = judge_alone(POLICY, ranked(news=0.7, images=0.15), lexicon.read("the newsletter for the page"))
    assert made.verdict is Verdict.CLARIFY
    assert [NEWSLETTERS, IMAGES] == [clause.id for clause in made.clauses[:2]]


def test_an_act_within_a_yes_that_may_be_forbidden_is_asked_about(lexicon: Lexicon) -> None:
    rank = Told(ranked(news=0.9), toddler=ranked(images=0.2, contact=0.15, silent=0.3))
    made = Judge(POLICY, rank, lexicon).judge(
        "the newsletter link should go on our page today and something about a toddler of mine"
    )
    assert made.verdict is Verdict.CLARIFY
    assert [IMAGES, NEWSLETTERS] == [clause.id for clause in made.clauses[:2]]


def test_a_stricter_sentence_speaks_before_the_fact_asked_about(lexicon: Lexicon) -> None:
    fact = "1.1.definition"
    rank = Told(ranked(**{fact: 0.9}), toddler=ranked(images=0.7))
    made = Judge(POLICY, rank, lexicon).judge(
        "does this count as social media at all in your book? i posted a toddler on mine"
    )
    assert (Verdict.MUST_NOT, IMAGES) == (made.verdict, made.clauses[0].id)
    assert fact in [clause.id for clause in made.clauses]


@pytest.mark.parametrize(
    ("text", "joined"),
    [("can i do this and that", True), ("two things: this, that", True), ("one. two", True), ("can i do this", False)],
)
def test_what_joins_two_acts_is_seen(text: str, joined: bool) -> None:
    assert joined is joins(text)


ROWS = [json.loads(line) for bank in (1, 2, 3) for line in (QUESTIONS / f"bank{bank}.jsonl").open(encoding="utf-8")]
PERMITTED = [row["q"].rstrip("?. ") for row in ROWS if row["verdict"] == "allowed"]
FORBIDDEN = [row["q"].rstrip("?. ") for row in ROWS if row["verdict"] == "must_not" and len(row["clauses"]) == 1]
JOINTS = ("{0} and {1}", "{1} and {0}", "{0}. {1}", "{1}. {0}", "{0}, and {1}")


def test_two_unrelated_questions_joined_leak_no_yes(answerer: Answerer) -> None:
    """Three hundred random pairs of a permitted and a forbidden act: none is answered with a yes."""
    chance = random.Random(11)
    pairs = [chance.choice(JOINTS).format(chance.choice(PERMITTED), chance.choice(FORBIDDEN)) for _ in range(300)]
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
