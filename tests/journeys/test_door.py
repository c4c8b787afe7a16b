"""Who may speak to the bot, and with which proof it speaks to Teams: real JWTs, azure-identity itself, a fake Entra."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from botframework.connector.auth import ChannelValidation
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor
from cryptography.hazmat.primitives.asymmetric import rsa

from app import build
from bot.infrastructure import Outside
from bot.settings import load_settings
from bot.teams.tokens import BotToken, from_secret
from bot.trust.facts import Trust
from policy.answers.answering import Answerer
from tests.support.fake_entra import APP_ID, FakeEntra
from tests.support.fake_teams import TEACHER, TENANT, FakeTeams
from tests.support.running_bot import environment, serve


@pytest.fixture
async def entra(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeEntra]:
    fake = FakeEntra()
    await fake.start()
    monkeypatch.setattr(ChannelValidation, "open_id_metadata_endpoint", f"{fake.url}/openid")
    yield fake
    JwtTokenExtractor.metadataCache.clear()
    await fake.stop()


@pytest.fixture
async def guarded(
    entra: FakeEntra, tmp_path: Path, trust: Trust, answerer: Answerer, outside: Outside, teams: FakeTeams
) -> AsyncIterator[FakeTeams]:
    """The bot with an app id: every request needs a token."""
    settings = load_settings(environment(tmp_path, MICROSOFT_APP_ID=APP_ID, MICROSOFT_APP_PASSWORD="secret"))
    token = BotToken(from_secret(APP_ID, "secret", TENANT, entra.new_transport))
    outside = replace(outside, token=token)
    runner, teams.bot_url = await serve(build(settings, trust, answerer, outside))
    yield teams
    await runner.cleanup()


async def status_with(teams: FakeTeams, token: str | None, scheme: str = "Bearer", **activity: Any) -> int:
    headers = {} if token is None else {"Authorization": f"{scheme} {token}"}
    body = teams.activity(TEACHER, TEACHER.chat, text="help") | activity
    body = {name: value for name, value in body.items() if value is not None}
    async with teams.session.post(f"{teams.bot_url}/api/messages", json=body, headers=headers) as response:
        return response.status


async def test_a_good_token_is_let_in_and_answered_with_ours(guarded: FakeTeams, entra: FakeEntra) -> None:
    """One token for all turns, fetched once."""
    for _ in range(3):
        assert await status_with(guarded, entra.sign(guarded.url)) == 202
    assert (len(guarded.seen_in(TEACHER.chat)), entra.tokens_given, entra.fetches) == (3, 1, 1)


CLAIMS = [
    {"exp": int(time.time()) - 600},
    {"exp": None},
    {"nbf": int(time.time()) + 900},
    {"iss": "https://evil.example"},
    {"iss": None},
    {"aud": "another-app"},
    {"aud": None},
    {"serviceurl": "https://evil.example/"},
    {"serviceurl": None},
    {"algorithm": "RS384"},
]


@pytest.mark.parametrize("claims", CLAIMS, ids=lambda claims: ",".join(claims) + str(CLAIMS.index(claims)))
async def test_a_bad_token_is_401(guarded: FakeTeams, entra: FakeEntra, claims: dict[str, Any]) -> None:
    """Never 500, and nothing is said to anybody."""
    signed = {"service_url": guarded.url, **claims}
    assert await status_with(guarded, entra.sign(**signed)) == 401
    assert guarded.messages == []


async def test_no_proof_is_401(guarded: FakeTeams, entra: FakeEntra) -> None:
    """No header, no token, another scheme, another key, another channel, another address for the reply."""
    good = entra.sign(guarded.url)
    forged = FakeEntra()
    forged.keys["k1"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert [
        await status_with(guarded, None),
        await status_with(guarded, ""),
        await status_with(guarded, "a.b.c"),
        await status_with(guarded, good, scheme="Basic"),
        await status_with(guarded, forged.sign(guarded.url)),
        await status_with(guarded, good, serviceUrl="https://evil.example/"),
        await status_with(guarded, good, channelId="slack"),
        await status_with(guarded, good, channelId=None),
    ] == [401] * 8


async def test_a_rotated_key_is_taken_at_once(
    guarded: FakeTeams, entra: FakeEntra, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that is not known yet is fetched; one that nobody published is refused without hammering."""
    monkeypatch.setattr("bot.turns.signing_keys.UNKNOWN_KEY_PAUSE", 0)
    assert await status_with(guarded, entra.sign(guarded.url)) == 202
    entra.add_key("k2")
    assert await status_with(guarded, entra.sign(guarded.url, key_id="k2")) == 202
    monkeypatch.setattr("bot.turns.signing_keys.UNKNOWN_KEY_PAUSE", 300)
    entra.add_key("k3", publish=False)
    fetches = entra.fetches
    assert [await status_with(guarded, entra.sign(guarded.url, key_id="k3")) for _ in range(2)] == [401, 401]
    assert fetches == entra.fetches


async def test_an_expired_secret_does_not_bring_the_bot_down(guarded: FakeTeams, entra: FakeEntra) -> None:
    """Nothing can be sent, the log says why, and the next activity is taken all the same."""
    entra.refuse_tokens = True
    assert await status_with(guarded, entra.sign(guarded.url)) == 202
    entra.refuse_tokens = False
    assert await status_with(guarded, entra.sign(guarded.url)) == 202
    assert len(guarded.messages) == 1


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"type": "message"}', "application/json", 400),
        (b'{"type": "message", "conversation": 1, "from": 2}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"x" * 300_000, "application/json", 413),
    ],
)
async def test_what_is_no_activity_is_4xx(bot: FakeTeams, body: bytes, content_type: str, status: int) -> None:
    """Never 500."""
    headers = {"Content-Type": content_type}
    async with bot.session.post(f"{bot.bot_url}/api/messages", data=body, headers=headers) as response:
        assert status == response.status


async def test_local_mode_replies_to_this_machine_only(bot: FakeTeams) -> None:
    """Without tokens, an activity may not send the bot's words elsewhere."""
    assert await status_with(bot, None, serviceUrl="https://evil.example/") == 401


async def test_health_readiness_and_metrics(bot: FakeTeams) -> None:
    """Alive, its storage answers, and figures for Prometheus without anybody's words."""
    await bot.say(TEACHER, "an unmistakable question")
    for path in ("healthz", "readyz", "metrics"):
        async with aiohttp.ClientSession() as session, session.get(f"{bot.bot_url}/{path}") as response:
            assert response.status == 200
            text = await response.text()
    assert "bot_turns_total" in text and "unmistakable" not in text
