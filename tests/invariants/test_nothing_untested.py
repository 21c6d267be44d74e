"""Every function, command and measurement has its tests: each is looked up, so a new one cannot be forgotten."""

from __future__ import annotations

import argparse
import ast
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bench.__main__ import BENCHES
from lib.building import packaging
from ops.__main__ import build_parser
from tests.conftest import PRESETS
from tests.support.words_of_calls import TESTS, is_called
from tools.suite.graph import ROOT, ImportGraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.synth import Synthesized

COMMAND_TESTS = [TESTS / "unit" / "ops", TESTS / "e2e"]


def entries() -> list[str]:
    """The dotted names of all modules of functions that Lambda can call: those with ``handle``."""
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "lambda_src").rglob("*.py"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "handle" for node in ast.parse(path.read_text()).body)
    ]


def commands(parser: argparse.ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The commands of a parser and of its groups, as their words."""
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield path
    for group in groups:
        for name, inner in group.choices.items():
            yield from commands(inner, (*path, name))


@pytest.fixture(scope="module")
def graph() -> ImportGraph:
    return ImportGraph()


@pytest.mark.parametrize("entry", entries())
def test_a_functions_entry_has_a_unit_test(entry: str, graph: ImportGraph) -> None:
    tests = [path for path in graph.sources if path.parts[:3] == ("tests", "unit", "functions")]
    module = Path(*entry.split(".")).with_suffix(".py")
    assert [path for path in tests if module in graph.needs(path)], "no unit test imports it"


@pytest.mark.parametrize("entry", entries())
def test_a_functions_entry_is_in_a_plan(entry: str, synthesized: Callable[[str], Synthesized]) -> None:
    planned = {
        function["handler"]
        for preset in PRESETS
        for function in synthesized(preset).all("aws_lambda_function").values()
    }
    assert f"{entry}.handle" in planned


@pytest.mark.parametrize("folder", sorted({entry.split(".")[1] for entry in entries()}))
def test_a_functions_package_holds_what_it_imports(folder: str, graph: ImportGraph) -> None:
    names = set(zipfile.ZipFile(packaging.function_zip(folder)).namelist())
    own = [path for path in graph.sources if path.parts[:2] == ("lambda_src", folder)]
    needed = {needs for path in own for needs in graph.needs(path) if needs.parts[0] == "lambda_src"}
    assert {path.as_posix() for path in needed} <= names


@pytest.mark.parametrize("command", list(commands(build_parser())), ids=" ".join)
def test_a_command_of_the_operator_has_a_test(command: tuple[str, ...]) -> None:
    assert is_called(command, COMMAND_TESTS)


@pytest.mark.parametrize("bench", BENCHES)
def test_a_measurement_has_a_test(bench: str, graph: ImportGraph) -> None:
    tests = [path for path in graph.sources if path.parts[:2] == ("tests", "unit")]
    own = {path for path in graph.sources if path.parts[0] == "bench" and path.with_suffix("").parts[1] == bench}
    assert own
    assert [path for path in tests if own & graph.needs(path)], "no unit test imports it"


def test_what_no_test_calls_is_noticed() -> None:
    assert not is_called(("devices", "vanish"), COMMAND_TESTS)
    assert not is_called(("vanish",), COMMAND_TESTS)
