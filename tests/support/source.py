"""Our own source as the structure tests read it: modules, imports, classes and functions."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    """One Python file; ``name`` is dotted, a package's is that of its folder."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @property
    def lines(self) -> int:
        return len(self.path.read_text(encoding="utf-8").splitlines())

    def classes(self) -> list[str]:
        """Names of the classes at the top level."""
        return [node.name for node in self.tree.body if isinstance(node, ast.ClassDef)]

    def functions(self) -> Iterator[tuple[str, int]]:
        """(name, lines) of every function and method, with decorators and docstring."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                yield node.name, (node.end_lineno or node.lineno) - first + 1

    def imports(self, known: Mapping[str, Module]) -> set[str]:
        """The modules among ``known`` that it imports, anywhere: also in functions and for types only."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                within = {f"{node.module}.{alias.name}" for alias in node.names}
                found |= within & known.keys() or {node.module}
        return found & known.keys() - {self.name}


def modules(folder: str) -> dict[str, Module]:
    """Every module below a folder of the repository, by name; raises `ValueError` if there is none."""
    found = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = Module(name, path)
    if not found:
        raise ValueError(f"no modules in {folder}")
    return found
