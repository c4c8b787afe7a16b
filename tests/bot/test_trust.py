"""The trust's facts."""

from pathlib import Path

import pytest

from bot.settings import DEFAULT_TRUST_FILE
from bot.trust import TrustError, load_trust


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
