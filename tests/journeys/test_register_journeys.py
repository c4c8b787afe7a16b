"""`cases` and `weekly`: who sees what of the register, and how they find it."""

import re

import pytest

from bot.infrastructure import Outside
from storage.cases import case_moves
from storage.cases.case_book import CaseBook
from storage.cases.case_records import Kind, Platform, Whose
from tests.support.fake_teams import (
    CHANNEL,
    DEPUTY,
    DSL,
    HEAD,
    OUTSIDER,
    STRANGER,
    TEACHER,
    FakeTeams,
    Message,
    person,
)
from tests.support.register_steps import HIGH, NOW, PRIMARY, PRIMARY_CHANNEL, PRIMARY_DSL, cases, closed, raised
from tests.support.running_bot import BOTH_STORAGES


@BOTH_STORAGES
async def test_open_cases_oldest_first_ten_a_page(bound: FakeTeams, outside: Outside) -> None:
    """The pages turn in place, and each case stands on one of them."""
    references = [(await raised(outside, number)).reference for number in range(12)]
    card = await cases(bound, DSL)
    assert "12 cases" in card.text and "page 1 of 2" in card.text
    assert references[:10] == [ref for ref in references if ref in card.text]
    await bound.press(DSL, card, "Next")
    assert references[10:] == [ref for ref in references if ref in card.text]
    await bound.press(DSL, card, "Previous")
    assert references[0] in card.text and references[11] not in card.text


async def test_the_list_says_nothing_of_what_was_reported(bound: FakeTeams, outside: Outside) -> None:
    """Reference, status, kind, school, platform, age and who has it; neither words nor reporter."""
    await raised(outside, description="awful words", links=("https://example.org/x",))
    card = await cases(bound, DSL)
    assert "Demo High School · Facebook" in card.text and "received 6 days ago, with nobody yet" in card.text
    assert "awful" not in str(card.activity) and TEACHER.name not in str(card.activity)


async def test_nobody_else_learns_that_there_are_cases(bound: FakeTeams, outside: Outside) -> None:
    """A teacher, an outsider, and a button that they forged, get one sentence; another tenant gets nothing."""
    case = await raised(outside)
    card = await cases(bound, DSL)
    for who in (TEACHER, OUTSIDER):
        for words in ("cases", "cases closed", "weekly"):
            assert "`cases` is for the safeguarding team." == (await cases(bound, who, words)).text
        told = await bound.press(who, card, "Show", card=card.card, search=case.reference)
        assert "`cases` is for the safeguarding team." == told
    assert 403 == await bound.execute(STRANGER, card, "cases.show", {})


async def test_who_left_the_team_sees_no_list_any_more(bound: FakeTeams, outside: Outside) -> None:
    """The roster is asked at each press."""
    await raised(outside)
    card = await cases(bound, DSL)
    bound.rosters[CHANNEL].discard(DSL.account)
    assert "for the safeguarding team" in await bound.press(DSL, card, "Show")


async def test_each_team_sees_its_own_cases(two_teams: FakeTeams, outside: Outside) -> None:
    """The primary school's team only its own, the trust's all but those; a report about staff only the head."""
    high, primary = await raised(outside, 1), await raised(outside, 2, school=PRIMARY)
    staff = await raised(outside, 3, whose=Whose.STAFF)
    seen = {
        who: {ref for ref in (high.reference, primary.reference, staff.reference) if ref in card.text}
        for who, card in [(who, await cases(two_teams, who)) for who in (DSL, PRIMARY_DSL, HEAD)]
    }
    assert {DSL: {high.reference}, PRIMARY_DSL: {primary.reference}, HEAD: {staff.reference}} == seen
    card = await cases(two_teams, PRIMARY_DSL)
    await two_teams.press(PRIMARY_DSL, card, "Show", search=high.reference)
    assert "No case that you deal with fits this." in card.text
    await two_teams.press(PRIMARY_DSL, card, "Show", search=TEACHER.name)
    assert primary.reference in card.text and high.reference not in card.text


async def test_a_channel_that_is_gone_hides_no_case(two_teams: FakeTeams, outside: Outside) -> None:
    """The school's channel has thrown the bot out: its cases are the trust-wide team's, as its alerts are."""
    case = await raised(outside, school=PRIMARY)
    assert case.reference not in (await cases(two_teams, DSL)).text
    two_teams.refuse = lambda method, conversation: 403 if conversation == PRIMARY_CHANNEL else None
    card = await cases(two_teams, DSL)
    assert case.reference in card.text
    assert "`cases` is for" in (await cases(two_teams, PRIMARY_DSL)).text
    await two_teams.press(DSL, card, f"Open {case.reference}")
    assert "Chronology" in two_teams.last_in(DSL.chat).text


async def test_without_rosters_nobody_sees_anything(bound: FakeTeams, outside: Outside) -> None:
    """Teams does not answer: a sentence, and no list."""
    case = await raised(outside)
    bound.refuse = lambda method, conversation: 503 if method == "GET" else None
    answer = await cases(bound, DSL)
    assert "Please try again" in answer.text and case.reference not in answer.text


async def test_filters_choose_and_come_along_with_the_pages(bound: FakeTeams, outside: Outside) -> None:
    """Status, school, kind, person and term, each alone and together."""
    worry = await raised(outside, 50, kind=Kind.WORRY, school=PRIMARY)
    taken = await raised(outside, 60)
    await CaseBook(outside.tables).apply(taken.reference, case_moves.assign(person(DEPUTY)), person(DSL), NOW)
    plain = [await raised(outside, number) for number in range(11)]
    for filters, expected in (
        ({"kind": "WORRY"}, worry),
        ({"school": PRIMARY}, worry),
        ({"status": "ACKNOWLEDGED"}, taken),
        ({"person": DEPUTY.entra_id}, taken),
        ({"person": DEPUTY.entra_id, "status": "ACKNOWLEDGED", "school": HIGH}, taken),
    ):
        card = await cases(bound, DSL)
        await bound.press(DSL, card, "Show", **filters)
        assert "1 case " in f"{card.text} " and expected.reference in card.text
    card = await cases(bound, DSL)
    await bound.press(DSL, card, "Show", person="nobody", kind="CONTENT")
    assert "11 cases" in card.text
    await bound.press(DSL, card, "Next", person="nobody", kind="CONTENT")
    assert plain[10].reference in card.text and taken.reference not in card.text
    await bound.press(DSL, card, "Show all")
    assert "13 cases" in card.text


@BOTH_STORAGES
@pytest.mark.parametrize(
    "words",
    ["{reference}", "{digits}", "demo teacher", "TEACHER", "teach", "https://www.facebook.com/groups/demo/posts/1?x=1"],
)
async def test_search_by_reference_name_and_link(bound: FakeTeams, outside: Outside, words: str) -> None:
    """Open or closed, however it is written; who reported something else is not found."""
    case = await raised(outside, 1, links=("https://m.facebook.com/groups/demo/posts/1/",))
    await closed(outside, case)
    other = await raised(outside, 2, by=OUTSIDER)
    card = await cases(bound, DSL)
    words = words.format(reference=case.reference, digits=case.reference.removeprefix("SM-"))
    await bound.press(DSL, card, "Show", search=words)
    assert "Cases found" in card.text and case.reference in card.text and other.reference not in card.text


@pytest.mark.parametrize("words", ["SM-999-9999", "Nobody Atall", "https://example.org/none", "%_' OR 1=1", "🙂" * 500])
async def test_a_search_that_finds_nothing_says_so(bound: FakeTeams, outside: Outside, words: str) -> None:
    """Whatever was typed."""
    await raised(outside)
    card = await cases(bound, DSL)
    await bound.press(DSL, card, "Show", search=words)
    assert "No case that you deal with fits this." in card.text


async def test_closed_cases_newest_first_by_term(bound: FakeTeams, outside: Outside) -> None:
    """Those of this term, with their outcome; another term has none of them."""
    older, newer = [await closed(outside, await raised(outside, number)) for number in (1, 2)]
    await raised(outside, 3)
    card = await cases(bound, DSL, "cases closed")
    assert "2 cases" in card.text and "The content was removed" in card.text
    assert card.text.index(newer.reference) < card.text.index(older.reference)
    await bound.press(DSL, card, "Show", period="2025-09-01_2026-09-01")
    assert "No case that you deal with fits this." in card.text
    await bound.press(DSL, card, "Open cases")
    assert "1 case" in card.text


@pytest.mark.parametrize(
    "data",
    [{"page": 10**30}, {"page": -5}, {"page": "x"}, {"closed": []}, {"status": "x", "period": "x", "kind": "x"},
     {"search": {"a": 1}}, {"person": "../x", "school": "\\"}],
)  # fmt: skip
async def test_forged_data_is_as_good_as_none(bound: FakeTeams, outside: Outside, data: dict[str, object]) -> None:
    """A list comes, of what this person may see."""
    await raised(outside)
    card = await cases(bound, DSL)
    await bound.execute(DSL, card, "cases.show", data)
    assert "Open cases" in card.text


async def test_a_row_opens_its_case(bound: FakeTeams, outside: Outside) -> None:
    """In the same chat, with an entry; pressed by another person it opens nothing."""
    case = await raised(outside, description="what was seen")
    card = await cases(bound, DSL)
    await bound.press(DSL, card, f"Open {case.reference}")
    assert "what was seen" in bound.last_in(DSL.chat).text
    assert "Only members" in await bound.press(OUTSIDER, card, f"Open {case.reference}")


async def test_cases_belong_into_the_own_chat(bound: FakeTeams, outside: Outside) -> None:
    """Said or pressed in a channel, nothing is listed."""
    case = await raised(outside)
    await bound.until(lambda: any(case.reference in m.text for m in bound.seen_in(CHANNEL)))
    answer = await bound.mention(DSL, CHANNEL, "cases")
    assert case.reference not in answer.text
    told = await bound.execute(DSL, bound.seen_in(CHANNEL)[-1], "cases.show", {})
    assert "own chat" in told


@BOTH_STORAGES
async def test_the_week_in_figures(two_teams: FakeTeams, outside: Outside) -> None:
    """Of the reader's own cases: received, in time, closed, and the charts' numbers also in words."""
    for number in range(3):
        await raised(outside, number)
    await closed(outside, await raised(outside, 4, platform=Platform.TIKTOK))
    await raised(outside, 5, school=PRIMARY)
    card = await cases(two_teams, DSL, "weekly")
    facts = {fact["title"]: fact["value"] for fact in facts_in(card)}
    assert "4, before 0" == facts["Received"]
    assert ("3, before 0", "1, before 0", "1, before 0") == (
        facts["Facebook"],
        facts["TikTok"],
        facts["The content was removed"],
    )
    assert "Open now" in facts and facts["Open now"].startswith("3")
    primary = await cases(two_teams, PRIMARY_DSL, "weekly")
    assert "1, before 0" == {fact["title"]: fact["value"] for fact in facts_in(primary)}["Received"]


def facts_in(message: Message) -> list[dict[str, str]]:
    """The facts of a card, those behind its charts included."""
    found: list[dict[str, str]] = []

    def look(value: object) -> None:
        if isinstance(value, dict):
            found.extend(value.get("facts", []))
            for inner in value.values():
                look(inner)
        elif isinstance(value, list):
            for inner in value:
                look(inner)

    look(message.card)
    return found


async def test_what_cannot_wait_stands_first(bound: FakeTeams, outside: Outside) -> None:
    """New and urgent, then what waits too long, then the rest by age; whatever was raised before it."""
    overdue = await raised(outside, 0)
    under_way = await raised(outside, 1)
    for number in range(10):
        await raised(outside, 10 + number)
    urgent = await raised(outside, 140, danger=True)
    book = CaseBook(outside.tables)
    await book.apply(under_way.reference, case_moves.acknowledge(), person(DSL), NOW)
    card = await cases(bound, DSL)
    shown = re.findall(r"SM-\d{3}-\d{4}", card.text)
    assert [urgent.reference, overdue.reference, under_way.reference] == list(dict.fromkeys(shown))[:3]


async def test_the_cases_of_one_person(bound: FakeTeams, outside: Outside) -> None:
    """`my cases`: those that are assigned to who asks."""
    mine, other = await raised(outside, 0), await raised(outside, 1)
    await CaseBook(outside.tables).apply(mine.reference, case_moves.acknowledge(), person(DSL), NOW)
    card = await cases(bound, DSL, "my cases")
    assert mine.reference in card.text and other.reference not in card.text


@pytest.mark.parametrize("words", ["{}", "cases {}", "case {}", "{}.", " {} "])
async def test_a_reference_is_typed(bound: FakeTeams, outside: Outside, words: str) -> None:
    """Those who deal with the case find it; its reporter gets their own report; nobody else learns of it."""
    case = await raised(outside, 0)
    typed = words.format(case.reference.lower())
    assert case.reference in (await cases(bound, DSL, typed)).text
    own = await cases(bound, TEACHER, typed)
    assert own.card and case.reference in own.text
    assert case.reference not in (await cases(bound, OUTSIDER, typed)).text
