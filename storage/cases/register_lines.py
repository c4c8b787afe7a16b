"""The register: a line for each case, kept beside it, so that a list of cases reads no case.

    open|TIME|REFERENCE      the cases that are not closed, oldest first, by when they were raised
    closed|TIME|REFERENCE    the others
    name|NAME|REFERENCE      the cases that somebody of this name reported; also by each later part of the name
    link|DIGEST|REFERENCE    the cases in which this address was reported
    about|NAME|REFERENCE     the cases that somebody of this name is concerned by; also by each later part of the name

They are written with each change of the case, in the same transaction (`case_book.py`), and read by
`register_reader.py`.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from storage.cases.case_records import Case, Kind, Nature, Outcome, Place, Platform, Route, Status
from storage.cases.first_link_digest import first_link_digest
from storage.cases.post_addresses import read_address
from storage.due import stamp
from storage.records import Person
from storage.stored_names import OrOpen, School
from storage.tables.port import Delete, Insert, Operation, Put
from storage.tables.rows import RowCodec

MAX_NAME_PARTS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One case in the register: all that a list, a filter or a figure needs, and nothing of what was reported."""

    reference: str
    raised_at: datetime
    status: Status
    kind: Kind | None
    urgent: bool
    route: Route
    school: School = ""
    platform: OrOpen[Platform] = None
    natures: tuple[Nature, ...] = ()
    reporter: str = ""
    assigned_to: Person | None = None
    acknowledged_at: datetime | None = None
    touched_at: datetime | None = None
    snoozed_until: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    legal_hold: bool = False
    reviewed_at: datetime | None = None
    kept_from: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Who deals with the case."""
        return Place(self.route, self.school)


line_codec = RowCodec(Line)


def line_of(case: Case) -> Line:
    """The case as the register shows it."""
    report = case.report
    return Line(
        reference=case.reference,
        raised_at=case.raised_at,
        status=case.status,
        kind=report.kind,
        urgent=case.urgent,
        route=case.place.route,
        school=case.place.school,
        platform=report.platform,
        natures=report.natures,
        reporter=case.reporter.name,
        assigned_to=case.assigned_to,
        acknowledged_at=case.acknowledged_at,
        touched_at=case.touched_at,
        snoozed_until=case.snoozed_until,
        closed_at=case.closed_at,
        outcome=case.outcome,
        legal_hold=case.legal_hold,
        reviewed_at=case.reviewed_at,
        kept_from=tuple(person.id.casefold() for person in case.kept_from),
    )


def first_rows(case: Case) -> list[Operation]:
    """The rows of a new case."""
    return [
        Insert(line_key(case), line_codec.to_values(line_of(case))),
        *(Put(key, {"reference": case.reference}) for key in found_by(case)),
    ]


def found_by(case: Case) -> list[str]:
    """The keys by which it is found, beside its line."""
    links = (link_key(link, case.reference) for link in case.report.links)
    about = (key for person in case.report.concerned for key in about_keys(person.name, case.reference))
    return list(dict.fromkeys((*name_keys(case), *links, *about)))


def changed_rows(before: Case, after: Case) -> list[Operation]:
    """What a change of a case changes here."""
    line = Put(line_key(after), line_codec.to_values(line_of(after)))
    gone: list[Operation] = [] if before.is_open == after.is_open else [Delete(line_key(before))]
    if before.report is after.report:
        return [*gone, line]
    found, finds = set(found_by(before)), set(found_by(after))
    gone += [Delete(key) for key in sorted(found - finds)]
    return [*gone, line, *(Put(key, {"reference": after.reference}) for key in sorted(finds - found))]


def line_key(case: Case) -> str:
    """Where the line of this case stands."""
    return f"{'open' if case.is_open else 'closed'}|{stamp(case.raised_at)}|{case.reference}"


def name_keys(case: Case) -> list[str]:
    """By its reporter's name, and by what it ends with: "jane-ann-smith", "ann-smith", "smith"."""
    return _by_each_part("name", case.reporter.name, case.reference)


def about_keys(name: str, reference: str) -> list[str]:
    """By the name of somebody whom the report concerns, in the same way."""
    return _by_each_part("about", name, reference)


def _by_each_part(kind: str, name: str, reference: str) -> list[str]:
    parts = plain_name(name).split("-")[:MAX_NAME_PARTS]
    return [f"{kind}|{'-'.join(parts[first:])}|{reference}" for first in range(len(parts)) if parts[first]]


def plain_name(name: str) -> str:
    """A name as the register looks it up: no accents, no capitals, no signs."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^\w]+", "-", "".join(c for c in letters if not unicodedata.combining(c))).strip("-")[:80]


def link_key(link: str, reference: str) -> str:
    """By an address that was reported."""
    return f"link|{link_digests(link)[0]}|{reference}"


def link_digests(link: str) -> tuple[str, str]:
    """Under what a case is found by this address: today, and in the rows of the first version."""
    return _digest(read_address(link).identity), first_link_digest(link)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
