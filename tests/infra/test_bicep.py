"""The trust's Azure, judged without Azure: each file is read, its parts fit together, and checkov finds nothing."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings, load_settings
from tests.infra.conftest import ROOT, Tools

INFRA = ROOT / "infra"
ALERTS = INFRA / "modules" / "alerts.bicep"
FILES = sorted(INFRA.rglob("*.bicep"))
READ = """
import json, pathlib, pycep, sys
parser = pycep.BicepParser()
files = {name: parser.parse(text=pathlib.Path(name).read_text()) for name in sys.argv[1:]}
print(json.dumps(files, default=str))
"""
ASKED_FOR = {"alertEmail", "budgetStart"}
"""What nobody can guess: azd asks for it once."""

PLATFORM = {"AZURE_CLIENT_ID", "SCM_DO_BUILD_DURING_DEPLOYMENT", "WEBSITE_HEALTHCHECK_MAXPINGFAILURES"}
"""Settings that the Azure client and App Service read, and not the bot itself."""

SOURCES = ("app.py", "bot", "dialogs", "storage")


@pytest.fixture(scope="module")
def parsed(tools: Tools) -> dict[str, Any]:
    """Each Bicep file by its path below infra/, as pycep reads it."""
    done = tools.run("python", ["-c", READ, *FILES])
    assert "" == done.stderr[-1000:]
    return {str(Path(name).relative_to(INFRA)): file for name, file in json.loads(done.stdout).items()}


def test_every_file_is_read(parsed: dict[str, Any]) -> None:
    """Nothing in infra/ is beyond a parser: seven modules, and the file that joins them."""
    assert {"main.bicep", *(f"modules/{path.name}" for path in FILES if path.parent.name == "modules")} == set(parsed)
    assert 7 == len(parsed["main.bicep"]["modules"])


def test_modules_get_what_they_ask_for(parsed: dict[str, Any]) -> None:
    """Each module gets all parameters that have no default, and none that it does not know."""
    for name, module in parsed["main.bicep"]["modules"].items():
        known = parsed[module["detail"]["path"]]["parameters"]
        needed = {parameter for parameter, about in known.items() if about["default"] is None}
        given = set(module["config"]["params"])
        assert (name, set()) == (name, needed - given)
        assert (name, set()) == (name, given - set(known))


def test_modules_give_what_is_taken_from_them(parsed: dict[str, Any]) -> None:
    """Each `module.outputs.name` is an output of that module."""
    modules = parsed["main.bicep"]["modules"]
    for module, output in re.findall(r"(\w+)\.outputs\.(\w+)", (INFRA / "main.bicep").read_text()):
        assert output in parsed[modules[module]["detail"]["path"]]["outputs"]


def test_azd_asks_for_two_things(parsed: dict[str, Any]) -> None:
    """All parameters have a value but the alerts' address and the budget's month, which azd asks for."""
    given = set(json.loads((INFRA / "main.parameters.json").read_text())["parameters"])
    known = parsed["main.bicep"]["parameters"]
    assert set() == given - set(known)
    assert ASKED_FOR == {name for name, about in known.items() if about["default"] is None} - given


def test_the_bot_reads_each_setting() -> None:
    """What the web app is given are settings of bot/settings.py, or the platform's own."""
    ours = {name.upper() for name in Settings.model_fields}
    assert set() == set(web_settings()) - ours - PLATFORM


def test_the_settings_are_enough_to_start() -> None:
    """With them the bot is not in local mode, keeps in Azure, and needs no secret."""
    example = "11111111-2222-3333-4444-555555555555"
    values = {name: value for name, value in web_settings().items() if name not in PLATFORM}
    filled = {
        **{name: value.strip("'") for name, value in values.items()},
        "MICROSOFT_APP_ID": example,
        "MICROSOFT_APP_TENANT_ID": example,
        "PUBLIC_URL": "https://app-policybot.azurewebsites.net",
        "AZURE_STORAGE_ACCOUNT": "stpolicybot",
        "BOT_ADMINS": example,
        "TRUST_FILE": "bot/trust/trust.yaml",
        "DIRECTORY_FILE": "",
        "TEAMS_APP_ID": "",
    }
    settings = load_settings(filled)
    assert not settings.is_local
    assert settings.keeps_in_azure
    assert "" == settings.app_password


def test_there_is_no_secret() -> None:
    """No file takes, makes or asks for a key or a password."""
    for path in FILES:
        text = path.read_text()
        assert [] == re.findall(r"@secure|listKeys|listAccountSas|connectionString|MICROSOFT_APP_PASSWORD", text)


def test_each_role_has_its_reason(parsed: dict[str, Any]) -> None:
    """Two roles on the storage account, each with what it is for and what is lost without it."""
    text = (INFRA / "modules" / "storage.bicep").read_text()
    reasons = re.findall(r"// Without it: .+\n(?=resource \w+ 'Microsoft.Authorization/roleAssignments)", text)
    named = [name for name in parsed["modules/storage.bicep"]["resources"] if name.startswith("mayUse")]
    assert ["mayUseTables", "mayUseBlobs"] == named
    assert 2 == len(reasons) == text.count("Microsoft.Authorization/roleAssignments@")


def test_names_begin_with_the_abbreviations() -> None:
    """Each abbreviation of the Cloud Adoption Framework in the list is used."""
    used = set(re.findall(r"\{abbreviations\.(\w+)", (INFRA / "main.bicep").read_text()))
    assert set(json.loads((INFRA / "abbreviations.json").read_text())) == used


def test_alert_rules_read_lines_that_the_bot_writes() -> None:
    """Each event that a query looks for is logged somewhere, with the fields that the query reads."""
    written = log_lines()
    queries = re.findall(r"query: '''(.+?)'''", ALERTS.read_text(), re.DOTALL)
    for query in queries:
        fields = set(re.findall(r"line\.(\w+)", query)) - {"event", "level"}
        for event in re.findall(r'line\.event\) == "(\w+)"', query):
            assert (event, set()) == (event, fields - written[event])
    assert {"not_delivered", "reminded"} == set(re.findall(r'line\.event\) == "(\w+)"', "".join(queries)))


def test_each_alert_rule_is_explained() -> None:
    """Whoever is woken finds the rule by its name in docs/operations.md."""
    rules = re.findall(r"Rules?@.+\n  name: '([\w-]+)'|Alerts@.+\n  name: '([\w-]+)'", ALERTS.read_text())
    explained = re.findall(r"^\| (policy-bot-[\w-]+) \|", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    assert sorted("".join(rule) for rule in rules) == sorted(explained)


def test_checkov_finds_nothing(tools: Tools) -> None:
    """No check fails, and each exception is one that checkov met, with a reason beside it."""
    done = tools.run("checkov", ["-d", INFRA, "--framework", "bicep", "--skip-download", "--compact", "-o", "json"])
    report = json.loads(done.stdout)
    assert [] == [(check["check_id"], check["resource"]) for check in report["results"]["failed_checks"]]
    assert 0 == report["summary"]["parsing_errors"]
    assert 20 < report["summary"]["passed"]
    exceptions = [
        (path.name, check, reason)
        for path in FILES
        for check, reason in re.findall(r"checkov:skip=(\w+): ?(.*)", path.read_text())
    ]
    assert [] == [exception for exception in exceptions if len(exception[2]) < 20]
    met = {(Path(check["file_path"]).name, check["check_id"]) for check in report["results"]["skipped_checks"]}
    assert {exception[:2] for exception in exceptions} == met


def web_settings() -> dict[str, str]:
    """The web app's settings, as they are written in Bicep."""
    text = (INFRA / "modules" / "web.bicep").read_text()
    block = re.search(r"name: 'appsettings'\n  properties: \{\n(.+?)\n  \}", text, re.DOTALL)
    assert block
    return dict(re.findall(r"^    (\w+): (.+)$", block[1], re.MULTILINE))


def log_lines() -> dict[str, set[str]]:
    """Each event that the bot logs, with the fields that all such lines have."""
    found: dict[str, set[str]] = {}
    for part in SOURCES:
        for path in [ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text())):
                match call:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id="log")), args=[ast.Constant(value=str(event))]):
                        fields = {str(keyword.arg) for keyword in call.keywords}
                        found[event] = found.get(event, fields) & fields
    return found
