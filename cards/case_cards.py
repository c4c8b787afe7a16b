"""The card of a case in the DSL's channel: one builder from the record's state, for the first post and every update.

The channel sees reference, kind, urgency, school, platform and who has it. What was reported opens for the team only,
elsewhere (design, "Few words leave the room").
"""

from collections.abc import Sequence

from microsoft_teams.cards import Action, CardElement

from cards.parts import Card, button, card, facts, heading, labelled, notice, words
from cards.report_cards import report_body
from cards.times import said
from cards.verbs import Verb
from storage.records import Case, Entry, Status

MAX_ENTRIES = 20
"""Entries of the chronology on a card, the latest ones: a card has to stay under 80 KB."""


def case_card(case: Case, note: str = "") -> Card:
    """The case as it stands; `note` is for who just pressed."""
    body: list[CardElement | None] = [
        heading(f"{case.reference}: {case.report.kind}", small=f"Report received {said(case.raised_at)}"),
        notice(_urgency(case)) if case.urgent and case.status is Status.RAISED else None,
        facts(
            {
                "Status": case.status,
                "Urgency": "Urgent" if case.urgent else "Normal",
                "School": case.report.school or "",
                "Platform": case.report.platform,
                "Screenshots": str(len(case.report.evidence)) if case.report.evidence else "",
                "Taken by": taken_by(case),
            }
        ),
        notice("The reporter asked to withdraw this report.", "warning") if case.withdrawal_asked else None,
        notice(note, "accent") if note else None,
    ]
    if case.status is Status.RAISED:
        body.append(
            words("Acknowledge it to take it. The reporter is then told that it is in your hands.", is_subtle=True)
        )
    return card(body, _actions(case), fallback=summary(case))


def summary(case: Case) -> str:
    """The line of a notification: nothing of the matter."""
    return f"{'Urgent report' if case.urgent else 'Report'} {case.reference}: {case.status.lower()}"


def added_text(case: Case) -> str:
    """For those who deal with it: that there is something new, and nothing of what."""
    what = "asked to withdraw it" if case.withdrawal_asked else "added something to it"
    return f"Report {case.reference}: the reporter {what}. Press Open report on its card to read it."


def waiting_text(case: Case) -> str:
    """For those who can mend a route: which kind, and nothing of the matter."""
    return (
        f"Report {case.reference} waits: it goes to {case.report.route}. Either that is not set up (trust file), or "
        "they have never written to me. It goes out by itself as soon as that is mended."
    )


def _urgency(case: Case) -> str:
    if case.report.danger:
        return "Urgent: the reporter says that somebody may be in immediate danger."
    return "Urgent: it may show a nude or semi-nude image of somebody under 18. Nobody should look at it or copy it."


def taken_by(case: Case) -> str:
    """Who has the case and since when; empty while nobody has."""
    if not case.acknowledged_by or not case.acknowledged_at:
        return ""
    return f"{case.acknowledged_by.name}, {said(case.acknowledged_at)}"


def _actions(case: Case) -> list[Action]:
    data = {"case": case.reference}
    acknowledge = button("Acknowledge", Verb.ACKNOWLEDGE, data, style="positive")
    read = button("Open report", Verb.OPEN, data)
    return [acknowledge, read] if case.status is Status.RAISED else [read]


def report_card(case: Case, chronology: Sequence[Entry]) -> Card:
    """What was reported and by whom, and what has happened: for a member of the team, in their own chat."""
    left_out = len(chronology) - MAX_ENTRIES
    lines = [labelled(f"{said(entry.at)} · {entry.kind}", _who(entry)) for entry in chronology[-MAX_ENTRIES:]]
    return card(
        [
            heading(f"{case.reference}: {case.report.kind}", small=f"Report received {said(case.raised_at)}"),
            notice(_urgency(case)) if case.urgent else None,
            labelled("Reported by", case.reporter.name),
            *report_body(case.report),
            words("Links are shown as text. Open one only if you have decided to.", is_subtle=True),
            heading("Chronology", small=f"{left_out} earlier entries are kept but not shown" if left_out > 0 else ""),
            *lines,
        ],
        fallback=f"Report {case.reference}",
    )


def _who(entry: Entry) -> str:
    who = entry.by.name if entry.by else "The bot"
    return f"{who}: {entry.text}" if entry.text else who
