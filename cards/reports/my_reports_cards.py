"""A reporter's own reports: the list, one of them, adding to it, and asking to withdraw it."""

from collections.abc import Sequence

from microsoft_teams.cards import Container, TextInput

from cards.kit.elements import Card, button, card, heading, labelled, notice, problem, words
from cards.kit.times import said
from cards.reports.report_cards import report_body
from cards.verbs import Verb
from storage.cases.case_records import Case, CaseEntry, EntryKind, Status

REPORTER_STATUS = {
    Status.RAISED: "Received, not taken yet",
    Status.ACKNOWLEDGED: "Taken: somebody is dealing with it",
    Status.UNDER_REVIEW: "Being looked into",
    Status.REFERRED: "Passed on to another body",
    Status.CLOSED: "Finished",
}
"""A case's status in words for the person who reported it."""

_SHOWN = {
    EntryKind.RAISED: "You sent it",
    EntryKind.ACKNOWLEDGED: "It was taken",
    EntryKind.ADDED: "You added something",
    EntryKind.WITHDRAWAL: "You asked to withdraw it",
    EntryKind.ASKED: "You were asked something",
    EntryKind.ANSWERED: "You answered",
    EntryKind.TOLD: "You were told something",
    EntryKind.REFERRED: "It was passed on to another body",
    EntryKind.CLOSED: "It was finished",
    EntryKind.REOPENED: "It was opened again",
}
"""What of the chronology its reporter sees, in their words; the rest is for those who deal with it."""

MAX_ROWS = 25
NO_ANSWER = "Write your answer."
NOTHING_TYPED = "Write what you would like to add, or send a screenshot in this chat."


def my_reports_card(cases: Sequence[Case]) -> Card:
    """The reporter's own reports: reference, date, status; each opens."""
    start = button("Start a report", Verb.REPORT)
    if not cases:
        return card([heading("My reports"), words("You have not sent a report here.")], [start])
    return card([heading("My reports"), *(_row(case) for case in cases[:MAX_ROWS])], [start])


def _row(case: Case) -> Container:
    return Container(
        items=[labelled(f"{case.reference} · {said(case.raised_at)}", REPORTER_STATUS[case.status])],
        select_action=button(f"Open {case.reference}", Verb.MINE_OPEN, {"case": case.reference}),
    )


def my_report_card(case: Case, chronology: Sequence[CaseEntry], note: str = "") -> Card:
    """One report as its reporter may see it: what was sent, and what has happened since."""
    happened = [f"- {said(entry.at)}: {_SHOWN[entry.kind]}" for entry in chronology if entry.kind in _SHOWN]
    data = {"case": case.reference}
    question = {**data, "question": str(case.asked)}
    answer = [button("Answer the question", Verb.MINE_QUESTION, question, style="positive")] if case.asked else []
    withdraw = [] if case.withdrawal_asked else [button("Ask to withdraw", Verb.MINE_WITHDRAW, data)]
    return card(
        [
            heading(f"Report {case.reference}", small=REPORTER_STATUS[case.status]),
            notice(note, "good") if note else None,
            notice("Those who deal with it have asked you something.", "accent") if case.asked else None,
            *report_body(case.report),
            words("**What has happened**\n\n" + "\n".join(happened)),
        ],
        [*answer, button("Add something", Verb.MINE_ADD, data), *withdraw, button("My reports", Verb.MY_REPORTS)],
    )


def add_card(case: Case, note: str = "", typed: str = "", wrong: str = "") -> Card:
    """Adding words here, or screenshots in the chat."""
    files = "" if case.report.intimate_image else " Screenshots: send them in this chat now."
    data = {"case": case.reference}
    return card(
        [
            heading(f"Add to report {case.reference}"),
            notice(note, "good") if note else None,
            words(f"Those who deal with it will see it.{files}"),
            TextInput(id="text", label="What would you like to add?", is_multiline=True, value=typed or None),
            problem(wrong),
        ],
        [button("Add", Verb.MINE_ADD_TEXT, data, style="positive"), button("Done", Verb.MINE_DONE, data)],
    )


def withdraw_card(case: Case) -> Card:
    """Asks once, and says what withdrawing can mean for a safeguarding record."""
    data = {"case": case.reference}
    return card(
        [
            heading(f"Ask to withdraw {case.reference}?"),
            words("Those who deal with it will see that you asked. The record itself stays, as every safeguarding "
                  "record does."),
        ],
        [button("Yes, ask", Verb.MINE_WITHDRAW_YES, data), button("No", Verb.MINE_OPEN, data)],
    )  # fmt: skip


def offer_answer_card(case: Case, asked: CaseEntry, text: str) -> Card:
    """Asks whether words in the chat are the answer to what the team asked; one tap sends them as that."""
    data = {"case": case.reference, "question": str(case.asked), "text": text}
    return card(
        [
            heading(f"Is this your answer about report {case.reference}?"),
            labelled("They asked", asked.text),
            labelled("You wrote", text),
        ],
        [button("Send it as my answer", Verb.MINE_ANSWER, data, style="positive")],
        fallback=f"Is this your answer about report {case.reference}?",
    )
