"""The import graph: which test files need a file, the nearest first.

A file needs what it imports anywhere in it, the modules that it starts with ``-m`` or patches by name, the data files
that it names, and each conftest or plugin of pytest whose fixtures it uses. An edge too many costs time, a missing one
would leave a test out: what is not certain is an edge.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tools.suite.source import Source, read_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
DISCOVERY = "lambda_src.common.discovery.offered"
"""A file that imports it may need every module of each package that it imports."""
PACKAGES = ("lib", "lambda_src", "local", "ops", "bench", "tools", "tests")


class ImportGraph:
    """All Python files below ``root``, and what they need; paths are relative to it."""

    def __init__(self, root: Path = ROOT) -> None:
        paths = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
        paths += sorted(root.glob("*.py"))
        self.sources = {
            path.relative_to(root): read_source(path, ".".join(path.relative_to(root).parent.parts)) for path in paths
        }
        self._modules = {_dotted(path): path for path in self.sources}
        plugins = {name for path in self._conftests() for name in self.sources[path].strings if name in self._modules}
        self._plugins = {self._modules[name] for name in plugins}

    def tests_of(self, changed: Iterable[Path]) -> dict[Path, int]:
        """Test files that need any of these files, with the length of the shortest chain of imports to it."""
        needed_by = self._needed_by
        distances: dict[Path, int] = {}
        edge = set(changed)
        for distance in range(len(self.sources) + 1):
            for path in edge:
                distances[path] = distance
            readers = {reader for path in edge for reader in needed_by[path] | self._readers(path)}
            edge = readers - distances.keys()
        found = {path: distance for path, distance in distances.items() if is_test(path) and path in self.sources}
        return dict(sorted(found.items(), key=lambda entry: (entry[1], entry[0])))

    def needs(self, path: Path) -> set[Path]:
        """The files that a file needs directly."""
        source = self.sources[path]
        named = {text for text in source.strings if "." in text}
        found = {module for name in source.imports | named for module in self._resolved(name)}
        if DISCOVERY in source.imports:
            found |= {module for name in source.imports for module in self._modules_in(name)}
        if "tests" in path.parts:
            found |= set(self._fixtures_of(path, source))
        return found - {path}

    @cached_property
    def _needed_by(self) -> Mapping[Path, set[Path]]:
        found: dict[Path, set[Path]] = defaultdict(set)
        for path in self.sources:
            for needed in self.needs(path):
                found[needed].add(path)
        return found

    def _resolved(self, name: str) -> Iterator[Path]:
        """The module that a dotted name is or lies in, and the packages around it."""
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            module = self._modules.get(".".join(parts[:end]))
            if module is not None:
                yield module

    def _fixtures_of(self, path: Path, source: Source) -> Iterator[Path]:
        above = [each for each in self._conftests() if each.parent in path.parents]
        for provider in {*above, *self._plugins}:
            fixtures = self.sources[provider]
            if fixtures.autouse or fixtures.fixtures & (source.parameters | source.strings):
                yield provider

    def _modules_in(self, name: str) -> Iterator[Path]:
        """What is discovered in a package: the modules directly in it."""
        package = self._modules.get(name)
        if package is not None and package.name == "__init__.py":
            yield from (path for path in self.sources if path.parent == package.parent)

    def _conftests(self) -> list[Path]:
        return [path for path in self.sources if path.name == "conftest.py"]

    def _readers(self, path: Path) -> set[Path]:
        """Files that name a data file, or the folder below the packages that it lies in."""
        if path in self.sources:
            return set()
        folders = [part for part in path.parent.parts if part not in PACKAGES]
        names = {path.name, *folders[:1]}
        return {reader for reader, source in self.sources.items() if names & source.strings}


def is_test(path: Path) -> bool:
    """Whether pytest collects tests from the file."""
    return path.parts[0] == "tests" and (path.name.startswith("test_") or path.name.endswith("_test.py"))


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
