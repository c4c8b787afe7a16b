"""The cards of the report walk: a draft in, the card of its step out.

Wording follows the policy (section 6.1: document, report, remain professional) and the UK guidance "Sharing nudes and
semi-nudes: advice for education settings" (March 2024): such imagery is never viewed, copied, saved or shared.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from microsoft_teams.cards import Action, CardElement, Choice, ChoiceSetInput, FactSet, TextInput

from cards.parts import Card, button, card, demo_note, facts, heading, labelled, notice, problem, words
from cards.times import said
from cards.verbs import Verb
from storage.records import Case, Draft, Kind, Report, Status, Step

PLATFORMS = (
    "Facebook", "Instagram", "Snapchat", "TikTok", "WhatsApp", "X (Twitter)", "YouTube", "Discord", "Another platform",
)  # fmt: skip
NO_SCHOOL = "The trust as a whole, or not sure"
STEPS = tuple(Step)

REPORTER_STATUS = {
    Status.RAISED: "Received, not yet taken by the safeguarding team",
    Status.ACKNOWLEDGED: "Taken by the safeguarding team",
    Status.UNDER_REVIEW: "Being looked into",
    Status.REFERRED: "Passed on to another body",
    Status.CLOSED: "Finished",
}
"""A case's status in words for the person who reported it."""


@dataclass(frozen=True, slots=True)
class Help:
    """Whom people can turn to, from the trust's facts. `phones` is empty while nothing is set up."""

    phones: Sequence[str] = ()
    schools: Sequence[str] = ()
    form: str = ""
    demo: bool = False


def danger_advice(people: Help) -> str:
    """What to do when somebody is in danger: 999 first, then the DSL, by telephone."""
    if people.phones:
        return "Ring 999 now. Then ring your designated safeguarding lead (DSL):\n\n" + "\n\n".join(people.phones)
    return (
        "Ring 999 now. Then speak to your school's designated safeguarding lead (DSL) in person or by telephone. "
        "Their number is not set up here yet."
    )


def step_card(draft: Draft, people: Help, note: str = "") -> Card:
    """The card of the step that the draft is at. `note` says what just happened, if something did."""
    body, actions = {
        Step.DANGER: _danger,
        Step.IMAGE: _image,
        Step.DETAILS: _details,
        Step.CHECK: _check,
    }[draft.step](draft, people)
    top: list[CardElement | None] = [
        heading(_TITLES[draft.step], small=f"{draft.report.kind}: step {_number(draft.step)} of {len(STEPS)}"),
        notice(note, "accent") if note else None,
        *_warnings(draft.report, people, draft.step),
    ]
    return card([*top, *body], actions, fallback=_TITLES[draft.step])


_TITLES = {
    Step.DANGER: "Is anyone in immediate danger?",
    Step.IMAGE: "Does it show a nude or semi-nude image of anyone under 18?",
    Step.DETAILS: "What is it, and where?",
    Step.CHECK: "Check and send",
}


def _number(step: Step) -> int:
    return STEPS.index(step) + 1


def _data(draft: Draft, **more: str) -> dict[str, str]:
    """What a button carries. `known` lets the details be shown again with what was typed while the storage is down."""
    known = "".join(letter for letter, flag in (("d", draft.report.danger), ("i", draft.report.intimate_image)) if flag)
    return {"draft": draft.id, "step": draft.step, "known": known, **more}


def _leave(draft: Draft) -> list[Action]:
    """Back, where there is a step before, and cancel; both take along what was typed."""
    back = [button("Back", Verb.REPORT_BACK, _data(draft))] if _number(draft.step) > 1 else []
    return [*back, button("Cancel", Verb.REPORT_CANCEL, _data(draft))]


def _warnings(report: Report, people: Help, step: Step) -> list[CardElement | None]:
    """What must stay in view on every later card."""
    if step is Step.DANGER:
        return []
    danger = [notice(danger_advice(people)), demo_note(people.demo)] if report.danger else []
    image = [notice(IMAGE_ADVICE)] if report.intimate_image and step is not Step.IMAGE else []
    return [*danger, *image]


IMAGE_ADVICE = (
    "Do not look at it again, and do not copy, save, forward or delete it. Do not send it here. "
    "Speak to your designated safeguarding lead (DSL) now, then finish this report without any image."
)


def _danger(draft: Draft, people: Help) -> tuple[list[CardElement | None], list[Action]]:
    body: list[CardElement | None] = [words("If you are not sure, choose Yes."), *_emergency(people)]
    return body, [
        button("Yes, or not sure", Verb.REPORT_NEXT, _data(draft, danger="yes"), style="destructive"),
        button("No", Verb.REPORT_NEXT, _data(draft, danger="no")),
        *_leave(draft),
    ]


def _emergency(people: Help) -> list[CardElement | None]:
    text = "In an emergency ring 999 before you write anything here."
    return [words(text), words("\n\n".join(people.phones)) if people.phones else None, demo_note(people.demo)]


def _image(draft: Draft, people: Help) -> tuple[list[CardElement | None], list[Action]]:
    text = "You do not need to look again to answer. If it may show one, choose Yes."
    return [words(text)], [
        button("Yes, or it may", Verb.REPORT_NEXT, _data(draft, image="yes")),
        button("No", Verb.REPORT_NEXT, _data(draft, image="no")),
        *_leave(draft),
    ]


def _details(draft: Draft, people: Help) -> tuple[list[CardElement | None], list[Action]]:
    report, problems = draft.report, draft.problems
    variant = (Kind.CONTACT if report.kind is Kind.CONTACT else Kind.CONTENT, bool(report.intimate_image))
    body: list[CardElement | None] = [words(_DETAILS_INTRODUCTION[variant])]
    if people.schools:
        body += [_choice("school", "Which school is it about?", [*people.schools, NO_SCHOOL], _value(draft, "school"))]
        body += [problem(problems.get("school"))]
    body += [
        _choice("platform", "Where is it?", PLATFORMS, _value(draft, "platform")),
        problem(problems.get("platform")),
    ]
    if not report.intimate_image:
        body += [
            _text("links", "Link to it, if you have one (one a line)", _value(draft, "links")),
            problem(problems.get("links")),
        ]
    body += [_text("description", _DESCRIPTION_LABEL[variant], _value(draft, "description"))]
    body += [problem(problems.get("description")), _screenshots(report)]
    return body, [button("Next", Verb.REPORT_NEXT, _data(draft), style="positive"), *_leave(draft)]


_SAFE, _IMAGE = False, True
_DETAILS_INTRODUCTION = {
    (
        Kind.CONTENT,
        _SAFE,
    ): "Give a link, a description or a screenshot: at least one of the three. Do not answer the post.",
    (Kind.CONTACT, _SAFE): "Say what was sent, or add a screenshot. Do not answer, and do not delete it.",
    (Kind.CONTENT, _IMAGE): "Say where it is, so that it can be found by those who may. Do not answer the post.",
    (Kind.CONTACT, _IMAGE): "Say where it is, so that it can be found by those who may. Do not answer.",
}
_DESCRIPTION_LABEL = {
    (Kind.CONTENT, _SAFE): "What does it say or show?",
    (Kind.CONTACT, _SAFE): "Who contacted you, on which account, and what did they say?",
    (Kind.CONTENT, _IMAGE): "Where is it (account, page, group), and what do you know without looking again?",
    (Kind.CONTACT, _IMAGE): "Who contacted you, on which account, and what do you know without looking again?",
}


def _screenshots(report: Report) -> CardElement | None:
    if report.intimate_image:
        return None
    if report.evidence:
        return words(f"Screenshots received: {len(report.evidence)}. You can send more in this chat.")
    return words("To add a screenshot, send it in this chat as a message.", is_subtle=True)


def _value(draft: Draft, name: str) -> str:
    """What to show in a field: what was typed, if it could not be taken, else what the report holds."""
    if name in draft.typed:
        return draft.typed[name]
    report = draft.report
    return {
        "platform": report.platform,
        "links": "\n".join(report.links),
        "description": report.description,
        "school": report.school or "",
    }[name]


def _choice(name: str, label: str, options: Sequence[str], value: str) -> ChoiceSetInput:
    choices = [Choice(title=option, value=option) for option in options]
    return ChoiceSetInput(
        id=name, label=label, choices=choices, style="compact", placeholder="Choose", value=value or None
    )


def _text(name: str, label: str, value: str) -> TextInput:
    return TextInput(id=name, label=label, is_multiline=True, value=value or None)


def _check(draft: Draft, people: Help) -> tuple[list[CardElement | None], list[Action]]:
    body = [
        *report_body(draft.report),
        words("Sent to the safeguarding team only. Your name goes with it.", is_subtle=True),
    ]
    return body, [button("Send", Verb.REPORT_SEND, _data(draft), style="positive"), *_leave(draft)]


def report_body(report: Report) -> list[CardElement | None]:
    """All that a report says, for those who may read it."""
    return [
        _summary(report),
        labelled("Links", "\n".join(report.links)) if report.links else None,
        labelled("Description", report.description) if report.description else None,
        words(f"Screenshots: {len(report.evidence)}") if report.evidence else None,
    ]


def _summary(report: Report) -> FactSet | None:
    return facts(
        {
            "Immediate danger": "Yes, or not sure" if report.danger else "No",
            "Image of somebody under 18": "Yes, or may be" if report.intimate_image else "No",
            "School": report.school or "",
            "Platform": report.platform,
        }
    )


def cancel_card(draft: Draft) -> Card:
    """Asks once before anything is thrown away."""
    return card(
        [heading("Throw this report away?"), words("What you entered will be deleted. Nothing has been sent.")],
        [
            button("Keep writing", Verb.REPORT_KEEP, _data(draft), style="positive"),
            button("Throw away", Verb.REPORT_DISCARD, _data(draft), style="destructive"),
        ],
    )


def discarded_card() -> Card:
    """The walk ended without a report."""
    return card(
        [
            heading("The report was thrown away"),
            words("Nothing was sent. If you still want to report it, start again."),
        ],
        [button("Start a report", Verb.REPORT)],
    )


def continued_card() -> Card:
    """Stands where a card of the walk was that has moved to the end of the chat."""
    return card([words("Your report goes on in the card below.", is_subtle=True)])


def no_draft_card() -> Card:
    """Answers a button of a walk that is over."""
    return card(
        [heading("This card is no longer open"), words("The report it belonged to was sent or thrown away.")],
        [button("My reports", Verb.MY_REPORTS), button("Start a report", Verb.REPORT)],
    )


def receipt_card(case: Case, people: Help, *, alert_channel: bool) -> Card:
    """What a person can rely on: the report is kept, and what happens next."""
    urgent = [notice(danger_advice(people)), demo_note(people.demo)] if case.report.danger else []
    return card(
        [
            heading(f"Report received: {case.reference}", small=said(case.raised_at)),
            *urgent,
            notice(IMAGE_ADVICE) if case.report.intimate_image else None,
            words(_NEXT[alert_channel]),
            words(_DO_NOT_ENGAGE[case.report.kind is Kind.CONTACT]),
            words(f"Keep the reference **{case.reference}**; you can give it over the telephone."),
        ],
        [button("My reports", Verb.MY_REPORTS)],
        fallback=f"Report received. Your reference is {case.reference}.",
    )


_DO_NOT_ENGAGE = {
    False: "**Do not engage with the post:** no reply, like, share or argument. Leave it to the safeguarding team.",
    True: "**Do not answer the message**, and do not delete it. Leave it to the safeguarding team.",
}
_NEXT = {
    True: (
        "Your report is kept. The safeguarding team is being alerted, and I will tell you here when somebody takes it."
    ),
    False: (
        "Your report is kept. The safeguarding team's channel is not set up here yet, so please also tell your "
        "designated safeguarding lead (DSL) in person. The alert goes out as soon as the channel is there."
    ),
}


def acknowledged_text(case: Case) -> str:
    """What the reporter reads when somebody has taken the case."""
    who = case.acknowledged_by.name if case.acknowledged_by else "the safeguarding team"
    when = f" ({said(case.acknowledged_at)})" if case.acknowledged_at else ""
    return (
        f"Your report {case.reference} has been taken by {who}{when}. They may come back to you with questions. "
        "Please go on leaving the post alone."
    )


def my_reports_card(cases: Sequence[Case]) -> Card:
    """The reporter's own reports: reference, date, status."""
    if not cases:
        return card(
            [heading("My reports"), words("You have not sent a report here.")], [button("Start a report", Verb.REPORT)]
        )
    lines = [labelled(f"{case.reference} · {said(case.raised_at)}", REPORTER_STATUS[case.status]) for case in cases]
    return card([heading("My reports"), *lines], [button("Start a report", Verb.REPORT)])
