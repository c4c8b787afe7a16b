"""A case that turns out to belong to others: it goes to them, and those who had it see nothing of it any more."""

import pytest

from bot.infrastructure import Outside
from storage.cases.case_book import CaseBook
from storage.cases.case_records import EntryKind, Kind, Place, Report, Route, Status, Whose
from tests.support.clock import Clock
from tests.support.desk_steps import do, kinds, taken
from tests.support.fake_teams import (
    ADMIN,
    CHAIR,
    CHANNEL,
    DEPUTY,
    DSL,
    HEAD,
    TEACHER,
    FakeTeams,
    Human,
    Message,
    person,
)
from tests.support.report_steps import SCHOOL, alert_of, arrived, send_report
from tests.support.running_bot import BOTH_STORAGES

pytestmark = BOTH_STORAGES
WHY = "It is about a colleague after all"
ELSEWHERE = "It is dealt with elsewhere now"


@pytest.fixture
def cases(outside: Outside) -> CaseBook:
    return CaseBook(outside.tables)


async def moved(teams: FakeTeams, cases: CaseBook, desk: Message, reference: str, to: Place) -> None:
    """The DSL gives the case to others."""
    await do(teams, DSL, desk, "Move the case", "Move it", place=f"{to.route.value}|{to.school}", text=WHY)
    assert to == (await cases.get(reference)).place


async def list_of(teams: FakeTeams, who: Human, search: str = "") -> str:
    """What `cases` shows to this person, in words; with a search, what that finds."""
    card = await teams.say(who, "cases")
    assert card
    if search and card.card:
        await teams.press(who, card, "Show", search=search)
    return card.text


@pytest.mark.parametrize(("route", "who"), [(Route.HEAD, HEAD), (Route.CHAIR, CHAIR)])
async def test_a_case_moves_to_one_person_and_leaves_the_team(
    bound: FakeTeams, cases: CaseBook, route: Route, who: Human
) -> None:
    """They get it as a new one with its chronology; the team sees a line, in the channel and on each old card."""
    await bound.say(who, "help")
    reference, desk = await taken(bound, description="A rude post", school=SCHOOL)
    alert = await alert_of(bound, reference)
    await do(bound, DSL, desk, "Add a note", "Add the note", text="Spoke to nobody yet")
    await moved(bound, cases, desk, reference, Place(route, SCHOOL))
    assert ELSEWHERE in desk.text and "rude" not in desk.text
    await bound.until(lambda: ELSEWHERE in alert.text)

    theirs = await arrived(bound, who.chat, f"{reference}: Offensive")
    await arrived(bound, TEACHER.chat, f"Your report {reference} is now with {route.words} of {SCHOOL}")
    assert "Only members" in await bound.execute(DEPUTY, theirs, "case.open", {"case": reference})
    for each in (DSL, DEPUTY):
        assert reference not in await list_of(bound, each)
        assert f"open {reference}" not in (await list_of(bound, each, reference)).lower()

    await bound.press(who, theirs, "Acknowledge")
    await bound.press(who, theirs, "Open case")
    opened = bound.last_in(who.chat)
    assert "Spoke to nobody yet" in opened.text and WHY in opened.text and "rude" in opened.text
    after = await cases.get(reference)
    assert (Status.ACKNOWLEDGED, who.entra_id) == (after.status, after.acknowledged_by and after.acknowledged_by.id)
    assert EntryKind.MOVED in await kinds(cases, reference)
    assert await cases.broken_entry(reference) is None


async def test_old_cards_of_a_moved_case_show_nothing(bound: FakeTeams, cases: CaseBook) -> None:
    """Whichever button of whichever card is pressed: the case in the own chat goes when it is touched."""
    await bound.say(HEAD, "help")
    reference, desk = await taken(bound, school=SCHOOL)
    alert = await alert_of(bound, reference)
    await bound.say(DEPUTY, "help")
    await bound.press(DEPUTY, alert, "Open case")
    deputys = bound.last_in(DEPUTY.chat)
    assert "A rude post" in deputys.text
    await moved(bound, cases, desk, reference, Place(Route.HEAD, SCHOOL))
    await bound.until(lambda: ELSEWHERE in alert.text)
    for verb in ("case.acknowledge", "case.take", "case.open"):
        await bound.execute(DEPUTY, alert, verb, {"case": reference})
        assert ELSEWHERE in alert.text
    await bound.press(DEPUTY, deputys, "Add a note")
    assert ELSEWHERE in deputys.text and "rude" not in deputys.text


async def test_a_case_moves_to_another_school(bound: FakeTeams, cases: CaseBook) -> None:
    """The wrong school was named: that school's team has it then, with a channel of its own."""
    own, theirs = "19:primary@thread.tacv2", Human("Demo Primary DSL")
    bound.rosters[own] = {theirs.account, ADMIN.account}
    await bound.mention(ADMIN, own, "use this channel for safeguarding alerts for demo primary school")
    reference, desk = await taken(bound, school=SCHOOL)
    await moved(bound, cases, desk, reference, Place(Route.DSL_CHANNEL, "Demo Primary School"))
    alert = await arrived(bound, own, reference)
    await bound.press(theirs, alert, "Acknowledge")
    assert Status.ACKNOWLEDGED is (await cases.get(reference)).status
    assert reference not in await list_of(bound, DSL)


async def test_where_nobody_is_set_up_a_moved_case_waits_and_says_so(bound: FakeTeams, cases: CaseBook) -> None:
    """It does not fall back to those who had it."""
    reference, desk = await taken(bound, school="Demo Primary School")
    await moved(bound, cases, desk, reference, Place(Route.HEAD, "Demo Primary School"))
    await arrived(bound, CHANNEL, f"Report {reference} waits")
    assert reference not in await list_of(bound, DSL)
    assert (await cases.get(reference)).alert is None


async def test_whose_conduct_it_is_is_settled_by_the_team(bound: FakeTeams, cases: CaseBook) -> None:
    """The reporter did not know; it was a colleague: with that word the case is the head's."""
    await bound.say(HEAD, "help")
    reference, desk = await taken(bound, school=SCHOOL, whose="unknown")
    await do(bound, DSL, desk, "Settle whose conduct it is", "Settle it", whose="staff", text="The account is his")
    assert ELSEWHERE in desk.text
    await arrived(bound, HEAD.chat, f"{reference}: Offensive")
    assert Place(Route.HEAD, SCHOOL) == (await cases.get(reference)).place
    assert reference not in await list_of(bound, DSL)


async def test_settling_it_as_a_pupils_leaves_the_case_where_it_is(bound: FakeTeams, cases: CaseBook) -> None:
    """Nobody else gets it, and who has it goes on."""
    reference, desk = await taken(bound, school=SCHOOL, whose="unknown")
    await do(bound, DSL, desk, "Settle whose conduct it is", "Settle it", whose="pupil", text="The account is hers")
    assert "is settled" in desk.text and "Settle whose" not in str(desk.card)
    after = await cases.get(reference)
    assert (Status.ACKNOWLEDGED, Place(Route.DSL_CHANNEL, SCHOOL)) == (after.status, after.place)


async def test_a_case_is_kept_from_one_member_of_the_team(bound: FakeTeams, cases: CaseBook) -> None:
    """They are named in it: no card, no list, no search shows it to them; the others go on."""
    reference, desk = await taken(bound, school=SCHOOL)
    alert = await alert_of(bound, reference)
    await bound.say(DEPUTY, "help")
    await bound.press(DEPUTY, alert, "Open case")
    deputys = bound.last_in(DEPUTY.chat)
    form = {"from": DEPUTY.entra_id, "text": "Named in the post"}
    await do(bound, DSL, desk, "Keep it from a colleague", "Keep it from them", **form)
    assert "no longer see" in desk.text
    assert "Only members" in await bound.execute(DEPUTY, alert, "case.open", {"case": reference})
    await bound.press(DEPUTY, deputys, "Add a note")
    assert ELSEWHERE in deputys.text and "rude" not in deputys.text
    assert reference not in await list_of(bound, DEPUTY)
    assert reference in await list_of(bound, DSL)
    back = {"to": DEPUTY.entra_id, "text": "Another person of that name"}
    await do(bound, DSL, desk, "Show it to them again", "Show it to them again", **back)
    assert reference in await list_of(bound, DEPUTY)


async def test_an_urgent_alert_mentions_those_who_lead(bound: FakeTeams, cases: CaseBook) -> None:
    """A post in a channel notifies nobody whom it does not mention: text and entities name DSL and deputy."""
    report = Report(Kind.CONTENT, intimate_image=True, school=SCHOOL, whose=Whose.PUPIL, description="A rude post")
    reference = (await cases.raise_case(report, person(TEACHER), "s1", Clock(stands=True)())).reference
    activity = (await alert_of(bound, reference)).activity
    mentioned = {entity["mentioned"]["id"] for entity in activity["entities"]}
    assert {DSL.account, DEPUTY.account} == mentioned
    assert all(entity["text"] in activity["text"] for entity in activity["entities"])
    assert reference in activity["text"] and "rude" not in activity["text"]


async def test_an_ordinary_alert_mentions_nobody(bound: FakeTeams) -> None:
    """Who is called for everything comes for nothing."""
    reference = await send_report(bound, TEACHER, school=SCHOOL)
    assert not (await alert_of(bound, reference)).activity.get("entities")
