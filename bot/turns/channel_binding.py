"""`use this channel for …`: an administrator gives a channel its purpose, by saying so in it."""

import re
from collections.abc import Callable
from datetime import datetime

import structlog
from botbuilder.core import TurnContext

from bot.people.roles import Roles
from bot.trust.facts import Trust
from dialogs.turn import conversation_in, person_in
from storage.conversation_references import Binding, ConversationReferences, Purpose

log = structlog.get_logger()
ADMINS_ONLY = "Only an administrator of this bot can do that (setting BOT_ADMINS). Ask the trust's IT."
BOUND = "This channel is now used for {purpose}{school}. Press nothing more; new ones arrive here by themselves."
BOUND_BEFORE = " The channel used before, {name}, gets no more of them."
NO_SCHOOL = "I know no school called “{school}”. {known}"
NOT_A_CHANNEL = "Please say that in the channel that you mean, with my name in front."

_PURPOSES = {purpose.words: purpose for purpose in Purpose}
_BINDING = re.compile(
    rf"use this channel for (?P<purpose>{'|'.join(_PURPOSES)})(?: for (?P<school>.+?))?[.!]?", re.IGNORECASE
)


class ChannelBinding:
    """Reads the command, and keeps which channel is used for what. May raise `StorageUnavailable`."""

    def __init__(
        self,
        references: ConversationReferences,
        roles: Roles,
        trust: Trust,
        wake_notifier: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._references = references
        self._roles = roles
        self._trust = trust
        self._wake_notifier = wake_notifier
        self._now = now

    async def answer(self, context: TurnContext, said: str) -> str:
        """What is answered to this command; empty where nothing of the kind was said."""
        command = _BINDING.fullmatch(said)
        if command is None:
            return ""
        return await self._bind(context, _PURPOSES[command["purpose"].casefold()], command["school"])

    async def _bind(self, context: TurnContext, purpose: Purpose, school_name: str | None) -> str:
        if context.activity.conversation.conversation_type != "channel":
            return NOT_A_CHANNEL
        if not self._roles.is_admin(person_in(context.activity)):
            log.warning("binding_refused", purpose=purpose.value)
            return ADMINS_ONLY
        school = self._trust.school_called(school_name) if school_name else None
        if school_name and not school:
            known = ", ".join(each.name for each in self._trust.schools)
            known = f"I know: {known}." if known else "No school is set up yet (trust file)."
            return NO_SCHOOL.format(school=school_name, known=known)
        return await self._keep(context, purpose, school.name if school else None)

    async def _keep(self, context: TurnContext, purpose: Purpose, school: str | None) -> str:
        conversation = conversation_in(context.activity)
        before = await self._references.bound(purpose, school)
        await self._references.bind(purpose, school, Binding(conversation, person_in(context.activity), self._now()))
        log.info("channel_bound", purpose=purpose.value)
        self._wake_notifier()
        text = BOUND.format(purpose=purpose.words, school=f" for {school}" if school else "")
        if before and before.conversation.id != conversation.id:
            text += BOUND_BEFORE.format(name=before.conversation.name or "another one")
        return text
