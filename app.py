"""The composition root: settings, tables, books, messenger, dialogs, bot, web app. Nothing else builds anything."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import structlog
from aiohttp import web
from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import DefaultAzureCredential
from botbuilder.dialogs import DialogInstance, DialogState

from bot.adapter import TeamsAdapter
from bot.attachments import AttachmentFetcher
from bot.card_actions import CardActions
from bot.case_actions import CaseActions, CaseTools
from bot.case_clocks import CaseClocks
from bot.case_notices import CaseNotices
from bot.case_reminders import CaseReminders
from bot.connector import TeamsConnector
from bot.daily_lists import DAILY, DailyLists
from bot.directory import Directory, EmailsOf, emails_in_teams
from bot.export_actions import ExportActions
from bot.exports import LONGEST_EXPORT, Exports
from bot.file_links import FileDoor, FileLinks
from bot.graph import Graph
from bot.housekeeping import FORGOTTEN_SUGGESTION, Housekeeper
from bot.line_managers import LineManagers, PeopleDirectory
from bot.logs import set_up_logs
from bot.message_extension import MessageExtension
from bot.messenger import Messenger
from bot.notifier import Notifier, Outbox
from bot.people_file import PeopleFile, PeopleFileError, read_people
from bot.question_actions import QuestionActions
from bot.question_notices import QuestionNotices
from bot.register_actions import RegisterActions
from bot.retention_actions import RetentionActions
from bot.review import review
from bot.roles import Roles
from bot.routes import Routes
from bot.school_hours import SchoolHours
from bot.settings import Settings, SettingsError, load_settings
from bot.suggestion_actions import SuggestionActions, SuggestionActionTools
from bot.suggestion_notices import SuggestionNotices, SuggestionNoticeTools
from bot.task_modules import CaseDialogs
from bot.teams_bot import TeamsBot
from bot.ticker import Occasion, Ticker
from bot.tokens import SCOPE, CachedToken, from_managed_identity, from_secret
from bot.trust import Trust, TrustError, load_trust
from bot.web import make_web_app
from bot.weekly import WeeklyFigures
from bot.weekly_notices import WEEKLY, WeeklyNotices
from cards import case_cards
from cards.report_cards import Help
from cards.suggestion_cards import Surroundings
from cards.suggestion_form import Choices
from cards.verbs import Verb
from dialogs.main_dialog import ConversationStateReadOnce, MainDialog
from dialogs.my_reports import AdditionDialog, MyReports, MyReportsTools
from dialogs.my_suggestions import MySuggestions, MySuggestionsTools
from dialogs.policy_desk import DeskTools, PolicyDesk
from dialogs.question_dialog import QuestionDialog
from dialogs.report_dialog import ReportDialog, ReportTools
from dialogs.suggestion_dialog import SuggestionDialog, SuggestionTools
from policy.document import Policy, PolicyError, load_policy
from policy.post_check import will_post
from storage.azure_tables import AzureTables
from storage.blob_evidence import BlobEvidence
from storage.bot_state import BotStateStorage
from storage.case_book import CaseBook
from storage.conversation_references import ConversationReferences
from storage.draft_book import DraftBook, SuggestionDraftBook
from storage.evidence import EvidenceStore, FolderEvidence
from storage.export_book import ExportBook
from storage.question_book import QuestionBook
from storage.register_reader import Register
from storage.retention import Retention
from storage.sqlite_tables import SqliteTables
from storage.suggestion_book import SuggestionBook
from storage.suggestion_records import SuggestionDraft
from storage.tables import StorageUnavailable, Tables

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True)
class Outside:
    """What the bot stands on and a test may replace: where it keeps, how it proves who it is, what time it is."""

    tables: Tables
    evidence: EvidenceStore
    token: CachedToken | None
    credential: AsyncTokenCredential | None = None
    graph_token: CachedToken | None = None
    directory: PeopleDirectory | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def close(self) -> None:
        """Let go of files and connections."""
        await self.evidence.close()
        await self.tables.close()
        if self.credential:
            await self.credential.close()


def build(settings: Settings, trust: Trust, policy: Policy, outside: Outside) -> web.Application:
    """The whole bot, ready to be served."""
    people = _help_of(trust)
    connector = TeamsConnector(outside.token)
    messenger = Messenger(connector)
    cases, references = CaseBook(outside.tables), ConversationReferences(outside.tables)
    routes = Routes(trust, references)
    roles = Roles(settings.bot_admins, references, messenger, routes)
    emails_of = emails_in_teams(references, messenger)
    directory = outside.directory or _directory(settings, outside.graph_token, connector, emails_of)
    managers = LineManagers(directory, references)
    notifier = Notifier(outside.now)
    channel_card = partial(case_cards.case_card, dialogs=not settings.is_local)
    case_notices = CaseNotices(cases, references, routes, settings.bot_admins, messenger, channel_card, outside.now)
    hours, terms, register = SchoolHours(trust), trust.calendar.terms, Register(outside.tables)
    reminders = CaseReminders(cases, routes, hours, messenger, outside.now)
    daily_lists = DailyLists(cases, register, routes, hours, messenger, outside.now)
    weekly = WeeklyFigures(register, references, hours, terms, outside.now)
    weekly_notices = WeeklyNotices(cases, routes, weekly.for_channel, messenger, outside.now)
    told_of_cases = dict(case_notices.outbox.deliver) | reminders.kinds | daily_lists.kinds | weekly_notices.kinds
    case_outbox = Outbox(cases.due, told_of_cases)
    daily = Occasion(DAILY, daily_lists.lists_due, cases.tick)
    each_week = Occasion(WEEKLY, weekly_notices.channels_due, cases.tick, weekly=True)
    ticker = Ticker(hours, outside.now, notifier.wake, daily, each_week)
    question = QuestionDialog(policy)
    drafts = DraftBook(outside.tables)
    housekeeper = Housekeeper(drafts, outside.evidence, references, messenger, outside.now)
    fetch_files = AttachmentFetcher(settings, connector, outside.evidence)
    report = ReportDialog(
        ReportTools(
            drafts=drafts,
            cases=cases,
            goes_to=routes.goes_to,
            fetch_files=fetch_files,
            people=people,
            wake_notifier=notifier.wake,
            remind_at=CaseClocks(hours).first,
            opens_at=hours.opens_at,
            now=outside.now,
        )
    )
    questions = QuestionBook(outside.tables)
    desk = PolicyDesk(DeskTools(policy, questions, references, notifier.wake, outside.now), question)
    question_notices = QuestionNotices(questions, references, messenger, outside.now)
    question_actions = QuestionActions(questions, roles, notifier.wake, outside.now)
    links = FileLinks(outside.evidence, outside.now)
    shared = Shared(
        settings, trust, policy, outside, managers, references, roles, messenger, links, fetch_files, hours, notifier
    )
    suggestions = build_suggestions(shared)
    my_reports = MyReportsTools(cases, fetch_files, notifier.wake, outside.now)
    state = ConversationStateReadOnce(BotStateStorage(outside.tables, (DialogState, DialogInstance)))
    export_book, export_maker = ExportBook(outside.tables), Notifier(outside.now, "exports", LONGEST_EXPORT)
    exports = Exports(export_book, cases, outside.evidence, roles, references, messenger, links.link_to, outside.now)
    export_actions = ExportActions(cases, export_book, references, links.link_to, export_maker.wake, outside.now)
    register_actions = RegisterActions(register, roles, terms, outside.now)
    rules = [rule.rule() for rule in trust.retention]
    retention_actions = RetentionActions(Retention(outside.tables, outside.evidence, rules), outside.now)
    register_handlers = register_actions.handlers(
        {Verb.WEEKLY: weekly.for_person, **export_actions.handlers(register_actions), **retention_actions.handlers}
    )
    main = MainDialog(
        state,
        question,
        report,
        desk,
        MyReports(my_reports),
        AdditionDialog(my_reports),
        suggestions.walk,
        people,
        {**register_handlers, **suggestions.own.handlers},
    )
    case_tools = CaseTools(cases, references, roles, messenger, channel_card, links.link_to, notifier.wake, outside.now)
    on_case = CaseActions(case_tools)
    actions = CardActions(main, on_case, question_actions, suggestions.actions)
    extension = MessageExtension(report, suggestions.walk, references, messenger)
    dialogs = CaseDialogs(on_case, register_actions)
    invokes = {
        "adaptiveCard/action": actions.invoke,
        "task/fetch": dialogs.answer,
        "task/submit": dialogs.answer,
        "composeExtension/fetchTask": extension.fetch_task,
        "composeExtension/submitAction": extension.submit,
    }
    bot = TeamsBot(main, actions, invokes, messenger, references, roles, trust, people, notifier.wake, outside.now)
    adapter = TeamsAdapter(settings, connector, people.form)

    tidying = (housekeeper.outbox, suggestions.housekeeper.outbox)

    async def background(_: web.Application) -> AsyncIterator[None]:
        running = [
            asyncio.create_task(notifier.run(case_outbox, question_notices.outbox, suggestions.outbox, *tidying)),
            asyncio.create_task(export_maker.run(exports.outbox)),
            asyncio.create_task(housekeeper.run()),
            asyncio.create_task(suggestions.housekeeper.run()),
            asyncio.create_task(ticker.run()),
        ]
        yield
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await connector.close()
        await outside.close()

    web_app = make_web_app(adapter, bot, outside.tables, notifier.is_stuck, background)
    if isinstance(outside.evidence, FolderEvidence):
        web_app.router.add_get("/files/{id}", FileDoor(outside.evidence, outside.now).fetch)
    return web_app


@dataclass(frozen=True)
class Shared:
    """What the suggestions share with the rest."""

    settings: Settings
    trust: Trust
    policy: Policy
    outside: Outside
    managers: LineManagers
    references: ConversationReferences
    roles: Roles
    messenger: Messenger
    links: FileLinks
    fetch_files: AttachmentFetcher
    hours: SchoolHours
    notifier: Notifier


@dataclass(frozen=True)
class Suggestions:
    """The suggestions' part of the bot: what is said, what is pressed, what is told, what is tidied."""

    walk: SuggestionDialog
    own: MySuggestions
    actions: SuggestionActions
    outbox: Outbox
    housekeeper: Housekeeper[SuggestionDraft]


def build_suggestions(shared: Shared) -> Suggestions:
    """Everything that a suggested post needs, over the same tables, messenger and clock."""
    outside, policy, references, messenger = shared.outside, shared.policy, shared.references, shared.messenger
    wake, now, evidence = shared.notifier.wake, outside.now, outside.evidence
    book, drafts = SuggestionBook(outside.tables), SuggestionDraftBook(outside.tables)
    managers, hours = shared.managers, shared.hours
    surroundings = _surroundings(shared.settings, shared.trust, policy)
    walk = SuggestionTools(drafts, book, policy, managers, shared.fetch_files, surroundings, wake, now)
    actions = SuggestionActionTools(book, policy, shared.roles, references, messenger, shared.links, wake, now)
    notices = SuggestionNoticeTools(book, policy, managers, references, messenger, evidence, hours, now)
    return Suggestions(
        SuggestionDialog(walk),
        MySuggestions(MySuggestionsTools(book, managers, surroundings.picker, wake, now)),
        SuggestionActions(actions),
        SuggestionNotices(notices).outbox,
        Housekeeper(drafts, evidence, references, messenger, now, FORGOTTEN_SUGGESTION),
    )


def connect(settings: Settings) -> Outside:
    """The real outside, as the settings say. Nothing is contacted yet."""
    token, graph_token = _token(settings, SCOPE), _token(settings, f"{settings.graph_url}/.default")
    connection_string = settings.azure_storage_connection_string.get_secret_value()
    if connection_string:
        tables, evidence = AzureTables.from_connection_string, BlobEvidence.from_connection_string
        return Outside(tables(connection_string), evidence(connection_string), token, graph_token=graph_token)
    if account := settings.azure_storage_account:
        identity = DefaultAzureCredential()
        azure_tables = AzureTables.from_account(account, identity)
        return Outside(azure_tables, BlobEvidence.from_account(account, identity), token, identity, graph_token)
    folder = FolderEvidence(settings.data_dir / "evidence", settings.base_url)
    return Outside(SqliteTables(settings.data_dir / "bot.sqlite3"), folder, token, graph_token=graph_token)


def _token(settings: Settings, scope: str) -> CachedToken | None:
    if settings.is_local:
        return None
    if settings.microsoft_app_type == "UserAssignedMSI":
        return CachedToken(from_managed_identity(settings.microsoft_app_id, scope))
    app_id, secret, tenant = settings.microsoft_app_id, settings.app_password, settings.microsoft_app_tenant_id
    return CachedToken(from_secret(app_id, secret, tenant, scope=scope))


def _directory(
    settings: Settings, graph_token: CachedToken | None, connector: TeamsConnector, emails_of: EmailsOf
) -> Directory:
    """Graph where the bot has an app id, the school's CSV where it is named."""
    graph = None
    if graph_token:
        graph = Graph(settings.graph_url, graph_token, lambda: connector.session, settings.teams_app_id)
    people_file = PeopleFile(settings.directory_file) if settings.directory_file else None
    return Directory(graph, people_file, emails_of)


def _surroundings(settings: Settings, trust: Trust, policy: Policy) -> Surroundings:
    """What the suggestion's cards have to know. The people picker is Teams' own: on one machine there is none."""
    schools = tuple(school.name for school in trust.schools)
    return Surroundings(Choices(schools, will_post(policy)), trust.demo, picker=not settings.is_local)


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
