"""python -m policy ask | post | list | check | score: the policy from the command line.

What only one command needs is imported in it: the model, the lists of names and the questions take a while to load.
"""

import argparse
import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from policy.answers.wording import Answer
from policy.document import Policy, PolicyError
from policy.loading import load_policy

if TYPE_CHECKING:
    from policy.posts.findings import Finding

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
    """An answer as the contract has it."""
    return {
        "verdict": given.verdict,
        "clauses": [clause.id for clause in given.clauses],
        "flow": given.flow,
        "reasons": list(given.reasons),
        "sentence": given.sentence,
        "harm": given.harm,
        "topic": given.topic.id if given.topic else None,
        "readings": [reading.label for reading in given.readings],
        "words": [words.text for words in given.words],
    }


def as_text(policy: Policy, given: Answer) -> str:
    return "\n".join(_lines(policy, given))


def _lines(policy: Policy, given: Answer) -> Iterator[str]:
    if given.now:
        yield f"Now: {given.now}"
    yield f"{VERDICTS[given.verdict]}." if not given.small_talk else ""
    yield given.sentence
    yield from (f"  - {reading.label}" for reading in given.readings)
    if given.ask and given.ask != given.sentence:
        yield given.ask
    if given.instead:
        yield f"Instead: {given.instead}"
    if not given.readings:
        yield from (f"[{clause.id}] {clause.quote} ({policy.citation})" for clause in given.clauses)
    if given.flow:
        yield f"Next step: {given.flow}"
    yield from (f"Words to use ({words.title.lower()}): {words.text}" for words in given.words)
    yield from (f"because: {reason}" for reason in given.reasons)


def ask(policy: Policy, options: argparse.Namespace) -> int:
    from policy.answers.answering import Answerer

    answerer = Answerer(policy)
    if not options.json:
        print(as_text(policy, answerer.answer(" ".join(options.question))))
        return 0
    # Questions may hold any bytes; a line that is no text is still a question that was not understood.
    for line in sys.stdin.buffer:
        question = line.decode("utf-8", errors="replace").rstrip("\r\n")
        print(json.dumps(as_json(answerer.answer(question)), ensure_ascii=False), flush=True)
    return 0


def post(policy: Policy, options: argparse.Namespace) -> int:
    """What the check says to the words of a post; 1 where it is stopped."""
    from policy.answers.encoder import Encoder
    from policy.answers.trained import MODEL
    from policy.posts.findings import PostText, Severity, forbids, level
    from policy.posts.post_check import PostChecker

    check = PostChecker(policy, Encoder(MODEL) if (MODEL / "encoder.onnx").is_file() else None)
    if options.json:
        for line in sys.stdin.buffer:
            findings = check(PostText(_text_of(line)))
            said = {"level": level(findings), "findings": [finding_as_json(finding) for finding in findings]}
            print(json.dumps(said, ensure_ascii=False), flush=True)
        return 0
    findings = check(PostText(" ".join(options.words)))
    for finding in findings:
        print(f"{finding.severity}: {', '.join(finding.words)} [{finding.clause}] {finding.says} {finding.mend}")
    print("" if level(findings) is not Severity.CLEAN else "Nothing is against it.")
    return int(forbids(findings))


def _text_of(line: bytes) -> str:
    """The text of a line such as {"text": "…"}; a line that is no such thing is itself the text."""
    said = line.decode("utf-8", errors="replace").rstrip("\r\n")
    try:
        read = json.loads(said)
    except ValueError:
        return said
    return str(read.get("text", "")) if isinstance(read, dict) else said


def finding_as_json(finding: "Finding") -> dict[str, object]:
    """A finding as the contract has it, and where its words stand in the text, how to mend it, what it asks for."""
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "words": list(finding.words),
        "clause": finding.clause,
        "says": finding.says,
        "mend": finding.mend,
        "places": [[place.start, place.end] for place in finding.places],
        "can_be_answered": finding.can_be_answered,
        "asks": finding.asks,
    }


def list_clauses(policy: Policy, options: argparse.Namespace) -> int:
    for clause in policy.clauses:
        print(f"{clause.id:36} {clause.verdict:12} {clause.title}")
    return 0


def check(policy: Policy, options: argparse.Namespace) -> int:
    """Mistakes end with 1; changed answers are shown, and taken as right with --accept."""
    from policy.answers.answering import Answerer
    from policy.learning import checking

    mistakes = list(checking.unread_words(policy))
    for line in [*mistakes, *checking.untrained(policy)]:
        print(line)
    if mistakes:
        return 1
    print(f"{policy.path.name}: {len(policy.clauses)} clauses, every wording stands in {policy.document}.")
    answerer = Answerer(policy)
    if options.accept:
        print(f"{checking.keep_answers(answerer)} answers kept to compare with.")
        return 0
    changed = list(checking.changes(answerer))
    print(*changed, f"{len(changed)} questions of the set change their answer.", sep="\n")
    return 0


def score(policy: Policy, options: argparse.Namespace) -> int:
    from policy.answers.answering import Answerer
    from policy.learning.labelled import read_bank
    from policy.learning.measure import Given, measure

    items, answerer = list(read_bank(policy, options.file)), Answerer(policy)

    def given(question: str) -> Given:
        said = answerer.answer(question)
        return Given(said.verdict, tuple(clause.id for clause in said.clauses), said.flow)

    figures = measure(items, given)
    for item, said in figures.misses if options.misses else ():
        print(f"{item.number} {item.question}")
        print(f"    wanted {item.verdict} {item.clauses}, got {said.verdict} {said.clauses}")
    print(f"{figures.questions} questions: {figures}")
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m policy", description="What the policy says.")
    parser.add_argument("--policy", type=Path, help="another structured copy than social_media.yaml")
    commands = parser.add_subparsers(required=True)
    asking = commands.add_parser("ask", help="answer a question")
    asking.add_argument("question", nargs="*")
    asking.add_argument("--json", action="store_true", help="questions on standard input, one JSON object a line")
    asking.set_defaults(run=ask)
    posting = commands.add_parser("post", help="check the words of a suggested post")
    posting.add_argument("words", nargs="*")
    posting.add_argument("--json", action="store_true", help='posts on standard input, one {"text": …} a line')
    posting.set_defaults(run=post)
    commands.add_parser("list", help="the clauses").set_defaults(run=list_clauses)
    checking_ = commands.add_parser("check", help="prove the structured copy and show which answers an edit changes")
    checking_.add_argument("--accept", action="store_true", help="take the answers of now as right")
    checking_.set_defaults(run=check)
    scoring = commands.add_parser("score", help="measure on a file of labelled questions")
    scoring.add_argument("file", type=Path)
    scoring.add_argument("--misses", action="store_true")
    scoring.set_defaults(run=score)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(load_policy(options.policy), options))
    except PolicyError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `… | head` ends it quietly
    sys.exit(main())
