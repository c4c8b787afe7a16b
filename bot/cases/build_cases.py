"""Builds the part of the bot in which reports are made and their cases worked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.cases.case_access import CaseRoles
from bot.cases.case_actions import CaseActions, CaseTools
from bot.cases.case_clocks import CaseClocks
from bot.cases.case_notices import CaseNotices
from bot.cases.case_reminders import CaseReminders
from bot.cases.daily_lists import DAILY, DailyLists
from bot.cases.deleted_cases import unless_gone
from bot.cases.report_routes import Routes
from bot.delivery.housekeeping import Housekeeper
from bot.delivery.notifier import Deliver, Outbox
from bot.delivery.ticker import Occasion
from bot.shared import Shared, Task
from cards.cases import case_cards
from cards.kit.elements import Card
from dialogs.buttons import Handlers
from dialogs.reports.my_reports import AdditionDialog, MyReports, MyReportsTools
from dialogs.reports.report_dialog import ReportDialog, ReportTools
from storage.cases.case_book import CaseBook
from storage.cases.case_moves import leave_unfinished
from storage.cases.case_records import Case
from storage.cases.report_drafts import DraftBook
from storage.register.register_reader import Register


@dataclass(frozen=True)
class Cases:
    """Reports and their cases. `handlers`: the DSL's buttons; `own_chat`: those of who sent a report.

    `deliver`: how each kind of what the case book has due of one case gets there; `lists`: the same of many cases.
    """

    book: CaseBook
    routes: Routes
    roles: CaseRoles
    report: ReportDialog
    addition: AdditionDialog
    handlers: Handlers
    own_chat: Handlers
    deliver: Mapping[str, Deliver]
    lists: Mapping[str, Deliver]
    each_day: Occasion
    drafts: Outbox
    tasks: tuple[Task, ...]


def build_cases(shared: Shared) -> Cases:
    """The walk of a report, the desk on which its case is worked, its notices and its reminders."""
    outside, messenger = shared.outside, shared.messenger
    book, drafts, routes = CaseBook(outside.tables), DraftBook(outside.tables), Routes(shared.trust, shared.references)
    roles = CaseRoles(shared.roles, routes, messenger)
    housekeeper = Housekeeper(
        drafts, outside.evidence, messenger, outside.now, sent=partial(_sent_or_left, book, outside.now)
    )
    mine = MyReportsTools(book, shared.fetch_files, shared.notifier.wake, outside.now)
    daily_lists = DailyLists(book, Register(outside.tables), routes, shared.hours, messenger, outside.now)
    return Cases(
        book=book,
        routes=routes,
        roles=roles,
        report=_report(shared, book, drafts, routes),
        addition=AdditionDialog(mine),
        handlers=_actions(shared, book, roles).handlers,
        own_chat=MyReports(mine).handlers,
        deliver=unless_gone(book, _of_one_case(shared, book, routes)),
        lists=daily_lists.kinds,
        each_day=Occasion(DAILY, daily_lists.lists_due, book.tick),
        drafts=housekeeper.outbox,
        tasks=(housekeeper.run,),
    )


async def _sent_or_left(book: CaseBook, now: Callable[[], datetime], draft_id: str) -> Case | None:
    """What a forgotten draft has become. A case that was being written on with it is finished no more."""
    case = await book.by_submission(draft_id)
    if case and case.being_written:
        return await book.apply(case.reference, leave_unfinished(), case.reporter, now())
    return case


def _report(shared: Shared, book: CaseBook, drafts: DraftBook, routes: Routes) -> ReportDialog:
    return ReportDialog(
        ReportTools(
            drafts=drafts,
            cases=book,
            goes_to=routes.goes_to,
            fetch_files=shared.fetch_files,
            people=shared.people,
            wake_notifier=shared.notifier.wake,
            remind_at=CaseClocks(shared.hours).first,
            opens_at=shared.hours.opens_at,
            now=shared.outside.now,
        )
    )


def _actions(shared: Shared, book: CaseBook, roles: CaseRoles) -> CaseActions:
    return CaseActions(
        CaseTools(
            cases=book,
            case_roles=roles,
            messenger=shared.messenger,
            channel_card=_channel_card(shared),
            link_to=shared.links.link_to,
            wake_notifier=shared.notifier.wake,
            now=shared.outside.now,
        )
    )


def _of_one_case(shared: Shared, book: CaseBook, routes: Routes) -> dict[str, Deliver]:
    messenger, admins, now = shared.messenger, shared.settings.bot_admins, shared.outside.now
    notices = CaseNotices(book, routes, admins, messenger, _channel_card(shared), now)
    return notices.kinds | CaseReminders(book, routes, shared.hours, messenger, now).kinds


def _channel_card(shared: Shared) -> Callable[[Case, str], Card]:
    """Windows of Teams are its own: on one machine a case opens in the chat."""
    return partial(case_cards.case_card, dialogs=not shared.settings.is_local)
