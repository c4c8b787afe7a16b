"""The register in the own chats of those who deal with cases: lists, searches, figures and exports.

Everything is asked anew at each press: which cases this person deals with (`CaseAccess`), and what the register holds.
What a card says of itself only chooses among what its reader may see.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.cases.case_access import CaseAccess
from bot.register.register_request import RegisterHandler, RegisterRequest
from bot.trust.school_calendar import Term
from bot.trust.school_periods import DateRange, periods
from cards.register.register_cards import ANY, MAX_SEARCH, NO_SCHOOL, NOBODY, Listed, Wanted, register_card
from cards.verbs import Verb
from dialogs.buttons import ButtonPress, Reply
from storage.cases.case_records import Status
from storage.cases.register_lines import Line
from storage.register.register_reader import MAX_FOUND, Register
from storage.stored_names import NoOneSchool

_FIELDS = ("status", "school", "kind", "person", "period")


class RegisterActions:
    """Answers the buttons of the list, pressed or typed."""

    def __init__(
        self,
        register: Register,
        terms: tuple[Term, ...],
        now: Callable[[], datetime],
        is_overdue: Callable[[Line, datetime], bool],
    ) -> None:
        self._register = register
        self._terms = terms
        self._now = now
        self._is_overdue = is_overdue
        self.handlers: dict[Verb, RegisterHandler] = {Verb.CASES: self._show}

    async def _show(self, request: RegisterRequest) -> Reply:
        return register_card(await self.listed(wanted_in(request.press), request.access))

    async def listed(self, wanted: Wanted, access: CaseAccess) -> Listed:
        """What this person sees of what they want."""
        offered = periods(self._terms, self._now())
        if wanted.closed and wanted.period not in [period.key for period in offered]:
            wanted = replace(wanted, period=offered[0].key)
        lines, too_many = await self._lines(wanted, offered)
        theirs = await access.only(lines)
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

    async def _lines(self, wanted: Wanted, offered: list[DateRange]) -> tuple[list[Line], bool]:
        """Open ones with what cannot wait first, closed ones newest first; a search looks through both."""
        if wanted.search:
            found = await self._register.search(wanted.search)
            return found, len(found) >= MAX_FOUND
        if not wanted.closed:
            now = self._now()
            lines = await self._register.open_lines()
            return sorted(lines, key=lambda line: (_rank(line, self._is_overdue(line, now)), line.raised_at)), False
        period = next(period for period in offered if period.key == wanted.period)
        return (await self._register.closed_lines(period.start, period.stop))[::-1], False


def _rank(line: Line, is_overdue: bool) -> int:
    """The order of open cases: new and urgent, then what waits too long, then the rest; within each, the oldest."""
    if line.urgent and line.status is Status.RAISED:
        return 0
    return 1 if is_overdue else 2


def wanted_in(press: ButtonPress) -> Wanted:
    """What the card's fields and its button say; what makes no sense is as good as not said.

    A search looks through everything, so the filters are let go.
    """
    page, closed = press.data.get("page"), press.data.get("closed") in (True, "yes")
    if press.data.get("clear"):
        return Wanted(closed=closed)
    if press.data.get("mine"):
        return Wanted(person=press.person.id)
    if search := press.text("search")[:MAX_SEARCH].strip():
        return Wanted(closed=closed, search=search, page=page if isinstance(page, int) else 0)
    said: dict[str, Any] = {name: text for name in _FIELDS if (text := press.text(name)[:MAX_SEARCH].strip())}
    if NoOneSchool.TRUST_WIDE.is_meant_by(said.get("school", "")):
        said["school"] = NoOneSchool.TRUST_WIDE.value
    return Wanted(closed=closed, page=page if isinstance(page, int) else 0, **said)


def _fits(line: Line, wanted: Wanted, offered: list[DateRange]) -> bool:
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
