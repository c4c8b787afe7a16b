"""Questions answered from one policy: read, ranked, judged, and put into words."""

import re
from pathlib import Path

from policy.answers.acts import Judge
from policy.answers.harm import HEADS, HarmReader, load_heads
from policy.answers.judging import Judgement
from policy.answers.kinds import GREETINGS, TOPIC
from policy.answers.lexicon import Lexicon
from policy.answers.nearest import NearestRanker
from policy.answers.ranking import Rank, RankedOnce
from policy.answers.reading import simple
from policy.answers.spelling import Speller
from policy.answers.trained import MODEL, TrainedRanker
from policy.answers.wording import (
    NONE_OF_THESE,
    Answer,
    from_clauses,
    in_words,
    none_of_these,
    not_understood,
    on_harm,
    on_topic,
    small_talk,
)
from policy.document import Policy, Topic

A_WORD = re.compile("[a-z]{2}")
"""What is written in other letters than these, or letter by letter, is not read."""


class Answerer:
    """Answers questions from one policy. Built once: it holds the model, and nothing of it changes afterwards."""

    def __init__(self, policy: Policy, model: Path = MODEL) -> None:
        self.policy = policy
        self._lexicon = Lexicon()
        self._speller = Speller.from_folder(model)
        trained = TrainedRanker(self._lexicon, model) if (model / "encoder.onnx").is_file() else None
        self.encode = trained.encoder if trained else None
        self._rank = _ranker(policy, trained, self._speller)
        heads = load_heads(model / HEADS.name) if trained and (model / HEADS.name).is_file() else None
        self._harm = HarmReader(self._lexicon, self.encode, heads, policy.clauses) if policy.harm else None

    def answer(self, question: str) -> Answer:
        """The answer to a question: harm is heard first, and `allowed` is never said without a clause that permits."""
        text = self._speller.plain_words(question)
        if not A_WORD.search(text):
            return not_understood()
        if simple(text) in GREETINGS:
            return small_talk(text)
        judge = Judge(self.policy, RankedOnce(self._rank), self._lexicon)
        made = judge.judge(self._lexicon.without_courtesy(text))
        harm = self._harm.read(question, text) if self._harm else None
        return on_harm(self.policy, harm, made) if harm else in_words(self.policy, made, text)

    def has_reading(self, name: str) -> bool:
        """Whether something can be said about this reading: a clause, a topic, or none of the readings."""
        return name in self.policy or name == NONE_OF_THESE or self._topic(name) is not None

    def _topic(self, name: str) -> Topic | None:
        return self.policy.topic(name.removeprefix(TOPIC)) if name.startswith(TOPIC) else None

    def about_clause(self, clause_id: str, question: str = "") -> Answer:
        """The answer once a person has picked a reading; what was asked may still be one of the clause's cases.

        `clause_id` is what the reading carries: a clause, `topic.` and a topic, or `none` for none of the readings.
        Raises KeyError where the policy has no such clause.
        """
        frame = self._lexicon.read(self._lexicon.without_courtesy(self._speller.plain_words(question)))
        topic = self._topic(clause_id)
        if topic:
            return on_topic(self.policy, topic, frame)
        if clause_id == NONE_OF_THESE:
            return none_of_these(self.policy)
        clause = self.policy.clause(clause_id)
        case = clause.case(frame.concepts)
        verdict = case.verdict if case else clause.verdict
        flow = case.flow if case and "flow" in case.model_fields_set else clause.flow
        return from_clauses(self.policy, Judgement(verdict, (clause,), flow, case, frame=frame))


def _ranker(policy: Policy, trained: TrainedRanker | None, speller: Speller) -> Rank:
    """The trained ranking where there is one for this policy, else the nearest of its own phrasings."""
    return trained.for_policy(policy) if trained and trained.knows(policy) else NearestRanker(policy, speller)
