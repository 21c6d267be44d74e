"""Output forms of items: columns, CSV or NDJSON."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ops.printing import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ops.query.pages import Item


class Form(Protocol):
    """Prints pages of items."""

    def write(self, items: Iterable[Item]) -> None: ...


class PrintColumn(NamedTuple):
    """One column. ``width`` is fixed, because a page does not know the width of the next one."""

    name: str
    title: str
    width: int


PROCESSED = (
    PrintColumn("timestamp", "TIME", 24),
    PrintColumn("sensor_type", "SENSOR", 16),
    PrintColumn("value", "VALUE", 12),
    PrintColumn("unit", "UNIT", 8),
    PrintColumn("is_anomaly", "ANOMALY", 7),
    PrintColumn("production_line", "LINE", 12),
)
RAW = (
    PrintColumn("arrived", "ARRIVED", 24),
    PrintColumn("readings", "READINGS", 8),
    PrintColumn("request_id", "REQUEST", 36),
    PrintColumn("message", "MESSAGE", 1),
)
DEVICES = (
    PrintColumn("device_id", "DEVICE", 24),
    PrintColumn("status", "STATUS", 8),
    PrintColumn("last_seen", "LAST SEEN", 24),
    PrintColumn("interval_ms", "INTERVAL MS", 11),
    PrintColumn("production_line", "LINE", 12),
)
COLUMNS = {"processed": PROCESSED, "raw": RAW, "devices": DEVICES}


class Text:
    """Columns with fixed widths. A longer cell shifts the cells behind it."""

    def __init__(self, columns: tuple[PrintColumn, ...]) -> None:
        self._columns = columns
        self._line([column.title for column in columns])

    def write(self, items: Iterable[Item]) -> None:
        for item in items:
            self._line([_cell(item.get(column.name)) or NOTHING for column in self._columns])

    def _line(self, cells: list[str]) -> None:
        pairs = zip(cells, self._columns, strict=True)
        print("  ".join(cell.ljust(column.width) for cell, column in pairs).rstrip())


class Csv:
    """CSV with a header, with every member of an item that is a single value."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._writer = csv.writer(sys.stdout, lineterminator="\n")
        self._writer.writerow(names)

    def write(self, items: Iterable[Item]) -> None:
        self._writer.writerows([_cell(item.get(name)) for name in self._names] for item in items)


class NdjsonForm:
    """NDJSON, items as the API returns them."""

    def write(self, items: Iterable[Item]) -> None:
        for item in items:
            print(json.dumps(item, ensure_ascii=False))


def _cell(value: object) -> str:
    """Return the value as text, numbers with all digits."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
