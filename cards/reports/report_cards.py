"""The cards of the report walk: a draft in, the card of its step out.

Wording follows the policy (section 6.1: document, report, remain professional) and the UK guidance "Sharing nudes and
semi-nudes: advice for education settings" (March 2024): such imagery is never viewed, copied, saved or shared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from microsoft_teams.cards import Action, CardElement

from cards.kit.elements import (
    Card,
    action_row,
    button,
    card,
    choice_row,
    demo_note,
    facts,
    heading,
    labelled,
    notice,
    words,
)
from cards.kit.fields import Field, Shape, field_input
from cards.kit.walk_cards import MessageForm, WalkCards, WalkVerbs, with_names_of_fields
from cards.reports.report_form import NOT_KNOWN, OFFERED, STEPS, fields_of, held, steps_of
from cards.verbs import Verb
from storage.cases.case_records import Concerned, Kind, Report, Whose, YesNo
from storage.cases.report_drafts import ReportDraft, Step
from storage.stored_names import StoredName, school_words, words_of


@dataclass(frozen=True, slots=True)
class Help:
    """Whom people can turn to, from the trust's facts. `phones` is empty while nothing is set up."""

    phones: Sequence[str] = ()
    schools: Sequence[str] = ()
    form: str = ""
    within: str = ""
    demo: bool = False


def danger_advice(people: Help) -> str:
    """What to do when somebody is in danger: 999 first, then the DSL, by telephone."""
    if people.phones:
        return "Ring 999 now. Then ring your designated safeguarding lead (DSL):\n\n" + "\n\n".join(people.phones)
    return (
        "Ring 999 now. Then speak to your school's designated safeguarding lead (DSL) in person or by telephone. "
        "Their number is not set up here yet."
    )


def step_card(draft: ReportDraft, people: Help, note: str = "") -> Card:
    """The card of the step that the draft is at. `note` says what just happened, if something did."""
    body, actions = {
        Step.DANGER: _danger,
        Step.WHOSE: _whose,
        Step.KIND: _kind,
        Step.IMAGE: _image,
        Step.DETAILS: _fields,
        Step.MORE: _fields,
        Step.CHECK: _check,
    }[draft.step](draft, people)
    top: list[CardElement | None] = [
        heading(_TITLES[draft.step], small=_where(draft)),
        notice(note, "accent") if note else None,
        *_warnings(draft, people),
    ]
    return with_names_of_fields(card([*top, *body], actions, fallback=_TITLES[draft.step]))


_TITLES = {
    Step.DANGER: "Is anyone in immediate danger?",
    Step.WHOSE: "Whose conduct is it about?",
    Step.KIND: "What would you like to report?",
    Step.IMAGE: "Does it show a nude or semi-nude image of anyone under 18?",
    Step.DETAILS: "What is it, and where?",
    Step.MORE: "A few more questions",
    Step.CHECK: "Check and send",
}
_KINDS = {
    Kind.CONTENT: "An offensive or defamatory post",
    Kind.CONTACT: "Contact from a pupil",
    Kind.WORRY: "Something else that worries me",
}


def _where(draft: ReportDraft) -> str:
    steps = steps_of(draft)
    kind = words_of(draft.report.kind) or "Report"
    return f"{kind}: step {steps.index(draft.step) + 1} of {len(steps)}" if draft.step in steps else kind


WALK = WalkCards(
    thing="report",
    verbs=WalkVerbs(
        start=Verb.REPORT,
        next=Verb.REPORT_NEXT,
        back=Verb.REPORT_BACK,
        change=Verb.REPORT_CHANGE,
        later=Verb.REPORT_LATER,
        keep=Verb.REPORT_KEEP,
        cancel=Verb.REPORT_CANCEL,
        discard=Verb.REPORT_DISCARD,
        send=Verb.REPORT_SEND,
        mine=Verb.MY_REPORTS,
    ),
    start_title="Start a report",
    mine_title="My reports",
    discard_question="Throw this report away?",
    discarded=(
        "The report was thrown away",
        "Nothing was sent. If you still want to report it, start again.",
    ),
    offers_mine=False,
    message=MessageForm("reportMessage", "description", "Its link"),
)
"""The cards around the report walk."""


def button_data(draft: ReportDraft, **more: str) -> dict[str, str]:
    """What a button carries. `known` and `kind` let the fields be shown again, as typed, while the storage is down."""
    known = "".join(letter for letter, flag in (("d", draft.report.danger), ("i", draft.report.intimate_image)) if flag)
    kind = draft.report.kind.name if draft.report.kind else ""
    return {"draft": draft.id, "step": draft.step, "known": known, "kind": kind, **more}


HEARD = "Those who deal with it are alerted already. What you add from here reaches them at once."
TAKEN_BACK = "Those who were alerted are told that nobody is in danger. They keep what you wrote."
NO_DANGER = "Nobody is in danger: that was a mistake"


def _warnings(draft: ReportDraft, people: Help) -> list[CardElement | None]:
    """The warnings that stay at the top of every later card."""
    report, step = draft.report, draft.step
    if step is Step.DANGER:
        return []
    warnings: list[CardElement | None] = []
    if report.danger:
        warnings += [notice(danger_advice(people)), demo_note(people.demo)]
    if draft.alerted:
        warnings.append(notice(HEARD if report.danger else TAKEN_BACK, "accent"))
    if report.intimate_image and step is not Step.IMAGE:
        who = Help() if report.danger else people  # whom to ring stands there already
        warnings += [notice(image_advice(who)), demo_note(who.demo)]
    return warnings


def image_advice(people: Help) -> str:
    """What the guidance asks of staff who have come upon such an image: hands off, and the DSL at once."""
    text = (
        "Do not look at it again, and do not copy, save, forward or delete it. Do not send it here. "
        "Ring your designated safeguarding lead (DSL) now, then finish this report without any image."
    )
    return "\n\n".join([text, *people.phones])


def _leave(draft: ReportDraft) -> list[Action]:
    leave = WALK.leave_actions(button_data(draft), is_first=draft.step is STEPS[0])
    if not (draft.alerted and draft.report.danger) or draft.step is Step.DANGER:
        return leave
    return [*leave, button(NO_DANGER, Verb.REPORT_NO_DANGER, button_data(draft))]


def _danger(draft: ReportDraft, people: Help) -> tuple[list[CardElement | None], list[Action]]:
    body: list[CardElement | None] = [words("If you are not sure, choose Yes."), *_emergency(people)]
    return body, [
        button("Yes, or not sure", Verb.REPORT_NEXT, button_data(draft, danger="yes"), style="destructive"),
        button("No", Verb.REPORT_NEXT, button_data(draft, danger="no")),
        *_leave(draft),
    ]


def _emergency(people: Help) -> list[CardElement | None]:
    text = "In an emergency ring 999 before you write anything here."
    return [words(text), words("\n\n".join(people.phones)) if people.phones else None, demo_note(people.demo)]


def _whose(draft: ReportDraft, people: Help) -> tuple[list[CardElement | None], list[Action]]:
    """A row for each answer: a phone cuts the words of a button off, and wraps those of a row."""
    given = draft.report.whose
    assumed = ASSUMED.format(whose=given.words) if given and draft.whose_assumed else ""
    rows = [
        choice_row(whose.words, Verb.REPORT_NEXT, button_data(draft, whose=whose.value), chosen=whose == given)
        for whose in OFFERED
    ]
    number = field_input(_TELEPHONE, draft.report.telephone, None, key=Step.WHOSE) if draft.report.danger else None
    return [notice(assumed, "accent") if assumed else None, number, words(_WHY_WHOSE), *rows], _leave(draft)


_TELEPHONE = Field("telephone", "A number to ring you on, if you like", Shape.LINE)


ASSUMED = "I took it that it is this, from what led here: **{whose}**. Press it if that is right, or another."
_WHY_WHOSE = "It decides who reads your report. A small worry about a colleague counts as well."


def _kind(draft: ReportDraft, people: Help) -> tuple[list[CardElement | None], list[Action]]:
    choices = [
        button(title, Verb.REPORT_NEXT, {**button_data(draft), "kind": kind.name}) for kind, title in _KINDS.items()
    ]
    return [action_row(choice) for choice in choices], _leave(draft)


def _image(draft: ReportDraft, people: Help) -> tuple[list[CardElement | None], list[Action]]:
    text = "You do not need to look again to answer. If it may show one, choose Yes."
    return [words(text)], [
        button("Yes, or it may", Verb.REPORT_NEXT, button_data(draft, image="yes")),
        button("No", Verb.REPORT_NEXT, button_data(draft, image="no")),
        *_leave(draft),
    ]


def _fields(draft: ReportDraft, people: Help) -> tuple[list[CardElement | None], list[Action]]:
    body: list[CardElement | None] = []
    if draft.step is Step.DETAILS and draft.report.kind:
        body.append(words(_INTRODUCTION[draft.report.kind]))
    for question in fields_of(draft.report, draft.step, tuple(people.schools)):
        body.append(field_input(question, _value(draft, question), draft.problems.get(question.name), key=draft.step))
    body.append(_screenshots(draft.report) if draft.step is Step.DETAILS else None)
    return body, [button("Next", Verb.REPORT_NEXT, button_data(draft), style="positive"), *_leave(draft)]


_INTRODUCTION = {
    Kind.CONTENT: "Give a link, a description or a screenshot: at least one of the three. Do not answer the post.",
    Kind.CONTACT: "Do not answer, and do not delete the message.",
    Kind.WORRY: "In your own words. You do not need proof.",
}


def _screenshots(report: Report) -> CardElement | None:
    if report.intimate_image:
        return None
    if report.evidence:
        return words(f"Screenshots received: {len(report.evidence)}. You can send more in this chat.")
    return words("To add a screenshot, send it in this chat as a message.", is_subtle=True)


def _value(draft: ReportDraft, question: Field) -> str:
    """What to show in a field: what was typed, if it is not taken yet, else what the report holds."""
    return draft.typed.get(question.name, held(draft.report, question.name))


def _check(draft: ReportDraft, people: Help) -> tuple[list[CardElement | None], list[Action]]:
    report = draft.report
    body: list[CardElement | None] = [
        notice(STOP_ANSWERING, "warning") if report.answered is YesNo.YES else None,
        notice(FAMILY, "accent") if report.family is YesNo.YES else None,
        *_part(draft, Step.DANGER, {"Immediate danger": "Yes, or not sure" if report.danger else "No"}),
        *_part(draft, Step.WHOSE, {"Whose conduct": words_of(report.whose), "Your number": report.telephone}),
        *_part(draft, Step.IMAGE, {"Image of somebody under 18": "Yes, or may be" if report.intimate_image else "No"}),
        *_part(draft, Step.DETAILS, _short(report, Step.DETAILS), _long(report)),
        *_part(draft, Step.MORE, _short(report, Step.MORE)),
        words(_GOES_TO, is_subtle=True),
    ]
    return body, [button("Send", Verb.REPORT_SEND, button_data(draft), style="positive"), *_leave(draft)]


STOP_ANSWERING = "Please do not answer any further. That it was answered is noted in your report."
FAMILY = (
    "The policy makes an exception for family members: contact with a pupil of your family need not be reported. "
    "Send this if something about it worries you; otherwise cancel it."
)
_GOES_TO = "Your name goes with it. Only those who deal with it can read it."


def _part(
    draft: ReportDraft, step: Step, short: Mapping[str, str], long: Sequence[CardElement] = ()
) -> list[CardElement | None]:
    shown = [*([facts(short)] if facts(short) else []), *long]
    change = button("Change", Verb.REPORT_CHANGE, button_data(draft, to=step), tooltip=f"Change: {_TITLES[step]}")
    return [*shown, action_row(change)] if shown else []


def _short(report: Report, step: Step) -> dict[str, str]:
    """The chosen answers of a step; what people wrote at length comes after them."""
    asked = [question for question in fields_of(report, step, (report.school,)) if question.name not in _LONG]
    return {question.label.rstrip("?"): _said(getattr(report, question.name)) for question in asked}


_LONG = ("links", "description", "my_account", "discrimination")


def _said(value: StoredName | str | tuple[StoredName | str | Concerned, ...] | None) -> str:
    several = value if isinstance(value, tuple) else (value,)
    return ", ".join(
        each.name or NOT_KNOWN if isinstance(each, Concerned) else school_words(words_of(each)) for each in several
    )


def _long(report: Report) -> list[CardElement]:
    """What people wrote, as text."""
    written: list[CardElement] = [labelled(label, text) for label, text in written_answers(report).items()]
    return [*written, words(f"Screenshots: {len(report.evidence)}")] if report.evidence else written


WHOSE_OPEN = "Not known yet"
"""What stands for whose conduct it is about while nobody has settled it."""


def report_body(report: Report) -> list[CardElement | None]:
    """All that a report says, for those who may read it."""
    return [facts(short_answers(report)), *_long(report)]


def short_answers(report: Report) -> dict[str, str]:
    """What was chosen, by question; what people wrote at length is `written_answers`."""
    first = {
        "Immediate danger": "Yes, or not sure" if report.danger else "No",
        "Image of somebody under 18": "Yes, or may be" if report.intimate_image else "No",
    }
    first["Whose conduct"] = WHOSE_OPEN if report.whose in (None, Whose.UNKNOWN) else words_of(report.whose)
    first["Ring the reporter on"] = report.telephone
    return {**first, **_short(report, Step.DETAILS), **_short(report, Step.MORE)}


def written_answers(report: Report) -> dict[str, str]:
    """What the reporter wrote, by its label."""
    named = {"Account": report.my_account, "Links": "\n".join(report.links), "Description": report.description}
    named["Against whom"] = report.discrimination
    return {label: text for label, text in named.items() if text}
