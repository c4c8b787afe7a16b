"""A case that is opened from the list, and an export that has arrived, for the journeys."""

from storage.cases.case_records import Case
from tests.support.fake_teams import (
    FakeTeams,
    Human,
    Message,
)
from tests.support.register_steps import cases


async def opened(teams: FakeTeams, who: Human, case: Case) -> Message:
    """The case's card in this person's own chat."""
    card = await cases(teams, who)
    await teams.press(who, card, "Show", search=case.reference)
    await teams.press(who, card, f"Open {case.reference}")
    return teams.last_in(who.chat)


async def arrived(teams: FakeTeams, who: Human, count: int = 1) -> Message:
    """The newest export in this person's chat, once there are so many."""

    def links() -> list[Message]:
        return [message for message in teams.seen_in(who.chat) if "Fetch the file" in str(message.card)]

    await teams.until(lambda: len(links()) >= count)
    return links()[-1]
