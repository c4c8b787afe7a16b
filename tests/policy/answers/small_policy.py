"""A small made-up policy whose clauses have one property each, and rankings of it that a test makes up."""

from policy.answers.kinds import KINDS
from policy.answers.ranking import Ranking
from policy.answers.reading import Frame
from policy.document import Flow, Policy, Verdict

TO_COLLEAGUES = {"when": ["family"], "verdict": "conditional", "sentence": "Only if it is family."}
WITH_CONSENT = {"when": ["consent"], "verdict": "allowed", "sentence": "Yes, with consent."}
REFUSED = {"when": ["refused"], "verdict": "must_not", "sentence": "No, it was refused."}
REPORTED = {"when": ["happened"], "verdict": "must_not", "sentence": "Report it.", "flow": "report_content"}

CLAUSES: list[dict[str, object]] = [
    {"id": "1.ban", "verdict": "must_not"},
    {"id": "1.ban-too", "verdict": "must_not"},
    {"id": "1.rule", "verdict": "must_do"},
    {"id": "1.yes", "verdict": "allowed", "explains": ["1.explained"]},
    {"id": "1.yes-too", "verdict": "allowed"},
    {"id": "1.if", "verdict": "conditional"},
    {"id": "1.fact", "verdict": "info"},
    {"id": "1.danger", "verdict": "must_do", "first_when": [["danger"], ["child", "hurt"]], "flow": "report_contact"},
    {"id": "1.kin", "verdict": "must_not", "kin": ["1.kin-of-it", "1.kin-far"]},
    {"id": "1.kin-of-it", "verdict": "conditional"},
    {"id": "1.kin-far", "verdict": "must_not"},
    {"id": "1.after", "verdict": "allowed", "kin": ["1.ban", "1.if"], "after_kin_unless": ["moderator"]},
    {"id": "1.risky", "verdict": "must_not", "risks": [["child", "photo"], ["address"]]},
    {"id": "1.explained", "verdict": "conditional", "risks": [["name"]], "cases": [REFUSED]},
    {"id": "1.cases", "verdict": "must_not", "cases": [TO_COLLEAGUES, WITH_CONSENT, REPORTED]},
    {"id": "1.walk", "verdict": "must_not", "cases": [{**REPORTED, "flow": None}], "flow": "suggest_post"},
    {"id": "1.parents", "verdict": "must_not", "who": "parents"},
    {"id": "1.settled", "verdict": "must_not", "cases": [{**TO_COLLEAGUES, "when": ["own"], "certain": True}]},
    {"id": "1.general", "verdict": "must_do", "gives_way": True},
    {"id": "1.rest", "verdict": "info"},
]
WORDS = {"title": "A rule", "who": "staff", "wording": "Words.", "summary": "Words.", "answer": "Words."}
FACTS = {
    "title": "Made up",
    "reference": "X/1",
    "trust": "Demo trust",
    "date": "June 2025",
    "review_date": "June 2026",
    "document": "made-up.txt",
    "reporting_form": "https://example.org",
    "ask": "your line manager",
    "related": [],
    "changes": [],
    "sections": {"1": "Rules"},
}
PETS = {
    "id": "pets",
    "title": "Pets",
    "asked_as": "My pet",
    "sentence": "Ask {ask}.",
    "touches": ["1.rule"],
    "unless": ["wild"],
}
SMALL = Policy.model_validate({**FACTS, "topics": [PETS], "clauses": [{**WORDS, **clause} for clause in CLAUSES]})


def ranked(
    chances: dict[str, float],
    verdicts: dict[str, dict[Verdict, float]] | None = None,
    flows: dict[str, dict[Verdict, Flow | None]] | None = None,
    any_flow: Flow | None = None,
    topics: dict[str, float] | None = None,
) -> Ranking:
    """A ranking with these chances; names of clauses stand without their section, and one unlikely clause is last."""
    whole = {name if name in KINDS else f"1.{name}": chance for name, chance in chances.items()}
    ordered = dict(sorted(whole.items(), key=lambda item: -item[1])) | {"1.rest": 0.001}
    told = {f"1.{name}": of_clause for name, of_clause in (verdicts or {}).items()}
    walks = {f"1.{name}": of_clause for name, of_clause in (flows or {}).items()}
    return Ranking(ordered, told, walks, any_flow, topics or {})


def read(*concepts: str) -> Frame:
    """What was read in a question."""
    return Frame(frozenset(concepts), concepts)
