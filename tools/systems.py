"""Write the tables of names in docs/systems.md from docs/systems.toml: part of `make docs`."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "systems.md"
NAMES = DOCS / "systems.toml"
_BLOCK = re.compile(r"(<!-- names ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

Row = dict[str, str]


def names() -> dict[str, list[Row]]:
    """Return the rows of systems.toml by preset: ``kind``, ``described``, ``here`` and optionally ``note``."""
    found: dict[str, list[Row]] = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    return found


def render(page: str, rows: Mapping[str, Sequence[Row]]) -> str:
    """Return the page with its tables. Raises `KeyError` for a block of a preset without names."""
    return _BLOCK.sub(lambda found: f"{found[1]}{_table(rows[found[2]])}{found[3]}", page)


def main() -> int:
    """Write the page."""
    page = PAGE.read_text(encoding="utf-8")
    written = render(page, names())
    PAGE.write_text(written, encoding="utf-8")
    print(f"docs/systems.md: {'unchanged' if written == page else 'written'}")
    return 0


def _table(rows: Sequence[Row]) -> str:
    head = ("| what | described | here | |", "| --- | --- | --- | --- |")
    body = (f"| {row['kind']} | {row['described']} | `{row['here']}` | {row.get('note', '')} |" for row in rows)
    return "\n".join((*head, *body)) + "\n"


if __name__ == "__main__":
    sys.exit(main())
