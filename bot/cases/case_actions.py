"""The DSL's buttons. The channel's card takes a case and opens it; all else happens in the DSL's own chat.

Each press: is the person, now, one of those who deal with this case → the move, once, if nobody was first → the card
as the case then is. A card that is out of date gets the present one back, with a word on what changed.
"""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.cases.case_forms import read_form
from bot.cases.case_links import CaseLinks
from bot.cases.case_press import YOU, Press, do_in, is_number, named, once_of, token_of
from bot.people.roles import Roles
from bot.teams.connector import ConnectorError
from bot.teams.messenger import Messenger
from cards.cases import case_action_forms, case_cards
from cards.cases.case_action_forms import CaseAction
from cards.kit.elements import Card, fits
from cards.kit.times import LONDON
from cards.verbs import Verb
from dialogs.turn import Pressed
from storage.cases import case_moves
from storage.cases.case_book import CaseBook, ChangedSince
from storage.cases.case_moves import Move
from storage.conversation_references import ConversationReferences
from storage.records import Case, Entry, EntryKind, Person, StoredFile, WrongStatus
from storage.tables.port import NotFound, StorageUnavailable

log = structlog.get_logger()
NOT_IN_TEAM = "Only members of the safeguarding team that has this report can do this. Nothing was changed."
NO_CASE = "There is no report {reference} here. The card may be from a trial; tell IT if it should be there."
HAS_IT = "{who} has taken this already, so nothing was changed."
WAS_FIRST = "{who} changed this case since your card was made. Nothing was done yet: look again, then decide."
NOT_FROM_HERE = "That does not go while the case is “{status}”. Nothing was changed."
SENT_TO_YOU = "The case is in your own chat with me."
NO_CHAT = "I cannot write to you yet. Open a chat with me, send any word, then press this again."
TRY_AGAIN = "That did not work just now. Please try again in a minute; nothing is done twice."
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
}

Told = Card | str


@dataclass(frozen=True, slots=True)
class CaseTools:
    """What the actions stand on. `channel_card` is a case's card for the channel, with a word for who pressed;
    `link_to` makes the address of one file that soon ends.
    """

    cases: CaseBook
    references: ConversationReferences
    roles: Roles
    messenger: Messenger
    channel_card: Callable[[Case, str], Card]
    link_to: Callable[[StoredFile], Awaitable[str]]
    wake_notifier: Callable[[], None]
    now: Callable[[], datetime]


class CaseActions:
    """Answers the verbs of `case.*`."""

    def __init__(self, tools: CaseTools) -> None:
        self._tools = tools
        self._links = CaseLinks(tools.cases, tools.roles)
        self._handlers: dict[str, Callable[[Press], Awaitable[Told]]] = {
            Verb.ACKNOWLEDGE: self._acknowledge,
            Verb.TAKE: self._take,
            Verb.OPEN: self._open,
            Verb.DESK: self._show,
        }
        self._at_desk: dict[str, Callable[[Press], Awaitable[Told]]] = {
            Verb.OPEN_HERE: self._open_here,
            Verb.FORM: self._form,
            Verb.DO: self._do,
            Verb.EVIDENCE: self._evidence,
        }

    async def __call__(self, person: Person, pressed: Pressed, *, in_own_chat: bool, on: str = "") -> Told:
        """The card as it then is, or a sentence for the person alone.

        `on`: the message that the button stands on. An alert stays one, also in the own chat of whom it goes to.
        """
        reference = pressed.text("case")
        try:
            case = await self._tools.cases.get(reference)
        except (NotFound, ValueError):
            return NO_CASE.format(reference=reference[:20])
        if not await self._tools.roles.works_on(person, case):
            log.warning("not_in_team", verb=pressed.verb, reference=case.reference)
            return NOT_IN_TEAM
        at_desk = in_own_chat and not (case.alert and case.alert.activity == on)
        handlers = {**self._handlers, **self._at_desk} if at_desk else self._handlers
        handle = handlers.get(pressed.verb, self._show)
        seen = pressed.text("seen")
        return await handle(Press(person, case, pressed, at_desk, int(seen) if is_number(seen) else None))

    async def _acknowledge(self, press: Press) -> Told:
        """Whatever else was changed since the card was made: a new report waits for nothing but this."""
        return await self._move(replace(press, seen=None), case_moves.acknowledge())

    async def _take(self, press: Press) -> Told:
        if press.case.assigned_to and press.case.assigned_to.id == press.person.id:
            return await self._show(press)
        return await self._move(press, case_moves.assign(press.person))

    async def _show(self, press: Press, note: str = "") -> Told:
        """The card that was pressed, as the case now is."""
        if not press.at_desk:
            return self._tools.channel_card(press.case, note)
        first_file = press.pressed.text("files")
        return await self._card(press.person, press.case, note, int(first_file) if is_number(first_file) else 0)

    async def _open(self, press: Press) -> Told:
        """The case goes to the person's own chat, and the chronology says who read it."""
        try:
            chat = await self._tools.references.chat_with(press.person)
        except NotFound:
            return NO_CHAT
        entry = Entry(self._tools.now(), EntryKind.OPENED, press.person)
        case = await self._tools.cases.record(press.case.reference, entry)
        await self._tools.messenger.post_card(chat, await self._card(press.person, case))
        return SENT_TO_YOU

    async def _open_here(self, press: Press) -> Told:
        """The case in a dialog of Teams, which only this person sees."""
        entry = Entry(self._tools.now(), EntryKind.OPENED, press.person)
        return await self._card(press.person, await self._tools.cases.record(press.case.reference, entry))

    async def _evidence(self, press: Press) -> Told:
        """A link to one file, in the person's own chat; the entry comes first."""
        file = next((file for file in press.case.report.evidence if file.id == press.pressed.text("file")), None)
        if file is None:
            return NO_FILE
        try:
            chat = await self._tools.references.chat_with(press.person)
        except NotFound:
            return NO_CHAT
        address = await self._tools.link_to(file)
        entry = Entry(self._tools.now(), EntryKind.EVIDENCE, press.person, file.name)
        case = await self._tools.cases.record(press.case.reference, entry)
        await self._tools.messenger.post_card(chat, case_cards.evidence_card(case, file, address))
        return await self._card(press.person, case, f"{file.name} is in the newest message of our own chat.")

    async def _form(self, press: Press) -> Told:
        """What the action asks, in place of the card."""
        do = do_in(press)
        return await self._form_card(press.case, do) if do else await self._show(press)

    async def _do(self, press: Press) -> Told:
        """Carry out what the form says, or give it back with what is wrong."""
        do, once = do_in(press), once_of(press)
        if once and await self._tools.cases.was_sent(press.case.reference, once):
            return await self._done(press, press.case, DONE[CaseAction[press.pressed.text("do")]])
        if do is None:
            return await self._show(press, NOT_FROM_HERE.format(status=press.case.status.words))
        team = await self._team(press.case, do)
        form = case_action_forms.form_of(do, press.case, team)
        typed = {question.name: press.pressed.text(question.name) for question in form.fields}
        today = self._tools.now().astimezone(LONDON).date()
        read = read_form(do, press.case, form, typed, team, today)
        if isinstance(read, Move) and do is CaseAction.LINK:
            if read.text in press.case.linked:
                return await self._done(press, press.case, DONE[do])
            problem = await self._links.link_back(press.person, press.case, read.text, self._tools.now())
            read = {"other": problem} if problem else read
        if not isinstance(read, Move):
            again = case_action_forms.form_card(do, press.case, form, token_of(press), typed, read)
            return again if fits(again) else " ".join(read.values())
        return await self._move(press, read, do, typed)

    async def _move(
        self, press: Press, move: Move, do: CaseAction | None = None, typed: dict[str, str] | None = None
    ) -> Told:
        once = once_of(press) if do else ""
        try:
            case = await self._tools.cases.apply(
                press.case.reference, move, press.person, self._tools.now(), seen=press.seen, once=once
            )
        except WrongStatus as late:
            return await self._too_late(press, late, do, typed or {})
        log.info("case_moved", reference=case.reference, move=move.kind.name, by=press.person.id)
        self._tools.wake_notifier()
        return await self._done(press, case, DONE[do] if do else "")

    async def _done(self, press: Press, case: Case, note: str) -> Told:
        """The case after a move that is written; that it cannot be shown takes nothing of that back."""
        if not press.at_desk:
            return self._tools.channel_card(case, "")
        try:
            return await self._card(press.person, case, note)
        except (StorageUnavailable, ConnectorError) as error:
            log.warning("case_not_shown", reference=case.reference, error=str(error))
            return NOT_SHOWN.format(done=note or "It is done.")

    async def _too_late(self, press: Press, late: WrongStatus, do: CaseAction | None, typed: dict[str, str]) -> Told:
        """The present case, and who was first; what was typed comes back if it can still be sent."""
        case = late.case
        note = NOT_FROM_HERE.format(status=case.status.words)
        was_first = WAS_FIRST.format(who=named(case.moved_by, press.person))
        if isinstance(late, ChangedSince) and do in case_action_forms.actions_of(case):
            return await self._form_card(case, do, typed, was_first)
        if isinstance(late, ChangedSince) and do is None and case.is_open:
            note = was_first
        elif press.pressed.verb == Verb.ACKNOWLEDGE:
            who = named(case.acknowledged_by, press.person)
            note = "" if who == YOU else HAS_IT.format(who=who)
        return await self._show(replace(press, case=case), note)

    async def _form_card(self, case: Case, do: CaseAction, typed: dict[str, str] | None = None, note: str = "") -> Card:
        form = case_action_forms.form_of(do, case, await self._team(case, do))
        return case_action_forms.form_card(do, case, form, secrets.token_hex(8), typed or {}, {}, note)

    async def _team(self, case: Case, do: CaseAction) -> Sequence[Person]:
        return await self._tools.roles.team_of(case) if do is CaseAction.ASSIGN else ()

    async def _card(self, person: Person, case: Case, note: str = "", first_file: int = 0) -> Card:
        """The whole case, for this member of its team; the first time that they see it is an entry."""
        same_link = await self._links.proposed(person, case)
        chronology = await self._tools.cases.chronology(case.reference)
        if not any(entry.kind is EntryKind.OPENED and entry.by and entry.by.id == person.id for entry in chronology):
            entry = Entry(self._tools.now(), EntryKind.OPENED, person)
            case = await self._tools.cases.record(case.reference, entry)
            chronology.append(entry)
        return case_cards.open_case_card(case, chronology, same_link, note, first_file)
