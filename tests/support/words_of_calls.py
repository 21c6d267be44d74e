"""The words that tests call commands with, read from their source: of ``ops("list", "--json")`` both."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TESTS = Path(__file__).resolve().parents[1]

Words = tuple[str, ...]


@cache
def words_of(path: Path) -> frozenset[Words]:
    """The leading text arguments of every call, list and tuple of a file; one text with blanks counts as its words."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return frozenset(words for node in ast.walk(tree) if len(words := tuple(_leading(node))) > 0)


def is_called(command: Sequence[str], folders: Sequence[Path]) -> bool:
    """Whether a test below these folders calls a command such as ``("devices", "add")``.

    Where the conftest beside a test names the group, as a helper does, the rest of the command is enough.
    """
    return any(_calls(tuple(command), path) for folder in folders for path in folder.rglob("*.py"))


def _calls(command: Words, path: Path) -> bool:
    found = words_of(path)
    if any(words[: len(command)] == command or _contains(words, ("ops", *command)) for words in found):
        return True
    helper = path.parent / "conftest.py"
    bound = helper.exists() and any(words[0] == command[0] for words in words_of(helper))
    return bound and any(words[: len(command) - 1] == command[1:] for words in found)


def _contains(words: Words, command: Words) -> bool:
    return any(words[start : start + len(command)] == command for start in range(len(words)))


def _leading(node: ast.AST) -> Iterator[str]:
    """The texts that a call, list or tuple begins with. Those of an f-string are its fixed beginning."""
    elements = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.List | ast.Tuple) else []
    for element in elements:
        text = element.values[0] if isinstance(element, ast.JoinedStr) and element.values else element
        if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
            return
        yield from text.value.split()
