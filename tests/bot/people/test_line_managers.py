"""The directory as the suggestions use it: no answer is "not known", and an installed bot has a chat at once."""

import asyncio
from pathlib import Path

import pytest

from bot.people import line_managers
from bot.people.directory import DirectoryUnavailable
from bot.people.line_managers import LineManagers
from storage.conversation_references import Conversation, ConversationReferences
from storage.records import Colleague, Person
from storage.tables.sqlite_tables import SqliteTables

AUTHOR, MANAGER = Person("id-a", "Author", "29:a"), Person("id-m", "Manager", "")
CHAT = Conversation("https://smba.example/uk/", "a:author", "28:bot", "Author")


class Answers:
    """A directory that answers as it is told, or does not."""

    def __init__(self, error: Exception | None = None, *, silent: bool = False, chat: str | None = None) -> None:
        self.error, self.silent, self.chat, self.installed = error, silent, chat, 0

    async def _answer(self) -> None:
        if self.silent:
            await asyncio.Event().wait()
        if self.error:
            raise self.error

    async def manager_of(self, person: Person) -> Colleague | None:
        await self._answer()
        return Colleague("id-m", "Manager", "m@trust.example")

    async def find(self, text: str) -> list[Colleague]:
        await self._answer()
        return [Colleague("id-m", "Manager", "m@trust.example")]

    async def install_for(self, person_id: str) -> bool:
        self.installed += 1
        await self._answer()
        return self.chat is not None

    async def chat_of(self, person_id: str) -> str | None:
        return self.chat


@pytest.fixture
def references(tmp_path: Path) -> ConversationReferences:
    return ConversationReferences(SqliteTables(tmp_path / "bot.sqlite3"))


async def test_who_is_known_is_given(references: ConversationReferences) -> None:
    """As the suggestion keeps them."""
    managers = LineManagers(Answers(), references)
    known = Colleague("id-m", "Manager", "m@trust.example")
    assert (known, [known]) == (await managers.manager_of(AUTHOR), await managers.find("Manager"))


@pytest.mark.parametrize("directory", [Answers(DirectoryUnavailable("down")), Answers(silent=True)])
async def test_a_directory_that_does_not_answer_knows_nobody(
    references: ConversationReferences, directory: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused or silent: the author names the line manager, and no turn waits for it."""
    monkeypatch.setattr(line_managers, "PATIENCE", 0.05)
    managers = LineManagers(directory, references)
    await references.remember(AUTHOR, CHAT)
    assert (None, []) == (await managers.manager_of(AUTHOR), await managers.find("Manager"))
    assert await managers.chat_with(MANAGER, AUTHOR, install=True) is None


async def test_an_installed_bot_has_a_chat(references: ConversationReferences) -> None:
    """Where the author's chat is, under its own id; remembered, so that nothing is installed twice."""
    directory = Answers(chat="a:manager")
    managers = LineManagers(directory, references)
    await references.remember(AUTHOR, CHAT)
    assert await managers.chat_with(MANAGER, AUTHOR, install=False) is None
    chat = Conversation(CHAT.service_url, "a:manager", CHAT.bot)
    for _ in range(2):
        assert chat == await managers.chat_with(MANAGER, AUTHOR, install=True)
    assert 1 == directory.installed
