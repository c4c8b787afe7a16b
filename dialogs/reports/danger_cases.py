"""The case of a report that is still being written: it stands from the moment that somebody may be in danger.

Those who deal with it are alerted at once; what the reporter writes from there on is written into it. It is found by
the draft's id, so that it is one case however often this is called, and Send finishes it instead of raising another.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from dialogs.reports.report_walk import so_far
from storage.cases import case_moves
from storage.cases.case_book import CaseBook
from storage.cases.case_moves import CaseMove
from storage.cases.case_records import Case, Report, WrongStatus
from storage.cases.report_drafts import ReportDraft
from storage.records import Person


@dataclass(frozen=True, slots=True)
class DangerCases:
    """Each method may raise `StorageUnavailable`. `remind_at`: when to look whether a report was taken."""

    cases: CaseBook
    remind_at: Callable[[Report, datetime], datetime]
    now: Callable[[], datetime]

    async def write(self, draft: ReportDraft, person: Person) -> None:
        """Raise the case of this draft if it does not stand yet, and write what the draft holds into it."""
        report, now = so_far(draft), self.now()
        remind_at = self.remind_at(report, now)
        case = await self.cases.raise_case(report, person, draft.id, now, remind_at, being_written=True)
        case = await self._take_danger_back(case, report)
        report = _beside(case, report)
        if case.being_written and case.report != report:
            await self._apply(case, case_moves.write_on(report))

    async def finish(self, case: Case, report: Report) -> Case:
        """Send was pressed: the case with the whole report. A case that is not being written stays as it is."""
        if not case.being_written:
            return case
        case = await self._take_danger_back(case, report)
        return await self._apply(case, case_moves.finish(_beside(case, report)))

    async def leave(self, draft_id: str) -> None:
        """The draft was thrown away: the case stays with those who have it, who are told."""
        case = await self.cases.by_submission(draft_id)
        if case and case.being_written:
            await self._apply(case, case_moves.leave_unfinished())

    async def _take_danger_back(self, case: Case, report: Report) -> Case:
        is_taken_back = case.being_written and case.report.danger and report.danger is False
        return await self._apply(case, case_moves.no_danger()) if is_taken_back else case

    async def _apply(self, case: Case, move: CaseMove) -> Case:
        try:
            return await self.cases.apply(case.reference, move, case.reporter, self.now())
        except WrongStatus as finished:  # by the same press, delivered twice
            return finished.case


def _beside(case: Case, report: Report) -> Report:
    """What was added to the case by another way than the walk stays in it; no file where an image of a child is."""
    files = () if report.intimate_image else dict.fromkeys((*report.evidence, *case.report.evidence))
    return replace(report, evidence=tuple(files))
