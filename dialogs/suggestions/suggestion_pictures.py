"""The pictures of a post that is being suggested: sent in the chat, fetched at once, kept with the draft."""

from collections.abc import Callable

from botbuilder.core import TurnContext

from cards.suggestions.suggestion_form import MAX_PICTURES
from dialogs.draft_keeper import DraftKeeper
from dialogs.turn import Fetched, FetchFiles, plain
from storage.draft_book import KeptDraft
from storage.records import Person, StoredFile
from storage.suggestions.suggestion_drafts import SuggestionDraft

Kept = KeptDraft[SuggestionDraft]

PICTURE_KEPT = "Picture received ({count} of {limit})."
PICTURES_FULL = "{limit} pictures fit in one suggestion, and they are there."
PICTURE_GONE = "I did not keep that picture: your suggestion was sent or changed in this moment."
ONLY_PICTURES = "A post takes pictures only (PNG, JPEG, GIF, WebP or HEIC), so I did not keep that file."


class Pictures:
    """Takes the pictures of a message; each is kept, or the person reads why it is not."""

    def __init__(
        self, keeper: DraftKeeper[SuggestionDraft], fetch_files: FetchFiles, wake_notifier: Callable[[], None]
    ) -> None:
        self._keeper = keeper
        self._fetch_files = fetch_files
        self._wake_notifier = wake_notifier

    async def take(self, context: TurnContext, person: Person, kept: Kept) -> Kept:
        """The draft with what the message brought, as far as it fits. May raise `DraftGone`."""
        if len(kept.draft.post.pictures) >= MAX_PICTURES:
            await context.send_activity(PICTURES_FULL.format(limit=MAX_PICTURES))
            return kept
        for result in await self._fetch_files(context.activity):
            kept = await self._take(context, person, kept, result)
        return kept

    async def _take(self, context: TurnContext, person: Person, kept: Kept, result: Fetched) -> Kept:
        if isinstance(result, str):
            await context.send_activity(plain(result))
            return kept
        attached = await self._keeper.attach(person, kept, result)
        if attached is None:
            self._wake_notifier()  # it is due for deletion
            await context.send_activity(_why_not(kept.draft, result).format(limit=MAX_PICTURES))
            return kept
        count = len(attached.draft.post.pictures)
        await context.send_activity(PICTURE_KEPT.format(count=count, limit=MAX_PICTURES))
        return attached


def _why_not(draft: SuggestionDraft, file: StoredFile) -> str:
    if not file.content_type.startswith("image/"):
        return ONLY_PICTURES
    return PICTURES_FULL if len(draft.post.pictures) >= MAX_PICTURES else PICTURE_GONE
