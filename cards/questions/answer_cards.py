"""An answer in, its card out: the verdict, one sentence for this case, the clause word for word, the next step."""

from microsoft_teams.cards import Action, CardElement, Container, ToggleVisibilityAction

from cards.kit.elements import Card, Mood, action_row, button, card, demo_note, escape, heading, notice, words
from cards.reports.report_cards import Help
from cards.verbs import Verb
from policy.answers.wording import DANGER, NONE_LABEL, NONE_OF_THESE, Answer, Reading
from policy.document import Clause, Flow, HarmKind, Policy, Verdict

VERDICTS: dict[Verdict, tuple[str, Mood]] = {
    Verdict.MUST_NOT: ("No: the policy says {who} must not", "attention"),
    Verdict.CONDITIONAL: ("Only on a condition", "warning"),
    Verdict.ALLOWED: ("Yes: the trust does this", "good"),
    Verdict.MUST_DO: ("You must do this", "warning"),
    Verdict.INFO: ("What the policy says", "accent"),
    Verdict.NOT_COVERED: ("The policy does not say", "emphasis"),
    Verdict.CLARIFY: ("Which do you mean?", "accent"),
}
"""The words of the badge and the style of what it stands in."""

WHO = {
    "staff": "staff",
    "pupils": "pupils",
    "parents": "parents and carers",
    "trust": "the trust's page",
    "moderators": "the trust's page",
    "all": "you",
}
FLOW_BUTTONS = {
    Flow.REPORT_CONTENT: ("Report it", Verb.REPORT, "content"),
    Flow.REPORT_CONTACT: ("Report the contact", Verb.REPORT, "contact"),
    Flow.REPORT_WORRY: ("Report a worry", Verb.REPORT, "worry"),
    Flow.SUGGEST_POST: ("Suggest a post", Verb.SUGGEST, ""),
}
WHOSE = {
    HarmKind.ADULT_CONDUCT: "staff",
    HarmKind.HEAD_CONDUCT: "head_teacher",
    HarmKind.DSL_CONDUCT: "safeguarding_team",
}
"""Whose conduct a report begins with, as its record names it; whoever reports can change it."""
RING = "To ring:"
BUSY = "Many people are asking just now, so I have not read your question. Please ask again in a minute."
MAX_CARRIED = 1_000
"""Characters of a question that its answer's buttons carry; they stand in the asker's own chat only."""


def answer_card(policy: Policy, answer: Answer, question: str = "", people: Help | None = None) -> Card:
    """The answer to a question. Its buttons carry the question, so that a report begins with what was said."""
    question = question[:MAX_CARRIED]
    if answer.harm:
        return _harm_card(policy, answer, question, people or Help())
    if answer.small_talk:
        return card([words(answer.sentence)], [button("What I can do", Verb.HELP)], fallback=answer.sentence)
    body: list[CardElement | None] = [
        notice(answer.now) if answer.now else None,
        _badge(answer),
        words(answer.sentence, size="Medium"),
        *_readings(answer, question),
        *_clauses(policy, answer),
        *_touched(answer),
        words(f"**Instead:** {answer.instead}") if answer.instead and answer.clauses else None,
        *_words_to_use(answer),
        _feedback(answer, question) if question and answer.verdict is not Verdict.CLARIFY else None,
    ]
    return card(body, _actions(answer, question), fallback=answer.sentence)


def _harm_card(policy: Policy, answer: Answer, question: str, people: Help) -> Card:
    """Harm was heard: immediate danger first, then what to do and whom to ring; it asks no opinion of the answer."""
    phones = people.phones if answer.ring_dsl else ()
    body: list[CardElement | None] = [
        Container(items=[words(line) for line in answer.at_once[:1]], style="attention"),
        words(answer.sentence, size="Medium", weight="Bolder"),
        Container(items=[words(line) for line in answer.at_once[1:]], style="attention", spacing="Medium"),
        words("\n\n".join([f"**{RING}**", *map(escape, phones)])) if phones else None,
        demo_note(people.demo and bool(phones)),
        clause_quote(policy, answer.clauses[0]) if answer.clauses else None,
    ]
    return card(body, _actions(answer, question), fallback=f"{answer.sentence} {answer.now or ''}".strip())


def busy_card() -> Card:
    """More people ask at this moment than can be answered in time."""
    return card([words(f"{DANGER} {BUSY}")], fallback=BUSY)


def said_of(answer: Answer) -> str:
    """What the bot answered, for those who look at it later: verdict and clauses."""
    return " ".join([answer.verdict, *(clause.id for clause in answer.clauses)])


def _badge(answer: Answer) -> Container:
    text, style = VERDICTS[answer.verdict]
    who = WHO[answer.clauses[0].who] if answer.clauses else "staff"
    return Container(items=[words(text.format(who=who), weight="Bolder", size="Large")], style=style, bleed=True)


def _clauses(policy: Policy, answer: Answer) -> list[CardElement]:
    """The rules word for word, the stricter first; none while the bot still asks, nor where the policy is silent."""
    if answer.verdict in (Verdict.CLARIFY, Verdict.NOT_COVERED):
        return []
    return [clause_quote(policy, clause) for clause in answer.clauses[:2]]


def _readings(answer: Answer, question: str) -> list[CardElement]:
    """What may be meant, each in a row to choose: a phone cuts the words of a button off, and wraps those of a row.

    The last row is for none of them.
    """
    if not answer.readings:
        return []
    return [
        Container(
            items=[words(f"**{reading.label}**")],
            select_action=button(reading.label, Verb.READING, {"clause": reading.clause_id, "question": question}),
            style="emphasis",
            spacing="Small",
        )
        for reading in (*answer.readings, Reading(NONE_LABEL, NONE_OF_THESE))
    ]


def _touched(answer: Answer) -> list[CardElement]:
    """What comes into a topic on which the policy is silent: the rules that touch it, and where it belongs."""
    if not answer.topic:
        return []
    rules = ", ".join(clause.title.lower() for clause in answer.clauses)
    told = [f"What comes into it: {rules}." if rules else ""]
    told += [f"It belongs to the {answer.topic.document}." if answer.topic.document else ""]
    said = " ".join(filter(None, told))
    return [words(said, size="Small", is_subtle=True)] if said else []


def _words_to_use(answer: Answer) -> list[CardElement]:
    """Words to copy, behind a button, so that they are there for who wants them and in nobody's way."""
    if not answer.words:
        return []
    texts = [item for each in answer.words for item in (words(each.title, weight="Bolder"), words(each.text))]
    shown = Container(id="words_to_use", is_visible=False, items=list(texts), style="emphasis", spacing="Small")
    return [action_row(ToggleVisibilityAction(title="Words to use", target_elements=["words_to_use"])), shown]


def clause_quote(policy: Policy, clause: Clause) -> Container:
    """The clause word for word, with where it stands."""
    where = f"{section_name(policy, clause)} · {policy.citation}"
    return Container(
        items=[words(f"“{clause.quote}”"), words(where, size="Small", is_subtle=True, spacing="Small")],
        style="emphasis",
        spacing="Medium",
    )


def section_name(policy: Policy, clause: Clause) -> str:
    """Such as "Section 3, Personal use of social media by staff"; the guide at the end has no number."""
    title = policy.sections[clause.section]
    return f"Section {clause.section}, {title}" if clause.section[0].isdigit() else title


def _feedback(answer: Answer, question: str) -> Container:
    data = {"question": question, "said": said_of(answer)}
    buttons = action_row(button("Yes", Verb.RIGHT), button("No", Verb.WRONG, data))
    return Container(items=[words("Was this right?", size="Small", is_subtle=True), buttons], separator=True)


def _actions(answer: Answer, question: str) -> list[Action]:
    """The walk, the question passed on, the rules: what fits, in this order."""
    carried = {"question": question} if question else {}
    actions: list[Action] = []
    if answer.flow:
        title, verb, kind = FLOW_BUTTONS[answer.flow]
        whose = {"whose": WHOSE[answer.harm]} if answer.harm in WHOSE else {}
        actions.append(button(title, verb, {"kind": kind, **whose, **carried}, style="positive"))
    if answer.harm:
        return actions  # a list of rules is no help to somebody who has just told of harm
    if question and answer.verdict in (Verdict.NOT_COVERED, Verdict.CLARIFY):
        actions.append(button("Ask a person", Verb.HAND_ON, {**carried, "said": said_of(answer)}))
    return [*actions, button("Rules for staff", Verb.RULES)]


def rules_card(policy: Policy) -> Card:
    """What staff must not do, word for word; each rule opens."""
    items = [
        Container(
            items=[words(f"**{number}.** {clause.wording}")],
            select_action=button(clause.title, Verb.CLAUSE, {"clause": clause.id}),
            separator=number > 1,
        )
        for number, clause in enumerate(policy.must_nots, 1)
    ]
    return card(
        [
            heading("When using social media, staff must not", small=f"Section 3 · {policy.citation}"),
            *items,
            words("Choose a rule to see what to do instead.", size="Small", is_subtle=True),
        ],
        [
            button("Ask a question", Verb.ASK),
            button("The whole policy", Verb.BROWSE),
            button("What changed", Verb.CHANGES),
            button("Report a post", Verb.REPORT),
        ],
        fallback="The rules for staff",
    )
