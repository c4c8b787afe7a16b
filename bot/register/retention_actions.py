"""`cases review`: the team looks at what its rules of retention bring up. Deleting is `python -m storage retention`."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.cases.case_access import CaseAccess
from bot.register.register_request import RegisterHandler, RegisterRequest
from cards.register.retention_cards import review_card
from cards.verbs import Verb
from dialogs.buttons import Reply
from storage.cases.case_records import WrongStatus
from storage.register.retention import Aged, Retention
from storage.tables.port import NotFound

log = structlog.get_logger()
NO_RULES = "No rule says how long cases are kept, so none is reviewed or deleted. IT sets them (trust file, retention)."
NOT_DUE = "There is no case {reference} to review."
DONE = "{reference} is reviewed; it may go when its date comes."


class RetentionActions:
    """Answers the buttons of the review. May raise `StorageUnavailable` or `ConnectorError`."""

    def __init__(self, retention: Retention, now: Callable[[], datetime]) -> None:
        self._retention = retention
        self._now = now
        self.handlers: dict[Verb, RegisterHandler] = {Verb.REVIEW: self._show, Verb.REVIEWED: self._reviewed}

    async def _show(self, request: RegisterRequest, note: str = "") -> Reply:
        if not self._retention.has_rules:
            return NO_RULES
        return review_card(await self._theirs(request.access), note)

    async def _reviewed(self, request: RegisterRequest) -> Reply:
        """Only of a case that is due and theirs, whatever the button says."""
        reference = request.press.text("case")
        if reference not in [aged.reference for aged in await self._theirs(request.access)]:
            return NOT_DUE.format(reference=reference[:20])
        try:
            await self._retention.reviewed(reference, request.person, "", self._now())
        except (NotFound, WrongStatus):  # deleted or reopened in this moment
            return NOT_DUE.format(reference=reference)
        log.info("case_reviewed", reference=reference)
        return await self._show(request, DONE.format(reference=reference))

    async def _theirs(self, access: CaseAccess) -> list[Aged]:
        """What is to be reviewed by this person, the longest closed first."""
        due = (await self._retention.plan(self._now())).review
        theirs = [aged for aged in due if await access.covers(aged.line.route, aged.line.school)]
        return sorted(theirs, key=lambda aged: aged.closed_at)
