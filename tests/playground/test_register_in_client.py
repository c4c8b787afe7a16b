"""The register in a real client: the list, its filters, the figures and an export, at both widths."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.cases import case_moves
from storage.cases.case_book import PARTITION, TABLE, CaseBook
from storage.cases.case_records import Kind, Nature, Outcome, Platform, Report
from storage.records import Person
from storage.tables.port import Delete
from storage.tables.sqlite_tables import SqliteTables
from tests.playground.conftest import Site
from tests.playground.driver import Client, Width
from tests.playground.launch import rooms

pytestmark = pytest.mark.playground
WIDTHS: tuple[Width, ...] = ("desktop", "phone")
NOW = datetime.now(UTC)
TEACHER = Person("demo-reporter", "Demo Reporter", "29:demo-reporter")
PLATFORMS = (Platform.FACEBOOK, Platform.TIKTOK, Platform.INSTAGRAM)
NATURES = (Nature.OFFENSIVE, Nature.THREAT, Nature.IMPERSONATION)


async def seeded(site: Site) -> list[str]:
    """Demo cases of this term and the last, some of them closed; the references of the open ones."""
    user = rooms()["currentUser"]
    me = Person(user.get("aadObjectId", user["id"]), user["name"], user["id"])
    tables = SqliteTables(site.data_dir / "bot.sqlite3")
    book = CaseBook(tables)
    still_open: list[str] = []
    for number in range(40):
        report = Report(
            list(Kind)[number % 3],
            school=("Demo High School", "Demo Primary School", "")[number % 3],
            platform=PLATFORMS[number % 3],
            natures=NATURES[: 1 + number % 2],
            danger=number == 24,
        )
        at = NOW - timedelta(days=number * 4, hours=3)
        case = await book.raise_case(report, TEACHER, f"demo-{number}", at)
        if number % 3 == 0:
            still_open.append(case.reference)
            continue
        await book.apply(case.reference, case_moves.acknowledge(), me, at + timedelta(hours=1))
        if number % 4:
            outcome = list(Outcome)[number % 5]
            await book.apply(case.reference, case_moves.close(outcome, "demo"), me, at + timedelta(days=2))
        else:
            still_open.append(case.reference)
    due = await tables.query(TABLE, PARTITION, start="due|", stop="due}")
    for row in due:  # forty alerts would keep the client busy, and are not what is looked at
        await tables.write(TABLE, PARTITION, Delete(row.key))
    await tables.close()
    return still_open


async def pictures(client: Client, name: str, words: str) -> None:
    for width in WIDTHS:
        await client.screenshot(name, width, of=client.card(words))


async def test_the_register_in_the_client(client: Client, site: Site) -> None:
    """List, next page, a search, closed cases, the week in figures, an export of one case."""
    site.kill_bot()  # it would tell of each case while it is written
    still_open = await seeded(site)
    site.start_bot()
    await client.go("Safeguarding alerts")
    await client.mention_and_post("use this channel for safeguarding alerts")
    await client.wait_text("now used for safeguarding alerts")
    await client.go("Personal Chat")
    await client.say("cases")
    card = await client.card("Open cases").wait()
    assert f"{len(still_open)} cases" in await card.text()
    await pictures(client, "register-1-open", "Open cases")
    await card.press("Next")
    await card.wait_for("page 2 of 2")
    await card.press("Search and filters")
    await card.choose("School", "Demo Primary School")
    await card.press("Show")
    await card.wait_for("Demo Primary School")
    await pictures(client, "register-2-filtered", "Open cases")
    await card.fill("Reference, reporter's name or link", still_open[0])
    await card.press("Show")
    found = await client.card("Cases found").wait()
    await pictures(client, "register-3-found", "Cases found")
    await found.press("Closed cases")
    await client.card("Closed cases").wait()
    await pictures(client, "register-4-closed", "The content was removed")
    await client.say("weekly")
    await client.card("the week in figures").wait()
    await client.card("Received, by platform").wait()
    await pictures(client, "register-5-weekly", "the week in figures")
    await client.say("cases")
    await client.card("Open cases").wait()
    await client.card("Open cases").locator.get_by_role("button", name=f"Open {still_open[-1]}").click()
    case = await client.card("Chronology").wait()
    await case.press("Export")
    which = await client.card(f"Export {still_open[-1]}").wait()
    await pictures(client, "register-6-export", f"Export {still_open[-1]}")
    await which.press("Export this case")
    await client.card("Fetch the file").wait()
    await pictures(client, "register-7-exported", "SHA-256")
