"""An answer in, its card out: the verdict, one sentence for this case, the clause word for word, the next step."""

from microsoft_teams.cards import Action, CardElement, Container

from cards.parts import Card, Mood, button, card, heading, notice, words
from cards.verbs import Verb
from policy.answering import Answer
from policy.document import Clause, Flow, Policy, Verdict

VERDICTS: dict[Verdict, tuple[str, Mood]] = {
    Verdict.MUST_NOT: ("No: the policy says staff must not", "attention"),
    Verdict.CONDITIONAL: ("Only on a condition", "warning"),
    Verdict.ALLOWED: ("Yes: the policy allows it", "good"),
    Verdict.MUST_DO: ("You must do this", "warning"),
    Verdict.INFO: ("What the policy says", "accent"),
    Verdict.NOT_COVERED: ("The policy does not say", "emphasis"),
    Verdict.CLARIFY: ("Which do you mean?", "accent"),
}
"""The words of the badge and the style of what it stands in."""

FLOW_BUTTONS = {
    Flow.REPORT_CONTENT: ("Report it", Verb.REPORT),
    Flow.REPORT_CONTACT: ("Report the contact", Verb.REPORT),
    Flow.SUGGEST_POST: ("Suggest a post", Verb.SUGGEST),
}


def answer_card(policy: Policy, answer: Answer) -> Card:
    """The answer to a question."""
    if answer.small_talk:
        return card([words(answer.sentence)], [button("What I can do", Verb.HELP)], fallback=answer.sentence)
    body: list[CardElement | None] = [
        _badge(answer.verdict),
        notice(answer.now, "warning") if answer.now else None,
        words(answer.sentence, size="Medium"),
        *_clauses(policy, answer),
        words(f"**Instead:** {answer.instead}") if answer.instead else None,
    ]
    return card(body, _actions(answer), fallback=answer.sentence)


def _badge(verdict: Verdict) -> Container:
    text, style = VERDICTS[verdict]
    return Container(items=[words(text, weight="Bolder", size="Large")], style=style, bleed=True)


def _clauses(policy: Policy, answer: Answer) -> list[CardElement]:
    """The rule word for word; not while the bot is still asking what was meant."""
    if answer.verdict is Verdict.CLARIFY:
        return []
    return [clause_quote(policy, clause) for clause in answer.clauses[:2]]


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


def _actions(answer: Answer) -> list[Action]:
    readings = [button(reading.label, Verb.READING, {"clause": reading.clause_id}) for reading in answer.readings]
    flow = [button(*FLOW_BUTTONS[answer.flow])] if answer.flow else []
    return [*readings, *flow, button("Rules for staff", Verb.RULES)]


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
        [button("Ask a question", Verb.ASK), button("Report a post", Verb.REPORT)],
        fallback="The rules for staff",
    )
