"""From a ranking and what was read to a judgement, rule by rule, on a small made-up policy and without a model."""

import pytest

from policy.answers.judging import Judgement, asked_back, is_stricter, judge_alone, kin_of, verdict_of
from policy.answers.kinds import SILENT, SMALL_TALK, UNCLEAR
from policy.document import Flow, Verdict
from tests.policy.answers.small_policy import SMALL, ranked, read

NO, MUST, IF, YES = Verdict.MUST_NOT, Verdict.MUST_DO, Verdict.CONDITIONAL, Verdict.ALLOWED
DO, FACT, SILENCE, ASK = Verdict.MUST_DO, Verdict.INFO, Verdict.NOT_COVERED, Verdict.CLARIFY


def judged(chances: dict[str, float], *concepts: str, joined: bool = False, **more: object) -> Judgement:
    return judge_alone(SMALL, ranked(chances, **more), read(*concepts), joined)  # type: ignore[arg-type]


def said(made: Judgement) -> tuple[Verdict, list[str]]:
    """The verdict, and the clauses without their section."""
    return made.verdict, [clause.id.removeprefix("1.") for clause in made.clauses]


@pytest.mark.parametrize(
    ("chances", "verdict"),
    [
        ({"ban": 0.25}, NO),
        ({"ban": 0.24}, ASK),
        ({"ban": 0.5, "rule": 0.35}, NO),
        ({"ban": 0.5, "rule": 0.36}, ASK),
        ({"ban": 0.5, "silent": 0.36}, ASK),
        ({"kin": 0.20, "kin-of-it": 0.17}, NO),
        ({"kin": 0.19, "kin-of-it": 0.19}, ASK),
        ({"kin": 0.5, "kin-of-it": 0.4}, NO),
        ({"kin-of-it": 0.5, "kin": 0.4}, IF),
        ({"kin-far": 0.5, "kin-of-it": 0.4}, ASK),
        ({"general": 0.5, "silent": 0.3}, MUST),
    ],
)
def test_it_answers_when_sure_and_ahead(chances: dict[str, float], verdict: Verdict) -> None:
    """At 0.25, of which kin count in part, and 0.15 ahead of the next that is no kin; else it asks."""
    assert verdict == judged(chances).verdict


@pytest.mark.parametrize(
    ("first", "second", "joined", "verdict"),
    [
        ("ban", "rule", True, NO),
        ("ban", "rule", False, ASK),
        ("ban", "silent", True, ASK),
    ],
)
def test_two_joined_acts_may_lead_together(first: str, second: str, joined: bool, verdict: Verdict) -> None:
    assert verdict == judged({first: 0.4, second: 0.32}, joined=joined).verdict


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [(0.40, 0.30, NO), (0.40, 0.29, ASK), (0.39, 0.30, ASK), (0.36, 0.35, NO)],
)
def test_two_acts_lead_only_if_both_are_likely(first: float, second: float, verdict: Verdict) -> None:
    """The second at 0.3, and 0.7 together."""
    assert verdict == judged({"ban": first, "rule": second, "if": 0.25}, joined=True).verdict


def test_a_kind_without_clause_never_leads_with_another() -> None:
    """Silence first and a rule second are no two acts."""
    assert (ASK, ["ban"]) == said(judged({"silent": 0.4, "ban": 0.35}, joined=True))


@pytest.mark.parametrize(
    ("concepts", "first"),
    [(("danger",), "danger"), (("child", "hurt"), "danger"), (("child",), "ban"), (("hurt",), "ban")],
)
def test_a_child_in_danger_speaks_before_whatever_is_likeliest(concepts: tuple[str, ...], first: str) -> None:
    """All concepts of one group must have been read."""
    assert first == said(judged({"ban": 0.9}, *concepts))[1][0]


def test_danger_offers_its_own_walk_and_cites_what_else_is_near() -> None:
    made = judged({"ban": 0.9}, "danger", flows={"danger": {DO: Flow.SUGGEST_POST}})
    assert (DO, ["danger", "ban"]) == said(made)
    assert Flow.REPORT_CONTACT == made.flow
    assert read("danger") == made.frame


def test_danger_stays_first_beside_a_stricter_rule() -> None:
    """A ban that is likely too does not push it back."""
    assert (DO, ["danger", "ban"]) == said(judged({"danger": 0.5, "ban": 0.4}, "danger"))


@pytest.mark.parametrize(
    ("chances", "concepts", "verdict", "first"),
    [
        ({"after": 0.40, "ban": 0.24}, (), NO, "ban"),
        ({"after": 0.40, "ban": 0.23}, (), YES, "after"),
        ({"after": 0.40, "ban": 0.14, "if": 0.10}, (), ASK, "after"),
        ({"after": 0.40, "ban": 0.13, "if": 0.12}, (), YES, "after"),
        ({"after": 0.40, "if": 0.31, "ban": 0.10}, (), IF, "if"),
        ({"after": 0.40, "ban": 0.30}, ("moderator",), YES, "after"),
    ],
)
def test_a_general_clause_yields_to_its_likeliest_kin(
    chances: dict[str, float], concepts: tuple[str, ...], verdict: Verdict, first: str
) -> None:
    """Where all kin together come to 0.6 of it and one of them to 0.14, unless what it waits for was read.

    Where it yields to one of two that are close, it asks.
    """
    made = judged(chances, *concepts)
    assert (verdict, f"1.{first}") == (made.verdict, made.clauses[0].id)


@pytest.mark.parametrize(
    ("chances", "cited"),
    [
        ({"ban": 0.6, "rule": 0.07}, ["ban", "rule"]),
        ({"ban": 0.6, "rule": 0.069}, ["ban"]),
        ({"kin": 0.6, "kin-of-it": 0.01}, ["kin", "kin-of-it"]),
        ({"kin": 0.6, "kin-of-it": 0.009}, ["kin"]),
        ({"kin-of-it": 0.6, "kin": 0.01}, ["kin-of-it", "kin"]),
        ({"ban": 0.5, "rule": 0.2, "if": 0.15, "fact": 0.1}, ["ban", "rule", "if"]),
        ({"ban": 0.5, "silent": 0.2, "unclear": 0.1}, ["ban"]),
    ],
)
def test_what_a_question_is_about_as_well_is_cited(chances: dict[str, float], cited: list[str]) -> None:
    """From 0.07, or 0.01 for kin; three clauses at most, and no kind."""
    assert (SMALL.clause(f"1.{cited[0]}").verdict, cited) == said(judged(chances))


@pytest.mark.parametrize(
    ("chances", "verdict", "clauses"),
    [
        ({"silent": 0.55, "ban": 0.34}, SILENCE, ["ban"]),
        ({"silent": 0.54, "ban": 0.34}, ASK, ["ban"]),
        ({"silent": 0.30, "unclear": 0.25, "ban": 0.2}, SILENCE, ["ban"]),
        ({"silent": 0.62, "ban": 0.35}, ASK, ["ban"]),
        ({"silent": 0.4, "ban": 0.09}, SILENCE, ["ban"]),
        ({"silent": 0.4, "ban": 0.1}, ASK, ["ban"]),
        ({"silent": 0.9, "ban": 0.05}, SILENCE, ["ban"]),
        ({"silent": 0.9, "ban": 0.04}, SILENCE, []),
        ({"silent": 0.7, "ban": 0.1, "if": 0.09, "rule": 0.08}, SILENCE, ["ban", "if"]),
    ],
)
def test_silence_is_claimed_only_when_sure(chances: dict[str, float], verdict: Verdict, clauses: list[str]) -> None:
    """At 0.55 with what is unclear and no rule at 0.35, or with no rule at 0.1; the two nearest from 0.05 are named."""
    made = judged(chances, "photo")
    assert (verdict, clauses) == said(made)
    assert (SILENT if verdict is SILENCE else "") == made.kind
    assert read("photo") == made.frame


@pytest.mark.parametrize(
    ("chances", "concepts", "kind"),
    [
        ({SMALL_TALK: 0.4, "silent": 0.3}, (), SMALL_TALK),
        ({SMALL_TALK: 0.6, "silent": 0.3}, ("photo",), SMALL_TALK),
        ({SMALL_TALK: 0.59, "silent": 0.4}, ("photo",), ""),
        ({UNCLEAR: 0.4, "silent": 0.3, "ban": 0.28}, ("photo",), UNCLEAR),
    ],
)
def test_small_talk_and_what_says_too_little(chances: dict[str, float], concepts: tuple[str, ...], kind: str) -> None:
    """Where something was read, small talk must be likely at 0.6."""
    made = judged(chances, *concepts)
    assert kind == made.kind
    assert {SMALL_TALK: FACT, UNCLEAR: SILENCE, "": ASK}[kind] == made.verdict
    assert read(*concepts) == made.frame


def test_three_readings_are_offered_and_none_that_is_unlikely() -> None:
    """Those that the caller names come first; a clause is offered once, from 0.1; the likeliest alone from 0.01."""
    ranking = ranked({"silent": 0.6, "ban": 0.2, "rule": 0.1, "if": 0.02, "fact": 0.01}, any_flow=Flow.SUGGEST_POST)
    made = asked_back(SMALL, ranking, read("photo"))
    assert (ASK, ["ban", "rule"]) == said(made)
    assert (Flow.SUGGEST_POST, read("photo")) == (made.flow, made.frame)
    assert ["if", "ban", "rule"] == said(asked_back(SMALL, ranking, read(), SMALL.clause("1.if")))[1]
    assert ["fact"] == said(asked_back(SMALL, ranked({"silent": 0.9, "fact": 0.01}), read()))[1]
    assert [] == said(asked_back(SMALL, ranked({"silent": 0.9, "fact": 0.0099}), read()))[1]


def test_a_topic_that_may_be_meant_is_one_of_three_readings() -> None:
    """From 0.1, in the place of the third clause."""
    chances = {"silent": 0.35, "ban": 0.25, "rule": 0.2, "if": 0.2}
    offered = asked_back(SMALL, ranked(chances, topics={"pets": 0.1}), read())
    left_out = asked_back(SMALL, ranked(chances, topics={"pets": 0.09}), read())
    assert (["ban", "rule"], SMALL.topics[0]) == (said(offered)[1], offered.topic)
    assert (["ban", "rule", "if"], None) == (said(left_out)[1], left_out.topic)


@pytest.mark.parametrize(
    ("concepts", "first"),
    [
        (("parent", "asks_me"), "ban"),
        (("parent", "incoming"), "ban"),
        (("parent",), "parents"),
        (("parent", "asks_me", "complain"), "parents"),
        (("asks_me",), "parents"),
    ],
)
def test_a_parent_who_only_asks_breaks_no_rule_for_parents(concepts: tuple[str, ...], first: str) -> None:
    """What is asked about is then one's own answer; where they complain or post, the rule for parents stands."""
    assert first == said(judged({"parents": 0.6, "ban": 0.35}, *concepts))[1][0]


@pytest.mark.parametrize(
    ("settled", "concepts", "verdict"),
    [(0.03, ("own",), IF), (0.02, ("own",), ASK), (0.3, (), ASK), (0.3, ("own",), IF)],
)
def test_a_fact_that_settles_it_is_answered_and_not_asked_back(
    settled: float, concepts: tuple[str, ...], verdict: Verdict
) -> None:
    """From 0.03: family and the school's own systems, said plainly, decide where the ranking is in doubt."""
    assert verdict == judged({"ban": 0.36, "rule": 0.34, "settled": settled}, *concepts).verdict


def test_a_topic_that_a_fact_rules_out_is_not_spoken_of() -> None:
    """Friends of one's child are no colleagues, whatever else the words are like."""
    ranking = ranked({"silent": 0.95, "ban": 0.02}, topics={"pets": 0.95})
    assert (ASK, ["ban"]) == said(judge_alone(SMALL, ranking, read("wild")))
    assert SILENCE == judge_alone(SMALL, ranking, read("tame")).verdict


def test_a_general_duty_gives_way_to_a_topic() -> None:
    """To take care is always right and tells nobody what they asked; from 0.1 the topic speaks."""
    chances = {"general": 0.5, "silent": 0.3}
    assert (SILENCE, ["rule"]) == said(judge_alone(SMALL, ranked(chances, topics={"pets": 0.1}), read()))
    assert MUST == judge_alone(SMALL, ranked(chances, topics={"pets": 0.09}), read()).verdict


@pytest.mark.parametrize(
    ("topics", "topic"),
    [({"pets": 0.32}, "pets"), ({"pets": 0.31}, None), ({"gone": 0.8}, None), ({"gone": 0.5, "pets": 0.4}, "pets")],
)
def test_a_silence_is_about_the_topic_that_most_of_it_speaks_of(topics: dict[str, float], topic: str | None) -> None:
    """From 0.35 of the silence, and only if the copy has it; what it touches is named below the answer."""
    made = judge_alone(SMALL, ranked({"silent": 0.9}, topics=topics), read())
    assert topic == (made.topic.id if made.topic else None)
    assert (SILENCE, ["rule"] if topic else []) == said(made)


def test_a_case_that_was_read_brings_its_walk_to_the_readings() -> None:
    ranking = ranked({"ban": 0.4, "cases": 0.3}, any_flow=Flow.SUGGEST_POST)
    assert Flow.REPORT_CONTENT == asked_back(SMALL, ranking, read("happened")).flow
    assert Flow.SUGGEST_POST == asked_back(SMALL, ranking, read("family")).flow


@pytest.mark.parametrize(
    ("chances", "clauses", "acts"),
    [
        ({"fact": 0.5, "ban": 0.30}, ["ban", "fact"], 2),
        ({"fact": 0.5, "ban": 0.29}, ["fact", "ban"], 1),
        ({"ban": 0.5, "fact": 0.30}, ["ban", "fact"], 2),
        ({"kin-of-it": 0.5, "kin": 0.30}, ["kin-of-it", "kin"], 1),
        ({"kin": 0.5, "kin-of-it": 0.30}, ["kin", "kin-of-it"], 1),
        ({"fact": 0.4, "ban": 0.35, "rule": 0.1}, ["ban", "fact", "rule"], 2),
    ],
)
def test_of_two_acts_the_stricter_speaks_first(chances: dict[str, float], clauses: list[str], acts: int) -> None:
    """The second from 0.3, unless they are kin, who see one act."""
    made = judged(chances, joined=True)
    assert (clauses, acts) == (said(made)[1], made.acts)


@pytest.mark.parametrize(
    ("concepts", "verdicts", "verdict", "case"),
    [
        ((), {}, NO, None),
        (("family",), {NO: 0.98, IF: 0.02}, IF, "Only if it is family."),
        (("family",), {NO: 0.981, IF: 0.019}, NO, None),
        (("family",), {NO: 0.9}, NO, None),
        (("family",), {YES: 0.99, IF: 0.01}, IF, "Only if it is family."),
        (("consent",), {NO: 0.99}, NO, None),
        (("happened",), {NO: 0.0, DO: 0.9}, NO, "Report it."),
        (("happened",), {NO: 1.0}, NO, "Report it."),
        ((), {YES: 0.5, NO: 0.4}, YES, None),
        ((), {YES: 0.5, NO: 0.5}, NO, None),
    ],
)
def test_a_case_decides_where_it_is_possible_or_stricter(
    concepts: tuple[str, ...], verdicts: dict[Verdict, float], verdict: Verdict, case: str | None
) -> None:
    """From 0.02, or where it is stricter than what is likeliest; else the likeliest; of two, the later by name."""
    ranking = ranked({"cases": 0.9}, {"cases": verdicts} if verdicts else {})
    found, fitting = verdict_of(ranking, read(*concepts), SMALL.clause("1.cases"))
    assert (verdict, case) == (found, fitting and fitting.sentence)


@pytest.mark.parametrize(
    ("clause", "concepts", "flow"),
    [
        ("ban", (), Flow.SUGGEST_POST),
        ("cases", ("happened",), Flow.REPORT_CONTENT),
        ("cases", ("family",), Flow.REPORT_CONTACT),
        ("walk", ("happened",), None),
        ("walk", (), Flow.SUGGEST_POST),
    ],
)
def test_the_walk_is_the_case_s_where_it_names_one(clause: str, concepts: tuple[str, ...], flow: Flow | None) -> None:
    """A case may also name none; else it is what was learnt for this verdict, or the clause's own."""
    learnt = {"ban": {NO: Flow.SUGGEST_POST, DO: Flow.REPORT_CONTACT}, "cases": {IF: Flow.REPORT_CONTACT}}
    made = judged({clause: 0.9}, *concepts, flows=learnt, verdicts={"cases": {NO: 0.5, IF: 0.5}})
    assert flow == made.flow


@pytest.mark.parametrize(
    ("concepts", "chance", "verdict", "clauses"),
    [
        ((), 0.06, YES, ["yes"]),
        (("child",), 0.06, YES, ["yes"]),
        (("child", "photo"), 0.05, NO, ["risky", "yes"]),
        (("child", "photo"), 0.049, ASK, ["yes", "risky"]),
        (("address",), 0.05, NO, ["risky", "yes"]),
    ],
)
def test_a_yes_falls_by_a_risk_that_was_read(
    concepts: tuple[str, ...], chance: float, verdict: Verdict, clauses: list[str]
) -> None:
    """From 0.05 the clause of the risk answers, below it is asked about."""
    made = judged({"yes": 0.8, "risky": chance}, *concepts, flows={"risky": {NO: Flow.REPORT_CONTENT}})
    assert (verdict, clauses) == (made.verdict, said(made)[1][:2])
    assert (Flow.REPORT_CONTENT if verdict is NO else None) == made.flow


def test_the_walk_of_a_yes_stays_when_it_is_asked_about() -> None:
    flows = {"yes": {YES: Flow.SUGGEST_POST}}
    assert Flow.SUGGEST_POST == judged({"yes": 0.8}, "address", flows=flows).flow
    assert Flow.SUGGEST_POST == judged({"yes": 0.7, "ban": 0.2}, flows=flows, any_flow=Flow.REPORT_CONTENT).flow


@pytest.mark.parametrize(
    ("concepts", "verdict"),
    [(("name",), YES), (("name", "refused"), NO), (("refused",), YES)],
)
def test_a_yes_explains_the_risks_that_its_clause_knows_but_no_refusal(
    concepts: tuple[str, ...], verdict: Verdict
) -> None:
    """Consent that was refused is a ban, and a ban is never explained."""
    made = judged({"yes": 0.7, "explained": 0.06}, *concepts)
    assert verdict == made.verdict
    assert ("No, it was refused." if verdict is NO else None) == (made.case and made.case.sentence)


def test_a_yes_that_explains_nothing_falls_by_the_same_risk() -> None:
    assert (IF, ["explained", "yes-too"]) == said(judged({"yes-too": 0.7, "explained": 0.06}, "name"))


def test_of_two_risks_the_likelier_is_the_one_that_counts() -> None:
    made = judged({"yes-too": 0.7, "risky": 0.06, "explained": 0.1}, "address", "name")
    assert ["explained", "yes-too"] == said(made)[1]


@pytest.mark.parametrize(
    ("other", "chance", "verdict", "clauses"),
    [
        ("ban", 0.119, YES, ["yes", "ban"]),
        ("ban", 0.12, ASK, ["yes", "ban"]),
        ("ban", 0.249, ASK, ["yes", "ban"]),
        ("ban", 0.25, NO, ["ban", "yes"]),
        ("if", 0.25, IF, ["if", "yes"]),
        ("rule", 0.25, YES, ["yes", "rule"]),
        ("fact", 0.25, YES, ["yes", "fact"]),
        ("explained", 0.25, YES, ["yes", "explained"]),
    ],
)
def test_a_yes_gives_way_to_a_ban_beside_it(other: str, chance: float, verdict: Verdict, clauses: list[str]) -> None:
    """From 0.12 it asks, from 0.25 the ban answers; what the permitting clause explains does not count."""
    made = judged({"yes": 0.7, other: chance})
    assert (verdict, clauses) == (made.verdict, said(made)[1][:2])


def test_a_ban_beside_a_yes_answers_with_its_case() -> None:
    made = judged({"yes": 0.6, "cases": 0.28}, "happened")
    assert (NO, "Report it.") == (made.verdict, made.case and made.case.sentence)


def test_a_ban_that_is_kin_of_the_permitting_clause_leaves_the_yes() -> None:
    assert (YES, ["after", "ban"]) == said(judged({"after": 0.6, "ban": 0.2}, "moderator"))


def test_a_yes_needs_a_clause_or_a_case_that_permits() -> None:
    """A yes that was only learnt for a forbidding clause becomes a condition; the clause's own case may permit."""
    learnt = {"cases": {YES: 0.9, NO: 0.1}}
    assert IF == judged({"cases": 0.9}, verdicts=learnt).verdict
    assert YES == judged({"cases": 0.9}, "consent", verdicts=learnt).verdict


def test_the_strictest_comes_first() -> None:
    order = [NO, DO, IF, SILENCE, FACT, YES]
    assert all(is_stricter(one, other) for number, one in enumerate(order) for other in order[number + 1 :])
    assert not any(is_stricter(one, one) for one in order)


def test_kin_is_kin_both_ways() -> None:
    assert {"1.kin-of-it", "1.kin-far"} == kin_of(SMALL, "1.kin")
    assert {"1.kin"} == kin_of(SMALL, "1.kin-far")
    assert {"1.after"} == kin_of(SMALL, "1.ban")


def test_a_judgement_without_reading_has_one_act_and_no_walk() -> None:
    assert ((), None, None, "", 1) == (
        (made := Judgement(FACT)).clauses,
        made.flow,
        made.case,
        made.kind,
        made.acts,
    )
    assert read() == made.frame
