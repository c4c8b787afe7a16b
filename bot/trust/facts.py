"""The trust's facts, from `trust.yaml`: what the policy says of the trust, and what its staff filled in.

What is not filled in stays open: the bot says "not set up yet" rather than invent a name or a number.
"""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, HttpUrl, ValidationError, field_validator

from bot.trust.school_calendar import Calendar, Targets
from storage.register.retention_rules import RetentionRule, problem_lines


class TrustError(Exception):
    """What is wrong with the trust file: one line a problem, each naming its field."""


class Contact(BaseModel):
    """Whom to ring. Either may be open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = None
    phone: str | None = None

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.name, self.phone)))


class Leader(Contact):
    """Somebody whom the bot writes to, or mentions, so that Teams notifies them. `id` is their Entra object id."""

    id: str | None = None

    @field_validator("id")
    @classmethod
    def _as_teams_has_it(cls, value: str | None) -> str | None:
        """In small letters: copied with capitals, it would find nobody's chat. Left empty, it is open."""
        return (value or "").strip().casefold() or None


class Leadership(BaseModel):
    """Who hears of concerns about staff, and about the head (Keeping Children Safe in Education, part 4)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    head: Leader = Leader()
    chair_of_governors: Leader = Leader()


class School(Leadership):
    """One school of the trust, its designated safeguarding lead (DSL) and the deputy."""

    name: str
    dsl: Leader = Leader()
    deputy: Leader = Leader()


class Trust(BaseModel):
    """The trust. `demo` marks invented data; each card that shows it says so.

    `answered_within` is how soon reports are looked at, in words for the reporter: "one school day".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    reporting_form: HttpUrl
    demo: bool = False
    answered_within: str | None = None
    schools: tuple[School, ...] = ()
    safeguarding_desk: Leader = Leader()
    deputy: Leader = Leader()
    leadership: Leadership = Leadership()
    policy_owner: Contact = Contact()
    calendar: Calendar = Calendar()
    targets: Targets = Targets()
    retention: tuple[RetentionRule, ...] = ()

    @property
    def phones(self) -> list[str]:
        """Whom to ring about a safeguarding matter, a line each; empty while nothing is set up."""
        lines = [f"{school.name}: {school.dsl}" for school in self.schools if school.dsl.phone]
        if self.safeguarding_desk.phone:
            lines.append(str(self.safeguarding_desk))
        return lines

    @property
    def gaps(self) -> list[str]:
        """What is not set up yet, a line each, for the log at start-up."""
        gaps = [] if self.schools else ["schools: none is named"]
        for school in self.schools:
            gaps += [
                f"schools: {school.name} has no DSL {part}"
                for part in ("name", "phone")
                if not getattr(school.dsl, part)
            ]
            gaps += _reminder_gaps(school)
            gaps += _leadership_gaps(f"schools: {school.name}", school)
        gaps += _leadership_gaps("leadership: the trust", self.leadership)
        if not self.safeguarding_desk.phone:
            gaps.append("safeguarding_desk: no telephone number for the trust as a whole")
        if not self.policy_owner.name:
            gaps.append("policy_owner: nobody is named for questions about the policy")
        return gaps + self.calendar.gaps

    def school_called(self, name: str) -> School | None:
        """The school of this name, whatever its capitals."""
        wanted = " ".join(name.split()).casefold()
        return next((school for school in self.schools if school.name.casefold() == wanted), None)


def _reminder_gaps(school: School) -> list[str]:
    named = {"DSL": school.dsl, "deputy": school.deputy}
    return [
        f"schools: {school.name} has no {role} with an Entra object id: reminders do not reach them by mention"
        for role, who in named.items()
        if not who.id
    ]


def _leadership_gaps(where: str, leadership: Leadership) -> list[str]:
    named = {"head": leadership.head, "chair_of_governors": leadership.chair_of_governors}
    return [
        f"{where} has no {role} with an Entra object id: reports to them wait"
        for role, who in named.items()
        if not who.id
    ]


def load_trust(path: Path) -> Trust:
    """The trust's facts. Raises `TrustError` with a line for each mistake."""
    try:
        return Trust.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TrustError(f"{path}: {error}") from None
    except ValidationError as error:
        raise TrustError("\n".join(problem_lines(path, error))) from None
