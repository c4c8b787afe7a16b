"""Waiting for what the bot does by itself: for a condition, never for a time."""

import asyncio
import inspect
from collections.abc import Callable

PATIENCE = 30.0
"""Seconds that anything may take: CI shares its machine. What holds already is not waited for."""
A_LOOK = 0.02


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until it holds, or what it gives to be awaited does. TimeoutError if it does not in time."""
    async with asyncio.timeout(seconds):
        while not await _holds(condition):
            await asyncio.sleep(A_LOOK)


async def _holds(condition: Callable[[], object]) -> bool:
    found = condition()
    return bool(await found if inspect.isawaitable(found) else found)
