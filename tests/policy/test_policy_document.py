"""The structured copy is complete, true to the document, and says where it is not."""

import datetime
from pathlib import Path

import pytest

from policy.document import SOCIAL_MEDIA, PolicyError, Verdict
from policy.loading import load_policy, plain

CLAUSES = [
    "1.comply",
    "1.scope",
    "1.law",
    "1.1.definition",
    "2.channels",
    "2.authorised-only",
    "2.whatsapp",
    "2.suggest",
    "2.1.will.alerts",
    "2.1.will.reminders",
    "2.1.will.events",
    "2.1.will.vacancies",
    "2.1.will.newsletters",
    "2.1.will.achievements",
    "2.1.will.photos",
    "2.1.will.greetings",
    "2.1.will.feedback",
    "2.1.will-not.names-photos",
    "2.1.will-not.student-full-names",
    "2.1.will-not.abusive",
    "2.1.will-not.personal-messages",
    "2.1.will-not.political",
    "2.1.will-not.business-ads",
    "2.1.will-not.staff-account-links",
    "2.3.delete.abusive",
    "2.3.delete.spam",
    "2.3.delete.personal-info",
    "2.3.delete.commercial",
    "2.3.address-politely",
    "2.3.block",
    "2.3.age-appropriate",
    "2.4.likes",
    "3.safety-risk",
    "3.privacy-settings",
    "3.safeguarding",
    "3.must-not.personal-account-business",
    "3.must-not.pupil-contact",
    "3.must-not.complain",
    "3.must-not.share-information",
    "3.must-not.pupil-images",
    "3.must-not.views-as-school",
    "3.must-not.work-email",
    "3.must-not.teaching-time",
    "3.staff-concerns",
    "3.pupil-messages",
    "3.past-pupils",
    "4.respect",
    "4.complaints-channel",
    "4.should-not.complain",
    "4.should-not.comments",
    "4.should-not.images",
    "4.pupil-concerns",
    "5.respect",
    "5.complaints-channel",
    "5.should-not.complain",
    "5.should-not.comments",
    "5.should-not.incidents",
    "5.should-not.images",
    "6.monitoring",
    "6.review",
    "6.1.report",
    "6.1.document",
    "6.1.form",
    "6.1.professional",
    "6.2.harassment",
    "7.related",
    "guide.2fa",
    "guide.password",
    "guide.reset-protect",
    "guide.third-party-apps",
]

POLICY = load_policy()
DOCUMENT = plain((SOCIAL_MEDIA.parent / POLICY.document).read_text(encoding="utf-8"))


def test_every_clause_of_the_contract_is_in_the_copy_in_document_order() -> None:
    """Whatever cites a clause by its id finds it here."""
    assert [clause.id for clause in POLICY.clauses] == CLAUSES


@pytest.mark.parametrize("clause", POLICY.clauses, ids=lambda clause: clause.id)
def test_each_wording_stands_in_the_document(clause) -> None:
    """What the bot quotes is what the policy says."""
    assert plain(clause.wording) in DOCUMENT
    assert plain(clause.also) in DOCUMENT
    assert plain(clause.lead) in DOCUMENT


def test_people_see_plain_words() -> None:
    """No exclamation mark, no clause without a sentence of its own."""
    for clause in POLICY.clauses:
        shown = [clause.title, clause.summary, clause.answer, clause.instead or "", clause.now or ""]
        shown += [*clause.says.values(), *(case.sentence for case in clause.cases)]
        assert not any("!" in text for text in shown), clause.id


def test_the_copy_knows_its_date_and_when_it_is_overdue() -> None:
    assert POLICY.citation == "TTLP/52, June 2025"
    assert not POLICY.is_overdue(datetime.date(2028, 6, 30))
    assert POLICY.is_overdue(datetime.date(2028, 7, 1))


def test_the_must_nots_are_the_staff_list() -> None:
    assert len(POLICY.must_nots) == 8
    assert all(clause.verdict is Verdict.MUST_NOT and clause.section == "3" for clause in POLICY.must_nots)


def edited(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = SOCIAL_MEDIA.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / POLICY.document).write_text((SOCIAL_MEDIA.parent / POLICY.document).read_text(encoding="utf-8"))
    copy = tmp_path / "copy.yaml"
    copy.write_text(text, encoding="utf-8")
    return copy


def test_all_mistakes_are_named_at_once_with_line_clause_and_field(tmp_path: Path) -> None:
    """A policy officer sees every mistake in one go, and where it is."""
    copy = edited(
        tmp_path,
        ("wording: Post images of pupils", "wording: Post pictures of pupils"),
        ("    verdict: must_do\n", "    verdict: perhaps\n"),
        ("review_date: June 2028", "review_date: soon"),
        ("id: 4.respect", "id: 3.privacy-settings"),
    )
    with pytest.raises(PolicyError) as raised:
        load_policy(copy)
    told = raised.value.mistakes
    assert len(told) == 4
    assert "field review_date" in told[0]
    assert "clause 1.comply, field verdict" in told[1]
    assert "clause 3.must-not.pupil-images, field wording: these words do not stand in the policy document" in told[2]
    assert "used twice" in told[3]
    line = int(told[2].split(":")[1].split(",")[0])
    assert "Post pictures of pupils" in copy.read_text(encoding="utf-8").splitlines()[line - 1]


def test_a_file_that_is_no_yaml_says_so(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("title: [", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"bad\.yaml:\d+: not YAML"):
        load_policy(bad)
