"""Builds the register's part of the bot."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.delivery.notifier import Deliver, Notifier
from bot.delivery.ticker import Occasion
from bot.register.export_actions import ExportActions
from bot.register.exports import LONGEST_EXPORT, Exports
from bot.register.register_actions import RegisterActions
from bot.register.retention_actions import RetentionActions
from bot.register.weekly_figures import WeeklyFigures
from bot.register.weekly_notices import WEEKLY, WeeklyNotices
from bot.shared import Handlers, Shared, Task
from cards.verbs import Verb
from storage.cases.case_book import CaseBook
from storage.register.export_book import ExportBook
from storage.register.register_reader import Register
from storage.register.retention import Retention


@dataclass(frozen=True)
class RegisterPart:
    """The list of cases, its figures, exports and reviews. `deliver`: what the case book has due of it."""

    actions: RegisterActions
    handlers: Handlers
    deliver: Mapping[str, Deliver]
    each_week: Occasion
    make_exports: Task


def build_register(shared: Shared, cases: CaseBook) -> RegisterPart:
    """Lists and searches, the week in figures, reviews before a deletion, and exports, made in the background."""
    outside, references, roles, now = shared.outside, shared.references, shared.roles, shared.outside.now
    register, terms = Register(outside.tables), shared.trust.calendar.terms
    weekly = WeeklyFigures(register, references, shared.hours, terms, now)
    notices = WeeklyNotices(cases, shared.routes, weekly.for_channel, shared.messenger, now)
    link_to, book, maker = shared.links.link_to, ExportBook(outside.tables), Notifier(now, "exports", LONGEST_EXPORT)
    exports = Exports(book, cases, outside.evidence, roles, references, shared.messenger, link_to, now)
    exporting = ExportActions(cases, book, references, link_to, maker.wake, now)
    actions = RegisterActions(register, roles, terms, now)
    rules = [rule.rule() for rule in shared.trust.retention]
    reviewing = RetentionActions(Retention(outside.tables, outside.evidence, rules), now)
    more = {Verb.WEEKLY: weekly.for_person, **exporting.handlers(actions), **reviewing.handlers}
    return RegisterPart(
        actions=actions,
        handlers=actions.handlers(more),
        deliver=notices.kinds,
        each_week=Occasion(WEEKLY, notices.channels_due, cases.tick, weekly=True),
        make_exports=partial(maker.run, exports.outbox),
    )
