"""Runs a Python file where only the packages of a requirements file can be imported.

`python -m tests.support.only_requirements requirements.txt main.py`: what an environment has that holds nothing else,
without making one.
"""

from __future__ import annotations

import re
import runpy
import sys
from importlib import metadata
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

NAME = re.compile(r"[A-Za-z0-9._-]+")


def closure(names: Iterable[str]) -> set[str]:
    """The distributions of these names and all that they require here, without extras."""
    found: set[str] = set()
    waiting = [canonical(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        needed = (_name(each) for each in metadata.requires(name) or () if "extra ==" not in each)
        waiting += [each for each in needed if _installed(each)]
    return found


def required(path: Path) -> list[str]:
    """The names of the lines that are requirements."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [_name(line) for line in lines if line and not line.startswith("-")]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


class OnlyThese(MetaPathFinder):
    """Refuses each module that is installed by another distribution than these."""

    def __init__(self, distributions: set[str]) -> None:
        self._refused = {
            module
            for module, owners in metadata.packages_distributions().items()
            if not distributions & {canonical(owner) for owner in owners}
        }

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] in self._refused:
            raise ModuleNotFoundError(f"{fullname} is not among the requirements", name=fullname)
        return None


def _name(requirement: str) -> str:
    match = NAME.match(requirement)
    if match is None:
        raise ValueError(f"{requirement!r} is not a requirement")
    return canonical(match[0])


def _installed(name: str) -> bool:
    """False for what is required on another platform or Python only."""
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


if __name__ == "__main__":
    sys.meta_path.insert(0, OnlyThese(closure(required(Path(sys.argv[1])))))
    runpy.run_path(sys.argv[2], run_name="__main__")
