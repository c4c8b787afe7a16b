"""grant-graph.sh, with an Azure CLI that remembers what it was asked."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from bot.people.graph import INSTALL, READ_PEOPLE
from tests.infra.conftest import ROOT

SCRIPT = ROOT / "infra" / "grant-graph.sh"
PRINCIPAL = "11111111-2222-3333-4444-555555555555"
AZ = """#!/usr/bin/env bash
# Answers as Graph does, through --query: ids are made of the permission's name.
while [[ $# -gt 0 ]]; do
    case $1 in --method) method=$2 ;; --url) url=$2 ;; --query) query=$2 ;; --body) body=$2 ;; esac
    shift
done
echo "$method $url $body" >>"$ASKED"
case "$method $url $query" in
    get*/appRoleAssignments*appRoleId) printf '%s' "$HELD" ;;
    get*/appRoleAssignments*) printf '%s' "$ASSIGNMENTS" ;;
    get*"'User.Read.All'"*) echo role-read ;;
    get*"'TeamsAppInstallation.ReadWriteSelfForUser.All'"*) echo role-install ;;
    get*select=id*) echo graph-id ;;
esac
"""


class Granting:
    """Runs the script and knows what was asked."""

    def __init__(self, folder: Path) -> None:
        (folder / "az").write_text(AZ)
        (folder / "az").chmod(0o755)
        self.asked = folder / "asked"
        self._environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "ASKED": str(self.asked)}

    def run(self, *arguments: str, held: str = "", assignments: str = "") -> subprocess.CompletedProcess[str]:
        """The script with what Graph holds already."""
        environment = {**self._environment, "HELD": held, "ASSIGNMENTS": assignments}
        return subprocess.run([SCRIPT, *arguments], env=environment, capture_output=True, text=True)

    def bodies(self) -> list[dict[str, str]]:
        """What was posted."""
        lines = self.asked.read_text().splitlines()
        return [json.loads(line[line.index("{") :]) for line in lines if line.startswith("post")]


@pytest.fixture
def granting(tmp_path: Path) -> Granting:
    """An Azure CLI before all others."""
    return Granting(tmp_path)


def test_both_permissions_that_the_bot_uses_are_granted(granting: Granting) -> None:
    """Without a name it is the two that bot/people/graph.py asks for."""
    done = granting.run(PRINCIPAL)
    assert (0, "") == (done.returncode, done.stderr)
    granted = [
        {"principalId": PRINCIPAL, "resourceId": "graph-id", "appRoleId": r} for r in ("role-read", "role-install")
    ]
    assert granted == granting.bodies()
    assert [READ_PEOPLE, INSTALL] == [line.split(":")[0] for line in done.stdout.splitlines()]


def test_a_second_run_changes_nothing(granting: Granting) -> None:
    """What is held is not granted again."""
    done = granting.run(PRINCIPAL, held="role-read\nrole-install\n")
    assert [] == granting.bodies()
    assert 2 == done.stdout.count("has it already")


def test_one_alone_can_be_granted(granting: Granting) -> None:
    """A trust that does not want the bot to install itself leaves that out."""
    granting.run(PRINCIPAL, READ_PEOPLE)
    assert ["role-read"] == [body["appRoleId"] for body in granting.bodies()]


def test_all_can_be_taken_away(granting: Granting) -> None:
    """Each assignment is deleted by its id."""
    done = granting.run("--remove", PRINCIPAL, assignments="one\ntwo\n")
    deleted = [
        line.split()[1].rpartition("/")[2] for line in granting.asked.read_text().splitlines() if line[:3] == "del"
    ]
    assert ["one", "two"] == deleted
    assert "no permission" in done.stdout


def test_an_unknown_permission_is_refused(granting: Granting) -> None:
    """A typing mistake grants nothing."""
    done = granting.run(PRINCIPAL, "User.ReadAll")
    assert 1 == done.returncode
    assert [] == granting.bodies()


@pytest.mark.parametrize("wrong", ["", "policybot", "$(id)"])
def test_it_says_what_it_needs(granting: Granting, wrong: str) -> None:
    """Not an object id: nothing is asked of Azure."""
    done = granting.run(wrong)
    assert 2 == done.returncode
    assert "BOT_PRINCIPAL_ID" in done.stderr
    assert not granting.asked.exists()
