"""A suggestion that is being written: where in its walk it is, and what was entered so far."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.draft_book import Drafts
from storage.records import Colleague, PostedCard, StoredFile
from storage.suggestions.suggestion_records import Post
from storage.tables.port import Tables


class SuggestionStep(StrEnum):
    """The steps of the suggestion walk, in their order."""

    POST = "post"
    PEOPLE = "people"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class SuggestionDraft:
    """A suggestion that is being written. `id` becomes the submission's id, so that it is sent once only.

    `reference`: it mends a suggestion that came back, whose pictures are `held` there. `manager`: the line manager as
    Entra or the school's list knows them; `candidates`: whom a name may mean. `added`: typed in the chat meanwhile;
    `typed`: what was entered into fields but is not taken yet, `problems` why it could not be, field by field.
    """

    id: str
    touched_at: datetime
    step: SuggestionStep = SuggestionStep.POST
    changing: bool = False
    post: Post = field(default_factory=Post)
    reference: str = ""
    comment: str = ""
    held: tuple[StoredFile, ...] = ()
    manager: Colleague | None = None
    candidates: tuple[Colleague, ...] = ()
    card: PostedCard | None = None
    added: tuple[str, ...] = ()
    typed: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


class SuggestionDraftBook(Drafts[SuggestionDraft]):
    """Suggestions that are being written. Pictures that a kept suggestion holds are not theirs to delete."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables, "suggestiondrafts", SuggestionDraft, _new_pictures)


def _new_pictures(draft: SuggestionDraft) -> tuple[StoredFile, ...]:
    return tuple(file for file in draft.post.pictures if file not in draft.held)
