"""A judgement in plain words: the sentence, the reasons, what to do at once, and words to use."""

from dataclasses import dataclass

from policy.answers.judging import Judgement
from policy.answers.kinds import SMALL_TALK, TOPIC, UNCLEAR
from policy.answers.reading import Frame, simple
from policy.answers.replies import reply_to, words_for
from policy.document import Clause, Flow, HarmKind, Policy, Topic, Verdict, WordsToUse

DANGER = "If anyone is in immediate danger, ring 999 first."
SILENT = "The policy does not say, and I would rather not guess. Ask {ask} before you go ahead."
SILENT_NEAR = "The policy does not say. The nearest rule is “{title}”; ask {ask} before you go ahead."
NOT_UNDERSTOOD = "I did not understand that. Tell me in a sentence what you would like to do, where, and who is in it."
TOO_LITTLE = "I cannot tell from that alone, so please do not take it as a yes."
TELL_ME_MORE = "What would you like to do, on which account, and who is in it?"
WHICH = "Which of these is it about?"
IS_IT = "Is it about this?"
NONE_OF_THESE = "none"
"""What stands for none of the readings where one is picked."""
NONE_LABEL = "None of these"
NOTHING_FITS = "Then the policy may well not say, and a person will know better than I do. Ask {ask}, or tell me more."
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
    """One way to understand a question, offered as a button: a clause by its id, or a topic by `topic.` and its id."""

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
    topic: Topic | None = None
    """What the policy is silent on, where it is one of the topics of the structured copy."""
    words: tuple[WordsToUse, ...] = ()
    """Short texts to copy, likeliest first."""
    harm: HarmKind | None = None
    """The kind of harm that was heard, if any."""
    at_once: tuple[str, ...] = ()
    """With harm: what to do at once, a line each."""
    ring_dsl: bool = False
    """With harm: whether the telephone numbers of the DSLs belong on the card."""


def in_words(policy: Policy, made: Judgement, text: str) -> Answer:
    """The answer to a question, `text` in plain words, that was judged so."""
    if made.kind == SMALL_TALK:
        return small_talk(text)
    if made.kind == UNCLEAR:
        return Answer(Verdict.NOT_COVERED, (), TOO_LITTLE, ask=TELL_ME_MORE)
    if made.verdict is Verdict.CLARIFY:
        return _asked_back(made)
    if made.topic:
        return on_topic(policy, made.topic, made.frame)
    if not made.clauses or (made.verdict is Verdict.NOT_COVERED and made.case is None):
        return _silent(policy, made)
    return from_clauses(policy, made)


SAFEGUARDING = "3.safeguarding"
NO_RULE_WITH_HARM = (Verdict.ALLOWED, Verdict.CLARIFY, Verdict.NOT_COVERED)
"""Where these were judged, their clauses are not cited beside harm: they would read as a yes, or as a menu."""


def on_harm(policy: Policy, harm: HarmKind, made: Judgement) -> Answer:
    """What is said where harm was heard, whatever was judged beside it; no rule is put to somebody in distress."""
    said = policy.harm[harm]
    clauses = () if made.verdict in NO_RULE_WITH_HARM else made.clauses
    if not clauses and SAFEGUARDING in policy:
        clauses = (policy.clause(SAFEGUARDING),)
    if harm is HarmKind.STAFF_DISTRESS:
        clauses = ()
    now = " ".join(said.now)
    reasons = (f"harm was heard: {harm.replace('_', ' ')}", *(f"{clause.id}: {clause.title}" for clause in clauses))
    return Answer(
        Verdict.MUST_DO,
        clauses,
        said.sentence,
        reasons,
        said.flow,
        now,
        harm=harm,
        at_once=said.now,
        ring_dsl=said.ring_dsl,
    )


def not_understood() -> Answer:
    """The answer to what cannot be read."""
    return Answer(Verdict.CLARIFY, (), NOT_UNDERSTOOD, ask=TELL_ME_MORE)


def small_talk(text: str) -> Answer:
    """The answer to a greeting, to thanks, and to a question about the bot itself."""
    words = set(simple(text).split())
    sentence = WELCOME if words & THANKS else WHAT_I_DO if words & ABOUT_ME else GREETING
    return Answer(Verdict.INFO, (), sentence, small_talk=True)


def on_topic(policy: Policy, topic: Topic, frame: Frame) -> Answer:
    """What is said on a topic on which the policy is silent, with the clauses that come into it."""
    whom = policy.whom_to_ask(topic)
    sentence = _with_capital(topic.sentence.format(ask=whom))
    words = words_for(policy, topic.id, frame)
    reasons = (f"the policy is silent on: {topic.title}",)
    near = tuple(policy.clause(name) for name in topic.touches if name in policy)[:2]
    sentence = " ".join([sentence, *reply_to(policy, topic.id, None, frame, words)])
    return Answer(Verdict.NOT_COVERED, near, sentence, reasons, topic=topic, words=words)


def _with_capital(sentence: str) -> str:
    """A sentence whose own sentences begin with a capital, whoever is named at their beginning."""
    return ". ".join(part[:1].upper() + part[1:] for part in sentence.split(". "))


def none_of_these(policy: Policy) -> Answer:
    """The answer once a person has said that none of the readings is meant."""
    return Answer(Verdict.NOT_COVERED, (), NOTHING_FITS.format(ask=policy.ask), ("none of the readings was meant",))


def _silent(policy: Policy, made: Judgement) -> Answer:
    near = made.clauses[0].title if made.clauses else ""
    sentence = (SILENT_NEAR if near else SILENT).format(title=near, ask=policy.ask)
    reasons = (f"nearest rule: {near}",) if near else ("no rule of the policy is near",)
    return Answer(Verdict.NOT_COVERED, made.clauses, sentence, reasons, instead=f"Ask {policy.ask}.")


def _asked_back(made: Judgement) -> Answer:
    readings = [Reading(clause.asked_as or clause.title, clause.id) for clause in made.clauses]
    if made.topic:
        readings.append(Reading(made.topic.asked_as, TOPIC + made.topic.id))
    ask = (WHICH if len(readings) > 1 else IS_IT) if readings else TELL_ME_MORE
    now = _now(made)
    return Answer(Verdict.CLARIFY, made.clauses, ask, _reasons(made), made.flow, now, None, tuple(readings), ask)


def from_clauses(policy: Policy, made: Judgement) -> Answer:
    """The answer that the first clause of a judgement gives, with the others cited."""
    first, case = made.clauses[0], made.case
    sentence = case.says(made.frame.concepts) if case else first.says_to(made.verdict, made.frame.concepts)
    if made.acts > 1 and len(made.clauses) > 1:
        sentence = f"{sentence} As to the rest: {_as_second(made.clauses[1])}"
    excepted = case is not None and case.certain and case.verdict is Verdict.CONDITIONAL
    words = () if excepted else words_for(policy, first.id, made.frame)
    sentence = " ".join([sentence, *reply_to(policy, first.id, first, made.frame, words)])
    instead = case.instead if case and "instead" in case.model_fields_set else first.instead
    return Answer(made.verdict, made.clauses, sentence, _reasons(made), made.flow, _now(made), instead, words=words)


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
    danger = made.frame.any("danger", "intimate_image", "threat_to_life")
    if first is None or made.verdict is Verdict.CLARIFY:
        return DANGER if danger or made.flow is Flow.REPORT_CONTACT else None
    at_once = made.case.now if made.case and "now" in made.case.model_fields_set else first.now
    if at_once is None:
        return DANGER if danger else None
    reported = made.flow is Flow.REPORT_CONTENT and made.verdict is Verdict.MUST_DO
    contact = made.flow is Flow.REPORT_CONTACT
    if not (danger or contact or reported or made.frame.has("happened") or first.first_when):
        return None
    return at_once if not (danger or contact) or at_once.startswith(DANGER[:20]) else f"{DANGER} {at_once}"
