"""Which cases may name each other, and which are proposed because the same address was reported in them."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.cases.case_access import CaseRoles
from bot.teams.connector import ConnectorError
from storage.cases import case_moves
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Case
from storage.records import Person
from storage.tables.port import NotFound

log = structlog.get_logger()
NO_SUCH_CASE = "There is no case {other} that you deal with."
APART = (
    "Case {other} goes to other people, and those who read the one must not learn of the other. The two are not linked."
)
ENOUGH = 4
"""Proposals: three are named, and one more says that there are more."""
LOOKED_AT = 40
"""Cases with the same address that are looked at: a post that a whole school reports opens no slower."""


@dataclass(frozen=True, slots=True)
class CaseLinks:
    """Links are for those who deal with both cases, and never lead out of the circle of people who read a case."""

    cases: CaseBook
    case_roles: CaseRoles

    async def proposed(self, person: Person, case: Case) -> list[str]:
        """Other cases with the same address that this person may link to this one; at most `ENOUGH`."""
        access, found = self.case_roles.access(person), list[str]()
        for reference in (await self.cases.sharing_link(case))[:LOOKED_AT]:
            if reference in case.linked:
                continue
            try:
                other = await self.cases.get(reference)
                if _may_name_each_other(case, other) and await access.works_on(other):
                    found.append(reference)
            except NotFound:  # deleted meanwhile
                continue
            except ConnectorError as error:  # a proposal is no reason not to open a case
                log.warning("links_not_proposed", reference=case.reference, error=str(error))
                break
            if len(found) == ENOUGH:
                break
        return found

    async def link_back(self, person: Person, case: Case, reference: str, at: datetime) -> str:
        """Link the other case to this one; why not, if it cannot be."""
        try:
            other = await self.cases.get(reference)
        except NotFound:
            return NO_SUCH_CASE.format(other=reference)
        if not await self.case_roles.access(person).works_on(other):
            return NO_SUCH_CASE.format(other=reference)
        if not _may_name_each_other(case, other):
            return APART.format(other=reference)
        if case.reference not in other.linked:
            await self.cases.apply(reference, case_moves.link(case.reference), person, at)
        return ""


def _may_name_each_other(one: Case, other: Case) -> bool:
    """That a report went to the head or the chair already says something about somebody whom its other readers know."""
    return one.place.route is other.place.route
