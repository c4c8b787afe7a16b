"""What was pressed on a suggestion's card: by whom, on whose card, with which form and what was typed into it."""

from dataclasses import dataclass

from cards.suggestions.suggestion_decision_cards import FORMS, Asking, Audience, PostAction
from dialogs.reports.report_fields import TOO_LONG
from dialogs.suggestions.suggestion_fields import MAX_POST
from dialogs.turn import Pressed
from storage.records import Person
from storage.suggestions.suggestion_records import WITH_TEAM, Role, Suggestion, SuggestionStatus

_ACTIONS_OF = {
    Audience.MANAGER: (PostAction.CHANGE, PostAction.RETURN, PostAction.DECLINE),
    Audience.TEAM: (PostAction.POSTED, PostAction.SCHEDULE, PostAction.RETURN, PostAction.DECLINE),
}


@dataclass(frozen=True, slots=True)
class Press:
    """Who pressed what, on whose card, and the suggestion as it is now."""

    person: Person
    suggestion: Suggestion
    pressed: Pressed
    audience: Audience

    @property
    def seen(self) -> int:
        """The last decision that the card knew of; a card that does not say knew of none."""
        moves = self.pressed.data.get("moves")
        return int(moves) if isinstance(moves, int | float) and not isinstance(moves, bool) else -1

    @property
    def role(self) -> Role:
        return Role.TEAM if self.audience is Audience.TEAM else Role.MANAGER

    @property
    def form(self) -> PostAction | None:
        """The form that the button names, if it is one for this audience and the suggestion is theirs to decide on."""
        do = PostAction(self.pressed.text("do")) if self.pressed.text("do") in set(PostAction) else None
        is_here = self.suggestion.status in (
            WITH_TEAM if self.audience is Audience.TEAM else (SuggestionStatus.SUBMITTED,)
        )
        return do if do in _ACTIONS_OF[self.audience] and is_here else None

    @property
    def typed(self) -> Asking | None:
        """The form as it was sent, to be looked at once more after somebody else was first; what was typed stays."""
        do = self.form
        typed = self.pressed.text(FORMS[do].field.name) if do else ""
        return Asking(do, typed[: 2 * MAX_POST]) if do and typed.strip() else None

    def text_in(self, do: PostAction, limit: int) -> tuple[str, str]:
        """What was typed into the form of an action, and what is wrong with it."""
        field = FORMS[do].field
        text = self.pressed.text(field.name).strip()
        if not text:
            return "", field.needed
        return text[: 2 * limit], TOO_LONG.format(length=len(text), limit=limit) if len(text) > limit else ""
