"""The fields of the report walk, once: which step asks what of which kind of report, and what must be answered.

Whose conduct it is about has a step of its own, and decides what else is asked.

Source: policy section 6.1 ("the nature of the post, the platform it was found on, and any other information"),
section 3 (contact from pupils, family excepted), and Keeping Children Safe in Education for whose conduct it is about.
"""

from cards.kit.fields import Field, Shape
from storage.cases.case_records import AimedAt, Concerned, Kind, Nature, Platform, PupilIs, Report, Whose, YesNo
from storage.cases.report_drafts import ReportDraft, Step
from storage.stored_names import NoOneSchool, StoredName

_PLATFORM = Field(
    "platform", "Where is it?", Shape.CHOICE, tuple(Platform),
    "Choose where it is. If it is not in the list, choose “Another platform” and name it in the description.",
)  # fmt: skip
_LINKS = Field("links", "Link to it, if you have one (one a line)", Shape.LINKS)
_CONCERNED = Field("concerned", "Who is concerned, if you know their names? (one a line)", Shape.NAMES)
_SEEN = Field("seen", "When did you see it?", Shape.DATE)
_NO_OR_YES = (YesNo.NO, YesNo.YES)
_ANSWERED_POST = Field(
    "answered",
    "Has anyone from the school answered the post?",
    Shape.CHOICE,
    (YesNo.NO, YesNo.YES, YesNo.NOT_KNOWN),
    "Choose one.",
)
_DETAILS: dict[Kind, tuple[Field, ...]] = {
    Kind.CONTENT: (
        _PLATFORM,
        _LINKS,
        Field("description", "What does it say or show?", Shape.TEXT),
        _SEEN,
    ),
    Kind.CONTACT: (
        Field("platform", "Where did they contact you?", Shape.CHOICE, tuple(Platform), "Choose where it was."),
        Field("concerned", "Which pupil?", Shape.NAMES, needed="Give a name; “I do not know” will do."),
        Field("my_account", "Which account of yours?", Shape.TEXT),
        Field("description", "What did they say?", Shape.TEXT),
        Field("seen", "When was it?", Shape.DATE),
    ),
    Kind.WORRY: (
        Field("description", "What worries you?", Shape.TEXT),
        Field("platform", "Where is it, if it is online?", Shape.CHOICE, tuple(Platform)),
        _LINKS,
        Field("seen", "When did you become aware of it?", Shape.DATE),
    ),
}
_MORE: dict[Kind, tuple[Field, ...]] = {
    Kind.CONTENT: (
        Field("natures", "What kind of content is it?", Shape.MANY, tuple(Nature), "Choose at least one."),
        Field("discrimination", "If discriminatory: against whom (race, religion, disability …)?", Shape.TEXT),
        Field("aimed_at", "Who is it about?", Shape.CHOICE, tuple(AimedAt), "Choose one."),
        _CONCERNED,
        _ANSWERED_POST,
    ),
    Kind.CONTACT: (
        Field("pupil", "Who contacted you?", Shape.CHOICE, tuple(PupilIs), "Choose one."),
        Field("family", "Is this pupil a member of your family?", Shape.CHOICE, _NO_OR_YES, "Choose one."),
        Field("answered", "Have you answered?", Shape.CHOICE, _NO_OR_YES, "Choose one."),
    ),
    Kind.WORRY: (_CONCERNED,),
}
NOT_KNOWN = "I do not know"
"""What stands for a name that the reporter does not know."""
_IMAGE_PLACE = "Where is it (account, page, group), and what do you know without looking again?"


def fields_of(report: Report, step: Step, schools: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """What this step asks about this report; the steps that are answered by a button ask nothing here."""
    if report.kind is None or step not in (Step.DETAILS, Step.MORE):
        return ()
    if step is Step.MORE:
        return _MORE[report.kind]
    asked = _DETAILS[report.kind]
    if report.intimate_image:  # where it is, and nothing that leads anybody to it by a click
        asked = tuple(_without_image(question) for question in asked if question.shape is not Shape.LINKS)
    school = Field(
        "school", "Which school is it about?", Shape.CHOICE, (*schools, NoOneSchool.TRUST_WIDE), "Choose one."
    )
    return (school, *asked) if schools else asked


def _without_image(field: Field) -> Field:
    if field.name != "description":
        return field
    return Field("description", _IMAGE_PLACE, Shape.TEXT)


def held(report: Report, name: str) -> str:
    """What the report holds, as its field carries it: names of what was chosen, a line for each link."""
    value = getattr(report, name)
    several = value if isinstance(value, tuple) else (value,)
    return ("\n" if name in ("links", "concerned") else ",").join(map(_carried, several))


def _carried(value: StoredName | Concerned | str | None) -> str:
    if isinstance(value, Concerned):
        return value.name or NOT_KNOWN
    return value.value if isinstance(value, StoredName) else value or ""


OFFERED = tuple(whose for whose in Whose if whose is not Whose.PUBLIC)
"""Whose conduct it may be, as people choose."""

STEPS = (Step.DANGER, Step.WHOSE, Step.KIND, Step.IMAGE, Step.DETAILS, Step.MORE, Step.CHECK)


def steps_of(draft: ReportDraft) -> tuple[Step, ...]:
    """The steps that this draft goes: what kind it is, is asked where nothing has said so."""
    is_known = draft.kind_given or draft.report.is_about_staff
    return tuple(step for step in STEPS if not (is_known and step is Step.KIND))
