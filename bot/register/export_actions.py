"""The buttons of exports: which one, asking for it, another link to it."""

import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from bot.cases.case_access import Sight
from bot.register.register_actions import Handler, RegisterActions, Told, wanted_in
from cards.register import export_cards
from cards.verbs import Verb
from dialogs.turn import Pressed
from storage.cases.case_book import CaseBook
from storage.cases.register_lines import Line, line_of
from storage.conversation_references import ConversationReferences
from storage.records import Case, Person, StoredFile
from storage.register.export_book import Export, ExportBook, ExportScope, new_export
from storage.tables.port import NotFound

log = structlog.get_logger()
MAX_CASES = 5_000
"""In one export of the register: each of them gets an entry."""
NO_CASE = "There is no case {reference} that you deal with."
NOTHING = "There is no case in this list."
TOO_MANY = "These are {count} cases; an export holds {limit} at most. Please choose a shorter time."
NO_CHAT = "I cannot write to you yet. Open a chat with me, send any word, then press this again."
EXPIRED = "This export is not kept any more. Please export it again."


class ExportActions:
    """Answers the verbs of exports. Nothing is made here: what takes long is due, and `exports.py` makes it."""

    def __init__(
        self,
        cases: CaseBook,
        exports: ExportBook,
        references: ConversationReferences,
        link_to: Callable[[StoredFile], Awaitable[str]],
        wake: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._cases = cases
        self._exports = exports
        self._references = references
        self._link_to = link_to
        self._wake = wake
        self._now = now

    def handlers(self, register: RegisterActions) -> dict[str, Handler]:
        """By verb; `register` says what a list holds."""

        async def export_list(person: Person, pressed: Pressed, sight: Sight) -> Told:
            listed = await register.listed(wanted_in(pressed), sight)
            return await self._of_register(person, pressed, listed.lines)

        return {
            Verb.EXPORT_CASE: self._which,
            Verb.EXPORT: self._of_case,
            Verb.EXPORT_LIST: export_list,
            Verb.EXPORT_LINK: self._link,
        }

    async def _which(self, person: Person, pressed: Pressed, sight: Sight) -> Told:
        case = await self._theirs(pressed, sight)
        if case is None:
            return _no_case(pressed)
        others = len(await self._of_reporter(case, sight)) - 1
        return export_cards.ask_case_card(case, secrets.token_hex(16), others)

    async def _of_case(self, person: Person, pressed: Pressed, sight: Sight) -> Told:
        case = await self._theirs(pressed, sight)
        if case is None:
            return _no_case(pressed)
        form = _form_in(pressed)
        if pressed.text("what") != ExportScope.REPORTER.name:
            return await self._ask(new_export(form, ExportScope.CASE, person, self._now(), [line_of(case)]))
        lines = [line_of(each) for each in await self._of_reporter(case, sight)]
        return await self._ask(new_export(form, ExportScope.REPORTER, person, self._now(), lines, case.reporter.name))

    async def _of_register(self, person: Person, pressed: Pressed, lines: Sequence[Line]) -> Told:
        if not lines:
            return NOTHING
        if len(lines) > MAX_CASES:
            return TOO_MANY.format(count=len(lines), limit=MAX_CASES)
        return await self._ask(new_export(_form_in(pressed), ExportScope.REGISTER, person, self._now(), lines))

    async def _ask(self, export: Export) -> Told:
        try:
            await self._references.chat_with(export.by)
        except NotFound:
            return NO_CHAT
        await self._exports.ask(export)
        log.info("export_asked", what=export.what.name, cases=len(export.cases))
        self._wake()
        is_of_list = export.what is ExportScope.REGISTER  # whose card stays
        return export_cards.BEING_MADE if is_of_list else export_cards.asked_card(export)

    async def _link(self, person: Person, pressed: Pressed, sight: Sight) -> Told:
        """Only for who asked for the export, and while it is kept."""
        export = await self._exports.known(_hex(pressed.text("export")) or "none")
        if export is None or export.file is None or export.by.id != person.id:
            return EXPIRED
        if not await self._still_theirs(export, sight):
            return EXPIRED
        return export_cards.export_card(export, await self._link_to(export.file))

    async def _still_theirs(self, export: Export, sight: Sight) -> bool:
        """A list may be of thousands of cases: it is decided by their routes and schools."""
        if export.what is ExportScope.REGISTER:
            return all([await sight.covers(*scope) for scope in export.scopes])
        try:
            return all([await sight.works_on(await self._cases.get(reference)) for reference in export.cases])
        except NotFound:
            return False

    async def _theirs(self, pressed: Pressed, sight: Sight) -> Case | None:
        try:
            case = await self._cases.get(pressed.text("case"))
        except (NotFound, ValueError):
            return None
        return case if await sight.works_on(case) else None

    async def _of_reporter(self, case: Case, sight: Sight) -> list[Case]:
        """The cases of the same reporter that this person deals with; the one that was asked for comes first."""
        others = [other for other in await self._cases.reports_of(case.reporter) if other.reference != case.reference]
        return [case, *[other for other in others if await sight.works_on(other)]]


def _form_in(pressed: Pressed) -> str:
    return _hex(pressed.text("form")) or secrets.token_hex(16)


def _hex(text: str) -> str:
    return text if re.fullmatch("[0-9a-f]{32}", text) else ""


def _no_case(pressed: Pressed) -> str:
    return NO_CASE.format(reference=pressed.text("case")[:20])
