"""From a ranking and a reading to a judgement: which clauses, which verdict, or whether to ask back.

The ranking proposes. What was read may refine it (a case of the clause), stop it (a risk that a yes would leave
unexplained) or overrule it (somebody may be in danger). `allowed` needs a clause that permits.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from policy.answers.kinds import KINDS, SILENT, SMALL_TALK, UNCLEAR
from policy.answers.ranking import Ranking
from policy.answers.reading import Frame
from policy.document import STRICTEST_FIRST, Clause, Flow, Policy, SpecialCase, Topic, Verdict

# All of these are chances or differences of chances, chosen on questions that were held out of the training.
# When it answers rather than asks: how likely the best clause must be (its kin count in part), and by how much it must
# lead the next; two clauses may lead together where the question joins two acts.
SURE = 0.25
KIN_COUNTS = 0.3
LEAD = 0.15
BOTH = 0.7
# When it calls the policy silent: how likely that must be, and how likely the nearest rule may be at most.
SURE_SILENT = 0.55
RIVAL = 0.35
SURE_SMALL_TALK = 0.6
# Which topic a silence is about: how much of the silence must be its own, and of everything for it to be offered.
TOPIC_SHARE = 0.35
# What is cited beside the best clause, what speaks before it, and what is offered when it asks.
BESIDE = 0.07
KIN_BESIDE = 0.01
KIN_LEAST = 0.14
KIN_WHOLE = 0.6
EQUAL = 0.3
OFFERED = 0.1
OFFERED_ALONE = 0.01
SETTLED = 0.03
NEAR = 0.05
CASE_POSSIBLE = 0.02
# When a yes gives way: to a ban that may be meant it asks, to a likely one it yields.
STRICTER = 0.12
LIKELY = 0.25
MOST_CITED = 3

# What makes it an act of the parents, and how much a rule for them counts where none of it was read.
PARENTS_ACT = ("complain", "abuse", "threat_to_content", "about_me", "post", "image", "for_parent", "review", "praise")
OTHERS_RULE = 0.1

NOTHING = Frame(frozenset())


@dataclass(frozen=True)
class Judgement:
    """What the policy says to a question, before it is put into words."""

    verdict: Verdict
    clauses: tuple[Clause, ...] = ()
    flow: Flow | None = None
    case: SpecialCase | None = None
    kind: str = ""
    frame: Frame = NOTHING
    acts: int = 1
    topic: Topic | None = None
    """What the policy is silent on; with a question back, the topic that is offered among its readings."""


def judge_alone(policy: Policy, ranking: Ranking, frame: Frame, joined: bool = False) -> Judgement:
    """One question, read and ranked as a whole; one that is joined may have two acts, which both lead."""
    ranking = _for_who_acts(policy, ranking, frame)
    first = _speaks_first(policy, frame)
    if first is not None:
        made = _about(policy, ranking, frame, [first, *_beside(policy, ranking, first.id)])
        return replace(made, flow=first.flow)
    best = ranking.best
    if best in KINDS:
        return replace(_without_clause(policy, ranking, frame, best), frame=frame)
    topic = _offered_topic(policy, ranking, frame)
    if topic and policy.clause(best).gives_way:
        return replace(_silent_on(policy, topic), frame=frame)
    best = _clause_or_its_kin(policy, ranking, frame, policy.clause(best))
    unsure = _lead(policy, ranking, best) < LEAD and not (joined and _two_lead(ranking))
    if unsure or _sureness(policy, ranking, best) < SURE:
        return _in_doubt(policy, ranking, frame)
    return _about(policy, ranking, frame, [policy.clause(best), *_beside(policy, ranking, best)])


def _for_who_acts(policy: Policy, ranking: Ranking, frame: Frame) -> Ranking:
    """The ranking without the rules for parents where a parent only asks or writes: the act is then one's own."""
    if not (frame.has("parent") and frame.any("asks_me", "incoming")) or frame.any(*PARENTS_ACT):
        return ranking
    theirs = {clause.id for clause in policy.clauses if clause.who == "parents"}
    chances = {name: chance * (OTHERS_RULE if name in theirs else 1.0) for name, chance in ranking.chances.items()}
    whole = sum(chances.values())
    ordered = sorted(chances.items(), key=lambda item: -item[1])
    return replace(ranking, chances={name: chance / whole for name, chance in ordered})


def _in_doubt(policy: Policy, ranking: Ranking, frame: Frame, least: float = SETTLED) -> Judgement:
    """Asks back, unless the likeliest clauses have a case for a fact that was plainly read: that one answers."""
    for clause in _nearest(policy, ranking, least)[:MOST_CITED]:
        case = clause.case(frame.concepts)
        if case and case.certain:
            kin = kin_of(policy, clause.id)
            beside = [other for other in _beside(policy, ranking, clause.id) if other.id in kin]
            return _about(policy, ranking, frame, [clause, *beside])
    return asked_back(policy, ranking, frame)


def _clause_or_its_kin(policy: Policy, ranking: Ranking, frame: Frame, clause: Clause) -> str:
    """A clause with `after_kin_unless` gives way to its likeliest kin, unless one of those concepts was read."""
    if not clause.after_kin_unless or frame.any(*clause.after_kin_unless):
        return clause.id
    kin = max(clause.kin, key=ranking.chance)
    whole = ranking.chance(*clause.kin)
    return kin if whole >= KIN_WHOLE * ranking.chance(clause.id) and ranking.chance(kin) >= KIN_LEAST else clause.id


def _sureness(policy: Policy, ranking: Ranking, best: str) -> float:
    """How sure the best clause is; its kin see the same act, so that they count in part."""
    return ranking.chance(best) + KIN_COUNTS * ranking.chance(*kin_of(policy, best))


def _lead(policy: Policy, ranking: Ranking, best: str) -> float:
    """By how much the best clause is likelier than the next that is no kin of it."""
    kin = kin_of(policy, best)
    return ranking.chance(best) - next(c for name, c in ranking.chances.items() if name != best and name not in kin)


def _two_lead(ranking: Ranking) -> bool:
    """Whether two clauses leave the others behind, as with two acts in one question."""
    first, second = list(ranking.chances)[:2]
    return (
        not {first, second} & set(KINDS) and ranking.chance(second) >= EQUAL and ranking.chance(first, second) >= BOTH
    )


def kin_of(policy: Policy, name: str) -> frozenset[str]:
    """The clauses that see the same act from another side."""
    return frozenset(policy.clause(name).kin) | {clause.id for clause in policy.clauses if name in clause.kin}


def _speaks_first(policy: Policy, frame: Frame) -> Clause | None:
    """A clause that goes before all others, such as a child in danger."""
    for clause in policy.clauses:
        if clause.first_when and any(frame.has(*concepts) for concepts in clause.first_when):
            return clause
    return None


def _beside(policy: Policy, ranking: Ranking, but: str) -> list[Clause]:
    """The clauses that the question is about as well."""
    kin = kin_of(policy, but)
    near = [
        name
        for name, chance in ranking.chances.items()
        if name != but and name not in KINDS and chance >= (KIN_BESIDE if name in kin else BESIDE)
    ]
    return [policy.clause(name) for name in near[: MOST_CITED - 1]]


def _without_clause(policy: Policy, ranking: Ranking, frame: Frame, kind: str) -> Judgement:
    if kind == SMALL_TALK and (not frame.concepts or ranking.chance(SMALL_TALK) >= SURE_SMALL_TALK):
        return Judgement(Verdict.INFO, kind=SMALL_TALK)
    if kind == UNCLEAR:
        return Judgement(Verdict.NOT_COVERED, kind=UNCLEAR)
    rival = max((chance for name, chance in ranking.chances.items() if name not in KINDS), default=0.0)
    alone = kind == SILENT and rival < OFFERED
    if not alone and (ranking.chance(SILENT, UNCLEAR) < SURE_SILENT or rival >= RIVAL):
        return _in_doubt(policy, ranking, frame)
    topic = _topic(policy, ranking)
    if topic and frame.any(*topic.unless):
        return _in_doubt(policy, ranking, frame, OFFERED_ALONE)
    if topic:
        return _silent_on(policy, topic)
    return Judgement(Verdict.NOT_COVERED, _nearest(policy, ranking, NEAR)[:2], kind=SILENT)


def _silent_on(policy: Policy, topic: Topic) -> Judgement:
    """The policy is silent on a topic; the clauses that touch it are named."""
    near = tuple(policy.clause(name) for name in topic.touches)
    return Judgement(Verdict.NOT_COVERED, near[:2], kind=SILENT, topic=topic)


def _topic(policy: Policy, ranking: Ranking) -> Topic | None:
    """The topic that a silence is about, if most of it speaks of one."""
    names = (name for name in ranking.topics if policy.topic(name))
    best = next(names, None)
    if best is None or ranking.topics[best] < TOPIC_SHARE * ranking.chance(SILENT):
        return None
    return policy.topic(best)


def _nearest(policy: Policy, ranking: Ranking, least: float) -> tuple[Clause, ...]:
    return tuple(policy.clause(n) for n, chance in ranking.chances.items() if n not in KINDS and chance >= least)


def asked_back(policy: Policy, ranking: Ranking, frame: Frame, *first: Clause) -> Judgement:
    """Up to three readings to choose from, these first, with the walk of a case that was read or else the likeliest."""
    likely = (clause for clause in _nearest(policy, ranking, OFFERED) if clause not in first)
    topic = _offered_topic(policy, ranking, frame)
    readings = (*first, *likely)[: MOST_CITED - (topic is not None)]
    if not readings and topic is None:
        readings = _nearest(policy, ranking, OFFERED_ALONE)[:1]
    cases = (clause.case(frame.concepts) for clause in readings)
    flow = next((case.flow for case in cases if case and case.flow), ranking.any_flow)
    return Judgement(Verdict.CLARIFY, readings, flow, frame=frame, topic=topic)


def _offered_topic(policy: Policy, ranking: Ranking, frame: Frame) -> Topic | None:
    """The likeliest topic, if it is likely enough to be one of the readings, and nothing was read that rules it out."""
    best = next((topic for name in ranking.topics if (topic := policy.topic(name))), None)
    if best is None or ranking.topics[best.id] < OFFERED or frame.any(*best.unless):
        return None
    return best


def _about(policy: Policy, ranking: Ranking, frame: Frame, clauses: list[Clause]) -> Judgement:
    """A judgement from a clause, with those beside it; of two acts the stricter speaks first."""
    judged = [verdict_of(ranking, frame, clause) for clause in clauses]
    two = len(clauses) > 1 and _two_acts(ranking, clauses[0], clauses[1])
    if two and is_stricter(judged[1][0], judged[0][0]):
        clauses[:2], judged[:2] = clauses[1::-1], judged[1::-1]
    verdict, case = judged[0]
    flow = ranking.flow(clauses[0], verdict)
    if case and "flow" in case.model_fields_set:
        flow = case.flow
    made = Judgement(verdict, tuple(clauses), flow, case, frame=frame, acts=1 + two)
    return _guarded(policy, ranking, made) if verdict is Verdict.ALLOWED else made


def _two_acts(ranking: Ranking, first: Clause, second: Clause) -> bool:
    """Whether two clauses speak to two acts, rather than being two ways to see one."""
    close = ranking.chance(second.id) >= EQUAL and not first.first_when
    return close and second.id not in first.kin and first.id not in second.kin


def verdict_of(ranking: Ranking, frame: Frame, clause: Clause) -> tuple[Verdict, SpecialCase | None]:
    """The clause's verdict for what was read: a case that fits, if it is the stricter or possible, or the likeliest."""
    likeliest, case = _likeliest(ranking, clause), clause.case(frame.concepts)
    possible = case and (case.certain or _verdicts(ranking, clause).get(case.verdict, 0.0) >= CASE_POSSIBLE)
    if case and (possible or case.verdict is likeliest or is_stricter(case.verdict, likeliest)):
        return case.verdict, case
    return likeliest, None


def _likeliest(ranking: Ranking, clause: Clause) -> Verdict:
    chances = _verdicts(ranking, clause)
    return max(chances, key=lambda verdict: (chances[verdict], verdict))


def _verdicts(ranking: Ranking, clause: Clause) -> Mapping[Verdict, float]:
    """How likely each verdict of the clause is; its own where nothing was learnt."""
    return ranking.verdicts.get(clause.id, {clause.verdict: 1.0})


def _guarded(policy: Policy, ranking: Ranking, made: Judgement) -> Judgement:
    """A yes stands only if the clause permits and no risk was read that it does not explain."""
    clause, frame = made.clauses[0], made.frame
    risky = [other for other in policy.clauses if other.id != clause.id and _at_risk(clause, other, frame)]
    if risky:
        worst = max(risky, key=lambda other: ranking.chance(other.id))
        if ranking.chance(worst.id) < NEAR:
            return replace(asked_back(policy, ranking, frame, clause, worst), flow=made.flow)
        verdict, case = verdict_of(ranking, frame, worst)
        return replace(made, verdict=verdict, case=case, clauses=(worst, clause), flow=ranking.flow(worst, verdict))
    stricter = [other for other in made.clauses[1:] if _forbids(policy, ranking, clause, other)]
    if stricter and ranking.chance(stricter[0].id) < LIKELY:
        return replace(asked_back(policy, ranking, frame, clause, stricter[0]), flow=made.flow)
    if stricter:
        verdict, case = verdict_of(ranking, frame, stricter[0])
        return replace(made, verdict=verdict, case=case, clauses=(stricter[0], clause))
    if clause.verdict is not Verdict.ALLOWED and not (made.case and made.case.verdict is Verdict.ALLOWED):
        return replace(made, verdict=Verdict.CONDITIONAL)
    return made


def _at_risk(permitting: Clause, other: Clause, frame: Frame) -> bool:
    """Whether a risk of another clause was read that the permitting one does not explain; a ban is never explained."""
    case = other.case(frame.concepts)
    refused = case is not None and case.verdict is Verdict.MUST_NOT
    return (refused or other.id not in permitting.explains) and any(frame.has(*risk) for risk in other.risks)


def _forbids(policy: Policy, ranking: Ranking, permitting: Clause, other: Clause) -> bool:
    """Whether another clause is likely enough, and strict enough, for a yes not to stand beside it."""
    if other.id in permitting.explains or other.id in kin_of(policy, permitting.id):
        return False
    return other.verdict in (Verdict.MUST_NOT, Verdict.CONDITIONAL) and ranking.chance(other.id) >= STRICTER


def is_stricter(one: Verdict, other: Verdict) -> bool:
    return STRICTEST_FIRST.index(one) < STRICTEST_FIRST.index(other)
