"""The answer to a question: verdict, clauses, one plain sentence, and what to do next."""

from dataclasses import dataclass

from policy.document import STRICTEST_FIRST, Clause, Flow, Policy, Verdict
from policy.ranking import QUESTIONS, Known, Nearest, read_questions

SILENT = "The policy does not say. That is not permission: ask {ask} before you go ahead."
NOT_UNDERSTOOD = "I did not understand that. Tell me in a sentence what you would like to do, where, and who is in it."
GREETING = "Hello. Ask me anything about the social media policy, such as whether you may post something."
WHICH = "Which of these do you mean?"
CONFIDENT = 0.25


@dataclass(frozen=True)
class Reading:
    """One way to understand a question, offered as a button."""

    label: str
    clause_id: str


@dataclass(frozen=True)
class Answer:
    """What the bot says to a question."""

    verdict: Verdict
    clauses: tuple[Clause, ...]
    sentence: str
    reasons: tuple[str, ...] = ()
    flow: Flow | None = None
    now: str | None = None
    instead: str | None = None
    readings: tuple[Reading, ...] = ()
    ask: str | None = None
    small_talk: bool = False


def answer(policy: Policy, question: str) -> Answer:
    """Answers a question from the policy; never says `allowed` without a clause that permits."""
    if not any(character.isalnum() for character in question):
        return Answer(Verdict.CLARIFY, (), NOT_UNDERSTOOD, ask=NOT_UNDERSTOOD)
    found = _nearest(policy).nearest(question, 5)
    if not found:
        return _silent(policy)
    score, best = found[0]
    if best.kind == "chitchat":
        return Answer(Verdict.INFO, (), GREETING, small_talk=True)
    if not best.clauses:
        return _silent(policy)
    if score < CONFIDENT:
        return _clarify(policy, [known for _, known in found])
    return _answered(policy, best)


def about_clause(policy: Policy, clause_id: str, question: str = "") -> Answer:
    """The answer once a person has picked a reading."""
    clause = policy.clause(clause_id)
    return _told(clause.verdict, (clause,), ())


def _answered(policy: Policy, known: Known) -> Answer:
    clauses = sorted((policy.clause(name) for name in known.clauses), key=lambda c: STRICTEST_FIRST.index(c.verdict))
    verdict = Verdict(known.verdict)
    if verdict is Verdict.ALLOWED and clauses[0].verdict is not Verdict.ALLOWED:
        verdict = clauses[0].verdict
    return _told(verdict, tuple(clauses), (f"nearest known question: {known.question}",))


def _told(verdict: Verdict, clauses: tuple[Clause, ...], reasons: tuple[str, ...]) -> Answer:
    first = clauses[0]
    return Answer(verdict, clauses, first.sentence(verdict), reasons, first.flow, first.now, first.instead)


def _silent(policy: Policy) -> Answer:
    return Answer(Verdict.NOT_COVERED, (), SILENT.format(ask=policy.ask), instead=f"Ask {policy.ask}.")


def _clarify(policy: Policy, found: list[Known]) -> Answer:
    names = list(dict.fromkeys(known.clauses[0] for known in found if known.clauses))[:3]
    clauses = tuple(policy.clause(name) for name in names)
    readings = tuple(Reading(clause.title, clause.id) for clause in clauses)
    return Answer(Verdict.CLARIFY, clauses, WHICH, readings=readings, ask=WHICH)


_CACHE: dict[int, tuple[Policy, Nearest]] = {}


def _nearest(policy: Policy) -> Nearest:
    kept = _CACHE.get(id(policy))
    if kept is None or kept[0] is not policy:
        _CACHE[id(policy)] = kept = (policy, _learnt(policy))
    return kept[1]


def _learnt(policy: Policy) -> Nearest:
    verdicts = {clause.id: str(clause.verdict) for clause in policy.clauses}
    known = [Known(text, clause.verdict, (clause.id,)) for clause in policy.clauses for text in clause.phrasings]
    for path in sorted(QUESTIONS.glob("*.jsonl")):
        known += [item for item in read_questions(path, verdicts) if all(name in policy for name in item.clauses)]
    return Nearest(known)
