"""The answers that a question can ask for: verdicts, flows, and the kinds without a clause; and a labelled question."""

from dataclasses import dataclass

from policy.document import Flow, Verdict

VERDICTS = tuple(verdict for verdict in Verdict if verdict is not Verdict.CLARIFY)
FLOWS: tuple[Flow | None, ...] = (None, Flow.REPORT_CONTENT, Flow.REPORT_CONTACT, Flow.SUGGEST_POST)
"""The walks that the ranking has learnt, in the order of its model; `report_worry` comes with harm alone."""
SILENT, SMALL_TALK, UNCLEAR = "silent", "chitchat", "unclear"
KINDS = (SILENT, SMALL_TALK, UNCLEAR)
TOPIC = "topic."
"""What stands before the id of a topic where the ranking names it."""


def pooled(label: str) -> str:
    """What a label counts towards: a case towards its clause, a topic towards silence."""
    return SILENT if label.startswith(TOPIC) else label.split("~")[0]


GREETINGS = frozenset(
    [
        "hi",
        "hiya",
        "hello",
        "hey",
        "morning",
        "good morning",
        "good afternoon",
        "hi there",
        "hello there",
        "thanks",
        "thank you",
        "ok thanks",
        "cheers",
        "ta",
        "bye",
        "are you a real person",
        "are you a bot",
        "who are you",
        "are you human",
        "what can you do",
    ]
)


@dataclass(frozen=True)
class Labelled:
    """A question with the answers that an expert would take."""

    question: str
    verdict: Verdict
    accept_verdicts: tuple[Verdict, ...]
    clauses: tuple[str, ...]
    accept: tuple[str, ...]
    flow: Flow | None
    accept_flows: tuple[Flow | None, ...]
    kind: str
    bank: str
    knows_flow: bool = True
    knows_verdict: bool = True
    number: str = ""
    topic: str = ""
    """The topic on which the policy is silent, if it is one of the structured copy."""
    held: bool = False
    """Held out by its source: measured on, and not learnt from while choices are made."""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return (self.verdict, *self.accept_verdicts)
