"""What a reporter reads after sending: the receipt, who took it, what the team says; and the start from a channel."""

from dataclasses import dataclass
from datetime import datetime

from microsoft_teams.cards import CardElement

from cards.kit.elements import Card, button, card, demo_note, heading, notice, typed, words
from cards.kit.times import said, said_day
from cards.reports.report_cards import Help, danger_advice, image_advice
from cards.verbs import Verb
from storage.cases.case_records import Case, CaseEntry, EntryKind, Kind, Status


@dataclass(frozen=True, slots=True)
class GoesTo:
    """To whom a report goes, in words for its reporter, and whether they can be reached now."""

    whom: str
    contact: str
    reachable: bool


def start_card() -> Card:
    """In the person's own chat, when they said "report" in a channel."""
    return card(
        [heading("Start your report here"), words("What you write here is seen by those who deal with it only.")],
        [button("Start a report", Verb.REPORT, style="positive")],
        fallback="Start your report here",
    )


def receipt_card(case: Case, people: Help, goes_to: GoesTo, opens_at: datetime | None = None) -> Card:
    """What a person can rely on: the report is kept, and what happens next. `opens_at`: out of hours, until when."""
    urgent = [notice(danger_advice(people)), demo_note(people.demo)] if case.report.danger else []
    closed: list[CardElement | None] = []
    if opens_at and goes_to.reachable and case.status is Status.RAISED:
        named = demo_note(people.demo and bool(goes_to.contact) and not urgent)
        closed = [notice(_out_of_hours(case, goes_to, opens_at), "warning"), named]
    within = people.within and goes_to.reachable and not (closed and case.urgent)
    return card(
        [
            heading(f"Report received: {case.reference}", small=said(case.raised_at)),
            *urgent,
            notice(image_advice(people)) if case.report.intimate_image else None,
            words(_next(goes_to)),
            *closed,
            words(f"Reports are looked at within {people.within}.") if within else None,
            words(_LEAVE_IT[case.report.kind]) if case.report.kind in _LEAVE_IT else None,
            words(f"Keep the reference **{case.reference}**; you can give it over the telephone."),
            words("If this has upset you, speak to somebody you trust, such as your line manager.", is_subtle=True),
        ],
        [button("Add something", Verb.MINE_ADD, {"case": case.reference}), button("My reports", Verb.MY_REPORTS)],
        fallback=f"Report received. Your reference is {case.reference}.",
    )


_LEAVE_IT: dict[Kind | None, str] = {
    Kind.CONTENT: "**Do not engage with the post:** no reply, like, share or argument. Those who deal with it do so.",
    Kind.CONTACT: "**Do not answer the message**, and do not delete it. Leave it to those who deal with it.",
}


def _next(goes_to: GoesTo) -> str:
    if goes_to.reachable:
        return f"Your report is kept. It goes to {goes_to.whom}. I will tell you when somebody takes it."
    meanwhile = (
        f"Please speak to them now: {goes_to.contact}." if goes_to.contact else "Please also tell them yourself."
    )
    return (
        f"Your report is kept. It goes to {goes_to.whom}, but I cannot reach them: that is not set up here yet. "
        f"{meanwhile} It goes out by itself as soon as I can."
    )


def _out_of_hours(case: Case, goes_to: GoesTo, opens_at: datetime) -> str:
    """That nobody may read it before then, and what to do if it cannot wait."""
    whom = f"{goes_to.whom[:1].upper()}{goes_to.whom[1:]}"
    ring = f"ring {goes_to.contact}" if goes_to.contact else "ring your designated safeguarding lead (DSL)"
    danger = "" if case.report.danger else " If somebody is in danger, ring 999."  # else it stands above already
    if case.urgent:
        return (
            f"It is outside school hours. {whom} is alerted at once, but may not see it before {said_day(opens_at)}. "
            f"Please do not wait for that: {ring}.{danger}"
        )
    return (
        f"It is outside school hours. {whom} reads reports from {said_day(opens_at)}. "
        f"If it cannot wait, {ring}.{danger}"
    )


def waiting_text(case: Case, goes_to: GoesTo) -> str:
    """What the reporter reads when nobody could be alerted."""
    return (
        f"Your report {case.reference} is kept, but I have not reached {goes_to.whom} yet, so nobody has read it. "
        f"Please speak to {goes_to.contact or 'them'} now. I go on trying."
    )


def acknowledged_text(case: Case) -> str:
    """What the reporter reads when somebody has taken the case."""
    who = case.acknowledged_by.name if case.acknowledged_by else "those who deal with it"
    when = f" ({said(case.acknowledged_at)})" if case.acknowledged_at else ""
    leave_it = " Please go on leaving the post alone." if case.report.kind is Kind.CONTENT else ""
    return f"Your report {case.reference} has been taken by {who}{when}. They may ask you more here.{leave_it}"


def moved_text(case: Case) -> str:
    """What the reporter reads when their report was given to others than the receipt named."""
    return f"Your report {case.reference} is now with {case.place.words}, who deal with it from here on."


TEAM = "Those who deal with it"


def message_from_team_card(case: Case, said_then: CaseEntry) -> Card:
    """What those who deal with it tell the reporter, in their words."""
    by = said_then.by.name if said_then.by else TEAM
    return card(
        [heading(f"About your report {case.reference}", small=f"From {by}"), typed(said_then.text)],
        [button("Add something", Verb.MINE_ADD, {"case": case.reference}), button("My reports", Verb.MY_REPORTS)],
        fallback=f"About your report {case.reference}",
    )


def status_text(case: Case, kind: EntryKind) -> str:
    """What the reporter reads when the case takes a step that concerns them; not to whom it went, nor how it ended."""
    return f"Your report {case.reference} {_STEPS[kind]}"


_STEPS = {
    EntryKind.REFERRED: "was passed on to a body outside the school that can do more. You need not do anything.",
    EntryKind.CLOSED: (
        "is finished. Those who dealt with it may not be able to tell you how it ended, since it concerns other "
        "people. If you see something new, type “my reports” and add it. Thank you for reporting it."
    ),
    EntryKind.REOPENED: "was opened again: somebody is looking into it once more. You need not do anything.",
}
