"""Who is somebody's line manager, and who people are.

Microsoft Graph first, then a CSV of the school, else nobody is known and people say it themselves. Only somebody whose
Entra object id is known is given: nobody else could be written to, or told from the author.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog
from cachetools import TTLCache

from bot.people.graph import ADDRESS, Graph, GraphError
from bot.people.people_file import PeopleFile
from bot.teams.connector import ConnectorError
from bot.teams.messenger import Messenger
from storage.conversation_references import ConversationReferences
from storage.records import Colleague, Person, is_guid
from storage.tables.port import NotFound, StorageUnavailable

log = structlog.get_logger()

KEPT_SECONDS = 3600.0
"""For how long a manager that Graph named is not asked for again."""
MOST_KEPT = 10_000
LONGEST_NAME = 120
FEWEST_LETTERS = 2


class DirectoryUnavailable(Exception):
    """Nobody could be asked just now. Not the same as "not known": it is worth trying again."""


EmailsOf = Callable[[Person], Awaitable[tuple[str, ...]]]
"""The addresses of a person, to find them in the CSV; none where they are not known. Raises nothing."""


async def _no_emails(person: Person) -> tuple[str, ...]:
    return ()


def emails_in_teams(references: ConversationReferences, messenger: Messenger) -> EmailsOf:
    """The addresses as Teams tells them of somebody who has a chat with the bot; it needs no permission of Graph."""

    async def emails_of(person: Person) -> tuple[str, ...]:
        try:
            member = await messenger.member(await references.chat_with(person), person.account)
        except (NotFound, StorageUnavailable, ConnectorError) as error:
            log.info("addresses_unknown", reason=type(error).__name__)
            return ()
        return tuple(str(member[key]) for key in ("email", "userPrincipalName") if member and member.get(key))

    return emails_of


class Directory:
    """Asks its sources in their order; the first that knows answers. Either may be missing."""

    def __init__(
        self,
        graph: Graph | None = None,
        people_file: PeopleFile | None = None,
        emails_of: EmailsOf = _no_emails,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._graph = graph
        self._file = people_file
        self._emails_of = emails_of
        self._kept: TTLCache[str, Colleague] = TTLCache(MOST_KEPT, KEPT_SECONDS, clock)

    async def manager_of(self, person: Person) -> Colleague | None:
        """The line manager; `None` if no source knows. Raises `DirectoryUnavailable` where Graph alone could tell."""
        if kept := self._kept.get(person.id):
            return kept
        failed: GraphError | None = None
        try:
            found = await self._from_graph(person)
        except GraphError as error:
            found, failed = None, error
        found = found or await self._from_file(person)
        if found is None and failed:
            raise DirectoryUnavailable(str(failed)) from failed
        return found if found and found.id.casefold() != person.id.casefold() else None

    async def find(self, text: str) -> list[Colleague]:
        """Who this name, e-mail address or object id may mean, at most ten. Raises `DirectoryUnavailable`."""
        text = " ".join(text.split())[:LONGEST_NAME]
        if sum(character.isalnum() for character in text) < FEWEST_LETTERS:
            return []
        failed: GraphError | None = None
        found: list[Colleague] = []
        try:
            found = await self._found_in_graph(text)
        except GraphError as error:
            failed = error
        listed = [] if found else await self._with_ids(self._file.people(text) if self._file else [])
        if failed and not listed:
            raise DirectoryUnavailable(str(failed)) from failed
        return list({colleague.id.casefold(): colleague for colleague in (*found, *listed)}.values())[:10]

    async def install_for(self, person_id: str) -> bool:
        """Put the bot into this person's Teams; `False` where that may not be. Raises `DirectoryUnavailable`."""
        try:
            return self._graph is not None and await self._graph.install(person_id)
        except GraphError as error:
            raise DirectoryUnavailable(str(error)) from error

    async def chat_of(self, person_id: str) -> str | None:
        """The id of the bot's chat with this person, once installed. Raises `DirectoryUnavailable`."""
        try:
            return await self._graph.chat(person_id) if self._graph else None
        except GraphError as error:
            raise DirectoryUnavailable(str(error)) from error

    async def _from_graph(self, person: Person) -> Colleague | None:
        found = await self._graph.manager(person.id) if self._graph else None
        if found:
            self._kept[person.id] = found
        return found

    async def _from_file(self, person: Person) -> Colleague | None:
        if self._file is None:
            return None
        listed = self._file.manager_of(person.id) or self._file.manager_of(*await self._emails_of(person))
        found = await self._with_ids([listed] if listed else [])
        return found[0] if found else None

    async def _found_in_graph(self, text: str) -> list[Colleague]:
        if self._graph is None:
            return []
        if ADDRESS.fullmatch(text) or is_guid(text):
            person = await self._graph.person(text)
            return [person] if person else []
        return await self._graph.people_called(text)

    async def _with_ids(self, listed: list[Colleague]) -> list[Colleague]:
        """Those whose object id the file or Graph knows."""
        found = []
        for who in listed[:10]:
            if who.id:
                found.append(replace(who, name=who.name or who.email))
            elif person := await self._by_address(who.email):
                found.append(person)
        if listed and not found:
            log.warning("directory_without_object_id", note="give manager_id in the CSV, or grant User.Read.All")
        return found

    async def _by_address(self, email: str) -> Colleague | None:
        try:
            return await self._graph.person(email) if self._graph else None
        except GraphError:
            return None  # the file's word alone does not help; the caller says that Graph did not answer
