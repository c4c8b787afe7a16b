"""From a ranking and a reading to a judgement: which clauses, which verdict, or whether to ask back.

The ranking proposes. What was read may refine it (a case of the clause), stop it (a risk that a yes would leave
unexplained) or overrule it (somebody may be in danger). `allowed` needs a clause that permits.
"""

from dataclasses import dataclass, replace

from policy import reading
from policy.document import STRICTEST_FIRST, Case, Clause, Flow, Policy, Verdict
from policy.learning import KINDS, SILENT, SMALL_TALK, UNCLEAR
from policy.ranking import Rank, Ranking
from policy.reading import Frame

SURE = 0.33
SURE_SILENT = 0.40
SURE_SMALL_TALK = 0.6
BESIDE = 0.07
KIN_BESIDE = 0.01
KIN_LEAST = 0.14
STRICTER = 0.12
EQUAL = 0.25
OFFERED = 0.01
NEAR = 0.05
NEGLIGIBLE = 0.01
PLAIN = 0.8
KIN_WHOLE = 0.6
KIN_COUNTS = 0.7
CASE_POSSIBLE = 0.02
PART_SURE = 0.6
HIDDEN = 0.35
REST_SURE = 0.45
MOST_CITED = 3
RUNS_PAGE = "runs_page"

FEW_WORDS = 5
"""A question of so few words, of which one was read, is asked back rather than called silent."""

NOTHING = Frame(frozenset())


@dataclass(frozen=True)
class Judgement:
    """What the policy says to a question, before it is put into words."""

    verdict: Verdict
    clauses: tuple[Clause, ...] = ()
    flow: Flow | None = None
    case: Case | None = None
    kind: str = ""
    frame: Frame = NOTHING
    acts: int = 1


def judge(policy: Policy, rank: Rank, text: str) -> Judgement:
    """Judges a question; an act that is plainly permitted is judged apart, so that it cannot colour the rest."""
    permitted, rest = _apart(policy, rank, text)
    made = _whole(policy, rank(rest), reading.read(rest))
    if made.kind in (SILENT, UNCLEAR) and len(rest.split()) <= FEW_WORDS and made.frame.concepts:
        return _asked_back(policy, rank(rest), made.frame)
    if made.verdict is Verdict.CLARIFY or made.kind:
        return made
    if made.verdict is Verdict.ALLOWED:
        made = _without_hidden_act(policy, rank, rest, made)
    parts = _in_parts(policy, rank, rest)
    names = dict.fromkeys(clause.id for clause in [*permitted, *(part.clauses[0] for part in parts)])
    extra = tuple(policy.clause(name) for name in names if policy.clause(name) not in made.clauses)
    if extra:
        made = replace(made, clauses=(made.clauses[:2] + extra)[:MOST_CITED], acts=2)
    return _for_asker(_with_flow(made, rank(rest), parts))


def _for_asker(made: Judgement) -> Judgement:
    """Whoever runs the page needs nobody to suggest a post to."""
    own = made.flow is Flow.SUGGEST_POST and made.frame.has(RUNS_PAGE)
    return replace(made, flow=None) if own else made


def _with_flow(made: Judgement, ranking: Ranking, parts: list[Judgement]) -> Judgement:
    """Where the first of two acts offers no walk, the other's is offered."""
    if made.flow or (made.case and "flow" in made.case.model_fields_set):
        return made
    for clause in made.clauses[1:] if made.acts > 1 else ():
        flows = [part.flow for part in parts if part.clauses[0] == clause]
        flow = next(iter(flows), ranking.flows.get(clause.id, clause.flow))
        if flow:
            return replace(made, flow=flow)
    return made


def _without_hidden_act(policy: Policy, rank: Rank, text: str, made: Judgement) -> Judgement:
    """A yes to the whole must not cover an act in it that by itself gets none."""
    permitting = made.clauses[0]
    for piece in reading.pieces(text):
        ranking = rank(piece)
        hidden = _whole(policy, ranking, reading.read(piece))
        strict = hidden.verdict in (Verdict.MUST_NOT, Verdict.CONDITIONAL) and hidden.clauses[0].id != permitting.id
        known = strict and hidden.clauses[0].id not in {*_kin(policy, permitting.id), *permitting.explains}
        if known and ranking.chance(hidden.clauses[0].id) >= HIDDEN:
            return replace(hidden, clauses=(hidden.clauses[0], permitting), acts=2)
    return made


def _in_parts(policy: Policy, rank: Rank, text: str) -> list[Judgement]:
    """What the sentences of a question ask by themselves, where that is plain."""
    pieces = reading.parts(text)
    if len(pieces) < 2:
        return []
    judged = [(_whole(policy, rank.quick(piece), reading.read(piece)), rank.quick(piece)) for piece in pieces]
    return [made for made, ranking in judged if made.clauses and ranking.chance(made.clauses[0].id) >= PART_SURE]


def _apart(policy: Policy, rank: Rank, text: str) -> tuple[list[Clause], str]:
    """Parts that ask for something the trust plainly does, and the rest of the question."""
    pieces = reading.parts(text)
    if len(pieces) < 2:
        return [], text
    judged = [_whole(policy, rank.quick(piece), reading.read(piece)) for piece in pieces]
    plain = [
        made.verdict is Verdict.ALLOWED
        and made.frame.has("official_page")
        and rank.quick(piece).chance(made.clauses[0].id) >= PART_SURE
        for made, piece in zip(judged, pieces, strict=True)
    ]
    rest = text
    for piece, is_plain in zip(pieces, plain, strict=True):
        rest = rest.replace(piece, " ", 1) if is_plain else rest
    rest = reading.matter(" ".join(rest.split()))
    if not any(plain) or len(rest.split()) < reading.FEWEST_WORDS or not _stands_alone(rank, rest):
        return [], text
    return [made.clauses[0] for made, is_plain in zip(judged, plain, strict=True) if is_plain], rest


def _stands_alone(rank: Rank, rest: str) -> bool:
    """Whether what remains is a question of its own, rather than the story to the permitted one."""
    ranking = rank(rest)
    return reading.asks(rest) or (ranking.best not in KINDS and ranking.chances[ranking.best] >= REST_SURE)


def _whole(policy: Policy, ranking: Ranking, frame: Frame) -> Judgement:
    """One question, read and ranked as a whole."""
    first = _speaks_first(policy, frame)
    if first is not None:
        return _about(policy, ranking, frame, [first, *_beside(policy, ranking, first.id)])
    best = ranking.best
    if best in KINDS:
        return replace(_without_clause(policy, ranking, frame, best), frame=frame)
    best = _or_kin(policy, ranking, frame, policy.clause(best))
    if _sureness(policy, ranking, best) < SURE:
        return _asked_back(policy, ranking, frame)
    return _about(policy, ranking, frame, [policy.clause(best), *_beside(policy, ranking, best)])


def _or_kin(policy: Policy, ranking: Ranking, frame: Frame, clause: Clause) -> str:
    """The clause, or the likeliest of its kin where it speaks after them."""
    if not clause.after_kin_unless or frame.any(*clause.after_kin_unless):
        return clause.id
    kin = max(clause.kin, key=ranking.chance)
    whole = ranking.chance(*clause.kin)
    return kin if whole >= KIN_WHOLE * ranking.chance(clause.id) and ranking.chance(kin) >= KIN_LEAST else clause.id


def _sureness(policy: Policy, ranking: Ranking, best: str) -> float:
    """How sure the best clause is; its kin see the same act, so that they count in part."""
    return ranking.chance(best) + KIN_COUNTS * ranking.chance(*_kin(policy, best))


def _kin(policy: Policy, name: str) -> frozenset[str]:
    """The clauses that see the same act from another side."""
    return frozenset(policy.clause(name).kin) | {clause.id for clause in policy.clauses if name in clause.kin}


def _speaks_first(policy: Policy, frame: Frame) -> Clause | None:
    """A clause that goes before all others, such as a child in danger."""
    for clause in policy.clauses:
        if any(frame.has(*concepts) for concepts in clause.first_when):
            return clause
    return None


def _beside(policy: Policy, ranking: Ranking, but: str) -> list[Clause]:
    """The clauses that the question is about as well."""
    kin = _kin(policy, but)
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
    if ranking.chance(SILENT, UNCLEAR) < SURE_SILENT:
        return _asked_back(policy, ranking, frame)
    return Judgement(Verdict.NOT_COVERED, _nearest(policy, ranking, NEAR)[:2], kind=SILENT)


def _nearest(policy: Policy, ranking: Ranking, least: float) -> tuple[Clause, ...]:
    return tuple(policy.clause(n) for n, chance in ranking.chances.items() if n not in KINDS and chance >= least)


def _asked_back(policy: Policy, ranking: Ranking, frame: Frame) -> Judgement:
    """Two or three readings to choose from."""
    readings = _nearest(policy, ranking, OFFERED)[:MOST_CITED]
    return Judgement(Verdict.CLARIFY, readings, ranking.flows.get(ranking.best), frame=frame)


def _about(policy: Policy, ranking: Ranking, frame: Frame, clauses: list[Clause]) -> Judgement:
    """A judgement from a clause, with those beside it; of two acts the stricter speaks first."""
    judged = [_verdict(ranking, frame, clause) for clause in clauses]
    two = len(clauses) > 1 and _two_acts(ranking, clauses[0], clauses[1])
    if two and STRICTEST_FIRST.index(judged[1][0]) < STRICTEST_FIRST.index(judged[0][0]):
        clauses[:2], judged[:2] = clauses[1::-1], judged[1::-1]
    verdict, case = judged[0]
    flow = ranking.flows.get(clauses[0].id, clauses[0].flow)
    if case and "flow" in case.model_fields_set:
        flow = case.flow
    made = Judgement(verdict, tuple(clauses), flow, case, frame=frame, acts=1 + two)
    return _guarded(policy, ranking, made) if verdict is Verdict.ALLOWED else made


def _two_acts(ranking: Ranking, first: Clause, second: Clause) -> bool:
    """Whether two clauses speak to two acts, rather than being two ways to see one."""
    close = ranking.chance(second.id) >= EQUAL and not first.first_when
    return close and second.id not in first.kin and first.id not in second.kin


def _verdict(ranking: Ranking, frame: Frame, clause: Clause) -> tuple[Verdict, Case | None]:
    """The clause's verdict for what was read: a case that fits, or the likeliest."""
    chances = ranking.verdicts.get(clause.id, {clause.verdict: 1.0})
    likeliest = max(chances, key=lambda verdict: (chances[verdict], verdict))
    case = clause.case(frame.concepts)
    if case and (case.verdict is likeliest or chances.get(case.verdict, 0.0) >= CASE_POSSIBLE):
        return case.verdict, case
    return likeliest, None


def _guarded(policy: Policy, ranking: Ranking, made: Judgement) -> Judgement:
    """A yes stands only if the clause permits and no risk was read that it does not explain."""
    clause, frame = made.clauses[0], made.frame
    risky = [
        other
        for other in policy.clauses
        if other.id != clause.id and other.id not in clause.explains and any(frame.has(*risk) for risk in other.risks)
    ]
    if risky:
        worst = max(risky, key=lambda other: ranking.chance(other.id))
        if ranking.chance(worst.id) < NEGLIGIBLE and ranking.chance(clause.id) > PLAIN:
            return made
        if ranking.chance(worst.id) < NEAR:
            return replace(made, verdict=Verdict.CLARIFY, clauses=(clause, worst))
        verdict, case = _verdict(ranking, frame, worst)
        return replace(made, verdict=verdict, case=case, clauses=(worst, clause), flow=ranking.flows.get(worst.id))
    stricter = [other for other in made.clauses[1:] if _forbids(policy, ranking, clause, other)]
    if stricter:
        verdict, case = _verdict(ranking, frame, stricter[0])
        return replace(
            made, verdict=verdict, case=case, clauses=(stricter[0], clause), flow=ranking.flows.get(clause.id)
        )
    if clause.verdict is not Verdict.ALLOWED and not (made.case and made.case.verdict is Verdict.ALLOWED):
        return replace(made, verdict=Verdict.CONDITIONAL)
    return made


def _forbids(policy: Policy, ranking: Ranking, permitting: Clause, other: Clause) -> bool:
    """Whether another clause is likely enough, and strict enough, for a yes not to stand beside it."""
    if other.id in permitting.explains or other.id in _kin(policy, permitting.id):
        return False
    return other.verdict in (Verdict.MUST_NOT, Verdict.CONDITIONAL) and ranking.chance(other.id) >= STRICTER
