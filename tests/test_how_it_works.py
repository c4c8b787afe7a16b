"""docs/how-it-works.md against the code: every function that it names is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)`: `([\w.]+)`", PAGE)))
WAYS = ("A question", "A report, its alert, its acknowledgement", "A suggestion", "A reminder")


@cache
def defined_in(file: str) -> frozenset[str]:
    """The functions of a module, and the methods of its classes as Class.method."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    names = {node.name for node in tree.body if isinstance(node, functions)}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{method.name}" for method in node.body if isinstance(method, functions)}
    return frozenset(names)


@pytest.mark.parametrize(("file", "function"), NAMED, ids=lambda part: part)
def test_every_function_that_is_named_is_there(file: str, function: str) -> None:
    """Under this name, in this file."""
    assert function in defined_in(file)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_is_told_step_by_step(way: str) -> None:
    """As a numbered list, each step of which names its function."""
    section = PAGE.split(f"## {way}\n")[1].split("\n## ")[0]
    steps = re.findall(r"^\d+\. (.+)$", section, re.MULTILINE)
    assert len(steps) >= 5
    assert [] == [step for step in steps if not re.search(r"`[\w/]+\.py`: `[\w.]+`", step)]


def test_no_function_is_named_without_its_file() -> None:
    """A name alone could not be held against anything."""
    alone = re.findall(r"(?<!: )`([A-Z]\w+\.\w+|[a-z_]+\(\))`", PAGE)
    assert [] == alone
