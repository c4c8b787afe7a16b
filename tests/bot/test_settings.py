"""The environment, read once."""

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings

ROOT = Path(__file__).parents[2]
GUID = "aaaaaaaa-0000-0000-0000-000000000001"


def problems_of(**environment: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environment)
    return str(caught.value).splitlines()


def test_nothing_set_is_local_mode_on_loopback() -> None:
    """The embedded default needs no setting at all."""
    settings = load_settings({})
    assert (settings.is_local, settings.host, settings.port) == (True, "127.0.0.1", 3978)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_local_mode_refuses_the_network(host: str) -> None:
    """Without an app id nobody is checked, so nobody else may reach it."""
    (problem,) = problems_of(HOST=host)
    assert "open to the network" in problem


def test_all_problems_are_listed_at_once() -> None:
    """One start, one list: single settings and those that do not fit together."""
    problems = problems_of(PORT="many", BOT_ADMINS="me", HOST="0.0.0.0", TRUST_FILE="/nowhere.yaml")
    assert [problem.split(":")[0] for problem in problems] == ["PORT", "BOT_ADMINS", "HOST", "TRUST_FILE"]


def test_an_app_id_needs_its_tenant_and_secret() -> None:
    """Receiving would work, sending would not: better said at the start."""
    problems = problems_of(MICROSOFT_APP_ID=GUID)
    assert [problem.split(":")[0] for problem in problems] == ["MICROSOFT_APP_TENANT_ID", "MICROSOFT_APP_PASSWORD"]


def test_a_managed_identity_needs_no_secret() -> None:
    """Its proof comes from Azure."""
    environment = {"MICROSOFT_APP_ID": GUID, "MICROSOFT_APP_TENANT_ID": GUID, "MICROSOFT_APP_TYPE": "UserAssignedMSI"}
    assert not load_settings(environment).is_local


def test_links_lead_to_where_the_bot_is_reached() -> None:
    """To the address that is set, over https outside local mode; to where it listens if none is."""
    assert "http://127.0.0.1:3978" == load_settings({}).base_url
    assert "https://bot.example.org" == load_settings({"PUBLIC_URL": "https://bot.example.org/"}).base_url
    assert ["PUBLIC_URL"] == [problem.split(":")[0] for problem in problems_of(PUBLIC_URL="bot.example.org")]
    app = {"MICROSOFT_APP_ID": GUID, "MICROSOFT_APP_TENANT_ID": GUID, "MICROSOFT_APP_PASSWORD": "x"}
    (problem,) = problems_of(PUBLIC_URL="http://bot.example.org", **app)
    assert "has to be https" in problem


def test_secrets_are_hidden() -> None:
    """Neither the settings' repr nor a message about them shows one."""
    environment = {
        "MICROSOFT_APP_PASSWORD": "s3cret",
        "AZURE_STORAGE_CONNECTION_STRING": "AccountName=a;AccountKey=s3cret",
    }
    assert "s3cret" not in repr(load_settings(environment))
    assert "s3cret" not in "\n".join(problems_of(**environment, PORT="x", AZURE_STORAGE_ACCOUNT="a"))


def test_admins_are_a_list() -> None:
    """Separated by commas, whatever their capitals."""
    assert {GUID, GUID.replace("1", "2")} == load_settings(
        {"BOT_ADMINS": f"{GUID.upper()}, {GUID.replace('1', '2')}"}
    ).bot_admins


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_each_setting_is_in_the_readme(name: str) -> None:
    """IT finds every setting in one table."""
    assert f"`{name.upper()}`" in (ROOT / "README.md").read_text(encoding="utf-8")
