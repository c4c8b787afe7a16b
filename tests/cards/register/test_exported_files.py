"""What is handed out: the PDF and the tables hold every word, and none of them does anything."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from cards.register.case_file import CaseFile, Found, chronology_csv, evidence_csv, harmless, report_csv
from cards.register.case_pdf import case_pdf, drawable
from cards.register.register_sheet import HEAD, register_csv, register_xlsx
from storage.cases.case_records import Case, CaseEntry, EntryKind, Kind, Platform, Report
from storage.cases.register_lines import line_of
from storage.records import Person, StoredFile

NOON = datetime(2026, 6, 3, 11, 0, tzinfo=UTC)
TEACHER, DSL = Person("id-1", "Zoë Łukasz-O'Brien", "29:1"), Person("id-2", "=cmd|' /C calc'!A0", "29:2")
LINK = "https://example.org/" + "a" * 600
WORDS = "<b>bold</b> & <para> {x} Žluťoučký кот 🙂 مرحبا"
CASE = Case(
    "SM-123-4567",
    "draft",
    Report(Kind.CONTENT, links=(LINK,), description=WORDS, platform=Platform.FACEBOOK),
    TEACHER,
    NOON,
    seal="ab" * 32,
)
ENTRIES = [CaseEntry(NOON, EntryKind.RAISED, TEACHER)] + [
    CaseEntry(NOON + timedelta(hours=n), EntryKind.NOTE, DSL, f"note {n} " + "long words " * 200) for n in range(120)
]
FILE = StoredFile("a" * 32, "evidence-aaaaaaaa.png", "image/png", 1234, "cd" * 32)


def whole(broken: int | None = None) -> CaseFile:
    return CaseFile(CASE, ENTRIES, [(FILE, Found.CHANGED)], broken, DSL, NOON)


def text_of(file: CaseFile) -> str:
    """All words of the PDF, without its line breaks."""
    pages = PdfReader(io.BytesIO(case_pdf(file))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_the_pdf_holds_the_whole_case() -> None:
    """Cover, report, each entry and each file; markup and other alphabets as they were typed."""
    text = text_of(whole())
    for part in (
        "Case SM-123-4567",
        TEACHER.name,
        "The chain of 121 entries holds.",
        "cd" * 32,
        "note 119",
        "by =cmd|",
    ):
        assert part in text
    assert "<b>bold</b> & <para> {x} Žluťoučký кот [U+1F642]" in text
    assert "ab" * 32 in text
    assert "its SHA-256 differs" in text


def test_the_pdf_breaks_what_is_wider_than_the_page() -> None:
    """A link of six hundred letters is there to its last one."""
    text = text_of(whole())
    start = text.index("https://example.org/")
    assert LINK in text[start:].replace(" ", "")[: len(LINK) + 10]


def test_a_broken_chain_stands_on_the_cover() -> None:
    """With the number of the entry."""
    assert "Broken at entry 7" in text_of(whole(broken=7))


def test_no_glyph_is_lost_in_silence() -> None:
    """What the font has stays, what it lacks is named, what nobody sees goes."""
    assert "aé€ж" == drawable("aé€ж")
    assert "[U+1F1EC][U+1F1E7]" == drawable("🇬🇧")
    assert "[U+2764]" == drawable("\u2764\ufe0f")


FORMULAS = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula(cell: str) -> None:
    """Whatever it begins with, a spreadsheet takes it as text."""
    assert harmless(cell) == f"'{cell}"


def test_plain_cells_stay() -> None:
    """And control characters, which a workbook refuses, go."""
    assert ["SM-123-4567", "a=b", "", "ab"] == [harmless(cell) for cell in ("SM-123-4567", "a=b", "", "a\x00\x0bb")]


def test_the_tables_of_a_case() -> None:
    """Each entry in full with its seal, each file with its hash, as UTF-8 that a spreadsheet knows."""
    rows = list(csv.reader(io.StringIO(chronology_csv(whole()).decode("utf-8-sig"))))
    assert 122 == len(rows)
    assert ["1", "2026-06-03 11:00:00", "Report received", TEACHER.name, "", ""] == rows[1]
    assert "'" + DSL.name == rows[2][3]
    assert ENTRIES[5].text == rows[6][4]
    answers = dict(csv.reader(io.StringIO(report_csv(whole()).decode("utf-8-sig"))))
    assert (WORDS, LINK, TEACHER.name) == (answers["Description"], answers["Links"], answers["Reported by"])
    files = list(csv.reader(io.StringIO(evidence_csv(whole()).decode("utf-8-sig"))))
    assert [FILE.name, "image/png", "1234", FILE.sha256, Found.CHANGED] == files[1]


def test_the_register_as_tables() -> None:
    """A line a case, the same in both; nothing of what was reported."""
    lines = [line_of(CASE)]
    rows = list(csv.reader(io.StringIO(register_csv(lines).decode("utf-8-sig"))))
    assert [list(HEAD)] == rows[:1]
    assert ("SM-123-4567", TEACHER.name) == (rows[1][0], rows[1][9])
    assert "bold" not in str(rows)
    book = load_workbook(io.BytesIO(register_xlsx(lines, DSL.name, NOON)))
    assert rows == [[cell or "" for cell in row] for row in book["Register"].iter_rows(values_only=True)]
    assert "'" + DSL.name == book["About"]["B1"].value


def test_the_workbook_opens_whatever_a_name_holds() -> None:
    """Characters that XML forbids would make the whole workbook one that is damaged."""
    person = Person("id-1", "A\ufffe\uffff\x00\x0b\u202eB\r\n", "29:1")
    line = line_of(Case("SM-123-4567", "draft", Report(Kind.CONTENT, platform=Platform("\uffff=1")), person, NOON))
    row = next(load_workbook(io.BytesIO(register_xlsx([line], "=\uffff", NOON)))["Register"].iter_rows(min_row=2))
    assert "'=1" in [cell.value for cell in row]
