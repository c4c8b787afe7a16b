"""The rules of the report walk, as plain functions: a draft and what the person did in, the next draft out.

No network, no clock, no SDK; `report_dialog.py` keeps the draft and shows its card after each of these.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from cards.kit.walk_cards import emptied_in
from cards.reports.report_form import OFFERED, STEPS, fields_of, held, steps_of
from dialogs.links import split_links
from dialogs.reports.report_fields import MAX_TEXT, lacks, read
from storage.cases.case_records import Concerned, Kind, Part, Report, Whose
from storage.cases.report_drafts import ReportDraft, Step
from storage.records import StoredFile

MAX_FILES = 10
MAX_TELEPHONE = 60
MAX_KEPT = 25_000
"""Characters of all fields together that are shown back if they could not be taken; a card stays under 80 KB."""

CUT = "This is {length:,} characters long, and {limit:,} fit. Only the first {kept:,} could be kept here."
ANSWER_FIRST = "I have not taken that into your report yet. Please answer this question first."
PRESS_IT = "That is a button on the card above: please press it there. I have not taken it into your report."
NO_ROOM = (
    "That is {length:,} characters, and a description holds {limit:,} in all, so I did not add it. It still stands in "
    "this chat; please shorten it."
)
KEPT = "Kept for your report. Please answer this question first."
ADDED_ABOVE = "Added to your report. Go on in the card above."
ADDED = "Added to your report."

_ON_THE_CARD = {"next", "back", "send", "save", "save for later", "change"}
_BUTTONS_ONLY = (Step.DANGER, Step.WHOSE, Step.KIND, Step.IMAGE)
_YES, _NO = {"yes", "y", "not sure", "maybe"}, {"no", "n", "nope"}
_NAMES = frozenset(field.name for field in fields(Report)) - {"kind", "danger", "whose", "intimate_image", "evidence"}


def take_answers(
    draft: ReportDraft, data: Mapping[str, Any], today: date, schools: tuple[str, ...] = ()
) -> ReportDraft:
    """Next was pressed: the draft at its next step; if an answer is wrong, at this one with the reason by field."""
    if draft.step is Step.DANGER and data.get("danger") in ("yes", "no"):
        danger = data["danger"] == "yes"
        return _onwards(
            replace(draft, report=replace(draft.report, danger=danger), alerted=draft.alerted or danger), schools
        )
    if draft.step is Step.WHOSE and (whose := _whose(data)):
        return _onwards(with_whose(_with_telephone(draft, data), whose), schools)
    if draft.step is Step.KIND and data.get("kind") in Kind.__members__:
        return _onwards(replace(draft, report=replace(draft.report, kind=Kind[data["kind"]])), schools)
    if draft.step is Step.IMAGE and data.get("image") in ("yes", "no"):
        return _onwards(replace(draft, report=_with_image(draft.report, data["image"] == "yes")), schools)
    if draft.step in (Step.DETAILS, Step.MORE):
        draft = keep_typed(draft, data)
        if draft.step is Step.MORE and (whose := _whose(data)):  # a card of an earlier version asked it here
            draft = with_whose(draft, whose)
        return _take_fields(draft, today, schools)
    return draft


def with_whose(draft: ReportDraft, whose: Whose, *, assumed: bool = False) -> ReportDraft:
    """The draft with whose conduct it is about. About an adult of the school it is a worry, whatever it began as."""
    before = draft.kind_before if draft.report.is_about_staff else draft.report.kind
    report = replace(draft.report, whose=whose)
    kind = Kind.WORRY if report.is_about_staff else before
    return replace(draft, report=replace(report, kind=kind), kind_before=before, whose_assumed=assumed)


def nobody_in_danger(draft: ReportDraft, data: Mapping[str, Any]) -> ReportDraft:
    """It was a mistake that somebody is in danger; all else stays."""
    draft = keep_typed(_with_telephone(draft, data), data)
    return replace(draft, report=replace(draft.report, danger=False), alerted=True)


def so_far(draft: ReportDraft) -> Report:
    """The report as far as it is written, with words that are not taken into it yet, for those who have it already."""
    written = draft.typed.get("description", draft.report.description).strip()
    description = "\n".join(filter(None, [written, *draft.added]))
    return replace(draft.report, description=description[: 2 * MAX_TEXT])


def _with_telephone(draft: ReportDraft, data: Mapping[str, Any]) -> ReportDraft:
    number = data.get("telephone")
    if draft.step is not Step.WHOSE or not isinstance(number, str):
        return draft
    return replace(draft, report=replace(draft.report, telephone=number.strip()[:MAX_TELEPHONE]))


def _whose(data: Mapping[str, Any]) -> Whose | None:
    return next((whose for whose in OFFERED if whose.value == data.get("whose")), None)


def go_back(draft: ReportDraft, data: Mapping[str, Any]) -> ReportDraft:
    """Back was pressed: the draft at the step before, with what was typed."""
    steps = steps_of(draft)
    before = steps[max(steps.index(draft.step) - 1, 0)]
    return replace(keep_typed(draft, data), step=before, changing=False)


def change(draft: ReportDraft, data: Mapping[str, Any]) -> ReportDraft:
    """Change was pressed on the last step: the draft at that part, from which Next leads back to the last step."""
    if draft.step is not Step.CHECK or data.get("to") not in set(steps_of(draft)):
        return draft
    return replace(draft, step=Step(data["to"]), changing=True)


def keep_typed(draft: ReportDraft, data: Mapping[str, Any]) -> ReportDraft:
    """The draft with what stands in this step's fields, right or wrong."""
    if draft.step not in (Step.DETAILS, Step.MORE):
        return draft
    emptied = {name: text for name, text in emptied_in(data).items() if name in _NAMES}
    return keep_fields(draft, {**emptied, **typed_in(data)})


def typed_in(data: Mapping[str, Any]) -> dict[str, str]:
    """What stood in a card's fields."""
    return {name: data[name] for name in sorted(_NAMES) if isinstance(data.get(name), str)}


def keep_fields(draft: ReportDraft, given: Mapping[str, str]) -> ReportDraft:
    """The draft with these words as typed; all together no more than a card can show again."""
    room = MAX_KEPT
    typed, problems = dict(draft.typed), {}
    for name, text in given.items():
        typed[name] = text[:room]
        if len(text) > room:
            problems[name] = CUT.format(length=len(text), limit=MAX_TEXT, kept=room)
        room -= len(typed[name])
    return replace(draft, typed=typed, problems=problems)


def fill_in(draft: ReportDraft, given: Mapping[str, str]) -> ReportDraft:
    """Takes a message that is reported into the empty fields, or adds it to what the person has already written."""
    if draft.typed or not draft.report.is_empty:
        return replace(draft, added=(*draft.added, *(text for text in given.values() if text)))
    return keep_fields(draft, given)


def as_typed(data: Mapping[str, Any], now: datetime) -> ReportDraft | None:
    """The fields as they stood on the card that was pressed, for when the kept draft cannot be read."""
    if data.get("step") not in (Step.DETAILS, Step.MORE) or data.get("kind") not in Kind.__members__:
        return None
    known = str(data.get("known", ""))
    report = Report(kind=Kind[data["kind"]], danger="d" in known, intimate_image="i" in known)
    return keep_typed(ReportDraft(str(data.get("draft", "")), now, Step(data["step"]), report=report), data)


def answer_to(draft: ReportDraft, text: str) -> str:
    """What the person reads after a message in the chat: what `add_text` will do with it."""
    if _answers_danger(draft, text):
        return ""
    if _plainly(text) in _YES | _NO and draft.step in _BUTTONS_ONLY:
        return ANSWER_FIRST
    if _plainly(text) in _ON_THE_CARD:
        return PRESS_IT
    if not _fits(draft, text):
        return NO_ROOM.format(length=len(text), limit=MAX_TEXT)
    if draft.step in _BUTTONS_ONLY:
        return KEPT
    return ADDED if draft.step is Step.CHECK else ADDED_ABOVE


def add_text(draft: ReportDraft, text: str, today: date, schools: tuple[str, ...] = ()) -> ReportDraft:
    """What was typed in the chat goes to where it belongs. Only a button answers for an image of a child."""
    if _answers_danger(draft, text):
        return take_answers(draft, {"danger": "yes" if _plainly(text) in _YES else "no"}, today, schools)
    if answer_to(draft, text) not in (KEPT, ADDED, ADDED_ABOVE):
        return draft
    added = replace(draft, added=(*draft.added, text.strip()))
    if draft.step is not Step.CHECK:
        return added
    return _take_fields(replace(added, step=Step.DETAILS, changing=True), today, schools)


def without(draft: ReportDraft, text: str) -> ReportDraft:
    """The draft without these words, which came in the chat: they were a question."""
    text = text.strip()
    if text in draft.added:
        at = len(draft.added) - 1 - draft.added[::-1].index(text)
        return replace(draft, added=(*draft.added[:at], *draft.added[at + 1 :]))
    report = replace(draft.report, description=_without_line(draft.report.description, text))
    typed = dict(draft.typed)
    if "description" in typed:
        typed["description"] = _without_line(typed["description"], text)
    return replace(draft, report=report, typed=typed)


def _without_line(whole: str, text: str) -> str:
    lines = whole.split("\n")
    if text not in lines:
        return whole
    at = len(lines) - 1 - lines[::-1].index(text)
    return "\n".join([*lines[:at], *lines[at + 1 :]])


def _answers_danger(draft: ReportDraft, text: str) -> bool:
    return draft.step is Step.DANGER and _plainly(text) in _YES | _NO


def _plainly(text: str) -> str:
    return text.strip().casefold().rstrip(".!")


def _fits(draft: ReportDraft, text: str) -> bool:
    """Whether the description has room for these words, so that nothing of them is cut later."""
    held_now = draft.typed.get("description", draft.report.description)
    return sum(map(len, (*draft.added, held_now, text))) <= MAX_TEXT


def add_file(draft: ReportDraft, file: StoredFile) -> ReportDraft:
    """The draft with one more screenshot."""
    return replace(draft, report=replace(draft.report, evidence=(*draft.report.evidence, file)))


def takes_files(draft: ReportDraft) -> bool:
    """Whether a screenshot may be kept: only once the person said that it shows no intimate image of a child."""
    return draft.report.intimate_image is False and STEPS.index(draft.step) > STEPS.index(Step.IMAGE)


def is_complete(draft: ReportDraft, schools: tuple[str, ...] = ()) -> bool:
    """Whether it may be sent."""
    return draft.step is Step.CHECK and not draft.added and _first_gap(draft.report, schools) is Step.CHECK


def _onwards(draft: ReportDraft, schools: tuple[str, ...]) -> ReportDraft:
    """The next step; after a change, the first that is still open, or the last."""
    steps = steps_of(draft)
    after = steps[steps.index(draft.step) + 1] if draft.step in steps else Step.IMAGE
    return to_first_gap(draft, schools) if draft.changing or after is Step.CHECK else replace(draft, step=after)


def to_first_gap(draft: ReportDraft, schools: tuple[str, ...] = ()) -> ReportDraft:
    """At the first step that is still open, such as one that an earlier version did not ask; else at the last."""
    gap = _first_gap(draft.report, schools)
    return replace(draft, step=gap, changing=gap is not Step.CHECK)


def to_open_step(draft: ReportDraft, schools: tuple[str, ...] = ()) -> ReportDraft:
    """Sent although something is open: at what is open."""
    return to_first_gap(draft, schools) if draft.step is Step.CHECK else draft


def _first_gap(report: Report, schools: tuple[str, ...]) -> Step:
    """The first step that is not answered yet; `CHECK` if all are."""
    if report.danger is None:
        return Step.DANGER
    if report.whose is None:
        return Step.WHOSE
    if report.kind is None:
        return Step.KIND
    if report.intimate_image is None:
        return Step.IMAGE
    for step in (Step.DETAILS, Step.MORE):
        open_ones = [
            asked for asked in fields_of(report, step, schools) if asked.needed and not held(report, asked.name)
        ]
        if open_ones or (step is Step.DETAILS and lacks(report)):
            return step
    return Step.CHECK


def _with_image(report: Report, intimate: bool) -> Report:
    """No file stays in such a report; its links stay as words in the description, for those who may follow them."""
    if not intimate:
        return replace(report, intimate_image=False)
    description = "\n".join(filter(None, [report.description, *report.links]))
    return replace(report, intimate_image=True, evidence=(), links=(), description=description)


def _take_fields(draft: ReportDraft, today: date, schools: tuple[str, ...]) -> ReportDraft:
    """This step's fields and what was added in the chat, checked; the next step only if nothing is wrong."""
    draft = _with_added(draft) if draft.step is Step.DETAILS else draft
    report, problems = draft.report, dict(draft.problems)
    asked = fields_of(report, draft.step, schools)
    for question in asked:
        value, wrong = read(question, draft.typed.get(question.name, held(report, question.name)), today)
        if wrong:
            problems.setdefault(question.name, wrong)
        else:
            report = replace(report, **{question.name: _in_its_part(report, value)})
    if draft.step is Step.DETAILS and not problems.keys() & {"links", "description"} and (lacking := lacks(report)):
        problems["description"] = lacking
    if problems:
        return replace(draft, problems=problems)
    names = {question.name for question in asked}
    typed = {name: text for name, text in draft.typed.items() if name not in names}
    return _onwards(replace(draft, report=report, typed=typed, problems={}), schools)


def _in_its_part(report: Report, value: Any) -> Any:
    """Whoever contacted the reporter is a pupil; as what others are concerned is not asked."""
    if report.kind is not Kind.CONTACT or not isinstance(value, tuple):
        return value
    return tuple(replace(each, part=Part.PUPIL) if isinstance(each, Concerned) else each for each in value)


def _with_added(draft: ReportDraft) -> ReportDraft:
    """What came in the chat joins what stands in the fields, which nothing overwrites."""
    if not draft.added:
        return draft
    said = [split_links(text) for text in draft.added]
    links = [link for found, _ in said for link in found]
    texts = [text for _, text in said if text]
    typed = dict(draft.typed)
    if any(question.name == "links" for question in fields_of(draft.report, Step.DETAILS)):
        typed["links"] = "\n".join(filter(None, [_typed_or_held(draft, "links"), *links]))
    else:  # no field for links here, or they must not be followed by a click
        texts = [*texts, *links]
    typed["description"] = "\n".join(filter(None, [_typed_or_held(draft, "description"), *texts]))
    return replace(draft, typed=typed, added=())


def _typed_or_held(draft: ReportDraft, name: str) -> str:
    return draft.typed.get(name, held(draft.report, name)).strip()
