"""The rooms and the one direction of their imports (design, section 3)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_USE = {
    "policy": set(),
    "storage": set(),
    "cards": {"policy", "storage"},
    "dialogs": {"cards", "policy", "storage"},
    "bot": {"dialogs", "cards", "policy", "storage"},
    "app": {"bot", "dialogs", "cards", "policy", "storage"},
}
SDK = ("botbuilder", "botframework", "msrest")
NO_OUTSIDE = (*SDK, "azure", "aiohttp", "msal", "requests")
MODULES = sorted(
    [ROOT / "app.py", *(path for room in MAY_USE if room != "app" for path in (ROOT / room).rglob("*.py"))]
)


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    """A room uses only the rooms below it, and only `bot` and `dialogs` know the Bot Framework's SDK.

    A `__main__.py` is a command: it stands beside `app.py`, above them all.
    """
    room = "app" if path.name == "__main__.py" else path.relative_to(ROOT).parts[0].removesuffix(".py")
    tops = {name.split(".")[0] for name in imports_of(path)}
    assert set() == (tops & MAY_USE.keys()) - MAY_USE[room] - {room}
    if room not in ("app", "bot", "dialogs"):
        assert set() == tops & set(SDK)
    if room == "cards" or path.name.endswith("records.py"):
        assert set() == tops & set(NO_OUTSIDE)


def test_file_names_are_unique() -> None:
    """A search for "case" shows the slice."""
    names = [path.name for path in MODULES if not path.name.startswith("__")]
    assert sorted(set(names)) == sorted(names)


def loaded_by(module: str) -> set[str]:
    """The names of all modules that importing this one loads, in a process of its own."""
    code = f"import sys, {module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def within(package: str, names: set[str]) -> set[str]:
    return {name for name in names if name == package or name.startswith(f"{package}.")}


def test_the_running_bot_loads_nothing_that_learns() -> None:
    """`policy/learning` and its questions serve those who train the ranking, not those who ask."""
    assert set() == within("policy.learning", loaded_by("app"))


def test_the_command_of_the_policy_starts_without_the_bot_and_without_the_model() -> None:
    """So it starts in under a second; what only one command needs is loaded by that command."""
    loaded = loaded_by("policy.__main__")
    assert set() == within("bot", loaded) | within("onnxruntime", loaded) | within("numpy", loaded)


def test_the_command_of_the_storage_starts_without_the_bot() -> None:
    """So it starts in under a second; Azure's clients are loaded where the storage is Azure's."""
    loaded = loaded_by("storage.__main__")
    assert set() == within("bot", loaded) | within("app", loaded) | within("botbuilder", loaded)
    assert set() == within("azure.data", loaded) | within("azure.identity", loaded) | within("aiohttp", loaded)


EDGES = ("teams", "people", "trust", "delivery")
"""The rooms of bot/ at its edges: Teams, the directory, the trust, and how what is due gets there."""
SLICES = ("turns", "questions", "cases", "register", "suggestions")


@pytest.mark.parametrize("edge", EDGES)
def test_slices_stand_above_the_edges(edge: str) -> None:
    """Turns and slices use the edges, never the other way; nothing below `app.py` knows `app.py`."""
    used = {name for path in (ROOT / "bot" / edge).rglob("*.py") for name in imports_of(path)}
    assert set() == {name for name in used for slice in SLICES if within(f"bot.{slice}", {name})}
    assert set() == within("app", used)


def test_no_folder_bears_the_name_of_a_file_in_it() -> None:
    """`bot/trust/trust.py` would say nothing of what it holds."""
    assert [] == [path for path in MODULES if path.stem == path.parent.name]


def test_constructors_take_six_arguments_at_most() -> None:
    """What belongs together is one frozen record; of `bot/`, whose parts are joined by hand."""
    constructors = {
        f"{path.relative_to(ROOT)}:{node.lineno}": len(node.args.args) + len(node.args.kwonlyargs) - 1
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    }
    assert {} == {where: count for where, count in constructors.items() if count > 6}
