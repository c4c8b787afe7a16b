"""Who may work on which case: a table of routes, schools and rosters; no fault of Teams opens a case to anybody."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cases.case_access import CaseRoles
from bot.cases.report_routes import Routes
from bot.people.roles import Roles
from bot.teams.connector import ConnectorError, Gone
from bot.trust.facts import Trust
from storage.cases.case_records import Case, Kind, Report, Route, Whose
from storage.cases.register_lines import line_of
from storage.conversation_references import Purpose
from storage.records import Person, PostedCard
from tests.support.fake_rosters import GONE, PASSING, REMOVED, FakeMessenger, FakeReferences, person, place

ALERTS = Purpose.SAFEGUARDING_ALERTS
TRUST_DSL, HIGH_DSL, BOTH = person("trust-dsl"), person("high-dsl"), person("both")
HEAD, CHAIR, HIGH_HEAD, STRANGER = person("head"), person("chair"), person("high-head"), person("stranger")
EVERYBODY = [TRUST_DSL, HIGH_DSL, BOTH, HEAD, CHAIR, HIGH_HEAD, STRANGER]
TRUST = Trust.model_validate(
    {
        "name": "Demo trust",
        "reporting_form": "https://example.org",
        "leadership": {"head": {"id": HEAD.id}, "chair_of_governors": {"id": CHAIR.id}},
        "schools": [{"name": "High", "head": {"id": HIGH_HEAD.id}}, {"name": "Primary"}],
    }
)
CHANNELS = {(ALERTS, None): place("trust-wide"), (ALERTS, "High"): place("high")}


def rosters(high: list[Person] | ConnectorError | None = None) -> FakeMessenger:
    return FakeMessenger(rosters={"trust-wide": [TRUST_DSL, BOTH], "high": [HIGH_DSL, BOTH] if high is None else high})


def case_roles(messenger: FakeMessenger | None = None, *, channels: bool = True) -> CaseRoles:
    references, messenger = FakeReferences(CHANNELS if channels else {}), messenger or rosters()
    return CaseRoles(Roles(frozenset(), references, messenger), Routes(TRUST, references), messenger)


def case_about(whose: Whose | None, school: str, alert_in: str = "") -> Case:
    report = Report(Kind.CONTENT, school=school, whose=whose)
    alert = PostedCard("https://teams.example", alert_in, "m1") if alert_in else None
    return Case("SM-000-0001", "s1", report, person("reporter"), datetime(2026, 11, 16, tzinfo=UTC), alert=alert)


@pytest.mark.parametrize(
    ("case", "theirs"),
    [
        (case_about(Whose.PUPIL, "High"), [HIGH_DSL, BOTH]),
        (case_about(Whose.PUPIL, "Primary"), [TRUST_DSL, BOTH]),
        (case_about(None, ""), [TRUST_DSL, BOTH]),
        (case_about(Whose.PUPIL, "High", alert_in="high"), [HIGH_DSL, BOTH]),
        (case_about(Whose.PUPIL, "High", alert_in="trust-wide"), [TRUST_DSL, HIGH_DSL, BOTH]),
        (case_about(Whose.PUPIL, "High", alert_in="elsewhere"), [HIGH_DSL, BOTH]),
        (case_about(Whose.STAFF, ""), [HEAD]),
        (case_about(Whose.STAFF, "High"), [HIGH_HEAD]),
        (case_about(Whose.DSL_TEAM, "High"), [HIGH_HEAD]),
        (case_about(Whose.STAFF, "Primary"), []),
        (case_about(Whose.HEAD, ""), [CHAIR]),
        (case_about(Whose.HEAD, "High"), []),
        (case_about(Whose.STAFF, "High", alert_in="trust-wide"), [HIGH_HEAD]),
        (case_about(Whose.HEAD, "", alert_in="trust-wide"), [CHAIR]),
    ],
    ids=[
        "a-schools", "a-school-without-channel", "no-school", "alert-in-its-channel", "alert-in-the-trust-wide-one",
        "alert-in-a-channel-of-before", "about-staff", "about-a-schools-staff", "about-a-schools-dsl",
        "a-school-without-head", "about-the-head", "a-school-without-chair", "about-staff-whatever-the-alert",
        "about-the-head-whatever-the-alert",
    ],
)  # fmt: skip
async def test_who_works_on_a_case(case: Case, theirs: list[Person]) -> None:
    """The team of its school's channel, whoever sees its alert in the trust-wide one, or the leader that it goes to."""
    roles = case_roles()
    assert theirs == [who for who in EVERYBODY if await roles.access(who).works_on(case)]


@pytest.mark.parametrize("gone", [GONE, REMOVED], ids=str)
async def test_a_channel_that_is_gone_leaves_its_cases_to_the_trust(gone: Gone) -> None:
    """Proven to be gone: then the trust-wide team deals with them."""
    roles, case = case_roles(rosters(gone)), case_about(Whose.PUPIL, "High")
    assert [TRUST_DSL, BOTH] == [who for who in EVERYBODY if await roles.access(who).works_on(case)]


@pytest.mark.parametrize("fault", PASSING, ids=str)
@pytest.mark.parametrize("alert_in", ["", "high", "trust-wide"])
async def test_a_passing_fault_opens_no_case(fault: ConnectorError, alert_in: str) -> None:
    """While the roster of a school cannot be read, nobody is let in on the strength of another."""
    roles, case = case_roles(rosters(fault)), case_about(Whose.PUPIL, "High", alert_in)
    for who in EVERYBODY:
        with pytest.raises(ConnectorError):
            await roles.access(who).works_on(case)


async def test_without_any_channel_nobody_works_on_it() -> None:
    """Also where an alert stands somewhere: its channel is not bound any more."""
    roles = case_roles(channels=False)
    for case in (case_about(Whose.PUPIL, "High"), case_about(Whose.PUPIL, "High", alert_in="trust-wide")):
        assert [] == [who for who in EVERYBODY if await roles.access(who).works_on(case)]


async def test_the_answer_is_yes_or_no() -> None:
    """Never nothing: who asks may compare it."""
    access = case_roles().access(STRANGER)
    assert False is await access.works_on(case_about(Whose.PUPIL, "High"))
    assert False is await access.covers_anything()


async def test_who_deals_with_anything_at_all() -> None:
    """Members of any safeguarding channel, and the leaders; nobody else sees the register."""
    roles = case_roles()
    theirs = [TRUST_DSL, HIGH_DSL, BOTH, HEAD, CHAIR, HIGH_HEAD]
    assert theirs == [who for who in EVERYBODY if await roles.access(who).covers_anything()]


async def test_leaders_are_known_without_asking_teams() -> None:
    """The settings name them; no roster is read for them."""
    messenger = rosters()
    assert await case_roles(messenger).access(CHAIR).covers_anything()
    assert await case_roles(messenger).access(HIGH_HEAD).covers_anything()
    assert [] == messenger.asked


async def test_each_roster_is_asked_once_in_one_request() -> None:
    """However many lines a register has."""
    messenger = rosters()
    access = case_roles(messenger).access(BOTH)
    lines = [line_of(replace(case_about(Whose.PUPIL, school), submission=school)) for school in ("High", "Primary")]
    assert lines * 50 == await access.only(lines * 50)
    assert ["high", "trust-wide"] == messenger.asked


@pytest.mark.parametrize(
    ("who", "seen"),
    [(HIGH_DSL, ["High"]), (TRUST_DSL, ["Primary"]), (HIGH_HEAD, ["staff at High"]), (STRANGER, [])],
)
async def test_only_what_is_theirs(who: Person, seen: list[str]) -> None:
    """Of a list of cases, in its order."""
    cases = {
        "High": case_about(Whose.PUPIL, "High"),
        "Primary": case_about(Whose.PUPIL, "Primary"),
        "staff at High": case_about(Whose.STAFF, "High"),
    }
    lines = {name: line_of(case) for name, case in cases.items()}
    assert [lines[name] for name in seen] == await case_roles().access(who).only(lines.values())


@pytest.mark.parametrize(
    ("route", "school", "covers"),
    [(Route.DSL_CHANNEL, "High", True), (Route.HEAD, "High", False), (Route.DSL_CHANNEL, "", False)],
)
async def test_what_a_dsl_covers(route: Route, school: str, covers: bool) -> None:
    """What goes to their channel, and no report that goes past it."""
    assert covers is await case_roles().access(HIGH_DSL).covers(route, school)


@pytest.mark.parametrize(
    ("case", "high", "team"),
    [
        (case_about(Whose.PUPIL, "High"), None, [HIGH_DSL, BOTH]),
        (case_about(Whose.PUPIL, "Primary"), None, [TRUST_DSL, BOTH]),
        (case_about(Whose.PUPIL, "High"), GONE, [TRUST_DSL, BOTH]),
        (case_about(Whose.STAFF, "High"), None, []),
        (case_about(Whose.HEAD, ""), None, []),
    ],
)
async def test_to_whom_a_case_can_be_given(case: Case, high: Gone | None, team: list[Person]) -> None:
    """The roster of its channel; nobody where one person has it."""
    assert team == await case_roles(rosters(high)).team_of(case)


async def test_a_team_that_cannot_be_read_just_now_is_not_another_one() -> None:
    """Nobody is offered a colleague of another team."""
    with pytest.raises(ConnectorError):
        await case_roles(rosters(PASSING[0])).team_of(case_about(Whose.PUPIL, "High"))


async def test_without_a_channel_there_is_no_team() -> None:
    """The form says so."""
    assert [] == await case_roles(channels=False).team_of(case_about(Whose.PUPIL, "High"))


async def test_a_case_that_is_kept_from_somebody_is_not_theirs() -> None:
    """Also where they lead the team, or its alert stands in their channel; their colleagues keep it."""
    for case in (case_about(Whose.PUPIL, "High"), case_about(Whose.PUPIL, "High", alert_in="trust-wide")):
        kept = replace(case, kept_from=(replace(BOTH, id=BOTH.id.upper()),))
        access = case_roles().access(BOTH)
        assert False is await access.works_on(kept)
        assert [] == await access.only([line_of(kept)])
        assert await case_roles().access(HIGH_DSL).works_on(kept)
        assert [HIGH_DSL] == await case_roles().team_of(kept)


def test_to_whom_else_a_case_can_be_given() -> None:
    """Every place of the trust, but for the one that has it."""
    case = case_about(Whose.PUPIL, "High")
    beside = case_roles().places_beside(case)
    assert case.place not in beside and len(set(beside)) == len(beside)
    assert {case.place, *beside} == set(Routes(TRUST, FakeReferences()).places)
