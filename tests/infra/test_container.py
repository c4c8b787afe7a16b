"""The container file, judged without a container engine; what the image runs is tried in test_wheelhouse.py."""

import json
import re

from infra.dist import OWN_FILES
from tests.infra.conftest import ROOT, Tools

DOCKERFILE = ROOT / "Dockerfile"


def test_hadolint_finds_nothing(tools: Tools) -> None:
    """Not even a remark, and no rule is switched off."""
    done = tools.run("hadolint", ["--no-color", DOCKERFILE])
    assert (0, "") == (done.returncode, done.stdout)
    assert "hadolint ignore" not in DOCKERFILE.read_text()


def test_checkov_finds_nothing(tools: Tools) -> None:
    """Among others: not root, a health check, a version that is pinned."""
    arguments = ["-f", DOCKERFILE, "--framework", "dockerfile", "--skip-download", "--compact", "-o", "json"]
    report = json.loads(tools.run("checkov", arguments).stdout)
    assert [] == report["results"]["failed_checks"]
    assert 20 < report["summary"]["passed"]


def test_it_never_runs_as_root() -> None:
    """The last word on who it is: a number, so that a cluster can hold it to that."""
    assert ["10001"] == re.findall(r"^USER (\S+)$", DOCKERFILE.read_text(), re.MULTILINE)


def test_the_image_and_the_archive_hold_the_same() -> None:
    """What `make dist` packs goes into the image too, but for the systemd unit; the model is in both."""
    let_in = {line[1:].rstrip("/") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert set(OWN_FILES) - {"infra/systemd"} == let_in


def test_what_is_deployed_to_azure_holds_all_that_runs() -> None:
    """Nothing that the bot is made of is left behind by `azd deploy`."""
    left = {line.strip("/") for line in (ROOT / ".webappignore").read_text().splitlines()}
    assert set() == left & {part.split("/")[0] for part in OWN_FILES if part != "infra/systemd"}
    assert {"tests", ".env*", "data", ".git"} <= left
