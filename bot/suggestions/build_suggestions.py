"""Builds the suggestions' part of the bot."""

from dataclasses import dataclass

from bot.delivery.housekeeping import FORGOTTEN_SUGGESTION, Housekeeper
from bot.delivery.notifier import Outbox
from bot.people.directory import Directory, emails_in_teams
from bot.people.graph import Graph
from bot.people.line_managers import LineManagers
from bot.people.people_file import PeopleFile
from bot.shared import Shared, Task
from bot.suggestions.suggestion_actions import SuggestionActions, SuggestionActionTools
from bot.suggestions.suggestion_notices import SuggestionNotices, SuggestionNoticeTools
from cards.suggestions.suggestion_cards import Surroundings
from cards.suggestions.suggestion_form import Choices
from dialogs.buttons import Handlers
from dialogs.suggestions.my_suggestions import MySuggestions, MySuggestionsTools
from dialogs.suggestions.suggestion_check import PostChecks
from dialogs.suggestions.suggestion_dialog import SuggestionDialog, SuggestionTools
from policy.posts.post_check import PostChecker, will_post
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_drafts import SuggestionDraftBook


@dataclass(frozen=True)
class Suggestions:
    """Suggested posts. `handlers`: the line manager's buttons and the team's; `own_chat`: the author's."""

    walk: SuggestionDialog
    handlers: Handlers
    own_chat: Handlers
    outboxes: tuple[Outbox, ...]
    tasks: tuple[Task, ...]


def build_suggestions(shared: Shared) -> Suggestions:
    """Suggested posts, by way of the line manager to the social media team."""
    outside, messenger, wake, now = shared.outside, shared.messenger, shared.notifier.wake, shared.outside.now
    book, drafts, evidence = SuggestionBook(outside.tables), SuggestionDraftBook(outside.tables), outside.evidence
    managers = LineManagers(outside.directory or _directory(shared), shared.references)
    check = PostChecks(PostChecker(shared.policy, shared.answers.encode))
    surroundings = _surroundings(shared)
    walk = SuggestionTools(drafts, book, check, managers, shared.fetch_files, surroundings, wake, now)
    actions = SuggestionActionTools(book, check, shared.roles, messenger, shared.links, wake, now)
    notices = SuggestionNoticeTools(book, check, managers, messenger, evidence, shared.hours, now)
    housekeeper = Housekeeper(drafts, evidence, messenger, now, FORGOTTEN_SUGGESTION, sent=book.by_submission)
    return Suggestions(
        walk=SuggestionDialog(walk),
        handlers=SuggestionActions(actions).handlers,
        own_chat=MySuggestions(MySuggestionsTools(book, managers, surroundings.picker, wake, now)).handlers,
        outboxes=(SuggestionNotices(notices).outbox, housekeeper.outbox),
        tasks=(housekeeper.run,),
    )


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
