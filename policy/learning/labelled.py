"""What there is to learn from: labelled questions, and what each of them asks a model to say."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from policy.answers.kinds import GREETINGS, SILENT, SMALL_TALK, UNCLEAR, Labelled
from policy.document import Flow, Policy, Verdict

QUESTIONS = Path(__file__).parent / "questions"
PLAIN_BANK = "bank4"
OFTEN_ENOUGH = 4


def read_all(policy: Policy, folder: Path = QUESTIONS) -> list[Labelled]:
    """Every question of the set, and the phrasings of the structured copy."""
    found = [item for path in sorted(folder.glob("*.jsonl")) for item in read_bank(policy, path)]
    for clause in policy.clauses:
        found += [_phrasing(policy, text, clause.id, policy.path.stem) for text in clause.phrasings]
    return found


def read_bank(policy: Policy, path: Path) -> Iterator[Labelled]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            if "clause" in row:
                yield _phrasing(policy, row["q"], row["clause"], path.stem)
            else:
                yield _labelled(row, path.stem)


def _phrasing(policy: Policy, question: str, clause: str, bank: str) -> Labelled:
    covered = clause in policy
    verdict = policy.clause(clause).verdict if covered else Verdict.NOT_COVERED
    clauses = (clause,) if covered else ()
    return Labelled(question, verdict, (), clauses, (), None, (), "phrasing", bank, False, False)


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
    )


def kind_of(item: Labelled) -> str:
    """Which of the answers without a clause this question asks for."""
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
