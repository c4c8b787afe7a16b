"""The cards of the suggestion walk: a draft in, the card of its step out.

Wording follows the policy: section 2 (to the line manager), 2.1 (what the trust will and will not post).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from microsoft_teams.cards import (
    Action,
    CardElement,
    Choice,
    ChoiceSetInput,
    Container,
    QueryData,
    TextInput,
)

from cards.kit.elements import (
    Card,
    action_row,
    button,
    card,
    demo_note,
    escape,
    heading,
    labelled,
    notice,
    problem,
    words,
)
from cards.kit.fields import Field, Shape, field_input
from cards.kit.walk_cards import MessageForm, WalkCards, WalkVerbs, with_names_of_fields
from cards.suggestions.suggestion_form import MAX_PICTURES, STEPS, Choices, fields_of, held
from cards.suggestions.suggestion_view import about_view, findings_view, post_view
from cards.verbs import Verb
from policy.posts.findings import OTHERS, OWNER, PUPILS, RELATION, RIGHTS, STAFF, Finding, Severity
from storage.records import Colleague
from storage.suggestions.suggestion_drafts import SuggestionDraft, SuggestionStep

SOMEBODY_ELSE = "-"
"""The value of the choice "Somebody else": the card then shows the field to type a name in."""
PEOPLE_OF_TEAMS = "graph.microsoft.com/users"
"""The data set of the people picker in Teams (Microsoft: people picker in Adaptive Cards)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the cards have to know. `demo`: the schools are invented. `picker`: Teams' people picker is there."""

    choices: Choices
    demo: bool = False
    picker: bool = False


def step_card(draft: SuggestionDraft, around: Surroundings, findings: Sequence[Finding] = (), note: str = "") -> Card:
    """The card of the step that the draft is at. `findings`: what the policy says to the post as it stands."""
    make = {SuggestionStep.POST: _post, SuggestionStep.PEOPLE: _people, SuggestionStep.CHECK: _check}[draft.step]
    body, actions = make(draft, around, findings)
    top: list[CardElement | None] = [
        heading(_TITLES[draft.step], small=f"Suggest a post: step {STEPS.index(draft.step) + 1} of {len(STEPS)}"),
        notice(note, "accent") if note else None,
        labelled("Why it came back", draft.comment) if draft.comment else None,
    ]
    return with_names_of_fields(card([*top, *body], actions, fallback=_TITLES[draft.step]))


_TITLES = {
    SuggestionStep.POST: "What would you like to see on the page?",
    SuggestionStep.PEOPLE: "Who is in it?",
    SuggestionStep.CHECK: "Check and send",
}
_INTRODUCTION = (
    "It goes to your line manager first, then to those who run the Facebook page. I check it against the policy as you "
    "go."
)
_NO_FULL_NAMES = (
    "Pupils are never named in full, and nobody is named or pictured without consent (policy, section 2.1)."
)


WALK = WalkCards(
    thing="suggestion",
    verbs=WalkVerbs(
        start=Verb.SUGGEST,
        next=Verb.SUGGEST_NEXT,
        back=Verb.SUGGEST_BACK,
        change=Verb.SUGGEST_CHANGE,
        later=Verb.SUGGEST_LATER,
        keep=Verb.SUGGEST_KEEP,
        cancel=Verb.SUGGEST_CANCEL,
        discard=Verb.SUGGEST_DISCARD,
        send=Verb.SUGGEST_SEND,
        mine=Verb.MY_SUGGESTIONS,
    ),
    start_title="Suggest a post",
    mine_title="My suggestions",
    discard_question="Throw this away?",
    discarded=("It was thrown away", "Nothing was sent."),
    offers_mine=True,
    message=MessageForm("suggestMessage", "text", "A link that goes with it"),
)
"""The cards around the suggestion walk."""


def button_data(draft: SuggestionDraft, **more: str) -> dict[str, str]:
    """What a button of the walk carries: ids only."""
    return {"draft": draft.id, "step": draft.step, **more}


def _leave(draft: SuggestionDraft) -> list[Action]:
    return WALK.leave_actions(button_data(draft), is_first=draft.step is STEPS[0])


def _next(draft: SuggestionDraft) -> list[Action]:
    return [button("Next", Verb.SUGGEST_NEXT, button_data(draft), style="positive"), *_leave(draft)]


def _post(
    draft: SuggestionDraft, around: Surroundings, findings: Sequence[Finding]
) -> tuple[list[CardElement | None], list[Action]]:
    body: list[CardElement | None] = [
        words(_INTRODUCTION) if not draft.reference else None,
        *_forbidden(draft, findings),
        *_inputs(draft, around),
        labelled("Joins the text when you press Next", "\n".join(draft.added)) if draft.added else None,
        demo_note(around.demo),
        _pictures(draft),
        _drop(draft),
    ]
    return body, _next(draft)


def _people(
    draft: SuggestionDraft, around: Surroundings, findings: Sequence[Finding]
) -> tuple[list[CardElement | None], list[Action]]:
    shown = [finding for finding in findings if finding.severity is not Severity.NOTE] if draft.post.shows else []
    body = [words(_NO_FULL_NAMES), *findings_view(shown), *_inputs(draft, around), _pictures(draft)]
    return body, _next(draft)


def _forbidden(draft: SuggestionDraft, findings: Sequence[Finding]) -> list[CardElement | None]:
    """The findings that stop the post; none on a card in which nothing was written yet."""
    if not draft.post.text:
        return []
    return findings_view([finding for finding in findings if finding.severity is Severity.STOP])


def _inputs(draft: SuggestionDraft, around: Surroundings) -> list[CardElement]:
    asked = fields_of(draft.step, around.choices)
    return [field_input(question, _value(draft, question.name), draft.problems.get(question.name), draft.step)
            for question in asked]  # fmt: skip


def _value(draft: SuggestionDraft, name: str) -> str:
    """What to show in a field: what was typed, if it is not taken yet, else what the post holds."""
    return draft.typed.get(name, held(draft.post, name))


def _pictures(draft: SuggestionDraft) -> CardElement:
    count = len(draft.post.pictures)
    if count:
        more = " You can send more in this chat." if count < MAX_PICTURES else ""
        return words(f"Pictures received: {count} of {MAX_PICTURES}.{more}")
    return words(f"To add up to {MAX_PICTURES} pictures, send them in this chat as messages.", is_subtle=True)


def _drop(draft: SuggestionDraft) -> CardElement | None:
    if not draft.post.pictures:
        return None
    return action_row(button("Remove the pictures", Verb.SUGGEST_DROP, button_data(draft)))


def _check(
    draft: SuggestionDraft, around: Surroundings, findings: Sequence[Finding]
) -> tuple[list[CardElement | None], list[Action]]:
    body: list[CardElement | None] = [
        *findings_view(findings),
        *(field_input(asked, _value(draft, asked.name), draft.problems.get(asked.name), "check")
          for asked in conditions(findings)),
        *post_view(draft.post),
        _change(draft, SuggestionStep.POST),
        *about_view(draft.post),
        _change(draft, SuggestionStep.PEOPLE),
        *manager_part(draft.manager, draft.candidates, draft.typed, draft.problems, picker=around.picker),
    ]  # fmt: skip
    return body, [button("Send", Verb.SUGGEST_SEND, button_data(draft), style="positive"), *_leave(draft)]


def _change(draft: SuggestionDraft, step: SuggestionStep) -> CardElement:
    return action_row(
        button("Change", Verb.SUGGEST_CHANGE, button_data(draft, to=step), tooltip=f"Change: {_TITLES[step]}")
    )


def conditions(findings: Sequence[Finding]) -> list[Field]:
    """A field for each thing that the check asks for."""
    asked = dict.fromkeys(finding.asks or finding.clause for finding in findings if finding.severity is Severity.ASK)
    return [Field(f"met_{name}", _CONDITIONS.get(name, "How is this condition met?"), Shape.LINE) for name in asked]


_CONDITIONS = {
    STAFF: "Where is the consent of the staff recorded who are named?",
    PUPILS: "Where is the consent recorded for the pupils who are named?",
    OTHERS: "Where is the consent recorded of those who are named?",
    RIGHTS: "Who allows the use of this work?",
    RELATION: "What has the business to do with the school or the trust?",
    OWNER: "Whose is it: the school's or the trust's?",
}
"""The question to the author for each thing that a finding asks for."""


def manager_part(
    manager: Colleague | None,
    candidates: Sequence[Colleague],
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    picker: bool,
) -> list[CardElement | None]:
    """To whom it goes: the line manager who is known, else a field in which the author says who it is."""
    if manager:
        return [words(f"It goes to **{escape(manager.name)}**, your line manager.")]
    return [
        words("I do not know your line manager. Whoever you name is asked whether they are, before they see the post."),
        manager_field(candidates, typed, problems, picker=picker),
    ]


def manager_field(
    candidates: Sequence[Colleague], typed: Mapping[str, str], problems: Mapping[str, str], *, picker: bool
) -> Container:
    """The field in which the author says who it is, and what is wrong with it."""
    items = [_manager_input(candidates, typed.get("manager", ""), picker=picker), problem(problems.get("manager"))]
    return Container(key=f"manager-{len(candidates)}", items=[item for item in items if item])


def _manager_input(candidates: Sequence[Colleague], value: str, *, picker: bool) -> CardElement:
    """A choice of those whom a name may mean; else the people picker of Teams, or a line to type in."""
    label = "Who is your line manager?"
    if candidates:
        choices = [Choice(title=_named(person), value=person.email or person.id) for person in candidates]
        choices.append(Choice(title="Somebody else", value=SOMEBODY_ELSE))
        return ChoiceSetInput(
            id="manager", label="Which of them is your line manager?", choices=choices, style="expanded"
        )
    if picker:
        people = QueryData(dataset=PEOPLE_OF_TEAMS)
        return ChoiceSetInput(
            id="manager", label=label, choices=[], choices_data=people, style="filtered", placeholder="Type a name"
        )
    return TextInput(id="manager", label=label, placeholder="Name or e-mail address", value=value or None)


def _named(person: Colleague) -> str:
    """Two people may have one name: the address tells them apart."""
    return f"{person.name} ({person.email})" if person.email else person.name
