"""Exports, from the button to the file: what is in them, who gets them, and that they go again."""

import csv
import hashlib
import io
import zipfile
from typing import Any

import aiohttp
import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from app import build
from bot.infrastructure import Outside
from bot.settings import Settings
from bot.trust.facts import Trust
from policy.answers.answering import Answerer
from storage.cases.case_book import CaseBook
from storage.cases.case_records import EntryKind, Platform
from storage.records import StoredFile
from storage.register.export_book import ExportBook
from storage.tables.port import NotFound, StorageUnavailable
from tests.support.clock import HOUR, MINUTE, Clock
from tests.support.export_steps import arrived, opened
from tests.support.fake_teams import (
    ADMIN,
    CHANNEL,
    DEPUTY,
    DSL,
    OUTSIDER,
    TEACHER,
    FakeTeams,
    Human,
    Message,
    button_in,
)
from tests.support.pictures import PNG
from tests.support.register_steps import PRIMARY, PRIMARY_DSL, cases, closed, raised
from tests.support.running_bot import BOTH_STORAGES, serve


async def fetched(teams: FakeTeams, message: Message) -> zipfile.ZipFile:
    """The archive behind the link."""
    url = button_in(message.card or {}, "Fetch the file")["url"].replace("http://127.0.0.1:3978", teams.bot_url)
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert 200 == answer.status
        return zipfile.ZipFile(io.BytesIO(await answer.read()))


def rows_of(archive: zipfile.ZipFile, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


@BOTH_STORAGES
async def test_one_case(bound: FakeTeams, outside: Outside, clock: Clock) -> None:
    """Chronology as PDF and CSV, the evidence as it was sent, a table of hashes; and an entry says who took it."""
    file = await outside.evidence.save(PNG)
    case = await raised(outside, evidence=(file,), description="what was seen")
    await clock.looked_at()  # its alert is an entry too
    card = await opened(bound, DSL, case)
    await bound.press(DSL, card, "Export")
    await bound.press(DSL, card, "Export this case")
    assert "It is being made" in card.text
    archive = await fetched(bound, await arrived(bound, DSL))
    folder = case.reference
    assert PNG == archive.read(f"{folder}/evidence/{file.name}")
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(archive.read(f"{folder}/{folder}.pdf"))).pages)
    assert "what was seen" in text and f"by {DSL.name}" in text and "entries holds" in text
    entries = await CaseBook(outside.tables).chronology(case.reference)
    assert entries[-1].seal in text
    assert (EntryKind.EXPORTED, DSL.entra_id) == (entries[-1].kind, entries[-1].by.id if entries[-1].by else "")
    chronology = rows_of(archive, f"{folder}/chronology.csv")
    assert [entry.kind.words for entry in entries] == [row[2] for row in chronology[1:]]
    for name, size, digest in rows_of(archive, "contents.csv")[1:]:
        content = archive.read(name)
        assert (int(size), digest) == (len(content), hashlib.sha256(content).hexdigest())
    assert None is await CaseBook(outside.tables).broken_entry(case.reference)


async def test_evidence_that_is_not_what_was_sent_is_said_to_be(bound: FakeTeams, outside: Outside) -> None:
    """A file that somebody changed, and one that is gone, stand in the list as such; the export comes all the same."""
    file = await outside.evidence.save(PNG)
    wrong = StoredFile(file.id, "a.png", file.content_type, file.size, "0" * 64)
    gone = StoredFile("0" * 32, "b.png", file.content_type, file.size, "0" * 64)
    case = await raised(outside, evidence=(wrong, gone))
    card = await opened(bound, DSL, case)
    await bound.press(DSL, card, "Export")
    await bound.press(DSL, card, "Export this case")
    states = {
        row[0]: row[4]
        for row in rows_of(await fetched(bound, await arrived(bound, DSL)), f"{case.reference}/evidence.csv")
    }
    assert "differs" in states["a.png"] and "not kept" in states["b.png"]


@BOTH_STORAGES
async def test_everything_from_one_reporter(two_teams: FakeTeams, outside: Outside) -> None:
    """Each case of theirs that the DSL deals with, closed ones too; what another team holds is not in it."""
    first, second = await raised(outside, 1), await closed(outside, await raised(outside, 2))
    other_team = await raised(outside, 3, school=PRIMARY)
    other_person = await raised(outside, 4, by=OUTSIDER)
    card = await opened(two_teams, DSL, first)
    await two_teams.press(DSL, card, "Export")
    assert "2 cases" in card.text
    await two_teams.press(DSL, card, "Export all from this reporter")
    archive = await fetched(two_teams, await arrived(two_teams, DSL))
    folders = {name.split("/")[0] for name in archive.namelist() if "/" in name}
    assert {first.reference, second.reference} == folders
    book = CaseBook(outside.tables)
    for case, expected in ((first, 1), (second, 1), (other_team, 0), (other_person, 0)):
        kinds = [entry.kind for entry in await book.chronology(case.reference)]
        assert expected == kinds.count(EntryKind.EXPORTED)


@BOTH_STORAGES
async def test_the_list_that_is_shown(bound: FakeTeams, outside: Outside) -> None:
    """All pages of it, filtered as it is, as CSV and as a workbook, with an entry in each case."""
    wanted = [await raised(outside, number) for number in range(11)]
    other = await raised(outside, 20, platform=Platform.TIKTOK, school=PRIMARY)
    card = await cases(bound, DSL)
    await bound.press(DSL, card, "Export this list", school="Demo High School")
    archive = await fetched(bound, await arrived(bound, DSL))
    rows = rows_of(archive, "register.csv")
    assert [case.reference for case in wanted] == [row[0] for row in rows[1:]]
    book = load_workbook(io.BytesIO(archive.read("register.xlsx")))
    assert 12 == book["Register"].max_row
    kinds = [entry.kind for entry in await CaseBook(outside.tables).chronology(wanted[3].reference)]
    assert EntryKind.EXPORTED in kinds
    assert EntryKind.EXPORTED not in [e.kind for e in await CaseBook(outside.tables).chronology(other.reference)]


async def test_from_the_dialog_of_a_case(bound: FakeTeams, outside: Outside) -> None:
    """In Teams a case opens in a dialog: asked for there, its export comes into the own chat, for the team alone."""
    case = await raised(outside)
    data = {"case": case.reference, "verb": "cases.export_case"}
    assert "Open a chat with me" in await in_dialog(bound, DSL, {**data, "verb": "cases.export", "what": "CASE"})
    await bound.say(DSL, "help")
    dialog = await in_dialog(bound, DSL, data)
    button = button_in(dialog["card"]["content"], "Export this case")
    asked = await in_dialog(bound, DSL, button["data"])
    assert "It is being made" in str(asked)
    assert f"{case.reference}/chronology.csv" in (await fetched(bound, await arrived(bound, DSL))).namelist()
    assert "`cases` is for the safeguarding team." == await in_dialog(bound, OUTSIDER, button["data"])


async def in_dialog(teams: FakeTeams, who: Human, data: dict[str, object]) -> Any:
    """What a button in a dialog of Teams gives: its next card, or the sentence that ends it."""
    activity = teams.activity(who, CHANNEL, value={"data": data})
    activity["conversation"] |= {"conversationType": "channel"}
    _, body = await teams.deliver(activity | {"type": "invoke", "name": "task/submit"})
    return body["task"]["value"]


async def test_pressed_twice_it_is_made_once(bound: FakeTeams, outside: Outside) -> None:
    """One entry, one file."""
    case = await raised(outside)
    card = await opened(bound, DSL, case)
    await bound.press(DSL, card, "Export")
    asked = card.card
    for _ in range(2):
        await bound.press(DSL, card, "Export this case", card=asked)
    await arrived(bound, DSL)
    again = await opened(bound, DSL, case)
    await bound.press(DSL, again, "Export")
    await bound.press(DSL, again, "Export this case")
    await arrived(bound, DSL, 2)
    kinds = [entry.kind for entry in await CaseBook(outside.tables).chronology(case.reference)]
    assert 2 == kinds.count(EntryKind.EXPORTED)


async def test_only_who_asked_gets_a_new_link(bound: FakeTeams, outside: Outside) -> None:
    """And only as long as they are in the team."""
    case = await raised(outside)
    card = await opened(bound, DSL, case)
    await bound.press(DSL, card, "Export")
    await bound.press(DSL, card, "Export this case")
    export = await arrived(bound, DSL)
    given = export.card
    assert "not kept any more" in await bound.press(DEPUTY, export, "New link")
    assert "`cases` is for" in await bound.press(OUTSIDER, export, "New link")
    await bound.press(DSL, export, "New link")
    assert case.reference in export.text and await fetched(bound, export)
    bound.rosters[CHANNEL].discard(DSL.account)
    assert "`cases` is for" in await bound.press(DSL, export, "New link", card=given)


@pytest.mark.parametrize("who", [TEACHER, OUTSIDER])
async def test_nobody_else_exports(bound: FakeTeams, outside: Outside, who: Human) -> None:
    """Neither with a button of the team's card nor with one that they made."""
    case = await raised(outside)
    card = await opened(bound, DSL, case)
    for verb in ("cases.export_case", "cases.export", "cases.export_list"):
        told = await bound.execute(who, card, verb, {"case": case.reference, "what": "CASE", "form": "a" * 32})
        assert "`cases` is for the safeguarding team." == told
    assert EntryKind.EXPORTED not in [e.kind for e in await CaseBook(outside.tables).chronology(case.reference)]


async def test_another_team_exports_none_of_it(two_teams: FakeTeams, outside: Outside) -> None:
    """A case that is not theirs is as good as none."""
    case = await raised(outside)
    await raised(outside, 2, school=PRIMARY)
    card = await cases(two_teams, PRIMARY_DSL)
    for verb in ("cases.export_case", "cases.export"):
        told = await two_teams.execute(PRIMARY_DSL, card, verb, {"case": case.reference, "what": "REPORTER"})
        assert "There is no case" in told


async def test_with_the_storage_failing_once_it_comes_all_the_same(
    bound: FakeTeams, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tried again soon, with one entry and one file."""
    keep, tried = outside.evidence.keep, []

    async def fails_once(*given: Any) -> StoredFile:
        tried.append(given)
        if len(tried) == 1:
            raise StorageUnavailable("switched off by the test")
        return await keep(*given)

    monkeypatch.setattr(outside.evidence, "keep", fails_once)
    case = await raised(outside)
    card = await opened(bound, DSL, case)
    await bound.press(DSL, card, "Export")
    await bound.press(DSL, card, "Export this case")
    assert await fetched(bound, await arrived(bound, DSL))
    kinds = [entry.kind for entry in await CaseBook(outside.tables).chronology(case.reference)]
    assert (2, 1) == (len(tried), kinds.count(EntryKind.EXPORTED))


async def test_an_export_that_cannot_be_made_is_said_to_be(
    settings: Settings,
    trust: Trust,
    answerer: Answerer,
    outside: Outside,
    teams: FakeTeams,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
) -> None:
    """After two hours nobody waits for it any more, and it does not come later."""

    async def broken(*given: Any) -> StoredFile:
        raise RuntimeError("broken by the test")

    monkeypatch.setattr(outside.evidence, "keep", broken)
    runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))
    await teams.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    card = await opened(teams, DSL, await raised(outside))
    await teams.press(DSL, card, "Export")
    await teams.press(DSL, card, "Export this case")
    clock.move(2 * HOUR + MINUTE)
    await teams.until(lambda: "could not be made" in teams.last_in(DSL.chat).text)
    await runner.cleanup()


@BOTH_STORAGES
async def test_the_file_is_deleted_after_an_hour(
    settings: Settings, trust: Trust, answerer: Answerer, outside: Outside, teams: FakeTeams, clock: Clock
) -> None:
    """By the bot itself; then there is neither file nor link."""
    runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))
    await teams.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    card = await opened(teams, DSL, await raised(outside))
    await teams.press(DSL, card, "Export")
    await teams.press(DSL, card, "Export this case")
    export = await arrived(teams, DSL)
    id = button_in(export.card or {}, "New link")["data"]["export"]
    kept = await ExportBook(outside.tables).get(id)
    assert await outside.evidence.load(kept.file_id)
    clock.move(HOUR + MINUTE)

    async def gone() -> bool:
        return not await ExportBook(outside.tables).known(id)

    await teams.until(gone)
    assert "not kept any more" in await teams.press(DSL, export, "New link")
    with pytest.raises(NotFound):
        await outside.evidence.load(kept.file_id)
    await runner.cleanup()
