"""Builds the part of the bot in which reports are made and their cases worked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.cases.case_actions import CaseActions, CaseTools
from bot.cases.case_clocks import CaseClocks
from bot.cases.case_notices import CaseNotices
from bot.cases.case_reminders import CaseReminders
from bot.cases.daily_lists import DAILY, DailyLists
from bot.cases.deleted_cases import unless_gone
from bot.delivery.housekeeping import Housekeeper
from bot.delivery.notifier import Deliver, Outbox
from bot.delivery.ticker import Occasion
from bot.shared import Shared, Task
from cards.cases import case_cards
from dialogs.reports.my_reports import AdditionDialog, MyReports, MyReportsTools
from dialogs.reports.report_dialog import ReportDialog, ReportTools
from storage.cases.case_book import CaseBook
from storage.draft_book import DraftBook
from storage.register.register_reader import Register


@dataclass(frozen=True)
class Cases:
    """Reports and their cases. `deliver`: how each kind of what the case book has due gets there."""

    book: CaseBook
    report: ReportDialog
    mine: MyReports
    addition: AdditionDialog
    actions: CaseActions
    deliver: Mapping[str, Deliver]
    each_day: Occasion
    drafts: Outbox
    tasks: tuple[Task, ...]


def build_cases(shared: Shared) -> Cases:
    """The walk of a report, the desk on which its case is worked, its notices and its reminders."""
    book, drafts = CaseBook(shared.outside.tables), DraftBook(shared.outside.tables)
    outside, references, messenger = shared.outside, shared.references, shared.messenger
    housekeeper = Housekeeper(drafts, outside.evidence, references, messenger, outside.now, sent=book.by_submission)
    mine = MyReportsTools(book, shared.fetch_files, shared.notifier.wake, outside.now)
    daily_lists = _daily_lists(shared, book)
    return Cases(
        book=book,
        report=_report(shared, book, drafts),
        mine=MyReports(mine),
        addition=AdditionDialog(mine),
        actions=_actions(shared, book),
        deliver=unless_gone(book, _of_one_case(shared, book)) | daily_lists.kinds,
        each_day=Occasion(DAILY, daily_lists.lists_due, book.tick),
        drafts=housekeeper.outbox,
        tasks=(housekeeper.run,),
    )


def _report(shared: Shared, book: CaseBook, drafts: DraftBook) -> ReportDialog:
    return ReportDialog(
        ReportTools(
            drafts=drafts,
            cases=book,
            goes_to=shared.routes.goes_to,
            fetch_files=shared.fetch_files,
            people=shared.people,
            wake_notifier=shared.notifier.wake,
            remind_at=CaseClocks(shared.hours).first,
            opens_at=shared.hours.opens_at,
            now=shared.outside.now,
        )
    )


def _actions(shared: Shared, book: CaseBook) -> CaseActions:
    return CaseActions(
        CaseTools(
            cases=book,
            references=shared.references,
            roles=shared.roles,
            messenger=shared.messenger,
            channel_card=partial(case_cards.case_card, dialogs=not shared.settings.is_local),
            link_to=shared.links.link_to,
            wake_notifier=shared.notifier.wake,
            now=shared.outside.now,
        )
    )


def _of_one_case(shared: Shared, book: CaseBook) -> dict[str, Deliver]:
    messenger, references, routes, now = shared.messenger, shared.references, shared.routes, shared.outside.now
    channel_card = partial(case_cards.case_card, dialogs=not shared.settings.is_local)
    notices = CaseNotices(book, references, routes, shared.settings.bot_admins, messenger, channel_card, now)
    return dict(notices.outbox.deliver) | CaseReminders(book, routes, shared.hours, messenger, now).kinds


def _daily_lists(shared: Shared, book: CaseBook) -> DailyLists:
    register = Register(shared.outside.tables)
    return DailyLists(book, register, shared.routes, shared.hours, shared.messenger, shared.outside.now)
