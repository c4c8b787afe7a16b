"""Where each kind of activity goes."""

import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog
from botbuilder.core import InvokeResponse, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from prometheus_client import Counter

from bot.people.roles import Roles
from bot.teams.connector import ConnectorError
from bot.teams.messenger import Messenger
from bot.trust.facts import Trust
from bot.turns.card_actions import CardActions
from cards import help_cards
from cards.reports import receipt_cards
from cards.reports.report_cards import Help
from cards.verbs import Verb
from dialogs.main_dialog import COMMANDS, MainDialog
from dialogs.turn import conversation_in, is_personal, person_in, post, pressed_in, without_mention
from storage.conversation_references import Binding, ConversationReferences, Purpose
from storage.tables.port import NotFound, StorageUnavailable

log = structlog.get_logger()
TURNS = Counter("bot_turns_total", "Turns by kind of activity", ["kind"])

WRITE_TO_ME = "Please write to me in our own chat: open it from my name. Nothing about a report belongs in a channel."
IN_OWN_CHAT = "I have written to you in our own chat. Please report it there; nothing about it belongs here."
ADMINS_ONLY = "Only an administrator of this bot can do that (setting BOT_ADMINS). Ask the trust's IT."
BOUND = "This channel is now used for {purpose}{school}. Press nothing more; new ones arrive here by themselves."
BOUND_BEFORE = " The channel used before, {name}, gets no more of them."
NO_SCHOOL = "I know no school called “{school}”. {known}"
CHANNEL_HELP = (
    "I post here what belongs to this team. An administrator can say: "
    "`use this channel for safeguarding alerts`, `… for post suggestions` or `… for policy questions`."
)
NOT_A_CHANNEL = "Please say that in the channel that you mean, with my name in front."
NOT_KEPT = "I could not keep that: my storage does not answer. Please say it again in a few minutes."

AnswerInvoke = Callable[[TurnContext], Awaitable[InvokeResponse]]

_PURPOSES = {purpose.words: purpose for purpose in Purpose}
_BINDING = re.compile(
    rf"use this channel for (?P<purpose>{'|'.join(_PURPOSES)})(?: for (?P<school>.+?))?[.!]?", re.IGNORECASE
)


class TeamsBot(TeamsActivityHandler):
    """Personal chats go to the main dialog, channels are for work that the bot brings there."""

    def __init__(
        self,
        main: MainDialog,
        actions: CardActions,
        invokes: Mapping[str, AnswerInvoke],
        messenger: Messenger,
        references: ConversationReferences,
        roles: Roles,
        trust: Trust,
        people: Help,
        wake_notifier: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        super().__init__()
        self._main = main
        self._actions = actions
        self._invokes = invokes
        self._messenger = messenger
        self._references = references
        self._roles = roles
        self._trust = trust
        self._people = people
        self._wake_notifier = wake_notifier
        self._now = now
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
                await self._in_channel(turn_context)
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

    async def _in_channel(self, context: TurnContext) -> None:
        said = without_mention(context.activity)
        command = _BINDING.fullmatch(said)
        if command:
            await self._bind(context, _PURPOSES[command["purpose"].casefold()], command["school"])
        elif COMMANDS.get(said.casefold()) == Verb.REPORT:
            await self._report_in_own_chat(context)
        elif said.casefold() in ("", "help"):
            await context.send_activity(CHANNEL_HELP)
        else:
            await context.send_activity(WRITE_TO_ME)

    async def _report_in_own_chat(self, context: TurnContext) -> None:
        """Nothing of the matter is said here: the walk opens where only its reporter sees it."""
        try:
            chat = await self._references.chat_with(person_in(context.activity))
            await self._messenger.post_card(chat, receipt_cards.start_card())
        except (NotFound, ConnectorError):
            await context.send_activity(WRITE_TO_ME)
            return
        await context.send_activity(IN_OWN_CHAT)

    async def _bind(self, context: TurnContext, purpose: Purpose, school_name: str | None) -> None:
        activity, person = context.activity, person_in(context.activity)
        if activity.conversation.conversation_type != "channel":
            await context.send_activity(NOT_A_CHANNEL)
            return
        if not self._roles.is_admin(person):
            log.warning("binding_refused", purpose=purpose.value)
            await context.send_activity(ADMINS_ONLY)
            return
        school = self._trust.school_called(school_name) if school_name else None
        if school_name and not school:
            known = ", ".join(each.name for each in self._trust.schools)
            known = f"I know: {known}." if known else "No school is set up yet (trust file)."
            await context.send_activity(NO_SCHOOL.format(school=school_name, known=known))
            return
        await self._keep_binding(context, purpose, school.name if school else None)

    async def _keep_binding(self, context: TurnContext, purpose: Purpose, school: str | None) -> None:
        conversation = conversation_in(context.activity)
        before = await self._references.bound(purpose, school)
        await self._references.bind(purpose, school, Binding(conversation, person_in(context.activity), self._now()))
        log.info("channel_bound", purpose=purpose.value)
        text = BOUND.format(purpose=purpose.words, school=f" for {school}" if school else "")
        if before and before.conversation.id != conversation.id:
            text += BOUND_BEFORE.format(name=before.conversation.name or "another one")
        await context.send_activity(text)
        self._wake_notifier()


class RecentIds:
    """Remembers ids for a while, so that an activity that is sent again is taken once."""

    def __init__(self, seconds: float = 600, most: int = 10_000) -> None:
        self._seconds = seconds
        self._most = most
        self._ids: OrderedDict[str, float] = OrderedDict()

    def is_new(self, key: str) -> bool:
        """Whether this id was not seen yet; from now on it was."""
        now = time.monotonic()
        while self._ids and (len(self._ids) > self._most or next(iter(self._ids.values())) < now - self._seconds):
            self._ids.popitem(last=False)
        if key in self._ids:
            return False
        self._ids[key] = now
        return True

    def forget(self, key: str) -> None:
        """It failed: when it is sent again, it is taken."""
        self._ids.pop(key, None)
