"""The composition root: settings, outside, shared, one build of each slice, then the web app. Run it to start the bot.

outside    tables, evidence, tokens, the clock (`bot/infrastructure.py`)
shared     what every slice stands on: messenger, roles, school hours, the notifier (`bot/shared.py`)
slices     questions, cases, the register, suggestions: each its books, dialogs, buttons and notices
build      joins them: one dialog for a person's own chat, one door for Teams, one loop that delivers what is due
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import partial

import structlog
from aiohttp import web
from botbuilder.dialogs import DialogInstance, DialogState

from bot.cases.build_cases import Cases, build_cases
from bot.delivery.notifier import Outbox
from bot.delivery.ticker import Ticker
from bot.file_links import FileDoor
from bot.infrastructure import Outside, connect
from bot.logs import set_up_logs
from bot.people.people_file import PeopleFileError, read_people
from bot.questions.build_questions import build_questions
from bot.register.build_register import RegisterPart, build_register
from bot.settings import Settings, SettingsError, load_settings
from bot.shared import Shared, Task
from bot.suggestions.build_suggestions import Suggestions, build_suggestions
from bot.trust.facts import Trust, TrustError, load_trust
from bot.turns.adapter import TeamsAdapter
from bot.turns.card_actions import CardActions
from bot.turns.case_dialogs import CaseDialogs
from bot.turns.channel_binding import ChannelBinding
from bot.turns.channel_messages import ChannelMessages
from bot.turns.message_extension import MessageExtension
from bot.turns.teams_bot import AnswerInvoke, TeamsBot
from bot.web import Background, make_web_app
from dialogs.main_dialog import ConversationStateReadOnce, MainDialog, Walks
from policy.answers.answering import Answerer
from policy.document import PolicyError
from policy.loading import load_policy
from storage.bot_state import BotStateStorage
from storage.files.evidence import FolderEvidence

log = structlog.get_logger()

FIRST_QUESTION = "May I add a pupil on Facebook?"
"""Answered before the server listens, so that the first person who asks waits no longer than the others."""


def build(settings: Settings, trust: Trust, answerer: Answerer, outside: Outside) -> web.Application:
    """The whole bot, ready to be served."""
    shared = Shared.over(settings, trust, answerer, outside)
    questions, cases, suggestions = build_questions(shared), build_cases(shared), build_suggestions(shared)
    register = build_register(shared, cases)
    main = MainDialog(
        ConversationStateReadOnce(BotStateStorage(outside.tables, (DialogState, DialogInstance))),
        questions.dialog,
        Walks(cases.report, cases.addition, suggestions.walk),
        {**questions.own_chat, **cases.own_chat, **suggestions.own_chat, **register.handlers},
        shared.people,
    )
    actions = CardActions(main, {**questions.handlers, **cases.handlers, **suggestions.handlers})
    binding = ChannelBinding(shared.references, shared.roles, trust, shared.notifier.wake, outside.now)
    in_channel = ChannelMessages(binding, shared.messenger)
    invokes = _invokes(shared, cases, register, suggestions)
    bot = TeamsBot(main, actions, invokes, in_channel, shared.references, shared.people)
    outboxes = (*case_outboxes(cases, register), cases.drafts, questions.outbox, *suggestions.outboxes)
    ticker = Ticker(shared.hours, outside.now, shared.notifier.wake, cases.each_day, register.each_week)
    deliver, make_exports = partial(shared.notifier.run, *outboxes), register.make_exports
    tasks: tuple[Task, ...] = (deliver, make_exports, ticker.run, *cases.tasks, *suggestions.tasks)
    adapter = TeamsAdapter(settings, shared.connector, shared.people.form)
    web_app = make_web_app(adapter, bot, outside.tables, shared.notifier.is_stuck, _beside(shared, tasks))
    if isinstance(outside.evidence, FolderEvidence):
        web_app.router.add_get("/files/{id}", FileDoor(outside.evidence, outside.now).fetch)
    return web_app


def case_outboxes(cases: Cases, register: RegisterPart) -> tuple[Outbox, Outbox]:
    """Alerts and all else of single cases in one loop, the lists that the clock brings up in another."""
    book, lists = cases.book.due, {**cases.lists, **register.deliver}
    return Outbox(book, cases.deliver, elsewhere=frozenset(lists)), Outbox(
        book, lists, elsewhere=frozenset(cases.deliver)
    )


def _invokes(shared: Shared, cases: Cases, register: RegisterPart, suggestions: Suggestions) -> dict[str, AnswerInvoke]:
    """Who answers which invoke of Teams, buttons of cards apart."""
    extension = MessageExtension(cases.report, suggestions.walk, shared.messenger)
    windows = CaseDialogs({**cases.handlers, **register.exporting})
    return {
        "task/fetch": windows.answer,
        "task/submit": windows.answer,
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
        shared.answers.close()
        await shared.connector.close()
        await shared.outside.close()

    return background


def main() -> None:
    """Read the settings, say what is missing, and serve until it is told to stop."""
    try:
        settings = load_settings(os.environ)
        trust, answerer = load_trust(settings.trust_file), Answerer(load_policy())
        if settings.directory_file:
            read_people(settings.directory_file)
    except (SettingsError, TrustError, PolicyError, PeopleFileError) as error:
        sys.exit(f"The bot cannot start:\n{error}")
    answerer.answer(FIRST_QUESTION)
    set_up_logs(settings.log_format)
    for gap in filter(None, [*trust.gaps, trust.calendar.runs_out(datetime.now(UTC))]):
        log.warning("not_set_up_yet", trust=gap)
    if settings.is_local:
        log.warning("local_mode", note="no app id: nobody's token is checked, so it listens on loopback only")
    elif not (settings.public_url or settings.keeps_in_azure):
        log.warning("not_set_up_yet", setting="PUBLIC_URL: links to files lead to this machine only")
    log.info("starting", host=settings.host, port=settings.port, policy=answerer.policy.citation)
    web.run_app(
        build(settings, trust, answerer, connect(settings)),
        host=settings.host,
        port=settings.port,
        access_log=None,
        print=None,
        handler_cancellation=False,
    )


if __name__ == "__main__":
    main()
