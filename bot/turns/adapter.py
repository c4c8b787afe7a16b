"""The only seam between HTTP and a turn: who may speak to the bot, and what they get back when a turn fails.

`CloudAdapter.process` of botbuilder 4.17.1 answers 500 to every invoke with a body and to most bad tokens (platform
notes, faults 1 and 8), so that method is replaced; what runs a turn stays the SDK's.
"""

import ipaddress
import json
import time
from typing import Any
from urllib.parse import urlsplit

import jwt
import structlog
from aiohttp import web
from botbuilder.core import Bot, InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticateRequestResult,
    AuthenticationConstants,
    BotFrameworkAuthentication,
    ChannelValidation,
    ClaimsIdentity,
    ConnectorFactory,
    SimpleCredentialProvider,
)
from msrest.exceptions import DeserializationError
from msrest.serialization import Model

from bot.logs import where_it_failed
from bot.settings import Settings
from bot.teams.connector import ConnectorError, SdkConnector, TeamsConnector
from bot.turns.signing_keys import SigningKeys

log = structlog.get_logger()
SOMETHING_WENT_WRONG = (
    "Something went wrong on my side, and I cannot tell whether what you just did was taken. Look at **my reports**, "
    "or try again. If it is about a report and goes wrong again, use the trust's reporting form: {form}"
)


class TeamsAuthentication(BotFrameworkAuthentication):
    """Takes tokens of the Teams channel only, stricter than the SDK: they must end, and name their channel.

    In local mode there are no tokens; then replies go to loopback only.
    """

    def __init__(self, settings: Settings, connector: TeamsConnector) -> None:
        self._settings = settings
        self._connector = connector
        self._credentials = SimpleCredentialProvider(settings.microsoft_app_id, "")
        address = ChannelValidation.open_id_metadata_endpoint or (
            AuthenticationConstants.TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL
        )
        SigningKeys(address, lambda: connector.session).install()

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Who speaks. Raises `PermissionError`, or PyJWT's errors, for whom the bot does not listen to."""
        result = AuthenticateRequestResult()
        result.claims_identity = await self._identity(activity, auth_header)
        result.audience = AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE
        result.connector_factory = _Connectors(self._connector)
        return result

    async def _identity(self, activity: Activity, auth_header: str) -> ClaimsIdentity:
        if self._settings.is_local:
            if not _is_loopback(activity.service_url or ""):
                raise PermissionError("in local mode replies go to this machine only")
            return ClaimsIdentity({}, True, AuthenticationConstants.ANONYMOUS_AUTH_TYPE)
        if activity.channel_id != "msteams":
            raise PermissionError("not from Teams")
        identity = await ChannelValidation.authenticate_channel_token_with_service_url(
            auth_header, self._credentials, activity.service_url, activity.channel_id
        )
        ends = identity.get_claim_value("exp")
        if not isinstance(ends, int | float) or ends < time.time() - 300:
            raise PermissionError("the token has no end, or has ended")
        return identity

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> Any:
        """Teams does not stream to bots."""
        raise PermissionError("streaming is not offered")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        """Connectors over the one session, whoever the claims are of."""
        return _Connectors(self._connector)

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """Nobody signs in through this bot."""


class _Connectors(ConnectorFactory):
    def __init__(self, connector: TeamsConnector) -> None:
        self._connector = connector

    async def create(self, service_url: str, audience: str) -> SdkConnector:
        return SdkConnector(self._connector, service_url)


class TeamsAdapter(CloudAdapter):
    """Runs turns. Bad requests get 4xx, a turn that fails gets a sentence for the person and a line in the log."""

    def __init__(self, settings: Settings, connector: TeamsConnector, reporting_form: str) -> None:
        super().__init__(TeamsAuthentication(settings, connector))
        self._settings = settings
        self._reporting_form = reporting_form
        self.on_turn_error = self._apologise

    async def process(self, request: web.Request, bot: Bot, ws_response: Any = None) -> web.Response:
        """One POST of Teams: 200 with the body of an invoke, 202 for anything else; 400, 401, 403 or 415."""
        activity = await _read_activity(request)
        try:
            who = await self.bot_framework_authentication.authenticate_request(
                activity, request.headers.get("Authorization", "")
            )
        except (jwt.PyJWTError, PermissionError, AttributeError, ValueError, TypeError) as error:
            return _refuse(401, type(error).__name__)
        except Exception as error:  # noqa: BLE001 (the SDK raises bare Exception for a wrong algorithm or channel)
            return _refuse(401, str(error))
        if not self._is_from_our_tenant(activity):
            return _refuse(403, "another tenant")
        answer = await self.process_activity(who, activity, bot.on_turn)
        if answer is None:
            return web.Response(status=202)
        return web.json_response(_plain(answer.body), status=int(answer.status))

    def _is_from_our_tenant(self, activity: Activity) -> bool:
        ours = self._settings.microsoft_app_tenant_id
        return not ours or tenant_of(activity).casefold() == ours.casefold()

    async def _apologise(self, context: TurnContext, error: Exception) -> None:
        log.error("turn_failed", kind=context.activity.type, error=type(error).__name__, where=where_it_failed(error))
        text = SOMETHING_WENT_WRONG.format(form=self._reporting_form)
        if context.activity.type == "invoke":
            body = {
                "statusCode": 500,
                "type": "application/vnd.microsoft.error",
                "value": {"code": "", "message": text},
            }
            response = Activity(type="invokeResponse", value=InvokeResponse(status=200, body=body))
            context.turn_state[self._INVOKE_RESPONSE_KEY] = response
            return
        if context.activity.type != "message":
            return  # nobody said anything that they wait for
        try:
            await context.send_activity(text)
        except ConnectorError as silent:
            log.error("apology_not_sent", error=str(silent))


def tenant_of(activity: Activity) -> str:
    """The tenant that the activity comes from; the SDK leaves `conversation.tenant_id` empty (fault 13)."""
    channel_data = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    tenant = channel_data.get("tenant")
    if isinstance(tenant, dict) and isinstance(tenant.get("id"), str):
        return str(tenant["id"])
    extra = activity.conversation.additional_properties if activity.conversation else {}
    return str(extra.get("tenantId", "")) or str(getattr(activity.conversation, "tenant_id", None) or "")


async def _read_activity(request: web.Request) -> Activity:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body = _without_half_characters(await request.json())
        if not isinstance(body, dict) or not isinstance(body.get("type"), str):
            raise ValueError("not an activity")
        activity = Activity().deserialize(body)
    except (ValueError, TypeError, AttributeError, RecursionError, DeserializationError) as error:
        raise web.HTTPBadRequest(text="not an activity") from error
    if not isinstance(activity, Activity) or not _has_ids(activity):
        raise web.HTTPBadRequest(text="not an activity")
    return activity


def _has_ids(activity: Activity) -> bool:
    """Who speaks and where: without them there is nobody to answer."""
    ids = (activity.conversation and activity.conversation.id, activity.from_property and activity.from_property.id)
    return all(isinstance(each, str) and each for each in ids)


def _without_half_characters(body: Any) -> Any:
    """Half an emoji, as a cut text may end with, can be neither stored nor sent; it becomes a question mark."""
    return json.loads(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))


def _refuse(status: int, reason: str) -> web.Response:
    log.warning("refused", status=status, reason=reason[:120])
    return web.Response(status=status)


def _plain(body: Any) -> Any:
    return body.serialize() if isinstance(body, Model) else body


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
