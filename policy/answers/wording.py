"""A judgement in plain words: the sentence, the reasons, and what to do at once."""

from dataclasses import dataclass

from policy.answers.judging import Judgement
from policy.answers.kinds import SMALL_TALK, UNCLEAR
from policy.answers.reading import simple
from policy.document import Clause, Flow, Policy, Verdict

DANGER = "If anyone is in immediate danger, ring 999 first."
SILENT = "The policy does not say. That is not permission: ask {ask} before you go ahead."
SILENT_NEAR = "The policy does not say. The nearest rule is “{title}”; that is not permission, so ask {ask} first."
NOT_UNDERSTOOD = "I did not understand that. Tell me in a sentence what you would like to do, where, and who is in it."
TOO_LITTLE = "I cannot tell from that alone, so please do not take it as a yes."
TELL_ME_MORE = "What would you like to do, on which account, and who is in it?"
WHICH = "Which of these is it about?"
IS_IT = "Is it about this?"
GREETING = "Hello. Ask me anything about the social media policy, such as “may I post this photo?”"
WELCOME = "You are welcome. Ask again whenever you are unsure."
WHAT_I_DO = (
    "I am a bot. I answer questions about the social media policy, help you to report a post or a contact, "
    "and pass on ideas for the school page."
)
THANKS = frozenset(["thanks", "thank", "cheers", "ta", "helpful", "great", "brilliant", "lovely", "perfect"])
ABOUT_ME = frozenset(["who", "what", "bot", "real", "human", "person", "robot", "stuff", "things", "ask"])


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


def in_words(policy: Policy, made: Judgement, text: str) -> Answer:
    """The answer to a question, `text` in plain words, that was judged so."""
    if made.kind == SMALL_TALK:
        return small_talk(text)
    if made.kind == UNCLEAR:
        return Answer(Verdict.NOT_COVERED, (), TOO_LITTLE, ask=TELL_ME_MORE)
    if made.verdict is Verdict.CLARIFY:
        return _asked_back(made)
    if not made.clauses or (made.verdict is Verdict.NOT_COVERED and made.case is None):
        return _silent(policy, made)
    return from_clauses(made)


def not_understood() -> Answer:
    """The answer to what cannot be read."""
    return Answer(Verdict.CLARIFY, (), NOT_UNDERSTOOD, ask=TELL_ME_MORE)


def small_talk(text: str) -> Answer:
    """The answer to a greeting, to thanks, and to a question about the bot itself."""
    words = set(simple(text).split())
    sentence = WELCOME if words & THANKS else WHAT_I_DO if words & ABOUT_ME else GREETING
    return Answer(Verdict.INFO, (), sentence, small_talk=True)


def _silent(policy: Policy, made: Judgement) -> Answer:
    near = made.clauses[0].title if made.clauses else ""
    sentence = (SILENT_NEAR if near else SILENT).format(title=near, ask=policy.ask)
    reasons = (f"nearest rule: {near}",) if near else ("no rule of the policy is near",)
    return Answer(Verdict.NOT_COVERED, made.clauses, sentence, reasons, instead=f"Ask {policy.ask}.")


def _asked_back(made: Judgement) -> Answer:
    readings = tuple(Reading(clause.title, clause.id) for clause in made.clauses)
    ask = (WHICH if len(readings) > 1 else IS_IT) if readings else TELL_ME_MORE
    return Answer(Verdict.CLARIFY, made.clauses, ask, _reasons(made), made.flow, _now(made), readings=readings, ask=ask)


def from_clauses(made: Judgement) -> Answer:
    """The answer that the first clause of a judgement gives, with the others cited."""
    first = made.clauses[0]
    sentence = made.case.sentence if made.case else first.sentence(made.verdict)
    if made.acts > 1 and len(made.clauses) > 1:
        sentence = f"{sentence} As to the rest: {_as_second(made.clauses[1])}"
    return Answer(made.verdict, made.clauses, sentence, _reasons(made), made.flow, _now(made), first.instead, ask=None)


def _as_second(clause: Clause) -> str:
    return clause.summary[0].lower() + clause.summary[1:] if not clause.summary.startswith("Face") else clause.summary


def _reasons(made: Judgement) -> tuple[str, ...]:
    """The words that led there, and the clause they led to."""
    told = [made.frame.told()] if made.frame.labels else []
    told += [f"{clause.id}: {clause.title}" for clause in made.clauses]
    return tuple(told)


def _now(made: Judgement) -> str | None:
    """What to do at once, when something has happened or somebody may be in danger; danger comes first."""
    first = made.clauses[0] if made.clauses else None
    contact = made.flow is Flow.REPORT_CONTACT
    danger = contact or made.frame.any("danger", "intimate_image")
    if first is None or first.now is None or made.verdict is Verdict.CLARIFY:
        return DANGER if danger else None
    reported = made.flow is Flow.REPORT_CONTENT and made.verdict is Verdict.MUST_DO
    if not (danger or reported or made.frame.has("happened") or first.first_when):
        return None
    return first.now if DANGER[:20] in first.now or not danger else f"{DANGER} {first.now}"
