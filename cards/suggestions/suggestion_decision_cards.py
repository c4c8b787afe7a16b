"""The cards on which a line manager and the social media team decide about a suggestion: a record in, its card out.

One builder for each of the two, for the first post and every update. What an action asks for (a comment, a day, an
address) is asked in place, on the card of whoever pressed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from microsoft_teams.cards import Action, CardElement, OpenUrlAction, TextInput

from cards.kit.elements import Card, button, card, escape, facts, fits, heading, labelled, notice, words
from cards.kit.fields import Field, Shape, field_input
from cards.kit.times import said
from cards.suggestions.suggestion_receipts import comment_view, see_post
from cards.suggestions.suggestion_view import about_view, findings_view, post_view
from cards.verbs import Verb
from policy.posts.findings import Finding
from storage.suggestions.suggestion_records import OVER, WITH_TEAM, Suggestion, SuggestionStatus


class Audience(StrEnum):
    """For whom a card is made. Its buttons carry this; whether a person may press them is asked of the suggestion
    as it is stored and of the channel's roster.
    """

    MANAGER = "manager"
    TEAM = "team"


class PostAction(StrEnum):
    """The decisions that need words, a day or an address first."""

    CHANGE = "change"
    RETURN = "return"
    DECLINE = "decline"
    SCHEDULE = "schedule"
    POSTED = "posted"


@dataclass(frozen=True, slots=True)
class PostForm:
    """The field that a decision asks for, and the button that carries it out. `words` stand above the field."""

    field: Field
    title: str
    verb: Verb
    words: str = ""


FORMS = {
    PostAction.CHANGE: PostForm(
        Field("edited", "The text as it should go out", Shape.TEXT, needed="Write the text of the post."),
        "Forward with these changes", Verb.POST_FORWARD, "Both versions are kept, and the author sees yours.",
    ),
    PostAction.RETURN: PostForm(
        Field("comment", "What should the author change?", Shape.TEXT, needed="Say what should change."),
        "Return it", Verb.POST_RETURN, "The author gets it back, filled in, with your comment.",
    ),
    PostAction.DECLINE: PostForm(
        Field("reason", "Why will it not be posted?", Shape.TEXT, needed="Give a reason; the author reads it."),
        "Decline it", Verb.POST_DECLINE, "The author reads the reason. The pictures are deleted here.",
    ),
    PostAction.SCHEDULE: PostForm(
        Field("day", "On which day does it go out?", Shape.DATE, needed="Choose a day from today on."),
        "Schedule it", Verb.POST_SCHEDULE, "The channel is reminded on that day.",
    ),
    PostAction.POSTED: PostForm(
        Field("address", "Address of the post on Facebook", Shape.LINE, needed="Paste the address of the post."),
        "Mark as posted", Verb.POST_POSTED,
        "Copy the text, post it, then paste its address. The pictures are deleted here afterwards.",
    ),
}  # fmt: skip
MAX_COMMENT = 1_000


@dataclass(frozen=True, slots=True)
class Asking:
    """The form that is open on the card of whoever pressed: what was typed, and what is wrong with it."""

    do: PostAction
    typed: str = ""
    wrong: str = ""


def manager_card(
    suggestion: Suggestion, findings: Sequence[Finding], note: str = "", asking: Asking | None = None
) -> Card:
    """For the line manager: first whether they are, then the post; once it has left them, where it stands."""
    author = suggestion.author.name
    if not suggestion.confirmed:  # nothing of the post for somebody who was only named, whatever becomes of it
        is_asked = suggestion.status is SuggestionStatus.SUBMITTED
        return _confirm_card(suggestion, note) if is_asked else not_yours_card(suggestion)
    is_theirs = suggestion.status is SuggestionStatus.SUBMITTED
    top: list[CardElement | None] = [
        heading("A post is suggested", small=f"{suggestion.reference} · {author}, {said(suggestion.submitted_at)}"),
        facts({"Status": suggestion.status.words}) if not is_theirs else None,
        notice(note, "accent") if note else None,
        *([] if is_theirs else comment_view(suggestion)),
    ]
    body = [*top, *_content(suggestion, findings if is_theirs else ())]
    fallback = f"A suggested post, {suggestion.reference}: {suggestion.status.words.lower()}"
    if not is_theirs:
        return card(body, _last_buttons(suggestion, Audience.MANAGER), fallback)
    return _that_fits(top, body, _form(suggestion, asking), _buttons(suggestion, Audience.MANAGER, asking), fallback)


def surely_not_card(suggestion: Suggestion) -> Card:
    """Asks a known line manager once more before they are taken to say that they are not."""
    data = _data(suggestion, Audience.MANAGER)
    return card(
        [
            heading(f"Are you {suggestion.author.name}'s line manager?", small=suggestion.reference),
            words("If you are not, it goes back to its author, who cannot give it to you again."),
        ],
        [
            button("Yes, I am", Verb.POST_SHOW, data, style="positive"),
            button("No", Verb.POST_NO, {**data, "sure": "yes"}, style="destructive"),
        ],
        fallback=f"A question about a suggested post, {suggestion.reference}",
    )


def _confirm_card(suggestion: Suggestion, note: str) -> Card:
    """Before anything of the post is shown: whether they are the line manager."""
    author = suggestion.author.name
    data = _data(suggestion, Audience.MANAGER)
    return card(
        [
            heading(f"Are you {author}'s line manager?", small=suggestion.reference),
            notice(note, "accent") if note else None,
            words(
                f"{escape(author)} suggests a post for our Facebook page and named you. Suggestions go through the "
                "line manager (policy, section 2)."
            ),
        ],
        [button("Yes, I am", Verb.POST_YES, data, style="positive"), button("No", Verb.POST_NO, data)],
        fallback=f"A question about a suggested post, {suggestion.reference}",
    )


def team_card(
    suggestion: Suggestion, findings: Sequence[Finding], note: str = "", asking: Asking | None = None
) -> Card:
    """For the social media team: the post with who suggested and who forwarded it, and where it stands."""
    forwarded = suggestion.forwarded_by.name if suggestion.forwarded_by else ""
    is_theirs = suggestion.status in WITH_TEAM
    top: list[CardElement | None] = [
        heading(f"Suggested post {suggestion.reference}", small=f"Suggested {said(suggestion.submitted_at)}"),
        facts(
            {
                "Status": suggestion.status.words,
                "Suggested by": suggestion.author.name,
                "Forwarded by": forwarded,
                "Taken by": suggestion.taken_by.name if suggestion.taken_by else "",
            }
        ),
        notice(note, "accent") if note else None,
        *comment_view(suggestion),
    ]
    body = [*top, *_content(suggestion, findings if is_theirs else ())]
    fallback = f"Suggested post {suggestion.reference}: {suggestion.status.words.lower()}"
    if not is_theirs:
        return card(body, _last_buttons(suggestion, Audience.TEAM), fallback)
    return _that_fits(top, body, _form(suggestion, asking), _buttons(suggestion, Audience.TEAM, asking), fallback)


def _that_fits(
    top: list[CardElement | None],
    body: list[CardElement | None],
    form: list[CardElement | None],
    actions: list[Action],
    fallback: str,
) -> Card:
    """The card with its form; where both are too much for Teams, the form alone: "Back" shows the post again."""
    whole = card([*body, *form], actions, fallback)
    return whole if fits(whole) or not form else card([*top, *form], actions, fallback)


def _content(suggestion: Suggestion, findings: Sequence[Finding]) -> list[CardElement | None]:
    if (
        suggestion.status is SuggestionStatus.WITHDRAWN
    ):  # what for is its author's; a consent that was taken back, perhaps
        return [words("Its author took it back, so it is not shown here any more.", is_subtle=True)]
    changed = suggestion.edited != ""
    gone = suggestion.status in OVER
    return [
        *post_view(suggestion.to_be_posted, gone=gone),
        labelled(f"As {suggestion.author.name} wrote it", suggestion.post.text) if changed else None,
        *about_view(suggestion.post),
        *findings_view(findings),
    ]


def _data(suggestion: Suggestion, audience: Audience, **more: str) -> dict[str, str | int]:
    """What a button carries: ids, and the last decision that its card knew of."""
    return {"suggestion": suggestion.reference, "desk": audience, "moves": suggestion.moves, **more}


def _form(suggestion: Suggestion, asking: Asking | None) -> list[CardElement | None]:
    if asking is None:
        return []
    form = FORMS[asking.do]
    value = asking.typed or (suggestion.text if asking.do is PostAction.CHANGE else "")
    copy = TextInput(id="copy", label="The text, ready to copy", is_multiline=True, value=_to_copy(suggestion))
    return [
        words(form.words, is_subtle=True),
        copy if asking.do is PostAction.POSTED else None,
        field_input(form.field, value, asking.wrong, f"{suggestion.reference}-{asking.do}"),
    ]


def _to_copy(suggestion: Suggestion) -> str:
    return "\n".join([suggestion.text, *suggestion.post.links])


def _buttons(suggestion: Suggestion, audience: Audience, asking: Asking | None) -> list[Action]:
    data = _data(suggestion, audience)
    if asking:
        form = FORMS[asking.do]
        style = "destructive" if asking.do is PostAction.DECLINE else "positive"
        return [
            button(form.title, form.verb, {**data, "do": asking.do}, style=style),
            button("Back", Verb.POST_SHOW, data, associated_inputs="none"),
        ]
    first = _manager_buttons(suggestion) if audience is Audience.MANAGER else _team_buttons(suggestion)
    both = [
        _ask(suggestion, audience, "Return", PostAction.RETURN),
        _ask(suggestion, audience, "Decline", PostAction.DECLINE),
    ]
    last = [button("I am not their manager", Verb.POST_NO, data)] if audience is Audience.MANAGER else []
    return [*first, *both, *_pictures(suggestion, audience), *last]


def _manager_buttons(suggestion: Suggestion) -> list[Action]:
    data = _data(suggestion, Audience.MANAGER)
    return [
        button("Forward", Verb.POST_FORWARD, data, style="positive"),
        _ask(suggestion, Audience.MANAGER, "Change and forward", PostAction.CHANGE),
    ]


def _team_buttons(suggestion: Suggestion) -> list[Action]:
    data = _data(suggestion, Audience.TEAM)
    take = [] if suggestion.taken_by else [button("Take", Verb.POST_TAKE, data, style="positive")]
    again = "Schedule again" if suggestion.status is SuggestionStatus.SCHEDULED else "Schedule"
    return [
        *take,
        _ask(suggestion, Audience.TEAM, "Mark as posted", PostAction.POSTED),
        _ask(suggestion, Audience.TEAM, again, PostAction.SCHEDULE),
    ]


def _ask(suggestion: Suggestion, audience: Audience, title: str, do: PostAction) -> Action:
    return button(title, Verb.POST_ASK, _data(suggestion, audience, do=do))


def _pictures(suggestion: Suggestion, audience: Audience) -> list[Action]:
    if not suggestion.keeps_pictures:
        return []
    return [button("Open pictures", Verb.POST_PICTURES, _data(suggestion, audience))]


def _last_buttons(suggestion: Suggestion, audience: Audience) -> list[Action]:
    """The buttons once it is out of their hands: there is something to see and nothing to decide."""
    return [see_post(suggestion)] if suggestion.address else _pictures(suggestion, audience)


def pictures_card(suggestion: Suggestion, addresses: Sequence[str]) -> Card:
    """Links to the pictures, for the one who asked for them."""
    return card(
        [
            heading(f"Pictures of {suggestion.reference}"),
            words("Each link works for ten minutes. Please do not pass it on; ask again when it has run out."),
        ],
        [OpenUrlAction(title=f"Picture {number}", url=address) for number, address in enumerate(addresses, 1)],
        fallback=f"Pictures of {suggestion.reference}",
    )


def not_yours_card(suggestion: Suggestion) -> Card:
    """Stands where a card was that somebody else's, or a newer one, has taken the place of."""
    return card(
        [
            heading("This card is out of date", small=suggestion.reference),
            words("The suggestion was withdrawn, is with somebody else now, or has a newer card in this chat."),
        ],
        fallback=f"A card about {suggestion.reference} is out of date",
    )
