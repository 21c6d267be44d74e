"""The SQL that returns each reading of an archive once. Pure.

An archive may hold a reading twice: its record was put twice, a batch was split after it was archived, or a batch that
was given up was sent again. Whoever reads takes each identity (device, sensor and time) once; the first value wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

STORED = "_stored"
"""The suffix of the tables that hold everything as it is stored, with repeats and partitions."""
IDENTITY = "device_id, sensor_type, timestamp_ms"


def each_once(name: str, columns: Sequence[str], where: str = "true") -> str:
    """Return a query over ``<name>_stored``, with the columns of an archive.

    Of several values the one that arrived first counts; of several verdicts on it the latest. ``where`` limits the
    partitions that are scanned. A condition around this query limits them only through the identity's columns.
    """
    order = "arrived_ms, processed_at DESC, value" if "processed_at" in columns else "arrived_ms, value"
    stored = ", ".join(columns)
    shown = ", ".join(f"coalesce({name}, 'good') AS {name}" if name == "quality" else name for name in columns)
    return (
        f"SELECT {shown} FROM (SELECT {stored}, row_number() OVER (PARTITION BY {IDENTITY} ORDER BY {order}) "  # noqa: S608
        f"AS place FROM {name}{STORED} WHERE {where}) AS copies WHERE place = 1"
    )
