"""The suggestion book keeps its promises over every storage, and the one table of steps is all that moves it."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from storage.records import Person, StoredFile
from storage.suggestions import suggestion_moves as moves
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_moves import SuggestionMove
from storage.suggestions.suggestion_records import (
    ALLOWED_TRANSITIONS,
    OVER,
    NotAllowed,
    Post,
    Role,
    Suggestion,
    SuggestionChangedSince,
    SuggestionEntryKind,
    SuggestionNotice,
    SuggestionStatus,
    WrongSuggestionStatus,
)
from storage.tables.port import NotFound, Put, Tables

NOON = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
AUTHOR, MANAGER, EDITOR, OTHER = (Person(f"id-{name}", name, f"29:{name}") for name in ("A", "M", "E", "O"))
PICTURE = StoredFile("f" * 32, "evidence.png", "image/png", 10, "0" * 64)
POST = Post('ä **fine** "post"\n' * 50, ("https://example.org/1",), "Demo High School", pictures=(PICTURE,))
MOVES: dict[SuggestionStatus, tuple[SuggestionMove, ...]] = {
    SuggestionStatus.SUBMITTED: (moves.send_again(POST, MANAGER, confirmed=True),),
    SuggestionStatus.RETURNED: (moves.send_back("why", Role.MANAGER), moves.send_back("why", Role.TEAM)),
    SuggestionStatus.FORWARDED: (moves.forward(), moves.forward("other words")),
    SuggestionStatus.SCHEDULED: (moves.schedule(date(2026, 6, 5)),),
    SuggestionStatus.POSTED: (moves.posted("https://www.facebook.com/1"),),
    SuggestionStatus.DECLINED: (moves.decline("why", Role.MANAGER), moves.decline("why", Role.TEAM)),
    SuggestionStatus.WITHDRAWN: (moves.withdraw(),),
}


async def submitted(
    tables: Tables, submission: str = "draft-1", *, confirmed: bool = True
) -> tuple[SuggestionBook, str]:
    book = SuggestionBook(tables)
    return book, (await book.submit(POST, AUTHOR, submission, NOON, MANAGER, confirmed=confirmed)).reference


async def due_kinds(book: SuggestionBook, at: datetime = NOON) -> list[str]:
    """What is due, in the order of its rows."""
    return [row.key.rpartition("|")[2] for row in await book.due.waiting(at)]


async def test_a_suggestion_is_read_as_it_was_sent(tables: Tables) -> None:
    """Every field, whatever characters are in it; its manager is due to be told."""
    book, reference = await submitted(tables)
    kept = await book.get(reference)
    assert (POST, AUTHOR, MANAGER, SuggestionStatus.SUBMITTED) == (kept.post, kept.author, kept.manager, kept.status)
    assert [SuggestionEntryKind.SUBMITTED] == [entry.kind for entry in await book.chronology(reference)]
    assert [SuggestionNotice.MANAGER] == await due_kinds(book)


async def test_a_submission_becomes_one_suggestion(tables: Tables) -> None:
    """Sent again, or several times at once, it is the one that it was."""
    book = SuggestionBook(tables)
    sent = [book.submit(POST, AUTHOR, "draft-1", NOON, MANAGER, confirmed=True) for _ in range(5)]
    found = await asyncio.gather(*sent)
    assert 1 == len({suggestion.reference for suggestion in found})
    assert 1 == len(await book.of_author(AUTHOR))


async def test_lists_follow_where_it_stands(tables: Tables) -> None:
    """With its manager, with the team, posted; each list forgets what has left it."""
    book, reference = await submitted(tables)
    assert [reference] == [each.reference for each in await book.waiting_for(MANAGER)]
    await book.apply(reference, moves.forward(), MANAGER, NOON)
    assert [] == await book.waiting_for(MANAGER)
    assert [reference] == [each.reference for each in await book.with_team()]
    await book.apply(reference, moves.posted("https://www.facebook.com/1"), EDITOR, NOON)
    assert [] == await book.with_team()
    assert [reference] == [each.reference for each in await book.posted_since(NOON - timedelta(days=7))]
    assert [] == await book.posted_since(NOON + timedelta(seconds=1))
    assert [] == await book.of_author(OTHER)


async def test_a_returned_one_is_sent_again_once(tables: Tables) -> None:
    """The second sending of a draft changes nothing; pictures that it lost are due for deletion, others are not."""
    book, reference = await submitted(tables)
    await book.apply(reference, moves.send_back("Shorter.", Role.MANAGER), MANAGER, NOON)
    again = moves.send_again(replace(POST, text="Short.", pictures=()), MANAGER, confirmed=True)
    for _ in range(2):
        kept = await book.apply(reference, again, AUTHOR, NOON, submission="draft-2")
    assert ("Short.", SuggestionStatus.SUBMITTED, 3) == (kept.post.text, kept.status, kept.revision)
    assert 1 == (await due_kinds(book)).count(SuggestionNotice.DELETE_FILE)


@pytest.mark.parametrize("over", sorted(OVER, key=lambda status: status.name))
async def test_pictures_go_when_it_is_over(tables: Tables, over: SuggestionStatus) -> None:
    """Posted, declined or withdrawn: due for deletion in the same transaction, once."""
    book, reference = await submitted(tables)
    by = {SuggestionStatus.WITHDRAWN: AUTHOR, SuggestionStatus.DECLINED: MANAGER}.get(over, EDITOR)
    if over is SuggestionStatus.POSTED:
        await book.apply(reference, moves.forward(), MANAGER, NOON)
    assert SuggestionNotice.DELETE_FILE not in await due_kinds(book)
    await book.apply(reference, MOVES[over][0], by, NOON)
    assert 1 == (await due_kinds(book)).count(SuggestionNotice.DELETE_FILE)


async def test_two_decisions_at_once(tables: Tables) -> None:
    """Both saw the same card: one is carried out, the other is told."""
    book, reference = await submitted(tables)
    await book.apply(reference, moves.forward(), MANAGER, NOON)
    both = (moves.decline("No.", Role.TEAM), moves.posted("https://www.facebook.com/1"))
    done = await asyncio.gather(
        *(book.apply(reference, move, EDITOR, NOON, seen=1) for move in both), return_exceptions=True
    )
    assert 1 == sum(isinstance(each, Suggestion) for each in done)
    assert 1 == sum(isinstance(each, WrongSuggestionStatus) for each in done)
    assert await book.broken_entry(reference) is None


async def test_a_card_from_before(tables: Tables) -> None:
    """A decision needs the last card; looking at the pictures needs none."""
    book, reference = await submitted(tables)
    await book.apply(reference, moves.forward(), MANAGER, NOON)
    await book.apply(reference, moves.take(), EDITOR, NOON)
    with pytest.raises(SuggestionChangedSince):
        await book.apply(reference, moves.decline("No.", Role.TEAM), EDITOR, NOON, seen=1)
    await book.apply(reference, moves.opened_pictures(), EDITOR, NOON, seen=1)


async def test_a_quiet_edit_shows(tables: Tables) -> None:
    """An entry that somebody changed behind the bot's back breaks the chain there."""
    book, reference = await submitted(tables)
    await book.apply(reference, moves.forward(), MANAGER, NOON)
    row = await tables.get("suggestions", "suggestions", f"entry|{reference}|000001")
    await tables.write("suggestions", "suggestions", Put(row.key, {**row.values, "text": "never said"}))
    assert 1 == await book.broken_entry(reference)
    assert (1, {reference: 1}) == await book.broken_chains()


async def test_nobody_is_their_own_manager(tables: Tables) -> None:
    """Neither at first nor later, whatever the capitals of their id."""
    book, reference = await submitted(tables)
    same = Person(AUTHOR.id.upper(), "Alias", "")
    with pytest.raises(NotAllowed):
        await book.submit(POST, AUTHOR, "draft-9", NOON, same, confirmed=True)
    await book.apply(reference, moves.waits(), None, NOON)
    with pytest.raises(NotAllowed):
        await book.apply(reference, moves.give_to(same), AUTHOR, NOON)


async def test_unknown_references(tables: Tables) -> None:
    """Anything that is no reference is not found; a reference that is taken is drawn again."""
    drawn = iter(["SP-1", "SP-1", "SP-2"])
    book = SuggestionBook(tables, lambda: next(drawn))
    for reference in ("", "SP-9", "../x", "a|b#?"):
        with pytest.raises(NotFound):
            await book.get(reference)
    first = await book.submit(POST, AUTHOR, "draft-1", NOON, MANAGER, confirmed=True)
    second = await book.submit(POST, AUTHOR, "draft-2", NOON, MANAGER, confirmed=True)
    assert ["SP-1", "SP-2"] == [first.reference, second.reference]


def standing(status: SuggestionStatus) -> Suggestion:
    """A suggestion in this status, forwarded by its manager."""
    return Suggestion("SP-1", "d", AUTHOR, POST, NOON, NOON, status, MANAGER, confirmed=True, forwarded_by=MANAGER)


PEOPLE = {Role.AUTHOR: AUTHOR, Role.MANAGER: MANAGER, Role.TEAM: EDITOR}


@pytest.mark.parametrize(("before", "after"), list(product(SuggestionStatus, SuggestionStatus)))
def test_only_the_table_moves_it(before: SuggestionStatus, after: SuggestionStatus) -> None:
    """Every step from every status by everybody: it goes where the table says, by whom it says, and nowhere else."""
    allowed = ALLOWED_TRANSITIONS[before].get(after, frozenset())
    for role, by in PEOPLE.items():
        if role in allowed:
            assert after is standing(before).moved(after, role, by, NOON).status
        else:
            with pytest.raises((WrongSuggestionStatus, NotAllowed)):
                standing(before).moved(after, role, by, NOON)
    for role in (Role.AUTHOR, Role.MANAGER):
        with pytest.raises((WrongSuggestionStatus, NotAllowed)):
            standing(before).moved(after, role, OTHER, NOON)


@pytest.mark.parametrize(("before", "after"), list(product(SuggestionStatus, SuggestionStatus)))
def test_each_move_follows_the_table(before: SuggestionStatus, after: SuggestionStatus) -> None:
    """Each action, done by each person: where it succeeds, the table has that step for a role of theirs."""
    for move, (role, by) in product(MOVES[after], PEOPLE.items()):
        try:
            done = move.change(standing(before), by, NOON)
        except (WrongSuggestionStatus, NotAllowed):
            continue
        allowed = ALLOWED_TRANSITIONS[before][after]
        assert after is done.status and (role in allowed or Role.TEAM in allowed)


def test_an_unconfirmed_manager_decides_nothing() -> None:
    """Who was only named may say yes or no, nothing else."""
    named = replace(standing(SuggestionStatus.SUBMITTED), confirmed=False)
    for after in (SuggestionStatus.FORWARDED, SuggestionStatus.RETURNED, SuggestionStatus.DECLINED):
        with pytest.raises(NotAllowed):
            named.moved(after, Role.MANAGER, MANAGER, NOON)
    assert moves.confirm().change(named, MANAGER, NOON).confirmed
    with pytest.raises(NotAllowed):
        moves.confirm().change(named, OTHER, NOON)
