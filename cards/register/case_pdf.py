"""A case on paper: a cover with who exported it and the seal of the chain, the report, the chronology, the evidence.

Set in Open Sans, which has Latin, Greek and Cyrillic letters; of any other character its Unicode number stands there,
and the tables beside the PDF have it as it was written. Nothing that people typed is taken as markup.
"""

import io
from collections.abc import Iterable
from functools import cache
from typing import cast
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer
from ttf_opensans import OPENSANS_BOLD, OPENSANS_REGULAR  # type: ignore[import-untyped]

from cards.kit.times import said
from cards.register.case_file import CaseFile
from cards.reports.report_cards import short_answers, written_answers
from storage.cases.case_records import CaseEntry
from storage.stored_names import school_words, words_of

_REGULAR, _BOLD = "OpenSans", "OpenSans-Bold"
_MARGIN = 20 * mm
_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\ufeff\ufe0e\ufe0f\u2060")
CONFIDENTIAL = (
    "Confidential: a safeguarding record. It names children, staff and others. Before any of it is passed on, decide "
    "what whoever asks may see."
)
OTHER_CHARACTERS = (
    "A character that the font of this document lacks stands as its Unicode number, [U+1F600] say; report.csv and "
    "chronology.csv have every word as it was written."
)

_BODY = ParagraphStyle("body", fontName=_REGULAR, fontSize=9.5, leading=13.5)
_SMALL = ParagraphStyle("small", parent=_BODY, fontSize=8, leading=11, textColor=HexColor(0x555555))
_LABEL = ParagraphStyle("label", parent=_BODY, fontName=_BOLD, spaceBefore=6, keepWithNext=1)
_HEADING = ParagraphStyle("heading", parent=_LABEL, fontSize=13, leading=18, spaceBefore=14, spaceAfter=4)
_TITLE = ParagraphStyle("title", parent=_HEADING, fontSize=20, leading=26)


def case_pdf(file: CaseFile) -> bytes:
    """The document. Takes a second for some hundred entries: not for the event loop."""
    _fonts()
    written = io.BytesIO()
    name = f"Case {file.case.reference}"
    document = SimpleDocTemplate(
        written,
        pagesize=A4,
        title=name,
        author="The social media policy bot",
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
    )

    def footer(canvas: Canvas, _: object) -> None:
        canvas.setFont(_REGULAR, 8)
        canvas.drawString(_MARGIN, 12 * mm, f"{name} · page {canvas.getPageNumber()} · confidential")

    document.build(
        [*_cover(file), PageBreak(), *_report(file), *_chronology(file), *_evidence(file)],
        onFirstPage=footer,
        onLaterPages=footer,
    )
    return written.getvalue()


def _cover(file: CaseFile) -> Iterable[Flowable]:
    case = file.case
    yield from _lines(f"Case {case.reference}", _TITLE)
    yield from _lines(f"{words_of(case.report.kind)}, received {said(case.raised_at)}", _BODY)
    yield from _pairs(
        {
            "Status": case.status.words,
            "Outcome": f"{case.outcome.words}, {said(case.closed_at)}" if case.outcome and case.closed_at else "",
            "School": school_words(case.report.school),
            "Reported by": case.reporter.name,
            "Acknowledged by": case.acknowledged_by.name if case.acknowledged_by else "",
            "Assigned to": case.assigned_to.name if case.assigned_to else "",
            "Linked to": ", ".join(case.linked),
            "Legal hold": "stands" if case.legal_hold else "",
            "Exported": f"{said(file.exported_at)}, by {file.exported_by.name}",
            "Chronology": file.chain,
            "Seal of the last entry": case.seal,
        }
    )
    yield Spacer(1, 8 * mm)
    yield from _lines(CONFIDENTIAL, _BODY)
    yield from _lines(OTHER_CHARACTERS, _SMALL)


def _report(file: CaseFile) -> Iterable[Flowable]:
    yield from _lines("The report", _HEADING)
    yield from _pairs(short_answers(file.case.report))
    yield from _pairs(written_answers(file.case.report))


def _chronology(file: CaseFile) -> Iterable[Flowable]:
    yield from _lines("Chronology", _HEADING)
    for number, entry in enumerate(file.chronology, start=1):
        yield from _lines(f"{number}. {said(entry.at)} · {entry.kind.words} · {_who(entry)}", _LABEL)
        yield from _lines(entry.text, _BODY)


def _evidence(file: CaseFile) -> Iterable[Flowable]:
    yield from _lines("Evidence", _HEADING)
    if not file.evidence:
        yield from _lines("No file was sent.", _BODY)
    for each, found in file.evidence:
        yield from _lines(f"{each.name}: {each.content_type}, {each.size:,} bytes; {found}", _LABEL)
        yield from _lines(f"SHA-256 {each.sha256}", _BODY)


def _who(entry: CaseEntry) -> str:
    return entry.by.name if entry.by else "The bot"


def _pairs(pairs: dict[str, str]) -> Iterable[Flowable]:
    for label, text in pairs.items():
        if text:
            yield from _lines(label, _LABEL)
            yield from _lines(text, _BODY)


def _lines(text: str, style: ParagraphStyle) -> Iterable[Flowable]:
    """One paragraph a line; a word that is wider than the page, such as a link, is broken."""
    for line in text.splitlines():
        if line.strip():
            yield Paragraph(escape(drawable(line, bold=style.fontName == _BOLD)), style)


def drawable(text: str, *, bold: bool = False) -> str:
    """The text with the number of each character that the font lacks, and without those that nobody sees."""
    _fonts()
    known = _letters(_BOLD if bold else _REGULAR)
    return "".join(
        c if ord(c) in known else " " if c.isspace() else f"[U+{ord(c):04X}]" for c in text if c not in _INVISIBLE
    )


@cache
def _letters(font: str) -> frozenset[int]:
    return frozenset(cast(TTFont, pdfmetrics.getFont(font)).face.charToGlyph)


@cache
def _fonts() -> None:
    pdfmetrics.registerFont(TTFont(_REGULAR, str(OPENSANS_REGULAR.path)))
    pdfmetrics.registerFont(TTFont(_BOLD, str(OPENSANS_BOLD.path)))
