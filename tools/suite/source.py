"""What one Python file refers to, as far as the import graph needs it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Source:
    """``imports`` are dotted names that may end in a name inside a module; all sets are of the whole file."""

    imports: frozenset[str]
    strings: frozenset[str]
    parameters: frozenset[str]
    fixtures: frozenset[str]
    autouse: bool
    """Whether a fixture of the file applies to tests that do not name it."""


def read_source(path: Path, package: str) -> Source:
    """Parse the file; ``package`` is the dotted package that it lies in, for relative imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    fixtures = [node for node in functions if any("fixture" in ast.unparse(each) for each in node.decorator_list)]
    return Source(
        imports=frozenset(_imports(tree, package)) | frozenset(_started(tree)),
        strings=frozenset(
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ),
        parameters=frozenset(argument.arg for node in functions for argument in node.args.args + node.args.kwonlyargs),
        fixtures=frozenset(node.name for node in fixtures),
        autouse=any("autouse=True" in ast.unparse(each) for node in fixtures for each in node.decorator_list),
    )


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _started(tree: ast.Module) -> Iterator[str]:
    """Modules that the file starts in a process of their own: what follows ``-m`` in a list."""
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple):
            words = [each.value if isinstance(each, ast.Constant) else None for each in node.elts]
            for before, word in pairwise(words):
                if before == "-m" and isinstance(word, str):
                    yield word
                    yield f"{word}.__main__"
