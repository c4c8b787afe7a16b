"""What is asked of a suggestion by one press of a button: by whom, on whose card, and what was typed into its form."""

from dataclasses import dataclass

from cards.suggestions.suggestion_decision_cards import FORMS, Asking, Audience, PostAction
from dialogs.buttons import ButtonPress
from dialogs.reports.report_fields import TOO_LONG
from dialogs.suggestions.suggestion_fields import MAX_POST
from storage.records import Person
from storage.suggestions.suggestion_records import WITH_TEAM, Role, Suggestion, SuggestionStatus

_ACTIONS_OF = {
    Audience.MANAGER: (PostAction.CHANGE, PostAction.RETURN, PostAction.DECLINE),
    Audience.TEAM: (PostAction.POSTED, PostAction.SCHEDULE, PostAction.RETURN, PostAction.DECLINE),
}


@dataclass(frozen=True, slots=True)
class SuggestionRequest:
    """What one press asks of a suggestion, by somebody who may. `audience`: whose card the button stands on."""

    press: ButtonPress
    suggestion: Suggestion
    audience: Audience

    @property
    def person(self) -> Person:
        return self.press.person

    @property
    def seen(self) -> int:
        """The last decision that the card knew of; a card that does not say knew of none."""
        moves = self.press.data.get("moves")
        return int(moves) if isinstance(moves, int | float) and not isinstance(moves, bool) else -1

    @property
    def role(self) -> Role:
        return Role.TEAM if self.audience is Audience.TEAM else Role.MANAGER

    @property
    def form(self) -> PostAction | None:
        """The form that the button names, if it is one for this audience and the suggestion is theirs to decide on."""
        do = PostAction(self.press.text("do")) if self.press.text("do") in set(PostAction) else None
        is_here = self.suggestion.status in (
            WITH_TEAM if self.audience is Audience.TEAM else (SuggestionStatus.SUBMITTED,)
        )
        return do if do in _ACTIONS_OF[self.audience] and is_here else None

    @property
    def typed(self) -> Asking | None:
        """The form as it was sent, to be looked at once more after somebody else was first; what was typed stays."""
        do = self.form
        typed = self.press.text(FORMS[do].field.name) if do else ""
        return Asking(do, typed[: 2 * MAX_POST]) if do and typed.strip() else None

    def text_in(self, do: PostAction, limit: int) -> tuple[str, str]:
        """What was typed into the form of an action, and what is wrong with it."""
        field = FORMS[do].field
        text = self.press.text(field.name).strip()
        if not text:
            return "", field.needed
        return text[: 2 * limit], TOO_LONG.format(length=len(text), limit=limit) if len(text) > limit else ""
