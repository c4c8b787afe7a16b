"""Where each kind of activity goes."""

from collections.abc import Awaitable, Callable, Mapping

import structlog
from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from prometheus_client import Counter

from bot.turns.card_actions import CardActions
from bot.turns.channel_messages import CHANNEL_HELP, ChannelMessages
from bot.turns.recent_ids import RecentIds
from cards import help_cards
from cards.reports.report_cards import Help
from dialogs.main_dialog import MainDialog
from dialogs.turn import conversation_in, is_personal, person_in, post, pressed_in
from storage.conversation_references import ConversationReferences
from storage.tables.port import StorageUnavailable

log = structlog.get_logger()
TURNS = Counter("bot_turns_total", "Turns by kind of activity", ["kind"])

NOT_KEPT = "I could not keep that: my storage does not answer. Please say it again in a few minutes."

AnswerInvoke = Callable[[TurnContext], Awaitable[InvokeResponse]]


class TeamsBot(TeamsActivityHandler):
    """Personal chats go to the main dialog, channels are for work that the bot brings there."""

    def __init__(
        self,
        main: MainDialog,
        actions: CardActions,
        invokes: Mapping[str, AnswerInvoke],
        in_channel: ChannelMessages,
        references: ConversationReferences,
        people: Help,
    ) -> None:
        super().__init__()
        self._main = main
        self._actions = actions
        self._invokes = {"adaptiveCard/action": actions.invoke, **invokes}
        self._in_channel = in_channel
        self._references = references
        self._people = people
        self._taken = RecentIds()

    async def on_turn(self, turn_context: TurnContext) -> None:
        """One activity. Teams sends it again if the answer takes 15 seconds; the second one is let go by."""
        activity = turn_context.activity
        TURNS.labels(activity.type).inc()
        key = f"{activity.conversation.id}|{activity.id}" if activity.type == "message" and activity.id else None
        if key and not self._taken.is_new(key):
            return
        try:
            await super().on_turn(turn_context)
        except Exception:
            if key:
                self._taken.forget(key)
            raise

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """A message: a button's fallback, a channel's mention, or something said in the person's own chat."""
        activity = turn_context.activity
        try:
            if is_personal(activity):
                await self._references.remember(person_in(activity), conversation_in(activity))
            if pressed_in(activity):
                await self._actions.submit(turn_context)
            elif is_personal(activity):
                await self._main.run(turn_context)
            else:
                await self._in_channel.answer(turn_context)
        except StorageUnavailable as error:
            log.warning("storage_unavailable", error=str(error))
            if is_personal(activity):
                await self._main.run_without_storage(turn_context)
            else:
                await turn_context.send_activity(NOT_KEPT)

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        """A button of a card or of a dialog, or the action on a message; other invokes are not offered."""
        answer = self._invokes.get(turn_context.activity.name)
        return await answer(turn_context) if answer else InvokeResponse(status=501)

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        """Who comes and goes is asked of Teams when it matters; the SDK would ask for each of them here."""

    async def on_installation_update_add(self, turn_context: TurnContext) -> None:
        """Installed: a person gets the welcome, a channel is told what it can be used for."""
        activity = turn_context.activity
        if not is_personal(activity):
            await turn_context.send_activity(CHANNEL_HELP)
            return
        await post(turn_context, help_cards.welcome_card(self._people))
        try:
            await self._references.remember(person_in(activity), conversation_in(activity))
        except StorageUnavailable as error:  # learnt again with the first message
            log.warning("storage_unavailable", error=str(error))
