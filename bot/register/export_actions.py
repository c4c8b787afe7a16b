"""The buttons of exports: which one, asking for it, another link to it."""

import re
import secrets
from collections.abc import Awaitable, Callable

import structlog

from bot.cases.case_access import CaseAccess
from bot.register.exports import ExportTools
from bot.register.register_actions import wanted_in
from bot.register.register_request import RegisterHandler, RegisterRequest
from cards.register import export_cards
from cards.register.register_cards import Listed, Wanted
from cards.verbs import Verb
from dialogs.buttons import ButtonPress, Reply
from storage.cases.case_records import Case
from storage.cases.register_lines import line_of
from storage.register.export_book import Export, ExportScope, new_export
from storage.tables.port import NotFound

log = structlog.get_logger()
MAX_CASES = 5_000
"""In one export of the register: each of them gets an entry."""
NO_CASE = "There is no case {reference} that you deal with."
NOTHING = "There is no case in this list."
TOO_MANY = "These are {count} cases; an export holds {limit} at most. Please choose a shorter time."
EXPIRED = "This export is not kept any more. Please export it again."

ListCases = Callable[[Wanted, CaseAccess], Awaitable[Listed]]


class ExportActions:
    """Answers the buttons of exports. Nothing is made here: what takes long is due, and `exports.py` makes it.

    `listed`: what a list holds. `wake`: the loop that makes exports.
    """

    def __init__(self, tools: ExportTools, listed: ListCases, wake: Callable[[], None]) -> None:
        self._tools = tools
        self._listed = listed
        self._wake = wake
        self.handlers: dict[Verb, RegisterHandler] = {
            Verb.EXPORT_CASE: self._which,
            Verb.EXPORT: self._of_case,
            Verb.EXPORT_LIST: self._of_list,
            Verb.EXPORT_LINK: self._link,
        }

    async def _which(self, request: RegisterRequest) -> Reply:
        case = await self._theirs(request)
        if case is None:
            return _no_case(request.press)
        others = len(await self._of_reporter(case, request.access)) - 1
        return export_cards.ask_case_card(case, secrets.token_hex(16), others)

    async def _of_case(self, request: RegisterRequest) -> Reply:
        case = await self._theirs(request)
        if case is None:
            return _no_case(request.press)
        form, by, at = _form_in(request.press), request.person, self._tools.now()
        if request.press.text("what") != ExportScope.REPORTER.name:
            return await self._ask(new_export(form, ExportScope.CASE, by, at, [line_of(case)]))
        lines = [line_of(each) for each in await self._of_reporter(case, request.access)]
        return await self._ask(new_export(form, ExportScope.REPORTER, by, at, lines, case.reporter.name))

    async def _of_list(self, request: RegisterRequest) -> Reply:
        lines = (await self._listed(wanted_in(request.press), request.access)).lines
        if not lines:
            return NOTHING
        if len(lines) > MAX_CASES:
            return TOO_MANY.format(count=len(lines), limit=MAX_CASES)
        return await self._ask(
            new_export(_form_in(request.press), ExportScope.REGISTER, request.person, self._tools.now(), lines)
        )

    async def _ask(self, export: Export) -> Reply:
        await self._tools.messenger.chat_with(export.by)  # a file that nobody could be given is not made
        await self._tools.exports.ask(export)
        log.info("export_asked", what=export.what.name, cases=len(export.cases))
        self._wake()
        is_of_list = export.what is ExportScope.REGISTER  # whose card stays
        return export_cards.BEING_MADE if is_of_list else export_cards.asked_card(export)

    async def _link(self, request: RegisterRequest) -> Reply:
        """Only for who asked for the export, and while it is kept."""
        export = await self._tools.exports.known(_hex(request.press.text("export")) or "none")
        if export is None or export.file is None or export.by.id != request.person.id:
            return EXPIRED
        if not await self._still_theirs(export, request.access):
            return EXPIRED
        return export_cards.export_card(export, await self._tools.link_to(export.file))

    async def _still_theirs(self, export: Export, access: CaseAccess) -> bool:
        """A list may be of thousands of cases: it is decided by their routes and schools."""
        if export.what is ExportScope.REGISTER:
            return all([await access.covers(*scope) for scope in export.scopes])
        try:
            return all([await access.works_on(await self._tools.cases.get(reference)) for reference in export.cases])
        except NotFound:
            return False

    async def _theirs(self, request: RegisterRequest) -> Case | None:
        try:
            case = await self._tools.cases.get(request.press.text("case"))
        except (NotFound, ValueError):
            return None
        return case if await request.access.works_on(case) else None

    async def _of_reporter(self, case: Case, access: CaseAccess) -> list[Case]:
        """The cases of the same reporter that this person deals with; the one that was asked for comes first."""
        others = [
            other for other in await self._tools.cases.reports_of(case.reporter) if other.reference != case.reference
        ]
        return [case, *[other for other in others if await access.works_on(other)]]


def _form_in(press: ButtonPress) -> str:
    return _hex(press.text("form")) or secrets.token_hex(16)


def _hex(text: str) -> str:
    return text if re.fullmatch("[0-9a-f]{32}", text) else ""


def _no_case(press: ButtonPress) -> str:
    return NO_CASE.format(reference=press.text("case")[:20])
