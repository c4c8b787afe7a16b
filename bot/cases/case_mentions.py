"""Mentions of those who lead safeguarding: a post in a channel notifies nobody whom it does not mention."""

from collections.abc import Sequence

from bot.teams.messenger import Messenger
from bot.trust.facts import Leader
from cards.kit.mentions import Mention
from storage.conversation_references import Conversation


async def mentions_of(leaders: Sequence[Leader], in_: Conversation, messenger: Messenger) -> list[Mention]:
    """Each of them who has a name, once; without an Entra id they are named, and Teams notifies nobody."""
    named = list({leader.id or leader.name: leader for leader in leaders if leader.name}.values())
    accounts = [await messenger.account_of(leader.id, in_) if leader.id else "" for leader in named]
    return [Mention(leader.name or "", account) for leader, account in zip(named, accounts, strict=True)]
