"""How good answers are on labelled questions: the figures by which this bot is judged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from policy.answers.kinds import Labelled
from policy.document import Flow, Verdict

MOST_OFFERED = 3
BINDING = (Verdict.MUST_NOT, Verdict.MUST_DO, Verdict.CONDITIONAL)
WITHOUT_RULE = (Verdict.NOT_COVERED, Verdict.INFO)


LABELLED_AS: dict[Flow | None, Flow] = {Flow.REPORT_WORRY: Flow.REPORT_CONTACT}
"""The questions name no walk for a worry: where one begins, they were labelled with the report of a contact."""


@dataclass(frozen=True)
class Given:
    """An answer, as far as it is measured."""

    verdict: Verdict
    clauses: tuple[str, ...]
    flow: Flow | None


@dataclass
class Accuracy:
    """Shares of all questions, except `precise` (of those answered) and the three counts."""

    questions: int = 0
    verdict: float = 0
    first: float = 0
    good: float = 0
    precise: float = 0
    helped: float = 0
    every: float = 0
    flow: float = 0
    unsafe: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    misses: list[tuple[Labelled, Given]] = field(default_factory=list)

    def __str__(self) -> str:
        shares = [(name, getattr(self, name)) for name in ("verdict", "first", "good", "precise", "helped")]
        shares += [("all", self.every), ("flow", self.flow)]
        counts = [(name, len(getattr(self, name))) for name in ("unsafe", "missed", "invented")]
        return " ".join([f"{name} {share:.3f}" for name, share in shares] + [f"{name} {n}" for name, n in counts])


def measure(items: Sequence[Labelled], answer: Callable[[str], Given]) -> Accuracy:
    """Asks every question and counts."""
    figures = Accuracy(len(items))
    answered = 0
    for item in items:
        given = answer(item.question)
        right = given.verdict in item.verdicts
        first = _first_is_right(item, given)
        asked = given.verdict is Verdict.CLARIFY
        offered = not item.clauses or any(name in _fitting(item) for name in given.clauses[:MOST_OFFERED])
        answered += not asked
        figures.verdict += right
        figures.first += first
        figures.good += right and first
        figures.helped += offered if asked else right and first
        figures.every += set(item.clauses) <= set(given.clauses)
        flow = LABELLED_AS.get(given.flow, given.flow)
        figures.flow += not item.knows_flow or flow in (item.flow, *item.accept_flows)
        _count_dangers(figures, item, given)
        if not (right and first) and not (asked and offered):
            figures.misses.append((item, given))
    figures.precise = figures.good / max(answered, 1)
    for name in ("verdict", "first", "good", "helped", "every", "flow"):
        setattr(figures, name, getattr(figures, name) / max(len(items), 1))
    return figures


def _fitting(item: Labelled) -> set[str]:
    return {*item.clauses, *item.accept}


def _first_is_right(item: Labelled, given: Given) -> bool:
    """The first clause is a right one; where there is none, no clause may be cited as the rule."""
    fits = bool(given.clauses) and given.clauses[0] in _fitting(item)
    if not item.clauses:
        return fits or not given.clauses or given.verdict in WITHOUT_RULE
    silent = not given.clauses and given.verdict is Verdict.NOT_COVERED
    return fits or (silent and Verdict.NOT_COVERED in item.verdicts)


def _count_dangers(figures: Accuracy, item: Labelled, given: Given) -> None:
    """The three faults that do harm: a yes to what is bound, silence on a rule, a rule out of thin air."""
    name = item.number or item.question
    if given.verdict in item.verdicts:
        return
    if item.verdict in BINDING and given.verdict is Verdict.ALLOWED:
        figures.unsafe.append(name)
    if item.verdict in BINDING and given.verdict is Verdict.NOT_COVERED:
        figures.missed.append(name)
    if item.verdict is Verdict.NOT_COVERED and given.verdict in (Verdict.MUST_NOT, Verdict.ALLOWED):
        figures.invented.append(name)
