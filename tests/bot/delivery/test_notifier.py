"""What is due gets there, and nothing that hangs holds up anything else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.delivery.notifier import Notifier, Outbox
from storage.due import Claim, DueQueue, all_due
from storage.tables.sqlite_tables import SqliteTables

NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
async def tables(tmp_path: Path) -> AsyncIterator[SqliteTables]:
    tables = SqliteTables(tmp_path / "bot.sqlite3")
    yield tables
    await tables.close()


async def make_due(tables: SqliteTables, book: str, *kinds: str) -> None:
    await tables.write(book, book, *all_due("SM-000-0001", 1, kinds, NOW))


async def until_told(notifier: Notifier, told: asyncio.Event, *outboxes: Outbox) -> None:
    """Run until somebody was told; a hang fails the test."""
    running = asyncio.create_task(notifier.run(*outboxes))
    try:
        async with asyncio.timeout(10):
            await told.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def hangs(claim: Claim) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("same_book", [False, True])
async def test_an_alert_waits_behind_no_list(tables: SqliteTables, same_book: bool) -> None:
    """More lists hang than are delivered at once; the alert goes out all the same, also from the same book."""
    other = "cases" if same_book else "suggestions"
    told = asyncio.Event()
    lists = [f"list-{number}" for number in range(6)]

    async def alert(claim: Claim) -> None:
        assert "alert" == claim.notification.kind
        told.set()

    await make_due(tables, other, *lists)
    await make_due(tables, "cases", "alert")
    slow = Outbox(DueQueue(tables, other), dict.fromkeys(lists, hangs), elsewhere=frozenset({"alert"}))
    quick = Outbox(DueQueue(tables, "cases"), {"alert": alert}, elsewhere=frozenset(lists))
    await until_told(Notifier(lambda: NOW), told, slow, quick)


async def test_a_wake_reaches_every_outbox(tables: SqliteTables, monkeypatch: pytest.MonkeyPatch) -> None:
    """What becomes due while the loops wait is looked at when they are woken, not minutes later."""
    monkeypatch.setattr("bot.delivery.notifier.EVERY", 1000)
    notifier, told = Notifier(lambda: NOW), {"first": asyncio.Event(), "second": asyncio.Event()}

    def outbox(book: str) -> Outbox:
        async def deliver(claim: Claim) -> None:
            told[book].set()

        return Outbox(DueQueue(tables, book), {"alert": deliver})

    running = asyncio.create_task(notifier.run(outbox("first"), outbox("second")))
    try:
        for book, event in told.items():
            await make_due(tables, book, "alert")
            notifier.wake()
            async with asyncio.timeout(10):
                await event.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
