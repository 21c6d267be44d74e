"""The SQL of the hourly aggregates, for Timestream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings.measure_names import with_quality

if TYPE_CHECKING:
    from collections.abc import Sequence

HOURS = 2
"""Full hours that each run aggregates again, so that readings up to an hour late are counted in their hour."""


def hourly_query(database: str, table: str, measures: Sequence[str]) -> str:
    """One row per hour, device and sensor with ``minimum``, ``mean``, ``maximum`` and ``readings``; without bad values.

    ``measures`` are the columns of a table with multi-measure records; empty for single-measure records.
    """
    source = f'"{database}"."{table}"'
    if not measures:
        return _aggregates(
            source, f"replace(measure_name, '{with_quality('', 'uncertain')}', '')", "measure_value::double"
        )
    return " UNION ALL ".join(_aggregates(source, f"'{name}'", f'"{name}"') for name in measures)


def _aggregates(source: str, sensor: str, value: str) -> str:
    """A reading may be in two records, which name another production line or other sensors: it counts once."""
    readings = (
        f"SELECT device_id, {sensor} AS sensor_type, time, max({value}) AS value FROM {source} "  # noqa: S608
        f"WHERE time >= bin(@scheduled_runtime, 1h) - {HOURS}h AND time < bin(@scheduled_runtime, 1h) "
        f"AND {value} IS NOT NULL AND measure_name NOT LIKE '{with_quality('', 'bad')}%' GROUP BY 1, 2, 3"
    )
    return (
        "SELECT device_id, sensor_type, bin(time, 1h) AS hour, min(value) AS minimum, avg(value) AS mean, "  # noqa: S608
        f"max(value) AS maximum, count(value) AS readings FROM ({readings}) AS once GROUP BY 1, 2, 3"
    )
