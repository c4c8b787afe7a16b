"""What every part of the bot stands on, built once."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.delivery.notifier import Notifier
from bot.file_links import FileLinks
from bot.infrastructure import Outside
from bot.people.roles import Roles
from bot.settings import Settings
from bot.teams.attachments import AttachmentFetcher
from bot.teams.connector import TeamsConnector
from bot.teams.messenger import Messenger
from bot.trust.facts import Trust
from bot.trust.school_hours import SchoolHours
from cards.reports.report_cards import Help
from dialogs.questions.answer_worker import AnswerWorker
from policy.answers.answering import Answerer
from policy.document import Policy
from storage.conversation_references import ConversationReferences

Task = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Shared:
    """What every part stands on."""

    settings: Settings
    trust: Trust
    policy: Policy
    answers: AnswerWorker
    outside: Outside
    connector: TeamsConnector
    messenger: Messenger
    references: ConversationReferences
    roles: Roles
    hours: SchoolHours
    links: FileLinks
    fetch_files: AttachmentFetcher
    people: Help
    notifier: Notifier

    @classmethod
    def over(cls, settings: Settings, trust: Trust, answerer: Answerer, outside: Outside) -> "Shared":
        """All of it, over one outside."""
        connector = TeamsConnector(outside.token)
        references = ConversationReferences(outside.tables)
        messenger = Messenger(connector, references)
        return cls(
            settings=settings,
            trust=trust,
            policy=answerer.policy,
            answers=AnswerWorker(answerer),
            outside=outside,
            connector=connector,
            messenger=messenger,
            references=references,
            roles=Roles(settings.bot_admins, references, messenger),
            hours=SchoolHours(trust),
            links=FileLinks(outside.evidence, outside.now),
            fetch_files=AttachmentFetcher(settings, connector, outside.evidence),
            people=_help_of(trust),
            notifier=Notifier(outside.now),
        )


def _help_of(trust: Trust) -> Help:
    return Help(
        phones=trust.phones,
        schools=[school.name for school in trust.schools],
        form=str(trust.reporting_form),
        within=trust.answered_within or "",
        demo=trust.demo,
    )
