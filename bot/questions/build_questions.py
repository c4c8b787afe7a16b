"""Builds the questions' part of the bot."""

from dataclasses import dataclass

from bot.delivery.notifier import Outbox
from bot.questions.question_actions import QuestionActions
from bot.questions.question_notices import QuestionNotices
from bot.shared import Shared
from dialogs.questions.policy_desk import DeskTools, PolicyDesk
from dialogs.questions.question_dialog import QuestionDialog
from storage.questions.question_book import QuestionBook


@dataclass(frozen=True)
class Questions:
    """ "May I do this?": the answers, and the way to a person who can."""

    dialog: QuestionDialog
    desk: PolicyDesk
    actions: QuestionActions
    outbox: Outbox


def build_questions(shared: Shared) -> Questions:
    """Questions and answers; those that a person has to answer go to the policy's owners."""
    wake, now = shared.notifier.wake, shared.outside.now
    book, dialog = QuestionBook(shared.outside.tables), QuestionDialog(shared.answers)
    return Questions(
        dialog,
        PolicyDesk(DeskTools(shared.policy, book, shared.references, wake, now), dialog),
        QuestionActions(book, shared.roles, wake, now),
        QuestionNotices(book, shared.references, shared.messenger, now).outbox,
    )
