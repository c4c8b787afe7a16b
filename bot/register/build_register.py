"""Builds the register's part of the bot."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.cases.build_cases import Cases
from bot.cases.case_clocks import CaseClocks
from bot.delivery.notifier import Deliver, Notifier
from bot.delivery.ticker import Occasion
from bot.register.export_actions import ExportActions
from bot.register.exports import LONGEST_EXPORT, Exports, ExportTools
from bot.register.register_actions import RegisterActions
from bot.register.register_request import for_safeguarding
from bot.register.retention_actions import RetentionActions
from bot.register.weekly_figures import WeeklyFigures
from bot.register.weekly_notices import WEEKLY, WeeklyNotices
from bot.shared import Shared, Task
from cards.verbs import Verb
from dialogs.buttons import Handlers
from storage.register.export_book import ExportBook
from storage.register.register_reader import Register
from storage.register.retention import Retention


@dataclass(frozen=True)
class RegisterPart:
    """The list of cases, its figures, exports and reviews.

    `exporting`: those of `handlers` that a case has buttons for too. `deliver`: what the case book has due of it.
    """

    handlers: Handlers
    exporting: Handlers
    deliver: Mapping[str, Deliver]
    each_week: Occasion
    make_exports: Task


def build_register(shared: Shared, cases: Cases) -> RegisterPart:
    """Lists and searches, the week in figures, reviews before a deletion, and exports, made in the background."""
    outside, terms, now = shared.outside, shared.trust.calendar.terms, shared.outside.now
    register = Register(outside.tables)
    weekly = WeeklyFigures(register, shared.references, shared.hours, terms, now)
    notices = WeeklyNotices(cases.book, cases.routes, weekly.for_channel, shared.messenger, now)
    listing = RegisterActions(register, terms, now, CaseClocks(shared.hours).is_overdue)
    maker, tools = Notifier(now, "exports", LONGEST_EXPORT), _export_tools(shared, cases)
    rules = [rule.rule() for rule in shared.trust.retention]
    reviewing = RetentionActions(Retention(outside.tables, outside.evidence, rules), now)
    exporting = for_safeguarding(cases.roles, ExportActions(tools, listing.listed, maker.wake).handlers)
    others = {**listing.handlers, **reviewing.handlers, Verb.WEEKLY: weekly.for_person}
    return RegisterPart(
        handlers={**for_safeguarding(cases.roles, others), **exporting},
        exporting=exporting,
        deliver=notices.kinds,
        each_week=Occasion(WEEKLY, notices.channels_due, cases.book.tick, weekly=True),
        make_exports=partial(maker.run, Exports(tools).outbox),
    )


def _export_tools(shared: Shared, cases: Cases) -> ExportTools:
    return ExportTools(
        exports=ExportBook(shared.outside.tables),
        cases=cases.book,
        evidence=shared.outside.evidence,
        case_roles=cases.roles,
        messenger=shared.messenger,
        link_to=shared.links.link_to,
        now=shared.outside.now,
    )
