"""Several acts in one question: what each gets by itself, and that a yes hides none of them; without a model."""

from collections.abc import Mapping

import pytest

from policy.answers.acts import Judge
from policy.answers.judging import Judgement
from policy.answers.ranking import Ranking
from policy.answers.reading import Frame, joins
from policy.document import Flow, Verdict
from tests.policy.answers.small_policy import SMALL, ranked, read

NO, IF, YES = Verdict.MUST_NOT, Verdict.CONDITIONAL, Verdict.ALLOWED
DO, FACT, SILENCE, ASK = Verdict.MUST_DO, Verdict.INFO, Verdict.NOT_COVERED, Verdict.CLARIFY

SHARE = "can the page share the newsletter today"
PHOTO = "a photo of my own class on mine"
TOLD = "this one asks what it is"


class Ranks:
    """What is ranked for each text; for any other text, what is ranked for the whole question."""

    def __init__(
        self, whole: Ranking, texts: Mapping[str, Ranking] | None = None, quick: Mapping[str, Ranking] | None = None
    ) -> None:
        self._whole, self._texts, self._quick = whole, texts or {}, quick or {}

    def __call__(self, text: str) -> Ranking:
        return self._texts.get(text, self._whole)

    def quick(self, text: str) -> Ranking:
        return self._quick.get(text, self(text))


class Concepts:
    """A lexicon in which each concept is known by its own name, and nothing is set aside."""

    def read(self, text: str) -> Frame:
        known = ("danger", "photo", "official_page", "runs_page", "address")
        return read(*(name for name in known if name in text.replace("the page", "official_page")))

    def without_courtesy(self, text: str) -> str:
        return text.strip(" .,;?!")


def judged(
    text: str,
    whole: Ranking,
    texts: Mapping[str, Ranking] | None = None,
    quick: Mapping[str, Ranking] | None = None,
) -> Judgement:
    return Judge(SMALL, Ranks(whole, texts, quick), Concepts()).judge(text)  # type: ignore[arg-type]


def said(made: Judgement) -> tuple[Verdict, list[str]]:
    """The verdict, and the clauses without their section."""
    return made.verdict, [clause.id.removeprefix("1.") for clause in made.clauses]


@pytest.mark.parametrize(
    ("text", "chance", "verdict"),
    [("class trip", 0.79, ASK), ("class trip", 0.80, NO), ("the class trip", 0.79, NO)],
)
def test_one_or_two_words_are_answered_only_if_plain(text: str, chance: float, verdict: Verdict) -> None:
    assert verdict == judged(text, ranked({"ban": chance})).verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("photo of a school trip", ASK),
        ("photo of a long school trip", SILENCE),
        ("one of a school trip", SILENCE),
    ],
)
def test_a_few_words_of_which_one_was_read_are_asked_back_rather_than_called_silent(
    text: str, verdict: Verdict
) -> None:
    """Up to five words."""
    assert verdict == judged(text, ranked({"silent": 0.9, "ban": 0.05})).verdict


def test_words_that_say_too_little_are_left_as_such() -> None:
    assert "unclear" == judged("one of these long school days", ranked({"unclear": 0.9})).kind


@pytest.mark.parametrize(
    ("piece", "verdict", "clauses"),
    [
        ({"ban": 0.35, "yes": 0.1}, NO, ["ban", "yes"]),
        ({"if": 0.35, "yes": 0.1}, IF, ["if", "yes"]),
        ({"ban": 0.34, "yes": 0.35}, YES, ["yes"]),
        ({"ban": 0.20, "yes": 0.19, "silent": 0.3}, ASK, ["ban", "yes"]),
        ({"ban": 0.19, "yes": 0.10, "silent": 0.3}, YES, ["yes"]),
        ({"ban": 0.20, "yes": 0.21, "silent": 0.3}, YES, ["yes"]),
        ({"ban": 0.12, "if": 0.10, "silent": 0.3}, ASK, ["ban", "yes"]),
        ({"rule": 0.9}, YES, ["yes"]),
        ({"explained": 0.9}, YES, ["yes"]),
        ({"silent": 0.9}, YES, ["yes"]),
    ],
)
def test_a_yes_hides_no_act_that_is_bound(piece: dict[str, float], verdict: Verdict, clauses: list[str]) -> None:
    """From 0.35 it is answered, from 0.2 (all that bind together, if as likely as a yes) it is asked about."""
    flows = {"yes": {YES: Flow.SUGGEST_POST}}
    made = judged(f"{SHARE}, and {PHOTO}", ranked({"yes": 0.9}, flows=flows), {PHOTO: ranked(piece)})
    assert (verdict, clauses) == (made.verdict, said(made)[1][:2])
    if verdict in (NO, IF):
        assert 2 == made.acts
        assert {"official_page", "photo"} == made.frame.concepts
    if verdict is ASK:
        assert Flow.SUGGEST_POST == made.flow


@pytest.mark.parametrize(
    ("text", "chance", "flow", "verdict"),
    [
        (TOLD, 0.60, None, FACT),
        (TOLD, 0.59, None, YES),
        (TOLD, 0.60, Flow.SUGGEST_POST, YES),
        ("this one is not at all a thing", 0.60, None, YES),
    ],
)
def test_a_fact_asked_for_within_a_yes_is_answered(
    text: str, chance: float, flow: Flow | None, verdict: Verdict
) -> None:
    """Where the words ask for it, and it leads to another walk."""
    whole = ranked({"yes": 0.9}, flows={"yes": {YES: Flow.SUGGEST_POST}})
    made = judged(f"{SHARE}, and {text}", whole, {text: ranked({"fact": chance}, flows={"fact": {FACT: flow}})})
    assert verdict == made.verdict


@pytest.mark.parametrize(
    ("quick", "close", "verdict"),
    [
        ({"ban": 0.60}, {"ban": 0.60}, NO),
        ({"ban": 0.59}, {"ban": 0.60}, FACT),
        ({"ban": 0.60}, {"ban": 0.59}, FACT),
        ({"ban": 0.60}, {"yes": 0.90}, FACT),
        ({"rule": 0.90}, {"rule": 0.90}, FACT),
    ],
)
def test_a_sentence_that_is_forbidden_by_itself_speaks_before_the_fact(
    quick: dict[str, float], close: dict[str, float], verdict: Verdict
) -> None:
    """Seen so both at a glance and closely, from 0.6; a duty does not push in."""
    text = f"what does this count as. {PHOTO}"
    made = judged(text, ranked({"fact": 0.9}), {PHOTO: ranked(close)}, {PHOTO: ranked(quick)})
    assert verdict == made.verdict
    assert ["ban", "fact"] == said(made)[1] if verdict is NO else said(made)[1][0] == "fact"
    if verdict is NO:
        assert 2 == made.acts
        assert {"photo"} == made.frame.concepts


def test_a_kin_of_the_answer_is_no_other_act() -> None:
    made = judged(f"what does this count as. {PHOTO}", ranked({"kin-of-it": 0.9}), {PHOTO: ranked({"kin": 0.9})})
    assert IF == made.verdict


def test_nothing_speaks_before_a_child_in_danger() -> None:
    made = judged(f"a child is in danger here. {PHOTO}", ranked({"fact": 0.9}), {PHOTO: ranked({"ban": 0.9})})
    assert (DO, "danger") == (made.verdict, said(made)[1][0])
    assert "ban" in said(made)[1]


@pytest.mark.parametrize(
    ("page", "chance", "verdict", "clauses"),
    [("the page", 0.60, NO, ["ban", "yes"]), ("the page", 0.59, DO, ["rule"]), ("the site", 0.90, DO, ["rule", "yes"])],
)
def test_what_the_trust_plainly_does_is_judged_apart(
    page: str, chance: float, verdict: Verdict, clauses: list[str]
) -> None:
    """It cannot colour the rest; its clause is cited too. Only the official page, and from 0.6."""
    share, ask = SHARE.replace("the page", page), f"can i post {PHOTO}"
    texts = {share: ranked({"yes": chance, "silent": 0.3}), ask: ranked({"ban": 0.55})}
    made = judged(f"{share}? {ask}", ranked({"rule": 0.9}), texts)
    assert (verdict, clauses) == said(made)
    assert (2 if len(clauses) > 1 else 1) == made.acts


def test_a_story_to_what_is_permitted_is_not_judged_apart() -> None:
    """What remains has to ask for something, or to be plain by itself at 0.45."""
    story, whole = "it is about my own class", ranked({"fact": 0.9})
    for chance, first in ((0.44, "fact"), (0.45, "ban")):
        texts = {SHARE: ranked({"yes": 0.9}), story: ranked({"ban": chance})}
        assert first == said(judged(f"{SHARE}? {story}", whole, texts))[1][0]


def test_whoever_runs_the_page_is_offered_no_suggestion() -> None:
    flows = {"yes": {YES: Flow.SUGGEST_POST}}
    assert Flow.SUGGEST_POST == judged("may i post this one", ranked({"yes": 0.9}, flows=flows)).flow
    assert None is judged("may i post this one, i have runs_page", ranked({"yes": 0.9}, flows=flows)).flow
    flows = {"ban": {NO: Flow.REPORT_CONTENT}}
    assert Flow.REPORT_CONTENT == judged("this one, i have runs_page", ranked({"ban": 0.9}, flows=flows)).flow


def test_the_second_act_offers_its_walk_where_the_first_has_none() -> None:
    """Unless the first is a case that names none on purpose, or there is but one act."""
    text = f"what does this count as. {PHOTO}"
    flows = {"if": {IF: Flow.SUGGEST_POST}}
    part = {PHOTO: ranked({"if": 0.9}, flows=flows)}
    assert Flow.SUGGEST_POST == judged(text, ranked({"ban": 0.9}), part).flow
    assert Flow.SUGGEST_POST == judged(text, ranked({"ban": 0.5, "if": 0.3}, flows=flows)).flow
    assert None is judged(text, ranked({"ban": 0.6, "if": 0.1}, flows=flows)).flow


@pytest.mark.parametrize(
    ("text", "joined"),
    [("can i do this and that", True), ("two things: this, that", True), ("one. two", True), ("can i do this", False)],
)
def test_what_joins_two_acts_is_seen(text: str, joined: bool) -> None:
    assert joined is joins(text)
