"""Asking for an export, and the card that gives it."""

from microsoft_teams.cards import Action, OpenUrlAction

from cards.kit.elements import Card, button, card, facts, heading, in_groups, notice, typed, words
from cards.kit.times import said
from cards.verbs import Verb
from storage.cases.case_records import Case
from storage.register.export_book import Export, ExportScope

_IS_NOTED = "That you export it stands in the chronology of each case in it."
_HOLDS = {
    ExportScope.CASE: "Report, chronology and list of evidence as PDF and as tables (CSV), and the evidence itself.",
    ExportScope.REPORTER: "The same for each case of this reporter that you deal with: for a subject access request.",
    ExportScope.REGISTER: "The list as CSV and as a workbook, without what was reported.",
}
BEING_MADE = "It is being made; the link comes into this chat in a moment."


def ask_case_card(case: Case, form: str, others: int) -> Card:
    """Which export of a case. `form`: the id that makes each of them happen once. `others`: cases beside this one."""
    data = {"case": case.reference, "form": form}
    choices: list[Action] = [
        button("Export this case", Verb.EXPORT, {**data, "what": ExportScope.CASE.name}, style="positive"),
        button("Export all from this reporter", Verb.EXPORT, {**data, "what": ExportScope.REPORTER.name}),
        button("Back to the case", Verb.DESK, {"case": case.reference}),
    ]
    of_all = f"All from this reporter: {others + 1} {'case' if not others else 'cases'} that you deal with."
    return card(
        [
            heading(f"Export {case.reference}", small="One file (ZIP), to be fetched for an hour"),
            words(f"This case: {_HOLDS[ExportScope.CASE][0].lower()}{_HOLDS[ExportScope.CASE][1:]}"),
            words(f"{of_all} For a subject access request; what other teams hold is not in it."),
            words(_IS_NOTED, is_subtle=True),
        ],
        choices,
        fallback=f"Export {case.reference}",
    )


def asked_card(export: Export) -> Card:
    """The export of a case is on its way."""
    back = [button("Back to the case", Verb.DESK, {"case": export.cases[0]})]
    return card([heading("Export", small=said(export.at)), notice(BEING_MADE, "accent")], back, fallback="Export")


def export_card(export: Export, address: str, left_out: int = 0) -> Card:
    """The export with a link, which soon ends; another one can be had as long as the file is kept."""
    file = export.file
    several = f"{len(export.cases)} cases" if len(export.cases) != 1 else export.cases[0]
    size = f"{file.size / 1024:,.0f} KB" if file else ""
    gone = f"{left_out} of the cases are not yours to export any more, and were left out." if left_out else ""
    return card(
        [
            heading(f"Export: {export.what.words.lower()}", small=said(export.at)),
            facts({"Holds": several, "Size": size, "SHA-256": in_groups(file.sha256) if file else ""}),
            typed(f"Reporter: {export.reporter}") if export.reporter else None,
            words(_HOLDS[export.what]),
            notice(gone, "warning") if gone else None,
            words(
                "The link works for 10 minutes; the file is deleted after an hour. Keep it where safeguarding records "
                "are kept, and nowhere else.",
                is_subtle=True,
            ),
        ],
        [
            OpenUrlAction(title="Fetch the file", url=address),
            button("New link", Verb.EXPORT_LINK, {"export": export.id}),
        ],
        fallback="An export is ready",
    )
