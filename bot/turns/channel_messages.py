"""What is said to the bot in a channel, by a mention: its purpose, `report`, `help`."""

from botbuilder.core import TurnContext

from bot.teams.connector import ConnectorError
from bot.teams.messenger import Messenger, Unreachable
from bot.turns.channel_binding import ChannelBinding
from cards.reports import receipt_cards
from cards.verbs import Verb
from dialogs.main_dialog import COMMANDS
from dialogs.turn import person_in, without_mention

WRITE_TO_ME = "Please write to me in our own chat: open it from my name. Nothing about a report belongs in a channel."
IN_OWN_CHAT = "I have written to you in our own chat. Please report it there; nothing about it belongs here."
CHANNEL_HELP = (
    "I post here what belongs to this team. An administrator can say: "
    "`use this channel for safeguarding alerts`, `… for post suggestions` or `… for policy questions`."
)


class ChannelMessages:
    """Answers each with one sentence. May raise `StorageUnavailable`."""

    def __init__(self, binding: ChannelBinding, messenger: Messenger) -> None:
        self._binding = binding
        self._messenger = messenger

    async def answer(self, context: TurnContext) -> None:
        """One mention of the bot."""
        said = without_mention(context.activity)
        if bound := await self._binding.answer(context, said):
            await context.send_activity(bound)
        elif COMMANDS.get(said.casefold()) == Verb.REPORT:
            await context.send_activity(await self._report_in_own_chat(context))
        else:
            await context.send_activity(CHANNEL_HELP if said.casefold() in ("", "help") else WRITE_TO_ME)

    async def _report_in_own_chat(self, context: TurnContext) -> str:
        """Nothing of the matter is said here: the walk opens where only its reporter sees it."""
        try:
            chat = await self._messenger.chat_with(person_in(context.activity))
            await self._messenger.post_card(chat, receipt_cards.start_card())
        except (Unreachable, ConnectorError):
            return WRITE_TO_ME
        return IN_OWN_CHAT
