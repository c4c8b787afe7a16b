"""A question with several acts in it: each is judged, the strictest speaks first, and a yes hides none of them."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from policy.answers import reading
from policy.answers.judging import (
    MOST_CITED,
    NOTHING,
    Judgement,
    asked_back,
    is_stricter,
    judge_alone,
    kin_of,
    verdict_of,
)
from policy.answers.kinds import KINDS, SILENT, UNCLEAR
from policy.answers.lexicon import Lexicon
from policy.answers.ranking import Rank, Ranking
from policy.document import Clause, Flow, Policy, Verdict

# Chances, chosen on questions that were held out of the training: how likely the clause of a part must be for the part
# to be judged apart as permitted, and for it to be cited or to speak first.
PART_SURE = 0.6
SPEAKS = 0.6
REST_SURE = 0.45
# An act within a yes: so likely it is answered instead, and so likely (with all that bind) it is asked about.
HIDDEN = 0.35
MAYBE_HIDDEN = 0.2
RUNS_PAGE = "runs_page"

FEW_WORDS = 5
"""A question of so few words, of which one was read, is asked back rather than called silent."""
PLAIN = 0.8
"""One or two words are answered only if their clause is so likely."""

BINDING = (Verdict.MUST_NOT, Verdict.CONDITIONAL)

Part = tuple[str, Judgement]


@dataclass(frozen=True)
class Judge:
    """Judges a question from one policy, by what ranks its clauses and what reads its words."""

    policy: Policy
    rank: Rank
    lexicon: Lexicon

    def judge(self, text: str) -> Judgement:
        """Judges a question; an act that is plainly permitted is judged apart, so that it cannot colour the rest."""
        permitted, rest = self._apart(text)
        made = judge_alone(self.policy, self.rank(rest), self.lexicon.read(rest), reading.joins(rest))
        if _too_short(self.rank(rest), rest, made):
            return asked_back(self.policy, self.rank(rest), made.frame)
        if made.verdict is Verdict.ALLOWED:
            made = self._without_hidden_act(rest, made)
        if made.verdict is Verdict.CLARIFY or made.kind:
            return _for_asker(made)
        parts = self._in_parts(rest)
        names = dict.fromkeys(clause.id for clause in [*permitted, *(part.clauses[0] for _, part in parts)])
        made = self._stricter_part_first(made, parts)
        extra = tuple(self.policy.clause(name) for name in names if self.policy.clause(name) not in made.clauses)
        if extra:
            made = replace(made, clauses=(made.clauses[:2] + extra)[:MOST_CITED], acts=2)
        return _for_asker(_with_flow(made, self.rank(rest), parts))

    def _without_hidden_act(self, text: str, made: Judgement) -> Judgement:
        """A yes to the whole must not cover an act in it that by itself gets none; where one may be hidden, it asks."""
        permitting = made.clauses[0]
        covered = {permitting.id, *kin_of(self.policy, permitting.id), *permitting.explains}
        for piece in reading.possible_acts(text):
            ranking = self.rank(piece)
            hidden = judge_alone(self.policy, ranking, self.lexicon.read(piece))
            first = hidden.clauses[0] if hidden.clauses else permitting
            if first.id not in covered and ranking.chance(first.id) >= _enough(made, hidden, piece):
                return replace(hidden, clauses=(first, permitting), frame=made.frame, acts=2)
            bound = [
                name
                for name in ranking.chances
                if name not in {*KINDS, *covered} and _binds(self.policy, ranking, name)
            ]
            if ranking.chance(*bound) >= max(MAYBE_HIDDEN, _permitted(self.policy, ranking)):
                asked = asked_back(self.policy, ranking, made.frame, self.policy.clause(bound[0]), permitting)
                return replace(asked, flow=made.flow)
        return made

    def _stricter_part_first(self, made: Judgement, parts: list[Part]) -> Judgement:
        """A sentence that by itself gets a stricter answer than the whole speaks first."""
        for text, seen in parts:
            part = self._surely(self.rank, text) if _goes_before(self.policy, seen, made) else None
            if part and _goes_before(self.policy, part, made):
                rest = tuple(clause for clause in made.clauses if clause != part.clauses[0])
                clauses, flow = (part.clauses[0], *rest)[:MOST_CITED], part.flow or made.flow
                return replace(part, clauses=clauses, flow=flow, frame=made.frame, acts=2)
        return made

    def _in_parts(self, text: str) -> list[Part]:
        """What the sentences of a question ask by themselves, where that is plain from their words."""
        pieces = reading.sentences(text)
        judged = [(piece, self._surely(self.rank.quick, piece)) for piece in pieces if len(pieces) > 1]
        return [(piece, made) for piece, made in judged if made]

    def _surely(self, rank: Callable[[str], Ranking], piece: str) -> Judgement | None:
        """What a part asks by itself, or nothing where its clause is in doubt."""
        ranking = rank(piece)
        made = judge_alone(self.policy, ranking, self.lexicon.read(piece))
        return made if made.clauses and ranking.chance(made.clauses[0].id) >= SPEAKS else None

    def _apart(self, text: str) -> tuple[list[Clause], str]:
        """Parts that ask for something the trust plainly does, and the rest of the question."""
        pieces = reading.sentences(text)
        if len(pieces) < 2:
            return [], text
        judged = [judge_alone(self.policy, self.rank.quick(piece), self.lexicon.read(piece)) for piece in pieces]
        plain = [
            made.verdict is Verdict.ALLOWED
            and made.frame.has("official_page")
            and self.rank.quick(piece).chance(made.clauses[0].id) >= PART_SURE
            for made, piece in zip(judged, pieces, strict=True)
        ]
        rest = text
        for piece, is_plain in zip(pieces, plain, strict=True):
            rest = rest.replace(piece, " ", 1) if is_plain else rest
        rest = self.lexicon.without_courtesy(" ".join(rest.split()))
        if not any(plain) or len(rest.split()) < reading.FEWEST_WORDS or not self._stands_alone(rest):
            return [], text
        return [made.clauses[0] for made, is_plain in zip(judged, plain, strict=True) if is_plain], rest

    def _stands_alone(self, rest: str) -> bool:
        """Whether what remains is a question of its own, rather than the story to the permitted one."""
        ranking = self.rank(rest)
        return reading.asks(rest) or (ranking.best not in KINDS and ranking.chances[ranking.best] >= REST_SURE)


def _too_short(ranking: Ranking, text: str, made: Judgement) -> bool:
    """Whether so few words say too little to be answered, or to be called silent."""
    words = len(text.split())
    unread = made.kind in (SILENT, UNCLEAR) and words <= FEW_WORDS and bool(made.frame.concepts)
    return unread or (not made.kind and words < reading.FEWEST_WORDS and ranking.chance(ranking.best) < PLAIN)


def _for_asker(made: Judgement) -> Judgement:
    """Whoever runs the page needs nobody to suggest a post to."""
    own = made.flow is Flow.SUGGEST_POST and made.frame.has(RUNS_PAGE)
    return replace(made, flow=None) if own else made


def _with_flow(made: Judgement, ranking: Ranking, parts: list[Part]) -> Judgement:
    """Where the first of two acts offers no walk, the other's is offered."""
    if made.flow or (made.case and "flow" in made.case.model_fields_set):
        return made
    for clause in made.clauses[1:] if made.acts > 1 else ():
        flows = [part.flow for _, part in parts if part.clauses[0] == clause]
        flow = next(iter(flows), ranking.flow(clause, clause.verdict))
        if flow:
            return replace(made, flow=flow)
    return made


def _enough(made: Judgement, hidden: Judgement, piece: str) -> float:
    """How likely an act within a yes must be to be answered instead: one that is bound, or one that has only a fact."""
    if hidden.verdict in BINDING:
        return HIDDEN
    fact = hidden.verdict is Verdict.INFO and hidden.flow is not made.flow and reading.asks(piece)
    return SPEAKS if fact else math.inf


def _binds(policy: Policy, ranking: Ranking, name: str) -> bool:
    return verdict_of(ranking, NOTHING, policy.clause(name))[0] in BINDING


def _permitted(policy: Policy, ranking: Ranking) -> float:
    """How likely it is that a clause is meant by which the trust does what is asked."""
    return sum(ranking.chance(clause.id) for clause in policy.clauses if clause.verdict is Verdict.ALLOWED)


def _goes_before(policy: Policy, part: Judgement, made: Judgement) -> bool:
    """Whether a part forbids another act than the whole speaks of, more strictly."""
    first, own = part.clauses[0], made.clauses[0]
    other_act = first.id != own.id and first.id not in kin_of(policy, own.id) and not own.first_when
    return other_act and part.verdict is Verdict.MUST_NOT and is_stricter(part.verdict, made.verdict)
