"""The register in the own chats of those who deal with cases: lists, searches, figures and exports.

Everything is asked anew at each press: which cases this person deals with (`Sight`), and what the register holds. What
a card says of itself only chooses among what its reader may see.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from botbuilder.core import TurnContext

from bot.cases.case_access import Sight
from bot.people.roles import Roles
from bot.teams.connector import ConnectorError
from bot.trust.school_calendar import Term
from bot.trust.school_periods import Period, periods
from cards.kit.elements import Card
from cards.register.register_cards import ANY, MAX_SEARCH, NO_SCHOOL, NOBODY, Listed, Wanted, register_card
from cards.verbs import Verb
from dialogs.turn import Pressed, person_in
from storage.cases.register_lines import Line
from storage.records import Person, Status
from storage.register.register_reader import MAX_FOUND, Register
from storage.stored_names import NoOneSchool

log = structlog.get_logger()
NOT_IN_TEAM = "`cases` is for the safeguarding team."
TRY_AGAIN = "Teams does not tell me at the moment which team you are in. Please try again in a minute."
_FIELDS = ("status", "school", "kind", "person", "period")

Told = Card | str
Handler = Callable[[Person, Pressed, Sight], Awaitable[Told]]


class RegisterActions:
    """Answers the verbs of `cases.*`, pressed or typed."""

    def __init__(
        self,
        register: Register,
        roles: Roles,
        terms: tuple[Term, ...],
        now: Callable[[], datetime],
    ) -> None:
        self._register = register
        self._roles = roles
        self._terms = terms
        self._now = now
        self._handlers: dict[str, Handler] = {Verb.CASES: self._show}

    def handlers(self, more: dict[str, Handler]) -> dict[str, Callable[[TurnContext, Pressed], Awaitable[Told]]]:
        """For the main dialog, which knows that this is the person's own chat. `more`: those of other files."""
        self._handlers |= more
        return dict.fromkeys(self._handlers, self._answer)

    async def _answer(self, context: TurnContext, pressed: Pressed) -> Told:
        return await self(person_in(context.activity), pressed)

    async def __call__(self, person: Person, pressed: Pressed) -> Told:
        """The card as it then is, or a sentence. May raise `StorageUnavailable`."""
        sight = self._roles.sight(person)
        try:
            if not await sight.covers_anything():
                log.warning("not_in_team", verb=pressed.verb)
                return NOT_IN_TEAM
            return await self._handlers.get(pressed.verb, self._show)(person, pressed, sight)
        except ConnectorError as error:
            log.warning("action_failed", verb=pressed.verb, error=str(error))
            return TRY_AGAIN

    async def _show(self, person: Person, pressed: Pressed, sight: Sight) -> Told:
        return register_card(await self.listed(wanted_in(pressed), sight))

    async def listed(self, wanted: Wanted, sight: Sight) -> Listed:
        """What this person sees of what they want."""
        offered = periods(self._terms, self._now())
        if wanted.closed and wanted.period not in [period.key for period in offered]:
            wanted = replace(wanted, period=offered[0].key)
        lines, too_many = await self._lines(wanted, offered)
        theirs = await sight.only(lines)
        people = {line.assigned_to.id: line.assigned_to for line in theirs if line.assigned_to}
        return Listed(
            wanted=wanted,
            lines=[line for line in theirs if _fits(line, wanted, offered)],
            now=self._now(),
            schools=sorted({line.school for line in theirs if line.school}),
            people=sorted(people.values(), key=lambda each: each.name.casefold()),
            periods={period.key: period.name for period in offered},
            too_many=too_many,
        )

    async def _lines(self, wanted: Wanted, offered: list[Period]) -> tuple[list[Line], bool]:
        """Open ones oldest first, closed ones newest first; a search looks through both."""
        if wanted.search:
            found = await self._register.search(wanted.search)
            return found, len(found) >= MAX_FOUND
        if not wanted.closed:
            return await self._register.open_lines(), False
        period = next(period for period in offered if period.key == wanted.period)
        return (await self._register.closed_lines(period.start, period.stop))[::-1], False


def wanted_in(pressed: Pressed) -> Wanted:
    """What the card's fields and its button say; what makes no sense is as good as not said.

    A search looks through everything, so the filters are let go.
    """
    page, closed = pressed.data.get("page"), pressed.data.get("closed") in (True, "yes")
    if pressed.data.get("clear"):
        return Wanted(closed=closed)
    if search := pressed.text("search")[:MAX_SEARCH].strip():
        return Wanted(closed=closed, search=search, page=page if isinstance(page, int) else 0)
    said: dict[str, Any] = {name: text for name in _FIELDS if (text := pressed.text(name)[:MAX_SEARCH].strip())}
    if NoOneSchool.TRUST_WIDE.is_meant_by(said.get("school", "")):
        said["school"] = NoOneSchool.TRUST_WIDE.value
    return Wanted(closed=closed, page=page if isinstance(page, int) else 0, **said)


def _fits(line: Line, wanted: Wanted, offered: list[Period]) -> bool:
    """Whether a case passes the filters. With a search there are none: it looks through everything."""
    if wanted.search:
        return True
    period = next((period for period in offered if period.key == wanted.period), None)
    return (
        (wanted.status not in Status.__members__ or line.status is Status[wanted.status])
        and (wanted.school == ANY or line.school == ("" if wanted.school == NO_SCHOOL else wanted.school))
        and (wanted.kind == ANY or (line.kind is not None and line.kind.name == wanted.kind))
        and (wanted.person == ANY or wanted.person == (line.assigned_to.id if line.assigned_to else NOBODY))
        and (period is None or line.raised_at in period)
    )
