"""What commands do on the storage of the bot, without the bot."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.infrastructure import Outside, connect
from bot.questions.question_review import review
from bot.settings import Settings, SettingsError, load_settings
from bot.trust.facts import Trust, TrustError, load_trust
from storage.questions.question_book import QuestionBook
from storage.tables.port import StorageUnavailable

T = TypeVar("T")


def review_questions() -> str:
    """For `python -m bot review`: what staff said about the answers, from the storage that the environment names."""
    return with_storage(lambda outside, _: review(QuestionBook(outside.tables)))


def with_storage(work: Callable[[Outside, Trust], Awaitable[T]]) -> T:
    """For commands: what `work` gives on the storage and the trust's facts that the environment names."""

    async def run(settings: Settings, trust: Trust) -> T:
        outside = connect(settings)
        try:
            return await work(outside, trust)
        finally:
            await outside.close()

    try:
        settings = load_settings(os.environ)
        return asyncio.run(run(settings, load_trust(settings.trust_file)))
    except (SettingsError, TrustError, StorageUnavailable) as error:
        sys.exit(str(error))
