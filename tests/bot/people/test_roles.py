"""Who may do what: the settings name the administrators, rosters say who is in which team."""

import pytest

from bot.people.roles import Roles
from bot.teams.connector import ConnectorError, Gone
from storage.conversation_references import Purpose
from storage.records import Person
from tests.support.fake_rosters import GONE, PASSING, REMOVED, FakeMessenger, FakeReferences, person, place

ALERTS, POSTS = Purpose.SAFEGUARDING_ALERTS, Purpose.POST_SUGGESTIONS
MEMBER, OTHER = person("member"), person("other")
CHANNELS = {
    (ALERTS, None): place("trust-wide"),
    (ALERTS, "High"): place("high"),
    (POSTS, None): place("posts"),
}


Roster = list[Person] | ConnectorError


def rosters(trust_wide: Roster | None = None, high: Roster | None = None, posts: Roster | None = None) -> FakeMessenger:
    return FakeMessenger(rosters={"trust-wide": trust_wide or [], "high": high or [], "posts": posts or []})


def roles(messenger: FakeMessenger) -> Roles:
    return Roles(frozenset({"id-admin"}), FakeReferences(CHANNELS), messenger)


def test_administrators_are_named_in_the_settings() -> None:
    """By object id, whatever its capitals; nobody else is one."""
    admin = person("admin")
    assert roles(rosters()).is_admin(admin)
    assert roles(rosters()).is_admin(person("ADMIN"))
    assert not roles(rosters()).is_admin(OTHER)


@pytest.mark.parametrize(
    ("purpose", "school", "asked"),
    [
        (ALERTS, None, "trust-wide"),
        (ALERTS, "High", "high"),
        (ALERTS, "Primary", "trust-wide"),
        (POSTS, None, "posts"),
        (POSTS, "High", "posts"),
    ],
)
async def test_the_roster_of_the_channel_decides(purpose: Purpose, school: str | None, asked: str) -> None:
    """Of the school's own channel where it has one, else of the trust-wide one; of no other."""
    messenger = rosters(**{asked.replace("-", "_"): [MEMBER]})
    assert await roles(messenger).is_in_channel(MEMBER, purpose, school)
    assert not await roles(messenger).is_in_channel(OTHER, purpose, school)
    assert [asked, asked] == messenger.asked


async def test_without_a_channel_nobody_is_in_it() -> None:
    """And nothing is asked of Teams."""
    messenger = rosters()
    assert False is await roles(messenger).is_in_channel(MEMBER, Purpose.POLICY_QUESTIONS)
    assert [] == messenger.asked


@pytest.mark.parametrize("gone", [GONE, REMOVED], ids=str)
async def test_a_schools_channel_that_is_gone_is_stood_in_for(gone: Gone) -> None:
    """By the trust-wide one: its members deal with what nobody else can."""
    messenger = rosters(trust_wide=[MEMBER], high=gone)
    assert await roles(messenger).is_in_channel(MEMBER, ALERTS, "High")
    assert not await roles(messenger).is_in_channel(OTHER, ALERTS, "High")


@pytest.mark.parametrize("fault", PASSING, ids=str)
@pytest.mark.parametrize("school", [None, "High"])
async def test_a_passing_fault_opens_nothing(fault: ConnectorError, school: str | None) -> None:
    """A school's roster that cannot be read just now never lets the trust-wide team in; to try again is safe."""
    asked = "high" if school else "trust-wide"
    messenger = rosters(trust_wide=[MEMBER], high=fault) if school else rosters(trust_wide=fault)
    with pytest.raises(ConnectorError) as raised:
        await roles(messenger).is_in_channel(MEMBER, ALERTS, school)
    assert fault is raised.value
    assert [asked] == messenger.asked


async def test_a_trust_wide_channel_that_is_gone_has_no_stand_in() -> None:
    """It is said, not taken for "no"."""
    with pytest.raises(Gone):
        await roles(rosters(trust_wide=GONE)).is_in_channel(MEMBER, ALERTS)


async def test_in_one_request_each_roster_is_asked_once() -> None:
    """However often it decides; the next request asks anew, since people leave teams."""
    messenger = rosters(high=[MEMBER])
    memberships = roles(messenger).memberships(MEMBER)
    for _ in range(3):
        assert await memberships.is_in_channel(ALERTS, "High")
        assert not await memberships.is_in_channel(ALERTS)
    assert ["high", "trust-wide"] == messenger.asked
    messenger.rosters["high"] = []
    assert await memberships.is_in_channel(ALERTS, "High")
    assert not await roles(messenger).memberships(MEMBER).is_in_channel(ALERTS, "High")
