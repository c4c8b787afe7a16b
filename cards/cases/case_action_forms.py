"""The forms of the DSL's actions on a case: what each status offers, what each asks, and its card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from microsoft_teams.cards import Action

from cards.kit.elements import Card, button, card, escape, facts, heading, labelled, notice, words
from cards.kit.fields import Field, Shape, field_input
from cards.verbs import Verb
from storage.cases.case_records import DEFINITIONS, Body, Case, Outcome, Place, Route, Status, Whose
from storage.records import Person


class CaseAction(StrEnum):
    """The actions of the desk that ask for something, by what their button says."""

    NOTE = "Add a note"
    ASK = "Ask the reporter"
    TELL = "Tell the reporter"
    ASSIGN = "Assign"
    REFER = "Refer"
    CLOSE = "Close"
    REOPEN = "Reopen"
    URGENCY = "Change urgency"
    LINK = "Link a case"
    SNOOZE = "Put off reminders"
    HOLD = "Legal hold"
    WHOSE = "Settle whose conduct it is"
    MOVE = "Move the case"
    KEEP = "Keep it from a colleague"
    SHOW = "Show it to them again"


PREPARED = (
    "We are looking into it. You need not do anything more; please go on leaving the post alone.",
    "Thank you. We have all that we need for now.",
    "The content has been removed.",
    "It is settled as far as you are concerned. Thank you for reporting it.",
)
NEEDS_REASON = "Say why, in a sentence: it stands in the chronology."
_REASON = Field("text", "Why?", Shape.TEXT, needed=NEEDS_REASON)


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen about one case now: members of its team, and others to whom it can be given."""

    team: Sequence[Person] = ()
    places: Sequence[Place] = ()


NOTHING_OFFERED = Offered()


@dataclass(frozen=True, slots=True)
class CaseForm:
    """What an action asks. `says` stands above the fields; `sends` is the button."""

    says: str
    sends: str
    fields: tuple[Field, ...]


_FORMS = {
    CaseAction.NOTE: CaseForm(
        "The note stands in the chronology, where the team reads it. The reporter does not see it.",
        "Add the note",
        (Field("text", "Your note", Shape.TEXT, needed="Write the note here."),),
    ),
    CaseAction.REFER: CaseForm(
        "This records that you referred it; I do not contact them. The reporter hears only what you write here: "
        "leave it empty where they should hear nothing, as where it is about a colleague.",
        "Record the referral",
        (
            Field("body", "To whom?", Shape.CHOICE, tuple(Body), "Choose one."),
            Field("number", "Their reference, if they gave one", Shape.LINE),
            Field("told", "What the reporter hears, if anything", Shape.TEXT),
        ),
    ),
    CaseAction.CLOSE: CaseForm(
        "The reporter hears that it is finished, not how. It can be reopened.",
        "Close the case",
        (
            Field("outcome", "How did it end?", Shape.CHOICE, tuple(Outcome), "Choose the outcome."),
            _REASON,
            Field("learnt", "What was learnt, if anything", Shape.TEXT),
        ),
    ),
    CaseAction.WHOSE: CaseForm(
        "It decides who deals with the case: a colleague's conduct goes to the head teacher, the head's to the chair "
        "of governors (Keeping Children Safe in Education, part 4). If that is not you, the case leaves you with this.",
        "Settle it",
        (
            Field(
                "whose",
                "Whose conduct is it about?",
                Shape.CHOICE,
                tuple(whose for whose in Whose if whose not in (Whose.UNKNOWN, Whose.PUBLIC)),
                "Choose one.",
            ),
            _REASON,
        ),
    ),
    CaseAction.REOPEN: CaseForm("It comes back under review, and the reporter hears so.", "Reopen", (_REASON,)),
    CaseAction.LINK: CaseForm(
        "Two cases about the same matter name each other.",
        "Link",
        (Field("other", "The other case's reference", Shape.LINE, needed="Give it as SM-123-4567."),),
    ),
    CaseAction.SNOOZE: CaseForm(
        "I remind nobody of this case until then. It stays in the list.",
        "Put off",
        (Field("until", "Until which day?", Shape.DATE, needed="Give a day."), _REASON),
    ),
}
"""The forms that do not depend on the case."""


def actions_of(case: Case) -> tuple[CaseAction, ...]:
    """What the team can do from where the case is, the usual first."""
    if not case.is_open:
        return (CaseAction.REOPEN, CaseAction.NOTE, CaseAction.HOLD, CaseAction.MOVE)
    whose = _if(case.whose_is_open, CaseAction.WHOSE)
    kept = _if(bool(case.kept_from), CaseAction.SHOW)
    elsewhere = (CaseAction.MOVE, *_if(_has_team(case), CaseAction.KEEP), *kept)
    if case.status is Status.RAISED:
        return (
            *whose,
            CaseAction.NOTE,
            *_if(_has_team(case), CaseAction.ASSIGN),
            CaseAction.URGENCY,
            CaseAction.LINK,
            CaseAction.HOLD,
            *elsewhere,
        )
    assign = _if(_has_team(case), CaseAction.ASSIGN)
    return (
        *whose,
        CaseAction.NOTE,
        CaseAction.ASK,
        CaseAction.TELL,
        *assign,
        CaseAction.REFER,
        CaseAction.CLOSE,
        CaseAction.URGENCY,
        CaseAction.LINK,
        CaseAction.SNOOZE,
        CaseAction.HOLD,
        *elsewhere,
    )


def form_of(do: CaseAction, case: Case, offered: Offered = NOTHING_OFFERED) -> CaseForm:
    """What this action asks about this case."""
    reaches = f"It reaches {escape(case.reporter.name)} in their own chat with me, with your name."
    match do:
        case CaseAction.ASK:
            return CaseForm(
                f"{reaches} Their answer comes back into the case.",
                "Send the question",
                (Field("text", "Your question", Shape.TEXT, needed="Write the question here."),),
            )
        case CaseAction.TELL:
            return CaseForm(
                f"{reaches} Name nobody else in it.",
                "Send it",
                (
                    Field("prepared", "A prepared sentence", Shape.CHOICE, PREPARED),
                    Field("text", "Or in your own words", Shape.TEXT),
                ),
            )
        case CaseAction.ASSIGN:
            return CaseForm("They are told in their own chat.", "Assign", (_of_team("to", "To whom?", offered.team),))
        case CaseAction.KEEP:
            return CaseForm(
                "For a member of the team who is named in it, or close to somebody who is. They no longer see the "
                "case; the rest of the team goes on. If it is about that person's own conduct, move it to the head.",
                "Keep it from them",
                (_of_team("from", "From whom?", offered.team), _REASON),
            )
        case CaseAction.SHOW:
            return CaseForm(
                "It was a mistake to keep it from them, or there is no reason for it any more.",
                "Show it to them again",
                (_of_team("to", "To whom?", case.kept_from), _REASON),
            )
        case CaseAction.MOVE:
            return _move_form(offered.places)
        case CaseAction.URGENCY:
            return CaseForm(
                f"It is {'urgent' if case.urgent else 'not urgent'} now.",
                "Make it not urgent" if case.urgent else "Make it urgent",
                (_REASON,),
            )
        case CaseAction.HOLD:
            return CaseForm(
                "While a legal hold stands, nothing of this case is deleted, however old it is. "
                + ("It stands now." if case.legal_hold else "None stands now."),
                "Lift the hold" if case.legal_hold else "Set the hold",
                (_REASON,),
            )
        case _:
            return _FORMS[do]


def _of_team(name: str, label: str, team: Sequence[Person]) -> Field:
    ids, names = tuple(person.id for person in team), tuple(person.name for person in team)
    return Field(name, label, Shape.CHOICE, ids, "Choose somebody of the team.", names)


def _move_form(places: Sequence[Place]) -> CaseForm:
    """Every place but the one where the case is; one that is not set up keeps the case waiting, and says so."""
    titles = tuple(f"{place.words[0].upper()}{place.words[1:]}" for place in places)
    to = Field("place", "Who should have it?", Shape.CHOICE, tuple(map(name_of, places)), "Choose one.", titles)
    return CaseForm(
        "It is new for those who get it, with all that stands in it. From then on you and your team no longer see it, "
        "and your card says only that it is elsewhere. The reporter hears who has it.",
        "Move it",
        (to, _REASON),
    )


def name_of(place: Place) -> str:
    """A place as the form sends it."""
    return f"{place.route.value}|{place.school}"


def form_card(
    do: CaseAction,
    case: Case,
    form: CaseForm,
    token: str,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    note: str = "",
) -> Card:
    """The form. `token` makes it count once; what was typed stays, and each problem stands beside its field."""
    data = {"case": case.reference, "do": do.name, "seen": str(case.moves), "form": token}
    style = "destructive" if do in (CaseAction.CLOSE, CaseAction.MOVE) else "positive"
    return card(
        [
            heading(str(do), small=f"{case.reference}: {case.status.words}"),
            notice(note, "warning") if note else None,
            words(form.says),
            facts({outcome.words: meaning for outcome, meaning in DEFINITIONS.items()})
            if do is CaseAction.CLOSE
            else None,
            *(
                field_input(question, typed.get(question.name, ""), problems.get(question.name), key=do.name)
                for question in form.fields
            ),
        ],
        [
            button(form.sends, Verb.DO, data, style=style),
            button("Back", Verb.DESK, {"case": case.reference}, associated_inputs="none"),
        ],
        fallback=f"{do}: {case.reference}",
    )


def form_buttons(case: Case) -> list[list[Action]]:
    """Rows of buttons, as many in a row as Teams shows (6)."""
    buttons: list[Action] = [
        button(str(do), Verb.FORM, {"case": case.reference, "do": do.name}) for do in actions_of(case)
    ]
    return [buttons[start : start + 6] for start in range(0, len(buttons), 6)]


def question_card(case: Case, asked_by: str, question: str, number: int, typed: str = "", wrong: str = "") -> Card:
    """What the reporter reads when the team asks them something."""
    data = {"case": case.reference, "question": str(number)}
    answer = Field("text", "Your answer", Shape.TEXT)
    files = "" if case.report.intimate_image else " To send a screenshot, press Add something."
    return card(
        [
            heading(f"A question about your report {case.reference}", small=f"From {asked_by}"),
            labelled("They ask", question),
            field_input(answer, typed, wrong, key=f"answer-{number}"),
            words(f"Only those who deal with your report read the answer.{files}", is_subtle=True),
        ],
        [
            button("Send the answer", Verb.MINE_ANSWER, data, style="positive"),
            button("Add something", Verb.MINE_ADD, {"case": case.reference}, associated_inputs="none"),
        ],
        fallback=f"A question about your report {case.reference}",
    )


def answered_card(case: Case, question: str, answer: str, note: str) -> Card:
    """The question and what was answered, with nothing left to press but what can still be done."""
    return card(
        [
            heading(f"A question about your report {case.reference}"),
            labelled("They asked", question),
            labelled("You answered", answer),
            notice(note, "good"),
        ],
        [button("Add something", Verb.MINE_ADD, {"case": case.reference}), button("My reports", Verb.MY_REPORTS)],
    )


def _has_team(case: Case) -> bool:
    """A report that went to the head or the chair is theirs alone."""
    return case.place.route is Route.DSL_CHANNEL


def _if(condition: bool, do: CaseAction) -> tuple[CaseAction, ...]:
    return (do,) if condition else ()
