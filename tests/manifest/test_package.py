"""The Teams app package: complete, the same for the same settings, or one message with all that is in the way."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from manifest.package import PackageError, build, fill, too_long

SETTINGS = {
    "MICROSOFT_APP_ID": "11111111-2222-4333-8444-555555555555",
    "BOT_HOST": "bot.trust.example",
    "WEBSITE_URL": "https://trust.example/help",
    "PRIVACY_URL": "https://trust.example/privacy",
    "TERMS_URL": "https://trust.example/terms",
}


def test_the_package_holds_the_filled_manifest_and_both_icons(tmp_path: Path) -> None:
    """Teams takes exactly these three files, at the top of the zip."""
    with zipfile.ZipFile(build(SETTINGS, tmp_path / "policy-bot.zip")) as package:
        assert package.namelist() == ["manifest.json", "color.png", "outline.png"]
        manifest = json.loads(package.read("manifest.json"))
    assert "${{" not in json.dumps(manifest)
    assert manifest["bots"][0]["botId"] == manifest["id"] == SETTINGS["MICROSOFT_APP_ID"]
    assert manifest["validDomains"] == ["bot.trust.example"]


def test_the_same_settings_give_the_same_bytes(tmp_path: Path) -> None:
    """A package that differs was built from something that differs."""
    first, second = (build(SETTINGS, tmp_path / name).read_bytes() for name in ("first.zip", "second.zip"))
    assert first == second


def test_an_app_id_of_its_own_is_taken() -> None:
    """The id in Teams may differ from the bot's."""
    own = "99999999-2222-4333-8444-555555555555"
    assert json.loads(fill(SETTINGS | {"TEAMS_APP_ID": own}))["id"] == own


def test_all_that_is_missing_or_wrong_is_said_at_once(tmp_path: Path) -> None:
    """One run is enough to learn what to set; nothing is written."""
    wrong = {"MICROSOFT_APP_ID": "the bot", "BOT_HOST": "https://bot.trust.example/", "TEAMS_APP_ID": "1"}
    with pytest.raises(PackageError) as raised:
        build(wrong, tmp_path / "policy-bot.zip")
    names = [line.split()[1] for line in str(raised.value).splitlines()[1:]]
    assert names == ["MICROSOFT_APP_ID", "BOT_HOST", "WEBSITE_URL", "PRIVACY_URL", "TERMS_URL", "TEAMS_APP_ID"]
    assert not (tmp_path / "policy-bot.zip").exists()


def test_a_value_cannot_break_out_of_its_place() -> None:
    """A quotation mark in a setting stays one."""
    page = 'https://trust.example/"help"'
    assert json.loads(fill(SETTINGS | {"WEBSITE_URL": page}))["developer"]["websiteUrl"] == page


def test_what_teams_would_refuse_is_noticed() -> None:
    """The limits of the schema, before the admin centre names them one by one."""
    manifest = json.loads(fill(SETTINGS))
    assert too_long(manifest) == []
    manifest["name"]["short"] = "n" * 31
    assert too_long(manifest) == ["name.short in manifest.json has 31 characters; Teams takes 30."]


def test_a_bot_for_channels_says_which_channels() -> None:
    """From manifest 1.25 on, an app for teams has to declare this; with it comes a roster for each private channel."""
    manifest = json.loads(fill(SETTINGS))
    assert manifest["supportsChannelFeatures"] == "tier1"
    assert manifest["bots"][0]["scopes"] == ["personal", "team", "groupChat"]
