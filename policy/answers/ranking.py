"""A ranking: how likely each clause of a policy is meant by a question, and what ranks."""

from dataclasses import dataclass, field
from typing import Protocol

from policy.document import Clause, Flow, Verdict


@dataclass(frozen=True)
class Ranking:
    """How likely each clause is meant (or none of them), best first; its verdicts; and the flow to each of them."""

    chances: dict[str, float]
    verdicts: dict[str, dict[Verdict, float]]
    flows: dict[str, dict[Verdict, Flow | None]]
    any_flow: Flow | None = None
    """The likeliest walk, whichever clause is meant."""
    topics: dict[str, float] = field(default_factory=dict)
    """How likely each topic is on which the policy is silent, best first; the chance of silence holds them all."""

    @property
    def best(self) -> str:
        return next(iter(self.chances))

    def chance(self, *names: str) -> float:
        return sum(self.chances.get(name, 0.0) for name in names)

    def flow(self, clause: Clause, verdict: Verdict) -> Flow | None:
        """The walk to offer where this is the answer; the clause's own where nothing was learnt."""
        return self.flows.get(clause.id, {}).get(verdict, clause.flow)


class Rank(Protocol):
    """What ranks: a whole question with all it has, a part of one quickly."""

    def __call__(self, text: str) -> Ranking: ...

    def quick(self, text: str) -> Ranking: ...


class RankedOnce:
    """Ranks the texts of one question: what is asked for twice is worked out once. It goes with its question."""

    def __init__(self, rank: Rank) -> None:
        self._rank = rank
        self._whole: dict[str, Ranking] = {}
        self._quick: dict[str, Ranking] = {}

    def __call__(self, text: str) -> Ranking:
        if text not in self._whole:
            self._whole[text] = self._rank(text)
        return self._whole[text]

    def quick(self, text: str) -> Ranking:
        if text not in self._quick:
            self._quick[text] = self._rank.quick(text)
        return self._quick[text]
