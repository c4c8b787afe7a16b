"""python -m policy ask | list | check | score: the policy from the command line."""

import argparse
import json
import sys
from pathlib import Path

from policy.answering import Answer, answer
from policy.document import Policy, PolicyError, load_policy

VERDICTS = {
    "must_not": "No: the policy says must not",
    "conditional": "Only if",
    "allowed": "Yes: the trust does this",
    "must_do": "You must",
    "info": "What the policy says",
    "not_covered": "The policy does not say",
    "clarify": "Which do you mean",
}


def as_json(given: Answer) -> dict[str, object]:
    return {
        "verdict": given.verdict,
        "clauses": [clause.id for clause in given.clauses],
        "flow": given.flow,
        "reasons": list(given.reasons),
    }


def as_text(policy: Policy, given: Answer) -> str:
    lines = [f"{VERDICTS[given.verdict]}.", given.sentence]
    lines += [f"  - {reading.label}" for reading in given.readings]
    if given.now:
        lines.append(f"If it has happened: {given.now}")
    if given.instead:
        lines.append(f"Instead: {given.instead}")
    if not given.readings:
        lines += [f"[{clause.id}] {clause.quote} ({policy.citation})" for clause in given.clauses]
    lines += [f"because: {reason}" for reason in given.reasons]
    return "\n".join(lines)


def ask(policy: Policy, options: argparse.Namespace) -> int:
    if options.json:
        for line in sys.stdin:
            print(json.dumps(as_json(answer(policy, line.rstrip("\n"))), ensure_ascii=False), flush=True)
        return 0
    print(as_text(policy, answer(policy, " ".join(options.question))))
    return 0


def list_clauses(policy: Policy, options: argparse.Namespace) -> int:
    for clause in policy.clauses:
        print(f"{clause.id:36} {clause.verdict:12} {clause.title}")
    return 0


def check(policy: Policy, options: argparse.Namespace) -> int:
    print(f"{policy.path.name}: {len(policy.clauses)} clauses, every wording stands in {policy.document}.")
    return 0


def score(policy: Policy, options: argparse.Namespace) -> int:
    rows = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    right = sum(answer(policy, row["q"]).verdict in (row["verdict"], *row["accept_verdicts"]) for row in rows)
    print(f"{len(rows)} questions, verdict right in {right / max(len(rows), 1):.3f}")
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m policy", description="What the policy says.")
    parser.add_argument("--policy", type=Path, help="another structured copy than social_media.yaml")
    commands = parser.add_subparsers(required=True)
    asking = commands.add_parser("ask", help="answer a question")
    asking.add_argument("question", nargs="*")
    asking.add_argument("--json", action="store_true", help="questions on standard input, one JSON object a line")
    asking.set_defaults(run=ask)
    commands.add_parser("list", help="the clauses").set_defaults(run=list_clauses)
    commands.add_parser("check", help="prove the structured copy").set_defaults(run=check)
    scoring = commands.add_parser("score", help="measure on a file of labelled questions")
    scoring.add_argument("file", type=Path)
    scoring.set_defaults(run=score)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(load_policy(options.policy), options))
    except PolicyError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
