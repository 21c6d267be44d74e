"""Read the items to send from a file in a format: each reading is a message of the API, each bad row a refusal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.clock import now_ms
from lambda_src.common.readings.files import read_file
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.reading import Outage
from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.sensor_names import original_name
from ops.errors import InputError
from ops.send.item import Item, RefusedItem, Unsent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lambda_src.common.readings.files import FileRow
    from lambda_src.common.readings.reading import Reading

CSV = Format(name="csv", encoding="csv")
"""A table with usual names of columns."""


class ItemSource(NamedTuple):
    """``noun`` is what the numbers of ``found`` count, from 1: ``line`` or ``element``."""

    noun: str
    found: Iterator[Item | Unsent]


def read_formatted(data: bytes, name: str, form: Format, *, device: str | None = None, skipped: int = 0) -> ItemSource:
    """Read a file by a format. ``device`` is that of rows that name none, ``skipped`` the lines before ``data``.

    Raises `InputError` for a file that cannot be read at all, or holds nothing.
    """
    arrived_ms = now_ms()
    try:
        rows = list(read_file(data, form, arrived_ms=arrived_ms, device_id=device))
    except RuleBrokenError as error:
        raise InputError(f"{name} cannot be read as {form.name}: {error.detail}") from error
    if not rows:
        raise InputError(f"{name} must be NDJSON, a JSON array, or a table with a header and rows, or needs --format")
    return ItemSource("line", _items(rows, arrived_ms, skipped))


def _items(rows: Iterable[FileRow], arrived_ms: int, skipped: int) -> Iterator[Item | Unsent]:
    for row in rows:
        number = row.number + skipped
        yield from (Item(number, _message(outage, arrived_ms)) for outage in row.outages)
        yield from (Item(number, _message(reading, arrived_ms)) for reading in row.readings)
        for reject in row.rejects:
            yield Unsent(number, RefusedItem(reject.reason, reject.detail))


def _message(reading: Reading | Outage, arrived_ms: int) -> bytes:
    """What the API reads as the same reading. A row without a time has none here either."""
    is_outage = isinstance(reading, Outage)
    message: dict[str, object] = {
        "device_id": reading.device_id,
        "sensor_type": original_name(reading.sensor_type),
        "value": None if isinstance(reading, Outage) else reading.value,
        "timestamp": None if reading.timestamp_ms == arrived_ms else reading.timestamp_ms,
        "production_line": reading.production_line,
    }
    if isinstance(reading, Outage):
        message["quality"] = "bad"
    else:
        message["unit"] = reading.unit
        message["metadata"] = reading.metadata
        message["quality"] = None if reading.quality == "good" else reading.quality
    kept = {key: value for key, value in message.items() if value is not None or (key == "value" and is_outage)}
    return json.dumps(kept).encode()
