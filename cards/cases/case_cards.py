"""The cards of a case: for the DSL's channel, and for the member of the team who opens it. Built from the record alone.

The channel sees reference, kind, urgency, school, platform and who has it. What was reported opens for the team only,
in the own chat of who asks for it (design, "Few words leave the room"), and there the case is worked.
"""

from collections.abc import Sequence
from dataclasses import replace

from microsoft_teams.cards import Action, CardElement, OpenUrlAction

from cards.cases.case_action_forms import CaseAction, form_buttons
from cards.cases.case_texts import summary
from cards.kit.elements import (
    Card,
    action_row,
    button,
    card,
    dialog_button,
    facts,
    fits,
    heading,
    in_groups,
    labelled,
    notice,
    words,
)
from cards.kit.times import said
from cards.reports.report_cards import WHOSE_OPEN, report_body
from cards.verbs import Verb
from storage.cases.case_records import Case, CaseEntry, Report, Status
from storage.records import StoredFile
from storage.stored_names import school_words, words_of

SHOWN = ((25, 0), (15, 0), (8, 0), (3, 0), (3, 1_000), (1, 300))
"""The latest entries of the chronology, and characters of each long text (0: all), until the card fits."""
MAX_ENTRY = 1_500
"""Characters of an entry on the card; the whole of it is in the export."""
FILES_SHOWN = 9
NAMED = 5
"""Referrals and linked cases that are named; the others stand in the chronology."""


def case_card(case: Case, note: str = "", *, dialogs: bool = False) -> Card:
    """The case as it stands; `note` is for who just pressed. `dialogs`: the client opens them (Teams does)."""
    body: list[CardElement | None] = [
        heading(
            f"{case.reference}: {words_of(case.report.kind) or UNWRITTEN}",
            small=f"Report received {said(case.raised_at)}",
        ),
        *_warnings(case, is_urgent=case.urgent and case.status is Status.RAISED),
        facts(
            {
                "Status": case.status.words,
                "Urgency": "Urgent" if case.urgent else "Normal",
                "School": school_words(case.report.school),
                "Whose conduct": WHOSE_OPEN if case.whose_is_open else "",
                "Platform": words_of(case.report.platform),
                "Screenshots": str(len(case.report.evidence)) if case.report.evidence else "",
                "Acknowledged": taken_by(case),
                "Assigned to": _assigned(case),
                "Closed": said(case.closed_at) if case.closed_at else "",
            }
        ),
        notice("The reporter asked to withdraw this report.", "warning") if case.withdrawal_asked else None,
        notice(note, "accent") if note else None,
    ]
    if case.status is Status.RAISED:
        body.append(
            words("Acknowledge it to take it. The reporter is then told that it is in your hands.", is_subtle=True)
        )
    return card(body, _channel_actions(case, dialogs), fallback=summary(case))


def elsewhere_card(case: Case, *, is_here: bool = False) -> Card:
    """For those who had the case before it was moved: that it is dealt with, and nothing of it.

    `is_here`: its new card stands in the same channel.
    """
    said_so = "It is dealt with elsewhere now, and opens only for those who have it. Nothing is left to do here."
    if is_here:
        said_so = "More is known of it now. Go on in its newer card, further down in this channel."
    return card([heading(case.reference), words(said_so)], fallback=f"{case.reference} is dealt with elsewhere")


def _warnings(case: Case, *, is_urgent: bool) -> list[CardElement]:
    """The warnings at the top. The one about an image of a child stays, even if the team marks the case not urgent."""
    said_so = []
    if is_urgent and case.report.danger:
        said_so.append("Urgent: the reporter says that somebody may be in immediate danger.")
    if case.report.intimate_image:
        said_so.append(IMAGE)
    if case.being_written:
        said_so.append(BEING_WRITTEN)
    if case.danger_taken_back:
        said_so.append(TAKEN_BACK)
    if is_urgent and not said_so:
        said_so.append("Urgent: its team has marked it so.")
    return [notice(warning) for warning in said_so]


UNWRITTEN = "A report that is being written"
BEING_WRITTEN = "The reporter is still writing it. What is written so far can be read; do not wait for the rest."
TAKEN_BACK = "The reporter says since that nobody is in danger: the answer was a mistake."
IMAGE = "It may show a nude or semi-nude image of somebody under 18. Nobody should look at it or copy it."


def taken_by(case: Case) -> str:
    """The name of who has the case, and since when; empty while nobody has it."""
    if not case.acknowledged_by or not case.acknowledged_at:
        return ""
    return f"{case.acknowledged_by.name}, {said(case.acknowledged_at)}"


def _assigned(case: Case) -> str:
    return case.assigned_to.name if case.assigned_to else ""


def _channel_actions(case: Case, dialogs: bool) -> list[Action]:
    data = {"case": case.reference, "seen": str(case.moves)}
    read: list[Action] = [button("Open case", Verb.OPEN, data)]
    if dialogs:
        read = [dialog_button("Open case", Verb.OPEN_HERE, data), button("Open in my chat", Verb.OPEN, data)]
    if case.status is Status.RAISED:
        return [button("Acknowledge", Verb.ACKNOWLEDGE, data, style="positive"), *read]
    return [*read, button("Assign to me", Verb.TAKE, data)] if case.is_open else read


def open_case_card(
    case: Case, chronology: Sequence[CaseEntry], same_link: Sequence[str] = (), note: str = "", first_file: int = 0
) -> Card:
    """The whole case, for a member of its team in their own chat: what was reported, what happened, what can be done.

    `same_link`: other cases in which the same address was reported. `first_file`: from which on files have a button.
    """
    built: Card = {}
    for shown, longest in SHOWN:
        built = _open_case_card(case, chronology, same_link, note, first_file, shown, longest)
        if fits(built):
            break
    return built


def _open_case_card(
    case: Case,
    chronology: Sequence[CaseEntry],
    same_link: Sequence[str],
    note: str,
    first_file: int,
    shown: int,
    longest: int,
) -> Card:
    left_out = len(chronology) - shown
    proposed = [other for other in same_link if other not in case.linked]
    return card(
        [
            heading(
                f"{case.reference}: {words_of(case.report.kind) or UNWRITTEN}",
                small=f"Report received {said(case.raised_at)}",
            ),
            notice(note, "accent") if note else None,
            *_warnings(case, is_urgent=case.urgent),
            notice("The reporter asked to withdraw this report.", "warning") if case.withdrawal_asked else None,
            facts(_standing(case)),
            *_proposal(case, proposed),
            *(action_row(*row) for row in _action_rows(case)),
            heading("The report"),
            labelled("Reported by", case.reporter.name),
            *report_body(_shortened(case.report, longest)),
            words("Links are shown as text. Open one only if you have decided to.", is_subtle=True)
            if case.report.links
            else None,
            *_evidence(case, first_file),
            heading("Chronology", small=f"{left_out} earlier entries are in the export" if left_out > 0 else ""),
            *(_entry(entry, longest) for entry in chronology[-shown:]),
        ],
        [
            button("Show it as it is now", Verb.DESK, {"case": case.reference}, associated_inputs="none"),
            button("Export", Verb.EXPORT_CASE, {"case": case.reference}, associated_inputs="none"),
        ],
        fallback=f"Case {case.reference}",
    )


def _standing(case: Case) -> dict[str, str]:
    referrals = [
        f"{referral.body.words}{f' ({referral.number})' if referral.number else ''}" for referral in case.referrals
    ]
    earlier = len(referrals) - NAMED
    if earlier > 0:
        referrals = [f"{earlier} earlier ones", *referrals[-NAMED:]]
    linked = [*case.linked[-NAMED:], *([f"{len(case.linked) - NAMED} more"] if len(case.linked) > NAMED else [])]
    return {
        "Status": case.status.words,
        "Urgency": "Urgent" if case.urgent else "Normal",
        "Acknowledged": taken_by(case),
        "Assigned to": _assigned(case),
        "Referred to": "; ".join(referrals),
        "Linked to": ", ".join(linked),
        "Waits for": "an answer from the reporter" if case.asked else "",
        "Reminders": f"put off until {said(case.snoozed_until)}" if case.snoozed_until else "",
        "Legal hold": "stands" if case.legal_hold else "",
        "Outcome": f"{case.outcome.words}, {said(case.closed_at)}" if case.outcome and case.closed_at else "",
    }


def _action_rows(case: Case) -> list[list[Action]]:
    rows = form_buttons(case)
    if case.status is Status.RAISED:
        data = {"case": case.reference, "seen": str(case.moves)}
        rows.insert(0, [button("Acknowledge", Verb.ACKNOWLEDGE, data, style="positive")])
    return rows


def _proposal(case: Case, others: Sequence[str]) -> list[CardElement]:
    """Offers to link the cases in which the same address was reported before."""
    if not others:
        return []
    link = [
        button(f"Link {other}", Verb.DO, {"case": case.reference, "do": CaseAction.LINK.name, "other": other})
        for other in others[:3]
    ]
    said_so = f"The same link was reported in {', '.join(others[:3])}{' and more' if len(others) > 3 else ''}."
    return [notice(said_so, "accent"), action_row(*link)]


def _evidence(case: Case, first: int) -> list[CardElement]:
    files = case.report.evidence
    first = first if first < len(files) else 0
    buttons: list[Action] = [
        button(f"Open {file.name}", Verb.EVIDENCE, {"case": case.reference, "file": file.id})
        for file in files[first : first + FILES_SHOWN]
    ]
    if len(files) > FILES_SHOWN:
        data = {"case": case.reference, "files": str(first + FILES_SHOWN)}
        buttons.append(button("More screenshots", Verb.DESK, data, associated_inputs="none"))
    return [action_row(*buttons[start : start + 3]) for start in range(0, len(buttons), 3)]


def _shortened(report: Report, longest: int) -> Report:
    """The report with its long texts cut to so many characters; 0 leaves them whole."""
    if not longest:
        return report
    return replace(
        report,
        description=_cut(report.description, longest),
        my_account=_cut(report.my_account, longest),
        discrimination=_cut(report.discrimination, longest),
        links=tuple(_cut(link, longest // 4) for link in report.links),
    )


def _cut(text: str, longest: int) -> str:
    """The text cut, and in one paragraph: each line would be an element of the card."""
    text = " / ".join(text.splitlines())
    return text if len(text) <= longest else f"{text[:longest]}{CUT}"


CUT = " … (the whole is in the export)"


def evidence_card(case: Case, file: StoredFile, address: str) -> Card:
    """One piece of evidence that somebody asked to see, as a link that soon ends."""
    return card(
        [
            heading(file.name, small=f"Evidence of {case.reference}"),
            facts(
                {"Kind": file.content_type, "Size": f"{file.size / 1024:,.0f} KB", "SHA-256": in_groups(file.sha256)}
            ),
            words("The link works for 10 minutes. That you opened it stands in the chronology.", is_subtle=True),
        ],
        [OpenUrlAction(title="Open the file", url=address)],
        fallback=f"Evidence of {case.reference}",
    )


def assigned_card(case: Case, by: str) -> Card:
    """Tells the person to whom the case was assigned."""
    return card(
        [heading(f"{case.reference} is assigned to you", small=f"By {by}"), facts(_standing(case))],
        [button("Open case", Verb.OPEN, {"case": case.reference})],
        fallback=f"Case {case.reference} is assigned to you",
    )


def _entry(entry: CaseEntry, longest: int) -> CardElement:
    return labelled(f"{said(entry.at)} · {entry.kind.words}", _who(entry, longest))


def _who(entry: CaseEntry, longest: int) -> str:
    who = entry.by.name if entry.by else "The bot"
    text = entry.text if len(entry.text) <= MAX_ENTRY else f"{entry.text[:MAX_ENTRY]}{CUT}"
    text = _cut(entry.text, longest) if longest else text
    return f"{who}: {text}" if text else who
