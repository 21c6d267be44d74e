"""The runbook, cut into its entries."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

RUNBOOK = Path(__file__).resolve().parents[2] / "docs" / "runbook.md"
PARTS = ("**Means:**", "**Look first:**", "**Do:**", "**Over when**")


@dataclass(frozen=True)
class Entry:
    """``alarms``: names without project and suffix."""

    anchor: str
    alarms: tuple[str, ...]
    text: str


def text() -> str:
    return RUNBOOK.read_text(encoding="utf-8")


def entries() -> list[Entry]:
    """In the order in which they stand. An entry's heading is its anchor, as GitHub and others make one of it."""
    found = []
    for section in re.split(r"^### ", text(), flags=re.MULTILINE)[1:]:
        heading, _, rest = section.partition("\n")
        body = re.split(r"^## ", rest, flags=re.MULTILINE)[0]
        named = re.match(r"Alarms: (.+?)\n\n", body, flags=re.DOTALL)
        alarms = tuple(re.findall(r"`([a-z0-9-]+)`", named[1])) if named else ()
        found.append(Entry(heading, alarms, body))
    return found


def prose() -> str:
    """The page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", text(), flags=re.MULTILINE | re.DOTALL)


def named_in_code(pattern: str) -> set[str]:
    """What stands behind a pattern in inline code and in blocks."""
    return set(re.findall(pattern, text()))


def commands() -> set[str]:
    """What stands behind ``python -m ops``, as it is given."""
    return set(re.findall(r"`python -m ops ([^`]+)`", text().replace("\n", " ")))
