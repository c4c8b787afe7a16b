"""`make mutants MODULE=storage/cases/case_moves.py`: which small changes of a module no test notices.

A mutant is the module with one thing changed: a comparison, a condition, a constant, an argument, a member of an enum,
what is returned. The tests run on each, in a process of its own, until one fails. A mutant that passes them all
survives: it is printed, for somebody to write the test that is missing, or to see that the change means nothing.

The tests are those that mirror the module's folder (`tests/storage/cases`), or the ones that TESTS names. What a test
starts as a process of its own sees the module as it is. Log messages, docstrings, decorators and annotations stay.
"""

import ast
import contextlib
import copy
import importlib.machinery
import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 120
"""Seconds for all tests on one mutant. One that makes them hang is noticed."""
OPTIONS = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not (azurite or playground or journeys)"]
PAIRS = [(ast.Eq, ast.NotEq), (ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Is, ast.IsNot), (ast.In, ast.NotIn)]
PAIRS += [(ast.And, ast.Or), (ast.Add, ast.Sub), (ast.Mult, ast.FloorDiv)]
OPPOSITE = {**dict(PAIRS), **{after: before for before, after in PAIRS}}
STAYS = {"annotation", "returns", "decorator_list", "bases"}
OTHER_MEMBER = "[each for each in type({0}) if each is not {0}][0]"


def mutations(node: Any) -> Iterator[ast.AST]:
    """Everything that may stand in the place of this node."""
    match node:
        case ast.Compare(ops=ops):
            for index, op in enumerate(ops):
                yield _with(node, ops=[*ops[:index], OPPOSITE[type(op)](), *ops[index + 1 :]])
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OPPOSITE:
            yield _with(node, op=OPPOSITE[type(op)]())
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension(ifs=[test, *more]):
            yield _with(node, ifs=[ast.UnaryOp(ast.Not(), test), *more])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.Constant(value=str() as value):
            yield ast.Constant(f"{value}X")
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if name[0].isupper() and attr.isupper():
            yield ast.parse(OTHER_MEMBER.format(f"{name}.{attr}"), mode="eval").body
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield ast.Return(ast.Constant(None))
        case ast.Raise():
            yield ast.Pass()
        case ast.Call(keywords=keywords):
            for index in range(len(keywords)):
                yield _with(node, keywords=[*keywords[:index], *keywords[index + 1 :]])


def _with(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


class Mutator(ast.NodeTransformer):
    """Makes the change of one number in a tree, and says what it was; with no such number it only counts."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.count = 0
        self.what = ""

    def visit(self, node: ast.AST) -> ast.AST:
        if _is_docstring(node) or _is_logging(node):
            return node
        for other in mutations(node):
            self.count += 1
            if self.count == self._number + 1:
                before, after = _line(node), _line(other)
                after = after.replace(OTHER_MEMBER.format(before), "another one of its kind")
                self.what = f"line {getattr(node, 'lineno', '?')}: {before}  becomes  {after}"
                return ast.copy_location(other, node)
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.AST) and name not in STAYS:
                setattr(node, name, self.visit(value))
            elif isinstance(value, list) and name not in STAYS:
                value[:] = [self.visit(item) if isinstance(item, ast.AST) else item for item in value]
        return node


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_logging(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith("log.")


def _line(node: ast.AST) -> str:
    return ast.unparse(node).split("\n")[0]


class MutatedModule(importlib.machinery.SourceFileLoader):
    """Loads the tree that it is given instead of the file, and finds nothing else."""

    tree: ast.Module

    def get_code(self, fullname: str) -> Any:
        return compile(ast.fix_missing_locations(self.tree), self.path, "exec")

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None


def passes(module: Path, number: int, tests: Sequence[str]) -> bool:
    """Whether the tests pass on this mutant, in a process of its own; that of number -1 is the module as it is."""
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    signal.alarm(LONGEST)
    for stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    loader = MutatedModule(".".join(module.with_suffix("").parts), str(ROOT / module))
    loader.tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    Mutator(number).visit(loader.tree)
    sys.meta_path.insert(0, loader)  # type: ignore[arg-type]
    os._exit(pytest.main([*OPTIONS, "--hypothesis-profile=check", *tests]))


def load_libraries() -> None:
    """What takes long to import and is not ours, once for all the processes."""
    code = "import app, sys; print(*{name.split('.')[0] for name in sys.modules})"
    names = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ours = {path.stem for path in ROOT.iterdir()}
    for name in sorted({*names.split(), "hypothesis"} - ours - {"__main__"}):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def main() -> None:
    """Runs them all; what survived, and how many of how many. Exit 1 where a tenth or more survives."""
    module, tests = Path(sys.argv[1]), sys.argv[2:] or [str(Path("tests", sys.argv[1]).parent)]
    os.chdir(ROOT)
    load_libraries()
    if not passes(module, -1, tests):
        sys.exit(f"The tests in {' '.join(tests)} do not pass, or there are none: nothing was changed.")
    counter = Mutator(-1)
    counter.visit(ast.parse(module.read_text(encoding="utf-8")))
    survived = 0
    for number in range(counter.count):
        if passes(module, number, tests):
            survived += 1
            mutator = Mutator(number)
            mutator.visit(ast.parse(module.read_text(encoding="utf-8")))
            print(f"survived, {module}, {mutator.what}", flush=True)
    print(f"{survived} of {counter.count} mutants of {module} survived {' '.join(tests)}")
    sys.exit(survived * 10 > counter.count)


if __name__ == "__main__":
    main()
