"""What is asked of the register by one press of a button, and who may ask: those who deal with any cases, now."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.cases.case_access import CaseAccess, CaseRoles
from bot.teams.connector import ConnectorError
from cards.verbs import Verb
from dialogs.buttons import ButtonPress, Handler, Handlers, Reply, guarded
from storage.records import Person

log = structlog.get_logger()
NOT_IN_TEAM = "`cases` is for the safeguarding team."
TRY_AGAIN = "Teams does not tell me at the moment which team you are in. Please try again in a minute."


@dataclass(frozen=True, slots=True)
class RegisterRequest:
    """What one press asks of the register, and which cases its person may see there."""

    press: ButtonPress
    access: CaseAccess

    @property
    def person(self) -> Person:
        return self.press.person


RegisterHandler = Callable[[RegisterRequest], Awaitable[Reply]]


def for_safeguarding(case_roles: CaseRoles, handlers: Mapping[Verb, RegisterHandler]) -> Handlers:
    """The same buttons, for those alone to whom reports go. May raise `StorageUnavailable`."""

    async def admit(press: ButtonPress) -> RegisterRequest | str:
        access = case_roles.access(press.person)
        if await access.covers_anything():
            return RegisterRequest(press, access)
        log.warning("not_in_team", verb=press.verb)
        return NOT_IN_TEAM

    return {verb: _when_teams_answers(guarded(admit, handle)) for verb, handle in handlers.items()}


def _when_teams_answers(handle: Handler) -> Handler:
    """Who is in which team is asked of Teams; while it does not answer, nothing is shown."""

    async def answer(press: ButtonPress) -> Reply:
        try:
            return await handle(press)
        except ConnectorError as error:
            log.warning("action_failed", verb=press.verb, error=str(error))
            return TRY_AGAIN

    return answer
