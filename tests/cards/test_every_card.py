"""Every card that the bot can show, made of sample records, against what Teams asks of a card."""

import importlib
import inspect
import json
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

import cards
from cards import help_cards
from cards.cases import case_action_forms, case_cards, reminder_cards
from cards.cases.case_action_forms import CaseAction
from cards.kit import walk_cards
from cards.kit.elements import Card
from cards.kit.mentions import Mention
from cards.questions import answer_cards, browse_cards, question_cards
from cards.register import export_cards, register_cards, retention_cards, weekly_card
from cards.register.register_cards import Listed, Wanted
from cards.reports import my_reports_cards, receipt_cards, report_cards
from cards.reports.receipt_cards import GoesTo
from cards.reports.report_cards import Help
from cards.suggestions import (
    suggestion_cards,
    suggestion_decision_cards,
    suggestion_news,
    suggestion_receipts,
)
from cards.suggestions.suggestion_cards import Surroundings
from cards.suggestions.suggestion_decision_cards import Asking, PostAction
from cards.suggestions.suggestion_form import Choices
from cards.verbs import Verb
from dialogs.reports.report_fields import MAX_TEXT
from dialogs.reports.report_walk import MAX_KEPT
from dialogs.suggestions.suggestion_fields import MAX_POST
from policy.answers.wording import Answer
from policy.document import Flow, Verdict
from policy.loading import load_policy
from policy.posts.findings import Finding, Severity, Span
from storage.cases.case_records import (
    Case,
    CaseEntry,
    EntryKind,
    Kind,
    Nature,
    Outcome,
    Place,
    Platform,
    Report,
    Route,
    Status,
)
from storage.cases.register_lines import line_of
from storage.cases.report_drafts import ReportDraft, Step
from storage.questions.question_book import PassedOn
from storage.records import Colleague, Person, StoredFile
from storage.register.export_book import Export, ExportScope
from storage.register.figures import Figures
from storage.register.retention import Aged
from storage.suggestions.suggestion_drafts import SuggestionDraft, SuggestionStep
from storage.suggestions.suggestion_records import (
    Post,
    Shown,
    Suggestion,
    SuggestionEntry,
    SuggestionEntryKind,
    SuggestionStatus,
)
from tests.support.fake_teams import things_in

MOST_BYTES = 80_000
"""Of a message that Teams takes, as UTF-16."""
AT, TODAY = datetime(2026, 6, 3, 12, 0, tzinfo=UTC), date(2026, 6, 3)
PERSON = Person("1", "Demo Person", "29:1")
OTHER = Person("2", "Demo Colleague", "29:2")
FILE = StoredFile("f1", "shot.png", "image/png", 2_048, "ab" * 32)
HELP = Help(["Demo DSL, 01234 567890"], ["Demo School"], "https://example.org/form", "one school day", demo=True)
POLICY = load_policy()
REPORT = Report(
    kind=Kind.CONTENT, danger=True, intimate_image=False, platform=Platform.FACEBOOK, school="Demo School",
    links=("https://example.org/post/1",), description="What it said", natures=(Nature.OFFENSIVE,),
    evidence=(FILE,) * 10,
)  # fmt: skip
CASE = Case("SM-123-4567", "s1", REPORT, PERSON, AT)
TAKEN = replace(CASE, status=Status.ACKNOWLEDGED, acknowledged_by=OTHER, acknowledged_at=AT, asked=2, legal_hold=True)
CLOSED = replace(TAKEN, status=Status.CLOSED, closed_at=AT, outcome=Outcome.REMOVED, asked=0)
HEADS = Place(Route.HEAD, "Demo High School")
CHRONOLOGY = [CaseEntry(AT, kind, PERSON, "What was said") for kind in EntryKind]
LINE = line_of(CLOSED)
POST = Post(
    "A post about the summer fair", ("https://example.org/a",), "Demo School", "2.1.will.a", "An event", "2026-07-01",
    (FILE,), (Shown.PUPILS.value,), {Shown.PUPILS.value: "On the form"}, {"rights": "The photographer"},
)  # fmt: skip
SUGGESTION = Suggestion("SP-123-4567", "s2", PERSON, POST, AT, AT, manager=OTHER, confirmed=True)
FORWARDED = replace(SUGGESTION, status=SuggestionStatus.FORWARDED, forwarded_by=OTHER, edited="A shorter post")
POSTED = replace(FORWARDED, status=SuggestionStatus.POSTED, address="https://www.facebook.com/demo/1")
FINDINGS = [
    Finding(f"demo_{severity}", severity, "2.1.wont.a", (Span(24, 28, "fair"),), "Says what.", "Do this.", "rights")
    for severity in Severity
    if severity is not Severity.CLEAN
]
AROUND = Surroundings(Choices(("Demo School",), (("2.1.will.a", "An event"),)), demo=True, picker=True)
QUESTION = PassedOn("q1", PERSON, "May I?", AT, "not_covered 3.b")
EXPORT = Export("e1", ExportScope.REPORTER, PERSON, AT, (CASE.reference,), (), "f2", PERSON.name, FILE)
FIGURES = Figures(
    3, 2, 3, 1, Counter({Outcome.REMOVED: 1}), Counter({Platform.FACEBOOK: 3}), Counter({Nature.OFFENSIVE: 2})
)
ANSWER = Answer(Verdict.MUST_NOT, POLICY.must_nots[:2], "No, you must not.", "Do this.", flow=Flow.REPORT_CONTENT)
LONG = "A line that somebody wrote. " * 400
CARRIED = LONG[: answer_cards.MAX_CARRIED]
DRAFT = ReportDraft(
    "d1", AT, report=REPORT, problems={"description": "Too long."}, typed={"description": LONG[:MAX_KEPT]}
)
POST_DRAFT = SuggestionDraft(
    "d2", AT, post=replace(POST, text=LONG[:MAX_POST]), comment="Please shorten it", problems={"text": "Too long."},
    candidates=(Colleague("3", "Demo Manager", "m@example.org"), Colleague("4", "Demo Manager")),
)  # fmt: skip

Made = tuple[Callable[..., object], Card | None]


def walks() -> Iterator[Made]:
    """Each step of both walks, and the cards around them."""
    for step, kind, image in ((step, kind, image) for step in Step for kind in Kind for image in (True, False)):
        report = replace(REPORT, kind=kind, intimate_image=image)
        yield report_cards.step_card, report_cards.step_card(replace(DRAFT, step=step, report=report), HELP, "A note")
    for step in SuggestionStep:
        draft = replace(POST_DRAFT, step=step)
        yield suggestion_cards.step_card, suggestion_cards.step_card(draft, AROUND, FINDINGS, "A note")
    for walk, data in (
        (report_cards.WALK, report_cards.button_data(DRAFT)),
        (suggestion_cards.WALK, suggestion_cards.button_data(POST_DRAFT)),
    ):
        yield walk.message_card, walk.message_card("What it said", "https://example.org/1")
        yield walk.saved_card, walk.saved_card(data)
        yield walk.cancel_card, walk.cancel_card(data, "Something stays.")
        yield walk.discarded_card, walk.discarded_card()
        yield walk.continued_card, walk.continued_card()
        yield walk.no_draft_card, walk.no_draft_card()


def of_reports() -> Iterator[Made]:
    """What reporters see once it is sent."""
    goes_to = GoesTo("the safeguarding team", "Demo DSL, 01234 567890", reachable=True)
    yield receipt_cards.start_card, receipt_cards.start_card()
    for case in (CASE, replace(CASE, report=replace(REPORT, intimate_image=True, danger=False))):
        yield receipt_cards.receipt_card, receipt_cards.receipt_card(case, HELP, goes_to, AT + timedelta(1))
    yield receipt_cards.message_from_team_card, receipt_cards.message_from_team_card(CASE, CHRONOLOGY[0])
    yield my_reports_cards.my_reports_card, my_reports_cards.my_reports_card([CASE, TAKEN, CLOSED] * 20)
    yield my_reports_cards.my_report_card, my_reports_cards.my_report_card(TAKEN, CHRONOLOGY, "A note")
    yield my_reports_cards.add_card, my_reports_cards.add_card(CASE, "A note", LONG[:MAX_TEXT], "Too long.")
    yield my_reports_cards.offer_answer_card, my_reports_cards.offer_answer_card(CASE, CHRONOLOGY[0], LONG[:MAX_TEXT])
    yield walk_cards.was_question_card, walk_cards.was_question_card(Verb.REPORT_QUESTION, LONG[:300])
    yield my_reports_cards.withdraw_card, my_reports_cards.withdraw_card(CASE)


def of_cases() -> Iterator[Made]:
    """What the DSL and their team see."""
    for case, dialogs in ((CASE, True), (TAKEN, False), (CLOSED, True)):
        yield case_cards.case_card, case_cards.case_card(case, "A note", dialogs=dialogs)
        long = replace(case, report=replace(REPORT, description=LONG[:MAX_TEXT]))
        entries = [replace(entry, text=LONG) for entry in CHRONOLOGY] * 5
        yield case_cards.elsewhere_card, case_cards.elsewhere_card(case)
        yield case_cards.open_case_card, case_cards.open_case_card(long, entries, ["SM-000-0001"], "A note", 9)
        for do in CaseAction:
            form = case_action_forms.form_of(do, case, case_action_forms.Offered([OTHER], [HEADS]))
            typed, wrong = {"text": LONG[:MAX_TEXT]}, {"text": "Too long."}
            made = case_action_forms.form_card(do, case, form, "t1", typed, wrong, "A note")
            yield case_action_forms.form_card, made
    asked = case_action_forms.question_card(TAKEN, OTHER.name, "When?", 2, LONG[:MAX_TEXT], "Too long.")
    yield case_action_forms.question_card, asked
    yield case_action_forms.answered_card, case_action_forms.answered_card(TAKEN, "When?", "Today", "Thank you.")
    yield case_cards.evidence_card, case_cards.evidence_card(CASE, FILE, "https://example.org/f1")
    yield case_cards.assigned_card, case_cards.assigned_card(TAKEN, OTHER.name)
    mentions = [Mention("Demo Person", "29:1"), None]
    rows = [reminder_cards.Untouched(f"SM-{n}", Status.RAISED, n % 2 == 0, AT, 3, mentions[n % 2]) for n in range(40)]
    yield reminder_cards.untouched_card, reminder_cards.untouched_card(rows, 3)


def of_the_register() -> Iterator[Made]:
    """The lists, figures, exports and reviews."""
    listed = Listed(Wanted(page=1, search="Demo"), [LINE] * 30, AT, ["Demo School"], [PERSON], {"term": "This term"})
    yield register_cards.register_card, register_cards.register_card(listed)
    aged = Aged(LINE, AT, "Demo rule", AT, AT)
    yield retention_cards.review_card, retention_cards.review_card([aged] * 9, "A note")
    figures = weekly_card.Weekly(AT, 3, 1, FIGURES, FIGURES, FIGURES, "This term", "Last term")
    yield weekly_card.weekly_card, weekly_card.weekly_card(figures, weekly_card.own_chat_actions())
    yield export_cards.ask_case_card, export_cards.ask_case_card(CASE, "t1", 2)
    yield export_cards.asked_card, export_cards.asked_card(EXPORT)
    yield export_cards.export_card, export_cards.export_card(EXPORT, "https://example.org/e1", 1)


def of_suggestions() -> Iterator[Made]:
    """What an author, a line manager and the social media team see."""
    asked = [None, *(Asking(do, "", "Say why.") for do in PostAction)]
    unconfirmed = replace(SUGGESTION, confirmed=False)
    for suggestion in (SUGGESTION, unconfirmed, FORWARDED, POSTED):
        for asking in asked:
            for build in (suggestion_decision_cards.manager_card, suggestion_decision_cards.team_card):
                yield build, build(suggestion, FINDINGS, "A note", asking)
        entries = [SuggestionEntry(AT, kind, OTHER, "Why") for kind in SuggestionEntryKind]
        yield suggestion_receipts.receipt_card, suggestion_receipts.receipt_card(suggestion)
        mine = suggestion_receipts.my_suggestion_card(suggestion, entries, "A note")
        yield suggestion_receipts.my_suggestion_card, mine
        for entry in entries:
            yield suggestion_receipts.news_card, suggestion_receipts.news_card(suggestion, entry)
    yield suggestion_decision_cards.surely_not_card, suggestion_decision_cards.surely_not_card(SUGGESTION)
    yield (
        suggestion_decision_cards.pictures_card,
        suggestion_decision_cards.pictures_card(SUGGESTION, ["https://e.org"]),
    )
    yield suggestion_decision_cards.not_yours_card, suggestion_decision_cards.not_yours_card(SUGGESTION)
    many = [SUGGESTION, FORWARDED, POSTED] * 20
    yield suggestion_receipts.my_suggestions_card, suggestion_receipts.my_suggestions_card(many)
    yield suggestion_receipts.waiting_card, suggestion_receipts.waiting_card(many)
    for picker, candidates in ((True, ()), (False, ()), (False, POST_DRAFT.candidates)):
        chosen = suggestion_receipts.choose_manager_card(
            SUGGESTION, candidates, {"manager": "Demo"}, {"manager": "Which?"}, picker=picker
        )
        yield suggestion_receipts.choose_manager_card, chosen
    yield suggestion_receipts.withdraw_card, suggestion_receipts.withdraw_card(SUGGESTION)
    yield suggestion_news.digest_card, suggestion_news.digest_card([FORWARDED], [POSTED], AT)


def of_questions() -> Iterator[Made]:
    """Answers, the policy to leaf through, a question that is passed on; and help."""
    for verdict in Verdict:
        answer = replace(ANSWER, verdict=verdict)
        yield answer_cards.answer_card, answer_cards.answer_card(POLICY, answer, LONG)
    for kind, said in POLICY.harm.items():
        heard = replace(ANSWER, flow=said.flow, sentence=said.sentence, harm=kind)
        harm = replace(heard, at_once=said.now, ring_dsl=said.ring_dsl)
        yield answer_cards.answer_card, answer_cards.answer_card(POLICY, harm, LONG, HELP)
    yield answer_cards.busy_card, answer_cards.busy_card()
    yield answer_cards.rules_card, answer_cards.rules_card(POLICY)
    yield browse_cards.contents_card, browse_cards.contents_card(POLICY, TODAY)
    for section in POLICY.sections:
        yield browse_cards.section_card, browse_cards.section_card(POLICY, section)
    yield browse_cards.changes_card, browse_cards.changes_card(POLICY, TODAY)
    long = replace(QUESTION, text=LONG[: question_cards.MAX_TEXT])
    answered = replace(QUESTION, answer="Yes.", answered_by=OTHER, answered_at=AT)
    yield question_cards.consent_card, question_cards.consent_card("q1", long.text, "not_covered", "Too long.")
    yield question_cards.passed_on_card, question_cards.passed_on_card(QUESTION, channel=False)
    for question in (long, answered):
        yield question_cards.question_card, question_cards.question_card(question, "A note", "Yes", "Too short.")
    yield question_cards.answered_card, question_cards.answered_card(answered)
    yield question_cards.wrong_answer_card, question_cards.wrong_answer_card("f1", AT.isoformat(), CARRIED, "must_not")
    yield question_cards.left_card, question_cards.left_card()
    yield question_cards.kept_card, question_cards.kept_card()
    for build in (help_cards.welcome_card, help_cards.storage_down_card):
        yield build, build(HELP)
    yield help_cards.ask_card, help_cards.ask_card()
    yield help_cards.unknown_button_card, help_cards.unknown_button_card()


GROUPS = (walks, of_reports, of_cases, of_the_register, of_suggestions, of_questions)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_teams_takes_every_card(group: Callable[[], Iterator[Made]]) -> None:
    """Version 1.5, under 80 KB; labels on inputs; a button that reaches us from every phone, with a verb of ours."""
    numbers = count()
    for build, card in group():
        if card is None:
            continue
        which = f"{build.__qualname__} {next(numbers)}"
        assert ("AdaptiveCard", "1.5") == (card["type"], card["version"]), which
        assert len(json.dumps(card, ensure_ascii=False).encode("utf-16-le")) <= MOST_BYTES, which
        for thing in things_in(card):
            if thing.get("type", "").startswith("Input."):
                assert thing["label"], which
                assert bool(thing.get("isRequired")) == bool(thing.get("errorMessage")), which
            if thing.get("type") == "Action.Execute":
                fallback = thing["fallback"]
                assert "Action.Submit" == fallback["type"], which
                assert thing["verb"] == fallback["data"]["verb"] and thing["verb"] in set(Verb), which
                assert thing["data"].items() <= fallback["data"].items(), which


def test_no_card_is_left_out() -> None:
    """Each public function of cards/ that gives a card stands in a group above; a new one fails here until it does."""
    shown = {(build.__module__, build.__qualname__) for group in GROUPS for build, _ in group()}
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(cards.__path__, "cards.")
        if not found.ispkg
    ]
    builders = {
        (module.__name__, name)
        for module in modules
        for name, function in vars(module).items()
        if inspect.isfunction(function)
        and function.__module__ == module.__name__
        and not name.startswith("_")
        and name.endswith("_card")
    }
    assert set() == builders - shown
