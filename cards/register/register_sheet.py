"""Writes the register as a table: as CSV, and as an Excel workbook."""

import io
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook

from cards.register.case_file import as_csv, harmless, utc
from storage.cases.register_lines import Line
from storage.stored_names import school_words, words_of

HEAD = (
    "reference", "received (UTC)", "status", "kind", "urgent", "goes to", "school", "platform", "natures", "reporter",
    "assigned to", "acknowledged (UTC)", "closed (UTC)", "outcome", "legal hold",
)  # fmt: skip


def register_csv(lines: Sequence[Line]) -> bytes:
    """A line a case."""
    return as_csv(HEAD, [_row(line) for line in lines])


def register_xlsx(lines: Sequence[Line], exported_by: str, exported_at: datetime) -> bytes:
    """The same as a workbook, with who exported it and when on a sheet of its own. Not for the event loop."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Register")
    sheet.freeze_panes = "A2"
    sheet.append(HEAD)
    for line in lines:
        sheet.append([harmless(cell) for cell in _row(line)])
    about = book.create_sheet("About")
    about.append(["Exported by", harmless(exported_by)])
    about.append(["Exported at (UTC)", utc(exported_at)])
    about.append(["Cases", len(lines)])
    about.append(["Confidential", "The cases that this person deals with and chose; nothing of what was reported."])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _row(line: Line) -> tuple[str, ...]:
    return (
        line.reference,
        utc(line.raised_at),
        line.status.words,
        words_of(line.kind),
        "yes" if line.urgent else "no",
        line.route.words,
        school_words(line.school),
        words_of(line.platform),
        "; ".join(nature.words for nature in line.natures),
        line.reporter,
        line.assigned_to.name if line.assigned_to else "",
        utc(line.acknowledged_at),
        utc(line.closed_at),
        words_of(line.outcome),
        "yes" if line.legal_hold else "no",
    )
