"""The DSL's buttons. The channel's card takes a case and opens it; all else happens in the DSL's own chat.

Each press: is the person, now, one of those who deal with this case → the move, once, if nobody was first → the card
as the case then is. A card that is out of date gets the present one back, with a word on what changed.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.cases.case_access import CaseRoles
from bot.cases.case_forms import read_form
from bot.cases.case_links import CaseLinks
from bot.cases.case_request import YOU, CaseRequest, do_in, is_number, named, once_of, token_of
from bot.teams.connector import ConnectorError
from bot.teams.messenger import Messenger
from cards.cases import case_action_forms, case_cards
from cards.cases.case_action_forms import NOTHING_OFFERED, CaseAction, Offered
from cards.kit.elements import Card, fits
from cards.kit.times import LONDON
from cards.verbs import Verb
from dialogs.buttons import ButtonPress, Handlers, Reply, guarded
from storage.cases import case_moves
from storage.cases.case_book import CaseBook
from storage.cases.case_moves import CaseMove
from storage.cases.case_records import Case, CaseEntry, ChangedSince, EntryKind, WrongStatus
from storage.record_book import Move
from storage.records import Person, StoredFile
from storage.tables.port import NotFound, StorageUnavailable

log = structlog.get_logger()
NOT_IN_TEAM = "Only members of the safeguarding team that has this report can do this. Nothing was changed."
NO_CASE = "There is no report {reference} here. The card may be from a trial; tell IT if it should be there."
HAS_IT = "{who} has taken this already, so nothing was changed."
WAS_FIRST = "{who} changed this case since your card was made. Nothing was done yet: look again, then decide."
NOT_FROM_HERE = "That does not go while the case is “{status}”. Nothing was changed."
SENT_TO_YOU = "The case is in your own chat with me."
NOT_SHOWN = "{done} I cannot show the case at the moment; please open it again in a minute."
NO_FILE = "This file is not kept any more."
DONE = {
    CaseAction.NOTE: "The note is added.",
    CaseAction.ASK: "The question is on its way to the reporter.",
    CaseAction.TELL: "Your words are on their way to the reporter.",
    CaseAction.ASSIGN: "It is assigned, and they are told.",
    CaseAction.REFER: "The referral is recorded.",
    CaseAction.CLOSE: "The case is closed.",
    CaseAction.REOPEN: "The case is open again.",
    CaseAction.URGENCY: "The urgency is changed.",
    CaseAction.LINK: "The cases are linked.",
    CaseAction.SNOOZE: "Reminders are put off.",
    CaseAction.HOLD: "The legal hold is changed.",
    CaseAction.WHOSE: "Whose conduct it is about is settled.",
    CaseAction.MOVE: "The case is moved.",
    CaseAction.KEEP: "They no longer see this case.",
    CaseAction.SHOW: "They see this case again.",
}

CaseHandler = Callable[[CaseRequest], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class CaseTools:
    """What the actions stand on. `channel_card` is a case's card for the channel, with a word for who pressed;
    `link_to` makes the address of one file that soon ends.
    """

    cases: CaseBook
    case_roles: CaseRoles
    messenger: Messenger
    channel_card: Callable[[Case, str], Card]
    link_to: Callable[[StoredFile], Awaitable[str]]
    wake_notifier: Callable[[], None]
    now: Callable[[], datetime]


class CaseActions:
    """Answers the buttons of a case, by verb (`handlers`)."""

    def __init__(self, tools: CaseTools) -> None:
        self._tools = tools
        self._links = CaseLinks(tools.cases, tools.case_roles)
        handlers = {
            Verb.ACKNOWLEDGE: self._acknowledge,
            Verb.TAKE: self._take,
            Verb.OPEN: self._open,
            Verb.DESK: self._show,
            Verb.OPEN_HERE: self._only_in_private(self._open_here),
            Verb.FORM: self._only_in_private(self._form),
            Verb.DO: self._only_in_private(self._do),
            Verb.EVIDENCE: self._only_in_private(self._evidence),
        }
        self.handlers: Handlers = {verb: guarded(self._admit, handle) for verb, handle in handlers.items()}

    async def _admit(self, press: ButtonPress) -> CaseRequest | Card | str:
        """Those who, now, deal with the case. Its alert stays an alert, also in the own chat of whom it goes to."""
        reference = press.text("case")
        try:
            case = await self._tools.cases.get(reference)
        except (NotFound, ValueError):
            return NO_CASE.format(reference=reference[:20])
        if not await self._tools.case_roles.access(press.person).works_on(case):
            log.warning("not_in_team", verb=press.verb, reference=case.reference)
            return case_cards.elsewhere_card(case) if await self._had_it(press, case) else NOT_IN_TEAM
        is_alert = case.alert is not None and case.alert.activity == press.message
        seen = press.text("seen")
        return CaseRequest(press, case, press.in_own_chat and not is_alert, int(seen) if is_number(seen) else None)

    async def _had_it(self, press: ButtonPress, case: Case) -> bool:
        """Whether the button stands on a card of somebody who had the case: nothing of it may stay there."""
        if any(posted.activity == press.message for posted in case.left_cards):
            return True
        chronology = await self._tools.cases.chronology(case.reference)
        opened = (entry.by for entry in chronology if entry.kind is EntryKind.OPENED and entry.by)
        return press.in_own_chat and any(by.id == press.person.id for by in opened)

    def _only_in_private(self, handle: CaseHandler) -> CaseHandler:
        """Elsewhere, the card as the case now is."""

        async def answer(request: CaseRequest) -> Reply:
            return await handle(request) if request.in_private else await self._show(request)

        return answer

    async def _acknowledge(self, request: CaseRequest) -> Reply:
        """Whatever else was changed since the card was made: a new report waits for nothing but this."""
        return await self._move(replace(request, seen=None), case_moves.acknowledge())

    async def _take(self, request: CaseRequest) -> Reply:
        if request.case.assigned_to and request.case.assigned_to.id == request.person.id:
            return await self._show(request)
        return await self._move(request, case_moves.assign(request.person))

    async def _show(self, request: CaseRequest, note: str = "") -> Reply:
        """The card that was pressed, as the case now is."""
        if not request.in_private:
            return self._tools.channel_card(request.case, note)
        first_file = request.press.text("files")
        return await self._card(request.person, request.case, note, int(first_file) if is_number(first_file) else 0)

    async def _open(self, request: CaseRequest) -> Reply:
        """The case goes to the person's own chat, and the chronology says who read it."""
        chat = await self._tools.messenger.chat_with(request.person)
        entry = CaseEntry(self._tools.now(), EntryKind.OPENED, request.person)
        case = await self._tools.cases.record(request.case.reference, entry)
        await self._tools.messenger.post_card(chat, await self._card(request.person, case))
        return SENT_TO_YOU

    async def _open_here(self, request: CaseRequest) -> Reply:
        """The case in a dialog of Teams, which only this person sees."""
        entry = CaseEntry(self._tools.now(), EntryKind.OPENED, request.person)
        return await self._card(request.person, await self._tools.cases.record(request.case.reference, entry))

    async def _evidence(self, request: CaseRequest) -> Reply:
        """A link to one file, in the person's own chat; the entry comes first."""
        file = next((file for file in request.case.report.evidence if file.id == request.press.text("file")), None)
        if file is None:
            return NO_FILE
        chat = await self._tools.messenger.chat_with(request.person)
        address = await self._tools.link_to(file)
        entry = CaseEntry(self._tools.now(), EntryKind.EVIDENCE, request.person, file.name)
        case = await self._tools.cases.record(request.case.reference, entry)
        await self._tools.messenger.post_card(chat, case_cards.evidence_card(case, file, address))
        return await self._card(request.person, case, f"{file.name} is in the newest message of our own chat.")

    async def _form(self, request: CaseRequest) -> Reply:
        """What the action asks, in place of the card."""
        do = do_in(request)
        return await self._form_card(request, do) if do else await self._show(request)

    async def _do(self, request: CaseRequest) -> Reply:
        """Carry out what the form says, or give it back with what is wrong."""
        do, once = do_in(request), once_of(request)
        if once and await self._tools.cases.was_sent(request.case.reference, once):
            return await self._done(request, request.case, DONE[CaseAction[request.press.text("do")]])
        if do is None:
            return await self._show(request, NOT_FROM_HERE.format(status=request.case.status.words))
        offered = await self._offered(request, do)
        form = case_action_forms.form_of(do, request.case, offered)
        typed = {question.name: request.press.text(question.name) for question in form.fields}
        today = self._tools.now().astimezone(LONDON).date()
        read = read_form(do, request.case, form, typed, offered, today)
        if isinstance(read, Move) and do is CaseAction.LINK:
            if read.text in request.case.linked:
                return await self._done(request, request.case, DONE[do])
            problem = await self._links.link_back(request.person, request.case, read.text, self._tools.now())
            read = {"other": problem} if problem else read
        if not isinstance(read, Move):
            again = case_action_forms.form_card(do, request.case, form, token_of(request), typed, read)
            return again if fits(again) else " ".join(read.values())
        return await self._move(request, read, do, typed)

    async def _move(
        self, request: CaseRequest, move: CaseMove, do: CaseAction | None = None, typed: dict[str, str] | None = None
    ) -> Reply:
        once = once_of(request) if do else ""
        try:
            case = await self._tools.cases.apply(
                request.case.reference, move, request.person, self._tools.now(), seen=request.seen, once=once
            )
        except WrongStatus as late:
            return await self._too_late(request, late, do, typed or {})
        log.info("case_moved", reference=case.reference, move=move.kind.name)
        self._tools.wake_notifier()
        if do is CaseAction.REFER and typed and (told := typed["told"].strip()):
            case = await self._tools.cases.apply(
                case.reference, case_moves.tell(told), request.person, self._tools.now(), once=f"{once}-told"
            )
        if not await self._tools.case_roles.access(request.person).works_on(case):
            return case_cards.elsewhere_card(case)
        return await self._done(request, case, DONE[do] if do else "")

    async def _done(self, request: CaseRequest, case: Case, note: str) -> Reply:
        """The case after a move that is written; that it cannot be shown takes nothing of that back."""
        if not request.in_private:
            return self._tools.channel_card(case, "")
        try:
            return await self._card(request.person, case, note)
        except (StorageUnavailable, ConnectorError) as error:
            log.warning("case_not_shown", reference=case.reference, error=str(error))
            return NOT_SHOWN.format(done=note or "It is done.")

    async def _too_late(
        self, request: CaseRequest, late: WrongStatus, do: CaseAction | None, typed: dict[str, str]
    ) -> Reply:
        """The present case, and who was first; what was typed comes back if it can still be sent."""
        case = late.case
        note = NOT_FROM_HERE.format(status=case.status.words)
        was_first = WAS_FIRST.format(who=named(case.moved_by, request.person))
        if isinstance(late, ChangedSince) and do in case_action_forms.actions_of(case):
            return await self._form_card(replace(request, case=case), do, typed, was_first)
        if isinstance(late, ChangedSince) and do is None and case.is_open:
            note = was_first
        elif request.press.verb == Verb.ACKNOWLEDGE:
            who = named(case.acknowledged_by, request.person)
            note = "" if who == YOU else HAS_IT.format(who=who)
        return await self._show(replace(request, case=case), note)

    async def _form_card(
        self, request: CaseRequest, do: CaseAction, typed: dict[str, str] | None = None, note: str = ""
    ) -> Card:
        form = case_action_forms.form_of(do, request.case, await self._offered(request, do))
        return case_action_forms.form_card(do, request.case, form, secrets.token_hex(8), typed or {}, {}, note)

    async def _offered(self, request: CaseRequest, do: CaseAction) -> Offered:
        """What the form of this action lets choose; only the forms that need a roster ask for one."""
        if do is CaseAction.MOVE:
            return Offered(places=self._tools.case_roles.places_beside(request.case))
        if do not in (CaseAction.ASSIGN, CaseAction.KEEP):
            return NOTHING_OFFERED
        team = await self._tools.case_roles.team_of(request.case)
        others = [member for member in team if member.id.casefold() != request.person.id.casefold()]
        return Offered(team=others if do is CaseAction.KEEP else team)

    async def _card(self, person: Person, case: Case, note: str = "", first_file: int = 0) -> Card:
        """The whole case, for this member of its team; the first time that they see it is an entry."""
        same_link = await self._links.proposed(person, case)
        chronology = await self._tools.cases.chronology(case.reference)
        if not any(entry.kind is EntryKind.OPENED and entry.by and entry.by.id == person.id for entry in chronology):
            entry = CaseEntry(self._tools.now(), EntryKind.OPENED, person)
            case = await self._tools.cases.record(case.reference, entry)
            chronology.append(entry)
        return case_cards.open_case_card(case, chronology, same_link, note, first_file)
