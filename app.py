"""The composition root: settings, outside, then each part of the bot, then the web app. Nothing else builds anything.

outside    tables, evidence, tokens, the clock (`bot/infrastructure.py`)
shared     what every part stands on: messenger, roles, routes, school hours, the notifier
parts      questions, cases, the register, suggestions: each its books, its dialogs, its buttons, its notices
build      joins them: one dialog for a person's own chat, one door for Teams, one loop that delivers what is due
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import structlog
from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.dialogs import DialogInstance, DialogState

from bot.cases.case_actions import CaseActions, CaseTools
from bot.cases.case_clocks import CaseClocks
from bot.cases.case_notices import CaseNotices
from bot.cases.case_reminders import CaseReminders
from bot.cases.daily_lists import DAILY, DailyLists
from bot.cases.deleted_cases import unless_gone
from bot.cases.report_routes import Routes
from bot.delivery.housekeeping import FORGOTTEN_SUGGESTION, Housekeeper
from bot.delivery.notifier import Notifier, Outbox
from bot.delivery.ticker import Occasion, Ticker
from bot.file_links import FileDoor, FileLinks
from bot.infrastructure import Outside, connect
from bot.logs import set_up_logs
from bot.people.directory import Directory, emails_in_teams
from bot.people.graph import Graph
from bot.people.line_managers import LineManagers
from bot.people.people_file import PeopleFile, PeopleFileError, read_people
from bot.people.roles import Roles
from bot.questions.question_actions import QuestionActions
from bot.questions.question_notices import QuestionNotices
from bot.questions.question_review import review
from bot.register.export_actions import ExportActions
from bot.register.exports import LONGEST_EXPORT, Exports
from bot.register.register_actions import RegisterActions
from bot.register.retention_actions import RetentionActions
from bot.register.weekly_figures import WeeklyFigures
from bot.register.weekly_notices import WEEKLY, WeeklyNotices
from bot.settings import Settings, SettingsError, load_settings
from bot.suggestions.suggestion_actions import SuggestionActions, SuggestionActionTools
from bot.suggestions.suggestion_notices import SuggestionNotices, SuggestionNoticeTools
from bot.teams.attachments import AttachmentFetcher
from bot.teams.connector import TeamsConnector
from bot.teams.messenger import Messenger
from bot.trust.facts import Trust, TrustError, load_trust
from bot.trust.school_hours import SchoolHours
from bot.turns.adapter import TeamsAdapter
from bot.turns.card_actions import CardActions
from bot.turns.case_dialogs import CaseDialogs
from bot.turns.message_extension import MessageExtension
from bot.turns.teams_bot import AnswerInvoke, TeamsBot
from bot.web import Background, make_web_app
from cards.cases import case_cards
from cards.reports.report_cards import Help
from cards.suggestions.suggestion_cards import Surroundings
from cards.suggestions.suggestion_form import Choices
from cards.verbs import Verb
from dialogs.main_dialog import ConversationStateReadOnce, MainDialog
from dialogs.questions.policy_desk import Answered, DeskTools, PolicyDesk
from dialogs.questions.question_dialog import QuestionDialog
from dialogs.reports.my_reports import AdditionDialog, MyReports, MyReportsTools
from dialogs.reports.report_dialog import ReportDialog, ReportTools
from dialogs.suggestions.my_suggestions import MySuggestions, MySuggestionsTools
from dialogs.suggestions.suggestion_dialog import SuggestionDialog, SuggestionTools
from dialogs.turn import Pressed
from policy.document import Policy, PolicyError, load_policy
from policy.posts.post_check import will_post
from storage.bot_state import BotStateStorage
from storage.cases.case_book import CaseBook
from storage.conversation_references import ConversationReferences
from storage.draft_book import DraftBook, SuggestionDraftBook
from storage.files.evidence import FolderEvidence
from storage.questions.question_book import QuestionBook
from storage.register.export_book import ExportBook
from storage.register.register_reader import Register
from storage.register.retention import Retention
from storage.suggestions.suggestion_book import SuggestionBook
from storage.tables.port import StorageUnavailable

log = structlog.get_logger()
T = TypeVar("T")
Handlers = Mapping[str, Callable[[TurnContext, Pressed], Awaitable[Answered]]]
Task = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Shared:
    """What every part stands on."""

    settings: Settings
    trust: Trust
    policy: Policy
    outside: Outside
    connector: TeamsConnector
    messenger: Messenger
    references: ConversationReferences
    routes: Routes
    roles: Roles
    hours: SchoolHours
    links: FileLinks
    fetch_files: AttachmentFetcher
    people: Help
    notifier: Notifier

    @classmethod
    def over(cls, settings: Settings, trust: Trust, policy: Policy, outside: Outside) -> "Shared":
        """All of it, over one outside."""
        connector = TeamsConnector(outside.token)
        messenger, references = Messenger(connector), ConversationReferences(outside.tables)
        routes = Routes(trust, references)
        return cls(
            settings=settings,
            trust=trust,
            policy=policy,
            outside=outside,
            connector=connector,
            messenger=messenger,
            references=references,
            routes=routes,
            roles=Roles(settings.bot_admins, references, messenger, routes),
            hours=SchoolHours(trust),
            links=FileLinks(outside.evidence, outside.now),
            fetch_files=AttachmentFetcher(settings, connector, outside.evidence),
            people=_help_of(trust),
            notifier=Notifier(outside.now),
        )


@dataclass(frozen=True)
class Questions:
    """ "May I do this?": the answers, and the way to a person who can."""

    dialog: QuestionDialog
    desk: PolicyDesk
    actions: QuestionActions
    outbox: Outbox


@dataclass(frozen=True)
class RegisterPart:
    """The list of cases, its figures, exports and reviews."""

    actions: RegisterActions
    handlers: Handlers
    make_exports: Task


@dataclass(frozen=True)
class Cases:
    """Reports and their cases."""

    book: CaseBook
    report: ReportDialog
    mine: MyReports
    addition: AdditionDialog
    actions: CaseActions
    register: RegisterPart
    outboxes: tuple[Outbox, ...]
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Suggestions:
    """Suggested posts: what is said, what is pressed, what is told, what is tidied."""

    walk: SuggestionDialog
    own: MySuggestions
    actions: SuggestionActions
    outboxes: tuple[Outbox, ...]
    tasks: tuple[Task, ...]


def build(settings: Settings, trust: Trust, policy: Policy, outside: Outside) -> web.Application:
    """The whole bot, ready to be served."""
    shared = Shared.over(settings, trust, policy, outside)
    questions, cases, suggestions = build_questions(shared), build_cases(shared), build_suggestions(shared)
    main = MainDialog(
        ConversationStateReadOnce(BotStateStorage(outside.tables, (DialogState, DialogInstance))),
        questions.dialog,
        cases.report,
        questions.desk,
        cases.mine,
        cases.addition,
        suggestions.walk,
        shared.people,
        {**cases.register.handlers, **suggestions.own.handlers},
    )
    actions = CardActions(main, cases.actions, questions.actions, suggestions.actions)
    bot = TeamsBot(
        main,
        actions,
        _invokes(shared, actions, cases, suggestions),
        shared.messenger,
        shared.references,
        shared.roles,
        trust,
        shared.people,
        shared.notifier.wake,
        outside.now,
    )
    outboxes = (*cases.outboxes, questions.outbox, *suggestions.outboxes)
    tasks: tuple[Task, ...] = (partial(shared.notifier.run, *outboxes), *cases.tasks, *suggestions.tasks)
    adapter = TeamsAdapter(settings, shared.connector, shared.people.form)
    web_app = make_web_app(adapter, bot, outside.tables, shared.notifier.is_stuck, _beside(shared, tasks))
    if isinstance(outside.evidence, FolderEvidence):
        web_app.router.add_get("/files/{id}", FileDoor(outside.evidence, outside.now).fetch)
    return web_app


def build_questions(shared: Shared) -> Questions:
    """Questions and answers; those that a person has to answer go to the policy's owners."""
    wake, now = shared.notifier.wake, shared.outside.now
    book, dialog = QuestionBook(shared.outside.tables), QuestionDialog(shared.policy)
    return Questions(
        dialog,
        PolicyDesk(DeskTools(shared.policy, book, shared.references, wake, now), dialog),
        QuestionActions(book, shared.roles, wake, now),
        QuestionNotices(book, shared.references, shared.messenger, now).outbox,
    )


def build_cases(shared: Shared) -> Cases:
    """Reports, the desk on which their cases are worked, the clocks, the register and its exports."""
    outside, references, messenger, wake = shared.outside, shared.references, shared.messenger, shared.notifier.wake
    routes, roles, hours, now = shared.routes, shared.roles, shared.hours, outside.now
    cases, drafts, register = CaseBook(outside.tables), DraftBook(outside.tables), Register(outside.tables)
    channel_card = partial(case_cards.case_card, dialogs=not shared.settings.is_local)
    housekeeper = Housekeeper(drafts, outside.evidence, references, messenger, now, sent=cases.by_submission)
    mine = MyReportsTools(cases, shared.fetch_files, wake, now)

    admins = shared.settings.bot_admins
    notices = CaseNotices(cases, references, routes, admins, messenger, channel_card, now)
    reminders = CaseReminders(cases, routes, hours, messenger, now)
    daily_lists = DailyLists(cases, register, routes, hours, messenger, now)
    weekly = WeeklyFigures(register, references, hours, shared.trust.calendar.terms, now)
    weekly_notices = WeeklyNotices(cases, routes, weekly.for_channel, messenger, now)
    of_cases = unless_gone(cases, dict(notices.outbox.deliver) | reminders.kinds)
    told = of_cases | daily_lists.kinds | weekly_notices.kinds
    daily = Occasion(DAILY, daily_lists.lists_due, cases.tick)
    each_week = Occasion(WEEKLY, weekly_notices.channels_due, cases.tick, weekly=True)

    link_to = shared.links.link_to
    register_part = build_register(shared, cases, register, weekly)
    return Cases(
        book=cases,
        report=ReportDialog(
            ReportTools(
                drafts=drafts,
                cases=cases,
                goes_to=routes.goes_to,
                fetch_files=shared.fetch_files,
                people=shared.people,
                wake_notifier=wake,
                remind_at=CaseClocks(hours).first,
                opens_at=hours.opens_at,
                now=now,
            )
        ),
        mine=MyReports(mine),
        addition=AdditionDialog(mine),
        actions=CaseActions(CaseTools(cases, references, roles, messenger, channel_card, link_to, wake, now)),
        register=register_part,
        outboxes=(Outbox(cases.due, told), housekeeper.outbox),
        tasks=(
            register_part.make_exports,
            housekeeper.run,
            Ticker(hours, now, wake, daily, each_week).run,
        ),
    )


def build_register(shared: Shared, cases: CaseBook, register: Register, weekly: WeeklyFigures) -> RegisterPart:
    """Lists and searches, the week in figures, reviews before a deletion, and exports, made in the background."""
    outside, references, roles, now = shared.outside, shared.references, shared.roles, shared.outside.now
    link_to, book, maker = shared.links.link_to, ExportBook(outside.tables), Notifier(now, "exports", LONGEST_EXPORT)
    exports = Exports(book, cases, outside.evidence, roles, references, shared.messenger, link_to, now)
    exporting = ExportActions(cases, book, references, link_to, maker.wake, now)
    actions = RegisterActions(register, roles, shared.trust.calendar.terms, now)
    rules = [rule.rule() for rule in shared.trust.retention]
    reviewing = RetentionActions(Retention(outside.tables, outside.evidence, rules), now)
    more = {Verb.WEEKLY: weekly.for_person, **exporting.handlers(actions), **reviewing.handlers}
    return RegisterPart(actions, actions.handlers(more), partial(maker.run, exports.outbox))


def build_suggestions(shared: Shared) -> Suggestions:
    """Suggested posts, by way of the line manager to the social media team."""
    outside, policy, references, messenger = shared.outside, shared.policy, shared.references, shared.messenger
    wake, now, evidence, hours = shared.notifier.wake, outside.now, outside.evidence, shared.hours
    book, drafts = SuggestionBook(outside.tables), SuggestionDraftBook(outside.tables)
    managers = LineManagers(outside.directory or _directory(shared), references)
    surroundings = _surroundings(shared)
    walk = SuggestionTools(drafts, book, policy, managers, shared.fetch_files, surroundings, wake, now)
    actions = SuggestionActionTools(book, policy, shared.roles, references, messenger, shared.links, wake, now)
    notices = SuggestionNoticeTools(book, policy, managers, references, messenger, evidence, hours, now)
    sent = book.by_submission
    housekeeper = Housekeeper(drafts, evidence, references, messenger, now, FORGOTTEN_SUGGESTION, sent=sent)
    return Suggestions(
        walk=SuggestionDialog(walk),
        own=MySuggestions(MySuggestionsTools(book, managers, surroundings.picker, wake, now)),
        actions=SuggestionActions(actions),
        outboxes=(SuggestionNotices(notices).outbox, housekeeper.outbox),
        tasks=(housekeeper.run,),
    )


def _invokes(shared: Shared, actions: CardActions, cases: Cases, suggestions: Suggestions) -> dict[str, AnswerInvoke]:
    """Who answers which invoke of Teams."""
    extension = MessageExtension(cases.report, suggestions.walk, shared.references, shared.messenger)
    dialogs = CaseDialogs(cases.actions, cases.register.actions)
    return {
        "adaptiveCard/action": actions.invoke,
        "task/fetch": dialogs.answer,
        "task/submit": dialogs.answer,
        "composeExtension/fetchTask": extension.fetch_task,
        "composeExtension/submitAction": extension.submit,
    }


def _beside(shared: Shared, tasks: Sequence[Task]) -> Background:
    """What runs beside the web app, from its start to its end."""

    async def background(_: web.Application) -> AsyncIterator[None]:
        running = [asyncio.create_task(task()) for task in tasks]
        yield
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await shared.connector.close()
        await shared.outside.close()

    return background


def _directory(shared: Shared) -> Directory:
    """Graph where the bot has an app id, the school's CSV where it is named."""
    settings, connector, graph = shared.settings, shared.connector, None
    if shared.outside.graph_token:
        graph = Graph(settings.graph_url, shared.outside.graph_token, lambda: connector.session, settings.teams_app_id)
    people_file = PeopleFile(settings.directory_file) if settings.directory_file else None
    return Directory(graph, people_file, emails_in_teams(shared.references, shared.messenger))


def _surroundings(shared: Shared) -> Surroundings:
    """What the suggestion's cards have to know. The people picker is Teams' own: on one machine there is none."""
    schools = tuple(school.name for school in shared.trust.schools)
    choices = Choices(schools, will_post(shared.policy))
    return Surroundings(choices, shared.trust.demo, picker=not shared.settings.is_local)


def _help_of(trust: Trust) -> Help:
    return Help(
        phones=trust.phones,
        schools=[school.name for school in trust.schools],
        form=str(trust.reporting_form),
        within=trust.answered_within or "",
        demo=trust.demo,
    )


def review_questions() -> str:
    """For `python -m policy review`: what staff said about the answers, from the storage that the environment names."""
    return with_storage(lambda outside, _: review(QuestionBook(outside.tables)))


def with_storage(work: Callable[[Outside, Trust], Awaitable[T]]) -> T:
    """For commands: what `work` gives on the storage and the trust's facts that the environment names."""

    async def run(settings: Settings, trust: Trust) -> T:
        outside = connect(settings)
        try:
            return await work(outside, trust)
        finally:
            await outside.close()

    try:
        settings = load_settings(os.environ)
        return asyncio.run(run(settings, load_trust(settings.trust_file)))
    except (SettingsError, TrustError, StorageUnavailable) as error:
        sys.exit(str(error))


def main() -> None:
    """Read the settings, say what is missing, and serve until it is told to stop."""
    try:
        settings = load_settings(os.environ)
        trust, policy = load_trust(settings.trust_file), load_policy()
        if settings.directory_file:
            read_people(settings.directory_file)
    except (SettingsError, TrustError, PolicyError, PeopleFileError) as error:
        sys.exit(f"The bot cannot start:\n{error}")
    set_up_logs(settings.log_format)
    for gap in filter(None, [*trust.gaps, trust.calendar.runs_out(datetime.now(UTC))]):
        log.warning("not_set_up_yet", trust=gap)
    if settings.is_local:
        log.warning("local_mode", note="no app id: nobody's token is checked, so it listens on loopback only")
    elif not (settings.public_url or settings.keeps_in_azure):
        log.warning("not_set_up_yet", setting="PUBLIC_URL: links to files lead to this machine only")
    log.info("starting", host=settings.host, port=settings.port, policy=policy.citation)
    web.run_app(
        build(settings, trust, policy, connect(settings)),
        host=settings.host,
        port=settings.port,
        access_log=None,
        print=None,
        handler_cancellation=False,
    )


if __name__ == "__main__":
    main()
