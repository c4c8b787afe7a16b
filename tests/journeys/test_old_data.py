"""The bot of today on the data of its first version: it starts, and what was begun goes on."""

from dataclasses import replace
from pathlib import Path

import pytest

from app import Outside
from storage.cases.case_book import CaseBook
from storage.cases.case_records import EntryKind
from storage.files.evidence import FolderEvidence
from storage.tables.sqlite_tables import SqliteTables
from tests.support.fake_teams import ADMIN, CHANNEL, DSL, FakeTeams
from tests.support.old_rows import EXPECTED, NOW, copy_to
from tests.support.suggestion_steps import card_with


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    """What the first version left behind, at the time when it stopped."""
    copy_to(tmp_path)
    kept = Outside(SqliteTables(tmp_path / "bot.sqlite3"), FolderEvidence(tmp_path / "evidence"), token=None)
    return replace(kept, now=lambda: NOW)


async def test_an_old_case_opens_and_is_worked_on(bot: FakeTeams, outside: Outside) -> None:
    """Its DSL finds it in the list, reads it in words, and closes it; its chain holds from the first entry on."""
    for school in ("", " for Demo High School", " for Demo Primary School"):
        await bot.mention(ADMIN, CHANNEL, f"use this channel for safeguarding alerts{school}")
    reference = next(
        reference
        for reference, case in EXPECTED["cases"].items()
        if case["status"] == "UNDER_REVIEW" and case["report"]["route"] == "DSL_CHANNEL" and not case["asked"]
    )
    await bot.say(DSL, "cases")
    listed = await card_with(bot, DSL.chat, "Open cases")  # what the first version still had to tell may come after it
    await bot.press(DSL, listed, "Show", search=reference)
    await bot.press(DSL, listed, f"Open {reference}")
    card = await card_with(bot, DSL.chat, "Chronology")
    case = EXPECTED["cases"][reference]
    assert "Under review" in card.text and case["report"]["description"] in card.text
    assert case["report"]["aimed_at"] in card.text and case["report"]["natures"][0] in card.text
    await bot.press(DSL, card, "Close")
    await bot.press(DSL, card, "Close the case", outcome="The content was removed", text="it is gone")
    book = CaseBook(outside.tables)
    assert EntryKind.CLOSED is (await book.chronology(reference))[-1].kind
    assert None is await book.broken_entry(reference)
