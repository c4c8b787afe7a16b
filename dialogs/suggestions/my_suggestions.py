"""The buttons in an author's and a line manager's own chat: my suggestions, waiting for me, withdraw, give on."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from cards.kit.elements import Card
from cards.suggestions import suggestion_receipts
from cards.verbs import Verb
from dialogs.buttons import ButtonPress, Handler, Handlers, Reply
from dialogs.suggestions.manager_choice import Choice, KnowsPeople, as_person, choose
from storage.records import Person
from storage.suggestions.suggestion_book import SuggestionBook
from storage.suggestions.suggestion_moves import SuggestionMove, give_to, withdraw
from storage.suggestions.suggestion_records import NotAllowed, Suggestion, WrongSuggestionStatus
from storage.tables.port import NotFound

log = structlog.get_logger()
NOT_YOURS = "There is no suggestion of yours with this reference."
TOO_LATE = "That does not go any more. Here is where it stands."
WITHDRAWN = "It is withdrawn. Whoever had it is told."
GIVEN = "I ask them whether they are your line manager."


@dataclass(frozen=True, slots=True)
class MySuggestionsTools:
    """What they stand on. `picker`: Teams' people picker is there."""

    suggestions: SuggestionBook
    people: KnowsPeople
    picker: bool
    wake_notifier: Callable[[], None]
    now: Callable[[], datetime]


class MySuggestions:
    """Verb to card, for what takes one turn."""

    in_place = frozenset(
        {
            Verb.MY_SUGGESTION,
            Verb.WITHDRAW_POST,
            Verb.WITHDRAW_POST_YES,
            Verb.CHOOSE_MANAGER,
            Verb.GIVE_TO_MANAGER,
        }
    )

    def __init__(self, tools: MySuggestionsTools) -> None:
        self._tools = tools
        self.handlers: Handlers = {
            Verb.MY_SUGGESTIONS: self._list,
            Verb.WAITING_FOR_ME: self._waiting,
            Verb.MY_SUGGESTION: self._one(self._open),
            Verb.WITHDRAW_POST: self._one(self._ask),
            Verb.WITHDRAW_POST_YES: self._one(self._withdraw),
            Verb.CHOOSE_MANAGER: self._one(self._choose),
            Verb.GIVE_TO_MANAGER: self._one(self._give),
        }

    async def _list(self, pressed: ButtonPress) -> Card:
        mine = await self._tools.suggestions.of_author(pressed.person)
        return suggestion_receipts.my_suggestions_card(mine)

    async def _waiting(self, pressed: ButtonPress) -> Card:
        waiting = await self._tools.suggestions.waiting_for(pressed.person)
        return suggestion_receipts.waiting_card(waiting)

    def _one(self, answer: Callable[[Suggestion, Person, ButtonPress], Awaitable[Card]]) -> Handler:
        """The answer for one suggestion, if it is this person's."""

        async def handle(pressed: ButtonPress) -> Reply:
            person = pressed.person
            try:
                suggestion = await self._tools.suggestions.get(pressed.text("suggestion"))
            except NotFound:
                return NOT_YOURS
            return await answer(suggestion, person, pressed) if suggestion.is_author(person) else NOT_YOURS

        return handle

    async def _open(self, suggestion: Suggestion, person: Person, pressed: ButtonPress) -> Card:
        return await self._shown(suggestion)

    async def _ask(self, suggestion: Suggestion, person: Person, pressed: ButtonPress) -> Card:
        return suggestion_receipts.withdraw_card(suggestion)

    async def _withdraw(self, suggestion: Suggestion, person: Person, pressed: ButtonPress) -> Card:
        return await self._apply(suggestion, withdraw(), person, WITHDRAWN)

    async def _choose(self, suggestion: Suggestion, person: Person, pressed: ButtonPress) -> Card:
        return self._choice_card(suggestion, {}, Choice())

    async def _give(self, suggestion: Suggestion, person: Person, pressed: ButtonPress) -> Card:
        typed = {"manager": pressed.text("manager")}
        choice = await choose(self._tools.people, person, typed["manager"], suggestion.refused)
        if choice.manager is None:
            return self._choice_card(suggestion, typed, choice)
        return await self._apply(suggestion, give_to(as_person(choice.manager)), person, GIVEN)

    def _choice_card(self, suggestion: Suggestion, typed: Mapping[str, str], choice: Choice) -> Card:
        problems = {"manager": choice.wrong}
        return suggestion_receipts.choose_manager_card(
            suggestion, choice.candidates, typed, problems, picker=self._tools.picker
        )

    async def _apply(self, suggestion: Suggestion, move: SuggestionMove, person: Person, note: str) -> Card:
        try:
            suggestion = await self._tools.suggestions.apply(suggestion.reference, move, person, self._tools.now())
        except (WrongSuggestionStatus, NotAllowed):
            return await self._shown(await self._tools.suggestions.get(suggestion.reference), TOO_LATE)
        log.info("suggestion_moved", reference=suggestion.reference, move=move.kind.name)
        self._tools.wake_notifier()
        return await self._shown(suggestion, note)

    async def _shown(self, suggestion: Suggestion, note: str = "") -> Card:
        chronology = await self._tools.suggestions.chronology(suggestion.reference)
        return suggestion_receipts.my_suggestion_card(suggestion, chronology, note)
