"""The rows that the first version wrote: read by this one, and nothing of them lost.

Each test reads a part of a database of that version and holds it against what that version read.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botbuilder.dialogs import DialogInstance, DialogState

from storage.bot_state import BotStateStorage
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Case
from storage.cases.report_drafts import DraftBook
from storage.chronology import seal_of
from storage.conversation_references import ConversationReferences, Purpose
from storage.files.evidence import FolderEvidence
from storage.questions.question_book import QuestionBook
from storage.records import Person
from storage.register.auditing import audit
from storage.register.export_book import ExportBook
from storage.register.register_reader import Register
from storage.register.retention import Retention, UnfinishedDeletion
from storage.register.retention_rules import RetentionRule
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_drafts import SuggestionDraftBook
from storage.suggestions.suggestion_records import Shown, Suggestion
from storage.tables.rows import RowCodec
from storage.tables.sqlite_tables import SqliteTables
from tests.support.old_rows import EXPECTED, NOW, as_then, copy_to, expected

ALL_TIME = timedelta(days=5000)


@pytest.fixture
async def tables(tmp_path: Path) -> AsyncIterator[SqliteTables]:
    copy_to(tmp_path)
    tables = SqliteTables(tmp_path / "bot.sqlite3")
    yield tables
    await tables.close()


def entries_of(subject: str, chronology: Sequence[Any]) -> list[dict[str, Any]]:
    """Each entry, and whether its seal is what its words and the entry before make."""
    found, before = [], ""
    for number, entry in enumerate(chronology, 1):
        by = entry.by.name if entry.by else None
        verified = entry.seal == seal_of(before, subject, number, entry)
        found.append({"number": number, **as_then(entry), "by": by, "verified": verified})
        before = entry.seal
    return found


def case_of(case: Case) -> dict[str, Any]:
    report = {**as_then(case.report), "route": case.report.route.name}
    return {**as_then(case), "report": report, "urgent": case.urgent, "is_open": case.is_open}


def suggestion_of(suggestion: Suggestion) -> dict[str, Any]:
    return {
        **as_then(suggestion), "post": post_of(suggestion.post), "text": suggestion.text,
        "is_with_team": suggestion.is_with_team, "keeps_pictures": suggestion.keeps_pictures,
        "may_choose_manager": suggestion.may_choose_manager,
    }  # fmt: skip


def post_of(post: Any) -> dict[str, Any]:
    shows = [Shown(each).name for each in post.shows]
    return {**as_then(post), "shows": shows, "consent": {Shown(who).name: at for who, at in post.consent.items()}}


async def test_every_case_and_its_chronology_is_read(tables: SqliteTables) -> None:
    """With its route, its files, its links to others, and a chain that holds."""
    book = CaseBook(tables)
    for reference, then in expected("cases").items():
        case, chronology = await book.get(reference), await book.chronology(reference)
        assert then == {
            "made_as": then["made_as"], **case_of(case), "entry_count": len(chronology),
            "entries": entries_of(reference, chronology), "broken_entry": await book.broken_entry(reference),
            "sharing_link": sorted(await book.sharing_link(case)),
            "by_submission": getattr(await book.by_submission(case.submission), "reference", None),
        }  # fmt: skip
    people = {case["reporter"]["id"]: Person(**case["reporter"]) for case in expected("cases").values()}
    assert expected("reports_of") == {
        one.name: [case.reference for case in await book.reports_of(one)] for one in people.values()
    }
    for form in expected("forms_sent"):
        assert form["was_sent"] == await book.was_sent(form["reference"], form["form"])


async def test_the_register_lists_and_finds_the_same(tables: SqliteTables) -> None:
    """Open and closed, and each search."""
    register = Register(tables)
    lines = [*await register.open_lines(), *await register.closed_lines(NOW - ALL_TIME, NOW)]
    assert expected("register") == {line.reference: as_then(line) for line in lines}
    for words, references in expected("search").items():
        assert references == [line.reference for line in await register.search(words)]


async def test_the_audit_finds_no_break(tables: SqliteTables) -> None:
    """`python -m storage verify` says of it what the first version said."""
    done = await audit(tables)
    assert expected("audit") == {"cases": done.cases, "entries": done.entries, "breaks": done.breaks}
    count, broken = await SuggestionBook(tables).broken_chains()
    assert expected("suggestion_chains") == {"count": count, "broken": broken}


async def test_retention_goes_on_where_it_was(tables: SqliteTables, tmp_path: Path) -> None:
    """What is to be reviewed, deleted and held; and a deletion that was begun is finished."""
    rule = RetentionRule(**expected("retention")["rule"])
    retention = Retention(tables, FolderEvidence(tmp_path / "evidence"), [rule.rule()])
    plan = await retention.plan(NOW)
    assert expected("retention") == {
        "rule": expected("retention")["rule"], "begun": list(plan.begun),
        **{part: [each.reference for each in getattr(plan, part)] for part in ("review", "delete", "held")},
    }  # fmt: skip
    for row in await tables.query("cases", "cases", start="going|", stop="going|~"):
        mark = RowCodec(UnfinishedDeletion).from_values(row.values)
        then = expected("going")[mark.case.reference]
        assert then == {**as_then(mark), "case": case_of(mark.case)}
        entries = entries_of(mark.case.reference, await CaseBook(tables).chronology(mark.case.reference))
        assert expected("going_entries")[mark.case.reference] == entries
        await retention.finish(mark.case.reference)
    assert [] == list((await retention.plan(NOW)).begun)


async def test_every_suggestion_and_its_chronology_is_read(tables: SqliteTables) -> None:
    """And the lists of its author, its line manager and the team."""
    book = SuggestionBook(tables)
    for reference, then in expected("suggestions").items():
        suggestion, chronology = await book.get(reference), await book.chronology(reference)
        assert then == {
            "made_as": then["made_as"], **suggestion_of(suggestion), "entry_count": len(chronology),
            "entries": entries_of(reference, chronology), "broken_entry": await book.broken_entry(reference),
        }  # fmt: skip
    all_of_them = expected("suggestions").values()
    authors = {each["author"]["id"]: Person(**each["author"]) for each in all_of_them}
    managers = {each["manager"]["id"]: Person(**each["manager"]) for each in all_of_them if each["manager"]}
    assert expected("suggestions_of") == {
        one.name: [each.reference for each in await book.of_author(one)] for one in authors.values()
    }
    assert expected("waiting_for") == {
        one.name: [each.reference for each in await book.waiting_for(one)] for one in managers.values()
    }
    assert expected("with_team") == [each.reference for each in await book.with_team()]
    assert expected("posted") == [each.reference for each in await book.posted_since(NOW - ALL_TIME)]


async def test_every_draft_is_read(tables: SqliteTables) -> None:
    """Half-written reports and suggestions, with what was typed into their fields."""
    for person, then in expected("drafts").items():
        report = await DraftBook(tables).open(person)
        assert report is not None
        inner = {**as_then(report.draft.report), "route": report.draft.report.route.name}
        assert then == {**as_then(report.draft), "report": inner}
    for person, then in expected("suggestion_drafts").items():
        suggestion = await SuggestionDraftBook(tables).open(person)
        assert suggestion is not None
        assert then == {**as_then(suggestion.draft), "post": post_of(suggestion.draft.post)}


async def test_every_question_and_export_is_read(tables: SqliteTables) -> None:
    """And what was called wrong."""
    questions, exports = QuestionBook(tables), ExportBook(tables)
    assert expected("questions") == {each.id: as_then(each) for each in await questions.all_questions()}
    assert expected("feedback") == [as_then(each) for each in await questions.all_feedback()]
    assert expected("exports") == {id: as_then(await exports.get(id)) for id in expected("exports")}


async def test_every_chat_and_channel_is_known(tables: SqliteTables) -> None:
    """A channel that was bound stays bound: no alert waits for it to be bound again."""
    references = ConversationReferences(tables)
    for person, then in expected("chats").items():
        assert then == as_then(await references.chat_with(Person(person, "", "")))
    for name, then in expected("channels").items():
        purpose, _, school = name.partition(" ")
        found = await references.bound(Purpose[purpose], None if school == "trust-wide" else school)
        assert then == as_then(found)


async def test_everything_due_stays_due(tables: SqliteTables) -> None:
    """Each row is one that the notifier can take."""
    for table, kinds in expected("due").items():
        rows = await tables.query(table, table, start="due|", stop="due|~")
        assert expected("due_rows")[table] == [row.key for row in rows]
        book: Any = {
            "cases": CaseBook, "suggestions": SuggestionBook, "questions": QuestionBook, "exports": ExportBook,
            "drafts": DraftBook, "suggestiondrafts": SuggestionDraftBook,
        }[table](tables)  # fmt: skip
        claims = [await book.due.claim(row, NOW + timedelta(minutes=1)) for row in rows]
        assert kinds == dict(sorted(Counter(claim.notification.kind for claim in claims if claim).items()))


async def test_every_conversation_and_file_is_there(tables: SqliteTables, tmp_path: Path) -> None:
    """The dialogs that people are in, and the evidence."""
    states = BotStateStorage(tables, (DialogState, DialogInstance))
    for key, dialogs in EXPECTED["bot_state"].items():
        stack = (await states.read([key]))[key].get("dialogs")
        assert dialogs == ([instance.id for instance in stack.dialog_stack] if stack else [])
    evidence = FolderEvidence(tmp_path / "evidence")
    assert expected("evidence") == {name: len(await evidence.load(name)) for name in expected("evidence")}
