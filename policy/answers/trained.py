"""The trained ranking of one policy: tuned MiniLM and TF-IDF, each with linear heads, averaged."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from policy.answers.encoder import Encoder
from policy.answers.features import Features
from policy.answers.heads import Heads
from policy.answers.kinds import KINDS
from policy.answers.lexicon import Lexicon
from policy.answers.ranking import Rank, Ranking
from policy.document import Policy, Verdict

MODEL = Path(__file__).parent / "model"
RARITY = "rarity"


class TrainedRanker:
    """What `make train` learnt, read from its folder."""

    def __init__(self, lexicon: Lexicon, folder: Path = MODEL) -> None:
        told = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self.reference: str = told["reference"]
        self.own_verdicts: dict[str, str] = told["verdicts"]
        with np.load(folder / "heads.npz") as kept:
            self._heads = Heads({name: kept[name] for name in kept.files if name != RARITY}, told)
            rarity = kept[RARITY].astype(np.float32)
        vocabulary = (folder / "terms.txt").read_text(encoding="utf-8").split("\n")
        self._features = Features(vocabulary, rarity, told["concepts"], lexicon)
        self.encoder = Encoder(folder)

    def __call__(self, text: str) -> Ranking:
        """Ranks for a question already put into plain words."""
        return self._heads(self.encoder(text), self._features(text))

    def quick(self, text: str) -> Ranking:
        """Ranks by words alone."""
        return self._heads(None, self._features(text))

    def knows(self, policy: Policy) -> bool:
        """Whether this model was trained for the policy, though a clause may have come or gone since."""
        return policy.reference == self.reference

    def unlearnt(self, policy: Policy) -> list[str]:
        """Clauses that came, or changed their verdict, after the training."""
        return [clause.id for clause in policy.clauses if self.own_verdicts.get(clause.id) != clause.verdict]

    def for_policy(self, policy: Policy) -> Rank:
        """Ranks the clauses that there are now; a verdict changed in the copy goes before what was learnt."""
        changed = {name: {policy.clause(name).verdict: 1.0} for name in self.unlearnt(policy)}
        gone = [name for name in self._heads.ids if name not in KINDS and name not in policy]
        if not changed and not gone:
            return self
        return _Adapted(self, gone, changed)


@dataclass(frozen=True)
class _Adapted:
    """A trained ranking for a copy that was edited since: clauses gone, verdicts changed."""

    ranker: TrainedRanker
    gone: list[str]
    changed: dict[str, dict[Verdict, float]]

    def __call__(self, text: str) -> Ranking:
        return self._without(self.ranker(text))

    def quick(self, text: str) -> Ranking:
        return self._without(self.ranker.quick(text))

    def _without(self, found: Ranking) -> Ranking:
        chances = {name: chance for name, chance in found.chances.items() if name not in self.gone}
        return replace(found, chances=chances, verdicts=found.verdicts | self.changed)
