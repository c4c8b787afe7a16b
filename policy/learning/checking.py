"""Checks a structured copy: its mistakes, words that nobody reads, and which answers an edit changes."""

import json
from collections.abc import Iterator
from pathlib import Path

from policy.answers.answering import Answerer
from policy.answers.lexicon import LEXICON, Lexicon
from policy.answers.trained import MODEL, TrainedRanker
from policy.document import SOCIAL_MEDIA, Policy
from policy.learning.labelled import QUESTIONS, read_bank

BEFORE = Path(__file__).parents[1] / "answers" / "model" / "answers.jsonl"
ASKED = ("bank1", "bank2", "bank3")


def unread_words(policy: Policy) -> Iterator[str]:
    """Names of concepts and clauses that stand in the copy but nowhere else."""
    known = Lexicon().names
    yield from _unread_in_topics(policy, known)
    for clause in policy.clauses:
        used = {name for case in clause.cases for name in (*case.when, *case.unless)}
        used |= {act for acts in (clause.acts, *(case.acts for case in clause.cases)) for act in acts} | {*clause.about}
        used |= {name for group in (*clause.first_when, *clause.risks) for name in group} | set(clause.after_kin_unless)
        for name in sorted(used - known):
            yield f"{policy.path.name}, clause {clause.id}: {name} is no concept of {LEXICON.name}"
        for name in (*clause.kin, *clause.explains):
            if name not in policy:
                yield f"{policy.path.name}, clause {clause.id}: there is no clause {name}"


def _unread_in_topics(policy: Policy, known: frozenset[str]) -> Iterator[str]:
    """Names in the topics, the replies and the words to use that stand nowhere else."""
    topics = {topic.id for topic in policy.topics}
    for topic in policy.topics:
        for name in topic.touches:
            if name not in policy:
                yield f"{policy.path.name}, topic {topic.id}: there is no clause {name}"
        for role in topic.ask:
            if role not in policy.roles:
                yield f"{policy.path.name}, topic {topic.id}: there is no role {role}"
        if topic.document and topic.document not in policy.related:
            yield f"{policy.path.name}, topic {topic.id}: {topic.document} is no related document"
    for words in policy.words_to_use:
        for name in words.about:
            if name not in policy and name not in topics:
                yield f"{policy.path.name}, words {words.id}: there is no clause or topic {name}"
        for name in sorted({*words.when} - known - topics):
            yield f"{policy.path.name}, words {words.id}: {name} is no concept of {LEXICON.name}"
    for number, reply in enumerate(policy.replies, 1):
        for name in reply.about:
            if name not in policy and name not in topics:
                yield f"{policy.path.name}, reply {number}: there is no clause or topic {name}"
        for name in sorted({*reply.when} - known):
            yield f"{policy.path.name}, reply {number}: {name} is no concept of {LEXICON.name}"


def untrained(policy: Policy) -> Iterator[str]:
    """Clauses that the ranking has not learnt yet."""
    if policy.path != SOCIAL_MEDIA or not (MODEL / "labels.json").is_file():
        return
    for name in TrainedRanker(Lexicon()).unlearnt(policy):
        yield f"clause {name} is new or has another verdict than when the ranking was trained: run make train"


def answers_now(answerer: Answerer) -> dict[str, str]:
    """What the questions of the set get as an answer: verdict, clauses and sentence."""
    questions = [item.question for bank in ASKED for item in read_bank(answerer.policy, QUESTIONS / f"{bank}.jsonl")]
    return {question: _told(answerer, question) for question in questions}


def _told(answerer: Answerer, question: str) -> str:
    given = answerer.answer(question)
    return " | ".join([given.verdict, " ".join(clause.id for clause in given.clauses), given.sentence])


def answers_before() -> dict[str, str]:
    if not BEFORE.is_file():
        return {}
    rows = [json.loads(line) for line in BEFORE.read_text(encoding="utf-8").splitlines()]
    return {row["q"]: row["answer"] for row in rows}


def keep_answers(answerer: Answerer) -> int:
    """Takes the answers of now as those to compare with."""
    now = answers_now(answerer)
    rows = [json.dumps({"q": question, "answer": told}, ensure_ascii=False) for question, told in now.items()]
    BEFORE.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return len(rows)


def changes(answerer: Answerer) -> Iterator[str]:
    """Each question of the set whose answer is another one than before."""
    before = answers_before()
    for question, told in answers_now(answerer).items():
        if question in before and before[question] != told:
            yield f"{question}\n  before: {before[question]}\n  now:    {told}"
