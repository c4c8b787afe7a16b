"""The trust's facts."""

from pathlib import Path

import pytest

from bot.trust.facts import TrustError, load_trust
from storage.storage_settings import DEFAULT_TRUST_FILE


def test_the_committed_file_invents_nothing() -> None:
    """What the policy does not say is open, and each gap has a line."""
    trust = load_trust(DEFAULT_TRUST_FILE)
    assert (trust.schools, trust.phones, trust.demo) == ((), [], False)
    named = ["schools", "leadership", "leadership", "safeguarding_desk", "calendar", "calendar"]
    assert named == [gap.split(":")[0] for gap in trust.gaps]


def test_a_school_without_a_number_is_a_gap(tmp_path: Path) -> None:
    """Half of what is needed is named as such."""
    path = tmp_path / "trust.yaml"
    path.write_text("name: T\nreporting_form: https://example.org\nschools: [{name: A, dsl: {name: B}}]\n")
    assert "schools: A has no DSL phone" in load_trust(path).gaps


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name: T", "reporting_form"),
        ("name: T\nreporting_form: https://example.org\nschool: []", "school"),
        ("name: T\nreporting_form: https://example.org\nschools: [{dsl: {}}]", "schools.0.name"),
        ("{", "trust.yaml"),
        ("", "trust.yaml"),
    ],
)
def test_mistakes_name_file_and_field(tmp_path: Path, text: str, named: str) -> None:
    """A wrong file says where it is wrong, and the bot does not start."""
    path = tmp_path / "trust.yaml"
    path.write_text(text)
    with pytest.raises(TrustError) as caught:
        load_trust(path)
    assert str(path) in str(caught.value) and named in str(caught.value)


def test_an_id_is_read_as_teams_has_it(tmp_path: Path) -> None:
    """Copied with capitals it is the same person; left empty it is nobody's."""
    path = tmp_path / "trust.yaml"
    path.write_text(
        "name: T\nreporting_form: https://example.org/f\nschools:\n"
        "  - {name: S, dsl: {name: D, id: ' D33A0000-0000-4000-8000-00000000000F'}, head: {name: H, id: ''}}\n"
    )
    school = load_trust(path).schools[0]
    assert ("d33a0000-0000-4000-8000-00000000000f", None) == (school.dsl.id, school.head.id)
