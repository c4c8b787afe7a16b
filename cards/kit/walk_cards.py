"""The cards that belong to no step of a walk: starting on a message, saved for later, thrown away, no longer open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from microsoft_teams.cards import Action, SubmitAction, TextInput

from cards.kit.elements import Card, button, card, command_data, heading, words
from cards.verbs import Verb

Data = Mapping[str, str]
"""What a button of a draft's card carries."""


SHOWN_FIELDS = "fields"
"""Under which name a button carries what fields its card has."""


def with_names_of_fields(built: Card) -> Card:
    """The card, whose walk's buttons carry the names of its fields: clients leave an empty field out of what they send.

    So a field that was emptied can be told from one that the card did not have (`emptied_in`).
    """
    inside = list(_things_in(built))
    shown = ",".join(thing["id"] for thing in inside if str(thing.get("type", "")).startswith("Input."))
    for thing in inside:
        data = thing.get("data")
        if shown and isinstance(data, dict) and "draft" in data and thing.get("associatedInputs") != "none":
            data[SHOWN_FIELDS] = shown
    return built


def emptied_in(data: Mapping[str, Any]) -> dict[str, str]:
    """The fields that the pressed card showed and that were sent with nothing in them."""
    shown = data.get(SHOWN_FIELDS)
    names = shown.split(",") if isinstance(shown, str) else []
    return {name: "" for name in names if name and name not in data}


def _things_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _things_in(inner)


def was_question_card(verb: Verb, text: str, stays: str = "") -> Card:
    """Under words that sound like a question and were taken as part of what is written. `stays`: what stays of them."""
    said = f"If that was a question to me, press here: I answer it{stays or ', and take it out again'}."
    return card([words(said, is_subtle=True)], [button("That was a question", verb, {"text": text})])


@dataclass(frozen=True, slots=True)
class WalkVerbs:
    """What the buttons of one walk send. `start` also shows the open draft; `mine` lists what the person has sent."""

    start: Verb
    next: Verb
    back: Verb
    change: Verb
    later: Verb
    keep: Verb
    cancel: Verb
    discard: Verb
    send: Verb
    mine: Verb


@dataclass(frozen=True, slots=True)
class MessageForm:
    """The dialog that starts the walk on a message in Teams: its command, and its two fields."""

    command: str
    words_id: str
    link_label: str


@dataclass(frozen=True, slots=True)
class WalkCards:
    """Builds the cards around one walk. `thing` is what the walk makes, in a sentence: "report" or "suggestion"."""

    thing: str
    verbs: WalkVerbs
    start_title: str
    mine_title: str
    discard_question: str
    discarded: tuple[str, str]
    offers_mine: bool
    message: MessageForm

    def message_card(self, text: str, link: str) -> Card:
        """In the dialog on a message: what the message said, for the person to look over before the walk begins."""
        intro = (
            f"This starts a {self.thing} with the message below. Nothing is sent yet: I will ask you a few questions "
            "in our own chat first."
        )
        body = [
            words(intro),
            TextInput(id=self.message.words_id, label="The message", is_multiline=True, value=text or None),
            TextInput(id="links", label=self.message.link_label, value=link or None),
        ]
        go_on = SubmitAction(title="Go on in our chat", style="positive", data=command_data(self.message.command))
        return card(body, [go_on])

    def leave_actions(self, data: Data, *, is_first: bool) -> list[Action]:
        """The buttons that leave a step without going on; each takes along what was typed."""
        back = [] if is_first else [button("Back", self.verbs.back, data)]
        later = button("Save for later", self.verbs.later, data)
        return [*back, later, button("Cancel", self.verbs.cancel, data)]

    def saved_card(self, data: Data) -> Card:
        """The draft is put by for later."""
        return card(
            [
                heading(f"Your {self.thing} is saved, not sent"),
                words("It stays here for 14 days, on all your devices. Nobody else sees it."),
            ],
            [
                button("Go on", self.verbs.keep, data, style="positive"),
                button("Throw away", self.verbs.cancel, data),
            ],
        )

    def cancel_card(self, data: Data, stays: str = "", left: str = "") -> Card:
        """Asks once before the draft is thrown away. `stays`: what is kept all the same, in a sentence.

        `left`: what others have of it already, where something has been sent.
        """
        lost = left or " ".join(filter(None, ["What you entered will be deleted. Nothing has been sent.", stays]))
        return card(
            [heading(self.discard_question), words(lost)],
            [
                button("Keep writing", self.verbs.keep, data, style="positive"),
                button("Throw away", self.verbs.discard, data, style="destructive"),
            ],
        )

    def discarded_card(self, left: str = "") -> Card:
        """The draft was thrown away. `left`: what others have of it already."""
        title, sentence = self.discarded
        return card(
            [heading(title), words(left or sentence)], [self._start(), *([self._mine()] if self.offers_mine else [])]
        )

    def continued_card(self) -> Card:
        """Stands where a card of the walk was, once the walk has moved to the end of the chat."""
        return card([words(f"Your {self.thing} goes on in the card below.", is_subtle=True)])

    def no_draft_card(self) -> Card:
        """Answers a button of a walk that is over."""
        over = f"The {self.thing} it belonged to was sent or thrown away."
        return card([heading("This card is no longer open"), words(over)], [self._mine(), self._start()])

    def _start(self) -> Action:
        return button(self.start_title, self.verbs.start)

    def _mine(self) -> Action:
        return button(self.mine_title, self.verbs.mine)
