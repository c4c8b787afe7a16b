"""The rules of the suggestion walk, as plain functions: a draft and what the person did in, the next draft out.

No network, no clock, no SDK; `suggestion_dialog.py` keeps the draft and shows its card after each of these. What was
written is taken into the post even if the check forbids it: then the walk stays where it can be mended.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from cards.kit.walk_cards import emptied_in
from cards.suggestions.suggestion_cards import conditions
from cards.suggestions.suggestion_form import MAX_PICTURES, STEPS, Choices, fields_of, held
from dialogs.suggestions.suggestion_fields import MAX_POST, MAX_WORDS, lacking_consent, read, with_value
from policy.posts.findings import Finding, Severity, forbids, in_the_way
from storage.records import StoredFile
from storage.suggestions.suggestion_drafts import SuggestionDraft, SuggestionStep
from storage.suggestions.suggestion_records import Post

Check = Callable[[Post], tuple[Finding, ...]]
"""What the policy says to a post."""

MAX_KEPT = 15_000
"""Characters of all fields together that are shown back if they could not be taken; a card stays under 80 KB."""
CUT = "This is {length:,} characters long. Only the first {kept:,} could be kept here."
MET = "Say this in a few words, so that your line manager can see it."
ADDED = "Added to the text of your suggestion. Go on in the card above."
NO_ROOM = (
    "That is {length:,} characters, and a post holds {limit:,} in all, so I did not add it. It stands in this chat."
)
TOO_LATE = "I did not add that. To change the text of your suggestion, press Change or Back on its card."


@dataclass(frozen=True, slots=True)
class Around:
    """What the walk has to know: what can be chosen, the day, and the check."""

    choices: Choices
    today: date
    check: Check


def take_answers(draft: SuggestionDraft, data: Mapping[str, Any], around: Around) -> SuggestionDraft:
    """Next or Send: the draft with this step's answers, at the next step if nothing is in its way."""
    draft = _with_added(keep_typed(draft, data))
    if draft.step is SuggestionStep.CHECK:
        return _take_conditions(draft, around) if _first_gap(draft.post, around) is draft.step else _mend(draft, around)
    post, problems = draft.post, dict(draft.problems)
    asked = fields_of(draft.step, around.choices)
    for field in asked:
        value, wrong = read(field, draft.typed.get(field.name, held(post, field.name)), around.today)
        if wrong:
            problems.setdefault(field.name, wrong)
        else:
            post = replace(post, **with_value(post, field, value))
    post = _only_of_those_shown(post)
    if draft.step is SuggestionStep.PEOPLE and "shows" not in problems:
        problems = {**_consent_asked(post, around), **lacking_consent(post), **problems}
    if problems:
        return replace(draft, problems=problems)
    names = {field.name for field in asked}
    typed = {name: text for name, text in draft.typed.items() if name not in names}
    if (post.text, post.links) != (draft.post.text, draft.post.links):  # what was said of other words is asked again
        typed |= {f"met_{name}": said for name, said in post.met.items()}
        post = replace(post, met={})
    return _onwards(replace(draft, post=post, typed=typed, problems={}), around)


def go_back(draft: SuggestionDraft, data: Mapping[str, Any]) -> SuggestionDraft:
    """The step before, with what was typed still there."""
    before = STEPS[max(STEPS.index(draft.step) - 1, 0)]
    return replace(keep_typed(draft, data), step=before, changing=False)


def change(draft: SuggestionDraft, data: Mapping[str, Any]) -> SuggestionDraft:
    """From the last step back to one part; next then leads back here."""
    if draft.step is not SuggestionStep.CHECK or data.get("to") not in set(STEPS):
        return draft
    return replace(keep_typed(draft, data), step=SuggestionStep(data["to"]), changing=True)


def keep_typed(draft: SuggestionDraft, data: Mapping[str, Any]) -> SuggestionDraft:
    """The draft with what stands in this step's fields, right or wrong; together no more than a card can show."""
    room, typed, problems = MAX_KEPT, dict(draft.typed), {}
    for name, text in {**typed_in(emptied_in(data)), **typed_in(data)}.items():
        typed[name] = text[:room]
        if len(text) > room:
            problems[name] = CUT.format(length=len(text), kept=room)
        room -= len(typed[name])
    return replace(draft, typed=typed, problems=problems)


def typed_in(data: Mapping[str, Any]) -> dict[str, str]:
    """What stood in a card's fields."""
    names = ("topic", "text", "links", "school", "wanted_by", "shows", "manager")
    mine = [name for name in sorted(data) if name in names or name.startswith(("consent_", "met_"))]
    return {name: data[name] for name in mine[:50] if len(name) < 80 and isinstance(data[name], str)}


def as_typed(data: Mapping[str, Any], now: datetime) -> SuggestionDraft | None:
    """The fields as they stood on the card that was pressed, for when the kept draft cannot be read."""
    if data.get("step") not in (SuggestionStep.POST, SuggestionStep.PEOPLE):
        return None
    return keep_typed(SuggestionDraft(str(data.get("draft", "")), now, SuggestionStep(data["step"])), data)


def fill_in(draft: SuggestionDraft, given: Mapping[str, str]) -> SuggestionDraft:
    """Words from elsewhere (a message in Teams): into the fields, or beside what stands there."""
    if draft.typed or draft.post.text:
        texts = [text for text in given.values() if text]
        if _room(draft) < (length := sum(map(len, texts))):
            return replace(draft, problems={"text": NO_ROOM.format(length=length, limit=MAX_POST)})
        return replace(draft, added=(*draft.added, *texts), step=SuggestionStep.POST)
    return keep_typed(draft, given)


def answer_to(draft: SuggestionDraft, text: str) -> str:
    """What the person reads after a message in the chat: what `add_text` will do with it."""
    if draft.step is not SuggestionStep.POST:
        return TOO_LATE
    return ADDED if len(text) <= _room(draft) else NO_ROOM.format(length=len(text), limit=MAX_POST)


def add_text(draft: SuggestionDraft, text: str) -> SuggestionDraft:
    """What was typed in the chat joins the text, while that is what is being written."""
    if draft.step is not SuggestionStep.POST or len(text) > _room(draft):
        return draft
    return replace(draft, added=(*draft.added, text.strip()))


def without(draft: SuggestionDraft, text: str) -> SuggestionDraft:
    """The draft without these words, which came in the chat and are not taken into the text yet: a question."""
    text = text.strip()
    if text not in draft.added:
        return draft
    at = len(draft.added) - 1 - draft.added[::-1].index(text)
    return replace(draft, added=(*draft.added[:at], *draft.added[at + 1 :]))


def with_picture(draft: SuggestionDraft, picture: StoredFile) -> SuggestionDraft:
    """The draft with one more picture; who is in it is then asked, or asked again."""
    if len(draft.post.pictures) >= MAX_PICTURES or not picture.content_type.startswith("image/"):
        return draft
    draft = replace(draft, post=replace(draft.post, pictures=(*draft.post.pictures, picture)))
    return replace(draft, step=SuggestionStep.PEOPLE, changing=True) if draft.step is SuggestionStep.CHECK else draft


def without_pictures(draft: SuggestionDraft, data: Mapping[str, Any]) -> SuggestionDraft:
    """The draft with none, and what was typed still there."""
    return replace(keep_typed(draft, data), post=replace(draft.post, pictures=()))


def is_complete(draft: SuggestionDraft, around: Around) -> bool:
    """Whether it may be sent, whoever it goes to."""
    return (
        draft.step is SuggestionStep.CHECK
        and not draft.added
        and _first_gap(draft.post, around) is SuggestionStep.CHECK
        and not in_the_way(around.check(draft.post))
    )


def _onwards(draft: SuggestionDraft, around: Around) -> SuggestionDraft:
    """The next step, or after a change the first that is still open; none past what the check forbids."""
    if forbids(around.check(draft.post)):
        return draft
    if draft.changing:
        gap = _first_gap(draft.post, around)
        return replace(draft, step=gap, changing=gap is not SuggestionStep.CHECK)
    return replace(draft, step=STEPS[STEPS.index(draft.step) + 1])


def _first_gap(post: Post, around: Around) -> SuggestionStep:
    for step in (SuggestionStep.POST, SuggestionStep.PEOPLE):
        for field in fields_of(step, around.choices):
            if read(field, held(post, field.name), around.today)[1]:
                return step
    return SuggestionStep.PEOPLE if lacking_consent(post) else SuggestionStep.CHECK


def _mend(draft: SuggestionDraft, around: Around) -> SuggestionDraft:
    """Back to a part that is open again, such as a day that has passed since, with what is wrong with it."""
    there = replace(draft, step=_first_gap(draft.post, around), changing=True)
    return take_answers(there, {}, around)


def _take_conditions(draft: SuggestionDraft, around: Around) -> SuggestionDraft:
    """What the author says to what the check asks for; beside each that is still open, that it is."""
    names = {question.name for question in conditions(around.check(draft.post))}
    said = {name.removeprefix("met_"): draft.typed.get(name, "").strip()[:MAX_WORDS] for name in names}
    post = replace(draft.post, met={**draft.post.met, **{name: text for name, text in said.items() if text}})
    still_open = {question.name: MET for question in conditions(around.check(post))}
    return replace(draft, post=post, problems={**still_open, **draft.problems})


def _consent_asked(post: Post, around: Around) -> dict[str, str]:
    """The fields of consent whose words do not say where it is recorded, as "yes" does not."""
    asked = [finding for finding in around.check(post) if finding.asks in post.shows]
    return {f"consent_{finding.asks}": finding.mend for finding in asked if finding.severity is Severity.ASK}


def _only_of_those_shown(post: Post) -> Post:
    """No word on the consent of somebody who is not in it."""
    return replace(post, consent={who: where for who, where in post.consent.items() if who in post.shows and where})


def _with_added(draft: SuggestionDraft) -> SuggestionDraft:
    """What came in the chat joins what stands in the field, which nothing overwrites."""
    if draft.step is not SuggestionStep.POST or not draft.added:
        return draft
    text = "\n".join(filter(None, [draft.typed.get("text", draft.post.text).strip(), *draft.added]))
    return replace(draft, typed={**draft.typed, "text": text}, added=())


def _room(draft: SuggestionDraft) -> int:
    return MAX_POST - sum(map(len, (*draft.added, draft.typed.get("text", draft.post.text))))
