"""`python -m storage`, as IT runs it."""

import asyncio
import contextlib
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from storage.__main__ import main
from storage.cases.case_book import PARTITION, TABLE, CaseBook
from storage.cases.case_moves import acknowledge, close
from storage.cases.case_records import Case, Kind, Outcome, Report
from storage.records import Person
from storage.tables.port import Delete, NotFound
from storage.tables.sqlite_tables import SqliteTables
from tests.support.old_rows import copy_to

DSL = Person("id-2", "DSL", "29:2")
LONG_AGO = datetime.now(UTC) - timedelta(days=4000)
RULES = [{"name": "all", "review_after": "1 year", "delete_after": "10 years"}]


def run(folder: Path, *arguments: str, rules: list[dict[str, str]] | None = None) -> tuple[int, str]:
    """Exit code and all that it printed."""
    trust = folder / "trust.yaml"
    facts = {"name": "Demo", "reporting_form": "https://example.org", "retention": rules or []}
    trust.write_text(yaml.safe_dump(facts), encoding="utf-8")
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = main(list(arguments), {"DATA_DIR": str(folder), "TRUST_FILE": str(trust)})
        except SystemExit as error:
            return 1, f"{said.getvalue()}{error}"
    return code, said.getvalue()


def with_case(folder: Path, *, broken: bool = False) -> Case:
    """A case that was closed eleven years ago."""

    async def make() -> Case:
        tables = SqliteTables(folder / "bot.sqlite3")
        book = CaseBook(tables)
        case = await book.raise_case(Report(Kind.CONTENT), DSL, "a", LONG_AGO)
        await book.apply(case.reference, acknowledge(), DSL, LONG_AGO)
        case = await book.apply(case.reference, close(Outcome.REMOVED, "gone"), DSL, LONG_AGO)
        if broken:
            await tables.write(TABLE, PARTITION, Delete(f"entry|{case.reference}|000002"))
        await tables.close()
        return case

    return asyncio.run(make())


def is_kept(folder: Path, reference: str) -> bool:
    async def look() -> bool:
        tables = SqliteTables(folder / "bot.sqlite3")
        try:
            return bool(await CaseBook(tables).get(reference))
        except NotFound:
            return False
        finally:
            await tables.close()

    return asyncio.run(look())


def test_verify(tmp_path: Path) -> None:
    """0 where all holds, 1 with the first break of each case."""
    with_case(tmp_path)
    assert (0, "Cases: 1. Entries: 3. All as the bot wrote them.\n") == run(tmp_path, "verify")
    (tmp_path / "other").mkdir()
    case = with_case(tmp_path / "other", broken=True)
    code, text = run(tmp_path / "other", "verify")
    assert 1 == code and f"{case.reference}: the chain is broken at entry 2" in text


def test_retention_from_the_list_to_the_deletion(tmp_path: Path) -> None:
    """Without rules nothing; listed, reviewed, a dry run that deletes nothing, then gone."""
    case = with_case(tmp_path)
    assert "No rule of retention" in run(tmp_path, "retention")[1]
    assert "To be reviewed: 1" in run(tmp_path, "retention", rules=RULES)[1]
    assert is_kept(tmp_path, case.reference)
    assert (1, "There is no case SM-1.\n") == run(tmp_path, "reviewed", "SM-1", "--by", "Demo DSL")
    assert 0 == run(tmp_path, "reviewed", case.reference, "--by", "Demo DSL", "--note", "may go")[0]
    code, text = run(tmp_path, "retention", "--dry-run", rules=RULES)
    assert 0 == code and "To be deleted: 1" in text and "nothing was deleted" in text
    assert is_kept(tmp_path, case.reference)
    assert f"{case.reference}: deleted" in run(tmp_path, "retention", rules=RULES)[1]
    assert not is_kept(tmp_path, case.reference)
    assert 0 == run(tmp_path, "verify")[0]


def test_a_rule_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    """Each mistake with its field."""
    code, text = run(tmp_path, "retention", rules=[{"name": "x", "review_after": "soon"}])
    assert 1 == code and "retention.0.review_after" in text
    code, text = run(tmp_path, "retention", rules=[{"name": "x", "review_after": "9 years", "delete_after": "1 year"}])
    assert 1 == code and "the review comes before the deletion" in text


def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    """As the bot says it."""
    with pytest.raises(SystemExit, match="AZURE_STORAGE_ACCOUNT: set this or AZURE_STORAGE_CONNECTION_STRING"):
        main(["verify"], {"AZURE_STORAGE_ACCOUNT": "demo", "AZURE_STORAGE_CONNECTION_STRING": "AccountName=x"})


def test_rows_of_the_first_version_verify(tmp_path: Path) -> None:
    """An update breaks no chain."""
    copy_to(tmp_path)
    assert (
        0,
        "Cases: 31. Entries: 232. All as the bot wrote them.\nSuggestions: 21. Broken: 0.\n",
    ) == run(tmp_path, "verify")
