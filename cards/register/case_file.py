"""The export of a case: what goes into it, and its tables (CSV)."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from cards.reports.report_cards import short_answers, written_answers
from storage.cases.case_records import Case, CaseEntry
from storage.records import Person, StoredFile

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Found(StrEnum):
    """What became of a piece of evidence when it was exported, in words."""

    WHOLE = "in this export, as it was sent"
    CHANGED = "in this export, but not what was sent: its SHA-256 differs"
    GONE = "not kept any more"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All of one case. `broken`: the first entry that is not what the bot wrote; `None` if the chain holds."""

    case: Case
    chronology: Sequence[CaseEntry]
    evidence: Sequence[tuple[StoredFile, Found]]
    broken: int | None
    exported_by: Person
    exported_at: datetime

    @property
    def chain(self) -> str:
        """Whether the chain of entries holds, in a sentence."""
        if self.broken is None:
            return f"The chain of {len(self.chronology)} entries holds."
        return f"Broken at entry {self.broken}: it is not what the bot wrote. Tell IT before relying on it."


def report_csv(file: CaseFile) -> bytes:
    """All that was reported, as it was written, and who reported it."""
    report = file.case.report
    said = {"Reported by": file.case.reporter.name, **short_answers(report), **written_answers(report)}
    return as_csv(("question", "answer"), list(said.items()))


def chronology_csv(file: CaseFile) -> bytes:
    """Every entry with its seal."""
    rows = [
        (number, utc(entry.at), entry.kind.words, entry.by.name if entry.by else "The bot", entry.text, entry.seal)
        for number, entry in enumerate(file.chronology, start=1)
    ]
    return as_csv(("number", "time (UTC)", "what", "who", "words", "seal"), rows)


def evidence_csv(file: CaseFile) -> bytes:
    """Every file with its hash, and whether it is there."""
    rows = [(each.name, each.content_type, each.size, each.sha256, found) for each, found in file.evidence]
    return as_csv(("file", "kind", "bytes", "SHA-256", "state"), rows)


def as_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table that a spreadsheet opens with its letters right, and in which no cell is a formula."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(head)
    writer.writerows([harmless(str(cell)) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig", "replace")


def harmless(cell: str) -> str:
    """A cell that a spreadsheet takes as text, whatever somebody wrote; what no XML may hold goes."""
    cell = "".join(c for c in cell if c in "\t\n\r" or (ord(c) >= 32 and c not in "\ufffe\uffff"))
    return f"'{cell}" if cell.lstrip(" ").startswith(_STARTS_A_FORMULA) else cell


def utc(at: datetime | None) -> str:
    """A time for tables, which sorts; empty if there is none."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if at else ""
