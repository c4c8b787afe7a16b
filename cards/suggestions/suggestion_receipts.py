"""What an author reads after sending: the receipt, news at each step, their own list; and a line manager's list."""

from collections.abc import Mapping, Sequence

from microsoft_teams.cards import Action, CardElement, Container, OpenUrlAction

from cards.kit.elements import Card, button, card, escape, heading, labelled, notice, words
from cards.kit.times import day_said, said
from cards.suggestions.suggestion_cards import manager_field
from cards.suggestions.suggestion_view import about_view, post_view
from cards.verbs import Verb
from storage.records import Colleague
from storage.suggestions.suggestion_records import (
    OVER,
    Suggestion,
    SuggestionEntry,
    SuggestionEntryKind,
    SuggestionStatus,
)

MAX_ROWS = 25

_SHOWN = {
    SuggestionEntryKind.SUBMITTED: "You sent it",
    SuggestionEntryKind.ASKED: "You gave it to another line manager",
    SuggestionEntryKind.DELIVERED: "It arrived",
    SuggestionEntryKind.CONFIRMED: "Your line manager has it",
    SuggestionEntryKind.NOT_THEIRS: "Whoever was asked is not your line manager",
    SuggestionEntryKind.WAITS: "It waits: your line manager cannot be reached",
    SuggestionEntryKind.REMINDED: "Your line manager was reminded",
    SuggestionEntryKind.FORWARDED: "Forwarded to the social media team",
    SuggestionEntryKind.EDITED: "Forwarded to the social media team, with changes",
    SuggestionEntryKind.RETURNED: "Returned to you",
    SuggestionEntryKind.TAKEN: "The social media team is on it",
    SuggestionEntryKind.SCHEDULED: "Scheduled",
    SuggestionEntryKind.POSTED: "Posted",
    SuggestionEntryKind.DECLINED: "Declined",
    SuggestionEntryKind.WITHDRAWN: "You withdrew it",
}
"""What of the chronology its author sees, in their words."""


def receipt_card(suggestion: Suggestion) -> Card:
    """What its author can rely on, and what happens next."""
    return card(
        [
            heading(f"Suggestion received: {suggestion.reference}", small=said(suggestion.submitted_at)),
            words(_next(suggestion)),
            words("Nothing is on the page yet. I will tell you at each step, and you can withdraw it until it is "
                  "posted."),
        ],
        [button("My suggestions", Verb.MY_SUGGESTIONS), button("Suggest another", Verb.SUGGEST)],
        fallback=f"Suggestion received: {suggestion.reference}",
    )  # fmt: skip


def _next(suggestion: Suggestion) -> str:
    if suggestion.status is not SuggestionStatus.SUBMITTED or suggestion.manager is None:
        return f"It is kept. {suggestion.status.words}."
    whom = f"**{escape(suggestion.manager.name)}**" if suggestion.manager.name else "the person you chose"
    if suggestion.confirmed:
        return f"It is kept, and goes to your line manager, {whom}."
    return f"It is kept. I ask {whom} first whether they are your line manager."


def my_suggestions_card(suggestions: Sequence[Suggestion]) -> Card:
    """One's own suggestions: reference, first words, status; each opens."""
    start = button("Suggest a post", Verb.SUGGEST)
    if not suggestions:
        return card([heading("My suggestions"), words("You have not suggested a post yet.")], [start])
    return card([heading("My suggestions"), *(_row(each, Verb.MY_SUGGESTION) for each in suggestions[:MAX_ROWS])],
                [start])  # fmt: skip


def waiting_card(suggestions: Sequence[Suggestion]) -> Card:
    """What waits for a line manager; each opens."""
    if not suggestions:
        return card([heading("Waiting for you"), words("No suggestion waits for you.")])
    rows = [_row(each, Verb.POST_SHOW) for each in suggestions[:MAX_ROWS]]
    return card([heading("Waiting for you", small=f"{len(suggestions)} to look at"), *rows])


def _row(suggestion: Suggestion, verb: Verb) -> Container:
    is_own = verb is Verb.MY_SUGGESTION
    first = suggestion.text.strip().partition("\n")[0][:80] if is_own or suggestion.confirmed else ""
    about = suggestion.status.words if is_own else f"{suggestion.author.name}, {said(suggestion.submitted_at)}"
    data = {"suggestion": suggestion.reference, "desk": "manager"}
    return Container(
        items=[labelled(f"{suggestion.reference} · {about}", first)],
        select_action=button(f"Open {suggestion.reference}", verb, data),
    )


def my_suggestion_card(suggestion: Suggestion, chronology: Sequence[SuggestionEntry], note: str = "") -> Card:
    """One suggestion as its author sees it: the post, where it stands, what has happened."""
    happened = [f"- {said(entry.at)}: {_SHOWN[entry.kind]}" for entry in chronology if entry.kind in _SHOWN]
    return card(
        [
            heading(suggestion.reference, small=suggestion.status.words),
            notice(note, "good") if note else None,
            *comment_view(suggestion),
            *post_view(suggestion.to_be_posted, gone=suggestion.status in OVER),
            labelled("As you wrote it", suggestion.post.text) if suggestion.edited else None,
            *about_view(suggestion.post),
            words("**What has happened**\n\n" + "\n".join(happened)),
        ],
        author_actions(suggestion),
    )


def comment_view(suggestion: Suggestion) -> list[CardElement | None]:
    """What was said when it came back or was declined, and when it is posted."""
    by = suggestion.commented_by.name if suggestion.commented_by else ""
    day = day_said(suggestion.scheduled_for) if suggestion.status is SuggestionStatus.SCHEDULED else ""
    return [
        labelled(f"{by} wrote", suggestion.comment) if suggestion.comment else None,
        words(f"It goes out on **{day}**.") if day else None,
    ]


def author_actions(suggestion: Suggestion) -> list[Action]:
    """The buttons that its author has now."""
    data = {"suggestion": suggestion.reference}
    actions: list[Action] = []
    if suggestion.status is SuggestionStatus.RETURNED:
        actions.append(button("Change and send again", Verb.SUGGEST_EDIT, data, style="positive"))
    if suggestion.may_choose_manager:
        actions.append(button("Choose another line manager", Verb.CHOOSE_MANAGER, data, style="positive"))
    if suggestion.address:
        actions.append(see_post(suggestion))
    if suggestion.status not in OVER:
        actions.append(button("Withdraw", Verb.WITHDRAW_POST, data))
    return [*actions, button("My suggestions", Verb.MY_SUGGESTIONS)]


def see_post(suggestion: Suggestion) -> Action:
    """The way to the post on the page; its address was checked when it was marked as posted."""
    return OpenUrlAction(title="See the post", url=suggestion.address)


def news_card(suggestion: Suggestion, entry: SuggestionEntry) -> Card:
    """Tells its author what has just happened to it."""
    what = _SHOWN.get(entry.kind, suggestion.status.words).lower()
    text = {SuggestionEntryKind.SCHEDULED: day_said(entry.text), SuggestionEntryKind.POSTED: ""}.get(
        entry.kind, entry.text
    )
    return card(
        [
            heading(f"Your suggestion: {what}", small=f"{suggestion.reference} · {said(entry.at)}"),
            words(_NEWS[entry.kind]) if entry.kind in _NEWS else None,
            labelled(entry.by.name, text) if entry.by and text else None,
            labelled("By", entry.by.name)
            if entry.by and not text and entry.kind is not SuggestionEntryKind.NOT_THEIRS
            else None,
            labelled("Your post begins", suggestion.post.text.strip().partition("\n")[0][:120]),
        ],
        author_actions(suggestion),
        fallback=f"Your suggestion {suggestion.reference}: {what}",
    )


_NEWS = {
    SuggestionEntryKind.WAITS: (
        "Your line manager has no chat with me, and I could not open one. Your suggestion waits, and goes out by "
        "itself once they have written to me. You can ask them to, or choose another line manager."
    ),
    SuggestionEntryKind.NOT_THEIRS: "They say that they are not your line manager. Please choose who is.",
    SuggestionEntryKind.EDITED: "This is the text as your line manager changed it; yours is kept too.",
    SuggestionEntryKind.DECLINED: "It will not be posted. Its pictures are deleted here.",
    SuggestionEntryKind.REMINDED: "Your line manager was reminded and has not answered. You can choose another.",
}


def choose_manager_card(
    suggestion: Suggestion,
    candidates: Sequence[Colleague],
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    picker: bool,
) -> Card:
    """Asks the author to which other line manager it goes."""
    data = {"suggestion": suggestion.reference}
    return card(
        [
            heading("Who is your line manager?", small=suggestion.reference),
            words("Whoever you name is asked whether they are, before they see the post."),
            manager_field(candidates, typed, problems, picker=picker),
        ],
        [
            button("Give it to them", Verb.GIVE_TO_MANAGER, data, style="positive"),
            button("Back", Verb.MY_SUGGESTION, data, associated_inputs="none"),
        ],
    )


def withdraw_card(suggestion: Suggestion) -> Card:
    """Asks the author once whether to withdraw it."""
    data = {"suggestion": suggestion.reference}
    return card(
        [
            heading(f"Withdraw {suggestion.reference}?"),
            words("It will not be posted, and its pictures are deleted here. Whoever has it is told."),
        ],
        [
            button("Yes, withdraw it", Verb.WITHDRAW_POST_YES, data, style="destructive"),
            button("No", Verb.MY_SUGGESTION, data),
        ],
    )
