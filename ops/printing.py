"""Format results for users and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ops.encoding import escapes_needed

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING = "-"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table. Each column is as wide as its longest cell; columns are two spaces apart."""
    lines = [tuple(columns), *(tuple(cell or NOTHING for cell in row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def as_json(value: object) -> str:
    """Return the value as JSON."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=escapes_needed())


def plain(text: str) -> str:
    """Escape control characters, so that text cannot change colours or clear the terminal."""
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text)
