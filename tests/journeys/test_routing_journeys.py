"""Where a report goes: by whose conduct it is about, and what happens while that route does not stand."""

import pytest

from bot.infrastructure import Outside
from storage.cases.case_book import CaseBook
from storage.cases.case_records import EntryKind, Status
from tests.support.fake_teams import ADMIN, CHAIR, CHANNEL, DSL, HEAD, TEACHER, FakeTeams, Human
from tests.support.report_steps import DSL_TEAM, SCHOOL, STAFF, THE_HEAD, arrived, send_report
from tests.support.running_bot import BOTH_STORAGES

pytestmark = BOTH_STORAGES


@pytest.fixture
def cases(outside: Outside) -> CaseBook:
    return CaseBook(outside.tables)


@pytest.mark.parametrize(("whose", "who"), [(STAFF, HEAD), (DSL_TEAM, HEAD), (THE_HEAD, CHAIR)])
async def test_about_staff_it_goes_to_one_person_and_not_to_the_channel(
    bound: FakeTeams, cases: CaseBook, whose: str, who: Human
) -> None:
    """By personal message; the DSL's channel sees nothing, and its members can do nothing with it."""
    await bound.say(who, "help")
    reference = await send_report(bound, TEACHER, school=SCHOOL, whose=whose)
    assert f"of {SCHOOL}. I will tell you" in bound.last_in(TEACHER.chat).text
    alert = await arrived(bound, who.chat, reference)
    assert not any(reference in message.text for message in bound.seen_in(CHANNEL))
    assert "Only members" in await bound.press(DSL, alert, "Acknowledge")
    await bound.press(who, alert, "Acknowledge")
    assert Status.ACKNOWLEDGED is (await cases.get(reference)).status
    await arrived(bound, TEACHER.chat, f"taken by {who.name}")


async def test_a_leader_whom_the_bot_never_met_is_waited_for(bound: FakeTeams, cases: CaseBook) -> None:
    """Kept; the reporter knows whom to ring, the channel sees that it waits, and a word from the head is enough."""
    reference = await send_report(bound, TEACHER, school=SCHOOL, whose=STAFF)
    receipt = bound.last_in(TEACHER.chat).text
    assert "cannot reach them" in receipt and "01632 960112" in receipt
    waiting = await arrived(bound, CHANNEL, f"Report {reference} waits")
    assert "rude" not in waiting.text and TEACHER.name not in waiting.text
    await bound.say(HEAD, "hello")
    await arrived(bound, HEAD.chat, f"{reference}: A safeguarding worry")
    assert 1 == sum("waits" in message.text for message in bound.seen_in(CHANNEL))
    kinds = [entry.kind for entry in await cases.chronology(reference)]
    assert [EntryKind.RAISED, EntryKind.WAITING] == kinds[:2]


async def test_admins_hear_of_a_route_that_is_not_set_up(bound: FakeTeams) -> None:
    """A school whose head has no account in the trust file: the admins are told in their own chat."""
    await bound.say(ADMIN, "help")
    reference = await send_report(bound, TEACHER, school="Demo Primary School", whose=STAFF)
    waiting = await arrived(bound, ADMIN.chat, f"Report {reference} waits")
    assert "the head teacher" in waiting.text


async def test_a_school_with_a_channel_of_its_own(bot: FakeTeams) -> None:
    """Its reports go there; those of the other schools to the trust-wide channel."""
    own = "19:high-school@thread.tacv2"
    await bot.mention(ADMIN, CHANNEL, "use this channel for safeguarding alerts")
    await bot.mention(ADMIN, own, f"use this channel for safeguarding alerts for {SCHOOL.lower()}")
    high = await send_report(bot, TEACHER, school=SCHOOL)
    primary = await send_report(bot, TEACHER, school="Demo Primary School")
    await arrived(bot, own, high)
    await arrived(bot, CHANNEL, primary)
    assert not any(high in message.text for message in bot.seen_in(CHANNEL))
