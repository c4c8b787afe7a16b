"""Sentences about a case for notifications and channels: reference and what is new, nothing of what was reported."""

from collections.abc import Sequence

from cards.kit.mentions import Mention
from storage.cases.case_records import Case, EntryKind


def summary(case: Case) -> str:
    """The line of a notification: nothing of the matter."""
    return f"{'Urgent report' if case.urgent else 'Report'} {case.reference}: {case.status.words.lower()}"


def urgent_text(case: Case, mentions: Sequence[Mention]) -> str:
    """Above the first card of an urgent case, so that Teams notifies those who lead: nothing of the matter."""
    return f"{', '.join(mention.text for mention in mentions)}: urgent report {case.reference}."


def added_text(case: Case, kind: EntryKind) -> str:
    """For those who deal with it: that there is something new, and nothing of what."""
    if kind is EntryKind.NOT_REACHED:
        return (
            f"Report {case.reference}: I cannot reach the reporter in their chat with me. Please speak to them "
            "yourself; I go on trying."
        )
    what = _CAME_BACK.get(kind, "added something to it")
    return f"Report {case.reference}: the reporter {what}. Press Open case on its card to read it."


_CAME_BACK = {
    EntryKind.WITHDRAWAL: "asked to withdraw it",
    EntryKind.ANSWERED: "answered your question",
    EntryKind.FINISHED: "has finished writing it",
    EntryKind.LEFT_UNFINISHED: "did not finish it",
    EntryKind.NO_DANGER: "says that nobody is in danger",
}


def waiting_in_channel_text(case: Case) -> str:
    """The same for a channel, where even the kind of route would say whom the report is about."""
    return (
        f"Report {case.reference} waits: those who deal with it are not set up, or have never written to me. Please "
        "tell IT. It goes out by itself as soon as that is mended."
    )


def waiting_text(case: Case) -> str:
    """For those who can mend a route: which kind, and nothing of the matter."""
    return (
        f"Report {case.reference} waits: it goes to {case.place.words}. Either that is not set up (trust "
        "file), or they have never written to me. It goes out by itself as soon as that is mended."
    )


def assigned_text(case: Case) -> str:
    """For the channel, where the person has no chat with the bot yet."""
    return f"Case {case.reference} is assigned to {case.assigned_to.name if case.assigned_to else 'nobody'}."
