"""Builds the questions' part of the bot."""

from dataclasses import dataclass

from bot.delivery.notifier import Outbox
from bot.questions.question_actions import QuestionActions
from bot.questions.question_notices import QuestionNotices
from bot.shared import Shared
from dialogs.buttons import Handlers
from dialogs.questions.policy_desk import DeskTools, PolicyDesk
from dialogs.questions.question_dialog import QuestionDialog
from storage.questions.question_book import QuestionBook


@dataclass(frozen=True)
class Questions:
    """Answers, and the way to a person who can. `handlers`: the owners' button; `own_chat`: those of who asks."""

    dialog: QuestionDialog
    handlers: Handlers
    own_chat: Handlers
    outbox: Outbox


def build_questions(shared: Shared) -> Questions:
    """Questions and answers; those that a person has to answer go to the policy's owners."""
    wake, now = shared.notifier.wake, shared.outside.now
    book, dialog = QuestionBook(shared.outside.tables), QuestionDialog(shared.answers, shared.people)
    tools = DeskTools(shared.policy, book, shared.references, wake, now)
    return Questions(
        dialog=dialog,
        handlers=QuestionActions(book, shared.roles, wake, now).handlers,
        own_chat=PolicyDesk(tools, dialog).handlers,
        outbox=QuestionNotices(book, shared.messenger, now).outbox,
    )
