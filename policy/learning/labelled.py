"""What there is to learn from: labelled questions, and what each of them asks a model to say."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from policy.answers.kinds import GREETINGS, SILENT, SMALL_TALK, TOPIC, UNCLEAR, Labelled
from policy.document import Flow, Policy, Verdict

QUESTIONS = Path(__file__).parent / "questions"
PLAIN_BANK = "bank4"
BANKS = (
    "about_the_policy",
    "bank1",
    "bank2",
    "bank3",
    "bank4",
    "contact_with_pupils",
    "groups_and_messaging",
    "offensive_content",
    "own_accounts",
    "page_carries",
    "page_comments",
    "page_does_not_carry",
    "photos_and_information",
    "phrasings",
    "pupils_and_parents",
    "real_rules",
    "real_silent",
    "safeguarding_and_concerns",
    "silent",
    "small_talk",
    "topics",
)
"""The files that the ranking learns from, in the order in which it meets them; others are for other readers."""
OFTEN_ENOUGH = 4


def read_all(policy: Policy, folder: Path = QUESTIONS, with_held: bool = False) -> list[Labelled]:
    """Every question of the set but those held out, and the phrasings of the structured copy."""
    found = [item for name in BANKS for item in read_bank(policy, folder / f"{name}.jsonl")]
    found = [item for item in found if with_held or not item.held]
    for clause in policy.clauses:
        found += [_phrasing(policy, text, clause.id, policy.path.stem) for text in clause.phrasings]
    for topic in policy.topics:
        found += [_on_topic(text, topic.id, policy.path.stem) for text in topic.phrasings]
    return found


def read_bank(policy: Policy, path: Path) -> Iterator[Labelled]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            if "clause" in row:
                yield _phrasing(policy, row["q"], row["clause"], path.stem)
            elif "verdict" not in row:
                yield _on_topic(row["q"], row["topic"], path.stem)
            else:
                yield _labelled(row, path.stem)


def _phrasing(policy: Policy, question: str, clause: str, bank: str) -> Labelled:
    covered = clause in policy
    verdict = policy.clause(clause).verdict if covered else Verdict.NOT_COVERED
    clauses = (clause,) if covered else ()
    return Labelled(question, verdict, (), clauses, (), None, (), "phrasing", bank, False, False)


def _on_topic(question: str, topic: str, bank: str) -> Labelled:
    return Labelled(question, Verdict.NOT_COVERED, (), (), (), None, (), "phrasing", bank, False, False, topic=topic)


def _labelled(row: dict[str, object], bank: str) -> Labelled:
    def strings(field: str) -> list[str]:
        value = row.get(field)
        return [str(item) for item in value] if isinstance(value, list) else []

    flow = row.get("flow")
    return Labelled(
        str(row["q"]),
        Verdict(str(row["verdict"])),
        tuple(Verdict(name) for name in strings("accept_verdicts")),
        tuple(strings("clauses")),
        tuple(strings("accept")),
        Flow(str(flow)) if flow else None,
        tuple(Flow(name) if name != "None" else None for name in strings("accept_flows")),
        str(row["kind"]),
        bank,
        "flow" in row,
        bank != PLAIN_BANK,
        str(row.get("id", "")),
        str(row.get("topic") or ""),
        bool(row.get("held")),
    )


def kind_of(policy: Policy, item: Labelled) -> str:
    """Which of the answers without a clause this question asks for: a topic of the copy, or one of the kinds."""
    if any(topic.id == item.topic for topic in policy.topics):
        return TOPIC + item.topic
    words = item.question.lower().strip(" .!?").split()
    if item.kind == SMALL_TALK or (item.bank == PLAIN_BANK and " ".join(words) in GREETINGS):
        return SMALL_TALK
    return UNCLEAR if item.kind == "indirect" else SILENT


def find_cases(policy: Policy, items: Iterable[Labelled]) -> list[tuple[str, Verdict]]:
    """Clauses that often enough get another verdict than their own: these become labels of their own."""
    counts: Counter[tuple[str, Verdict]] = Counter()
    for item in items:
        if item.knows_verdict and len(item.clauses) == 1:
            own = policy.clause(item.clauses[0]).verdict
            if own not in item.verdicts:
                counts[item.clauses[0], item.verdict] += 1
    return sorted(pair for pair, count in counts.items() if count >= OFTEN_ENOUGH)


def label_of(policy: Policy, item: Labelled, cases: Sequence[tuple[str, Verdict]]) -> str:
    """The label of a question's first clause: the clause, or one of its cases."""
    clause = item.clauses[0]
    if policy.clause(clause).verdict in item.verdicts:
        return clause
    return next((f"{clause}~{verdict}" for verdict in item.verdicts if (clause, verdict) in cases), clause)
