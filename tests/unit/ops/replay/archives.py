"""Archives for tests: objects as Firehose writes them, in moto's S3."""

from __future__ import annotations

import gzip
import itertools
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import duckdb

from tests.unit.ops.deployment import REGION

LAKE, RAW = "lake", "raw"
IN_REGION: Any = {"LocationConstraint": REGION}
COLUMNS = ("device_id", "sensor_type", "value", "timestamp_ms", "arrived_ms", "production_line", "metadata", "unit")
KINDS = ("VARCHAR", "VARCHAR", "DOUBLE", "BIGINT", "BIGINT", "VARCHAR", "VARCHAR", "VARCHAR")
NEW_YEAR_MS = 1_767_225_600_000
"""2026-01-01T00:00:00Z"""
SECOND_MS, HOUR_MS = 1000, 3_600_000


def row(at: int = NEW_YEAR_MS, **changes: Any) -> dict[str, Any]:
    """A row of the lake: a reading that arrived 50 ms after its time."""
    values = {
        "device_id": "press-1",
        "sensor_type": "temperature",
        "value": 71.5,
        "timestamp_ms": at,
        "arrived_ms": at + 50,
        "production_line": "line-1",
        "metadata": None,
        "unit": None,
    }
    return values | changes


def parquet(*rows: dict[str, Any], without: tuple[str, ...] = (), row_group: int = 2048) -> bytes:
    """An object of the lake; ``without`` are columns that it does not have."""
    columns = [(name, kind) for name, kind in zip(COLUMNS, KINDS, strict=True) if name not in without]
    definition = ", ".join(f"{name} {kind}" for name, kind in columns)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        lines = Path(folder, "rows.json")
        lines.write_text("\n".join(json.dumps({name: each[name] for name, _ in columns}) for each in rows))
        connection.execute(f"CREATE TABLE rows ({definition})")
        if rows:
            types = "{" + ", ".join(f"{name}: '{kind}'" for name, kind in columns) + "}"
            connection.execute(f"INSERT INTO rows SELECT * FROM read_json('{lines}', columns = {types})")
        file = Path(folder, "rows.parquet")
        connection.execute(f"COPY rows TO '{file}' (FORMAT PARQUET, COMPRESSION snappy, ROW_GROUP_SIZE {row_group})")
        return file.read_bytes()


def hour(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("year=%Y/month=%m/day=%d/hour=%H")


class Archive:
    """Both kinds of archive; every object gets a name of its own that sorts as it was put."""

    def __init__(self) -> None:
        self.s3: Any = boto3.client("s3", region_name=REGION)
        self._numbers = itertools.count()
        for bucket in (LAKE, RAW):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=IN_REGION)

    def put(self, *rows: dict[str, Any], at: int | None = None, folder: str = "", **how: Any) -> str:
        """An object of the lake in the hour of its first row's arrival, or of ``at``."""
        arrived = rows[0]["arrived_ms"] if at is None else at
        return self.put_bytes(parquet(*rows, **how), at=arrived, folder=folder)

    def put_bytes(self, body: bytes, *, at: int, folder: str = "") -> str:
        key = f"readings/{hour(at)}/{folder}iot-{next(self._numbers):06d}.parquet"
        self.s3.put_object(Bucket=LAKE, Key=key, Body=body)
        return key

    def empty(self) -> None:
        """Take all objects out of the lake."""
        for entry in self.s3.list_objects_v2(Bucket=LAKE).get("Contents", ()):
            self.s3.delete_object(Bucket=LAKE, Key=entry["Key"])

    def put_lines(self, *lines: bytes, at: int, packed: bool = True) -> str:
        """An object of the raw archive."""
        body = b"".join(line + b"\n" for line in lines)
        return self.put_raw(gzip.compress(body) if packed else body, at=at)

    def put_raw(self, body: bytes, *, at: int) -> str:
        key = f"raw-data/{hour(at)}/iot-{next(self._numbers):06d}"
        self.s3.put_object(Bucket=RAW, Key=key, Body=body)
        return key


def many(first: int, count: int, *, devices: int = 50) -> bytes:
    """An object of the lake with ``count`` readings a millisecond apart, whose values are their numbers from ``first``
    on; it has one row group, as Firehose writes it."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        file = Path(folder, "rows.parquet")
        connection.execute(
            f"""
            COPY (
                SELECT 'press-' || n % {devices} AS device_id, 'temperature' AS sensor_type, n::DOUBLE AS value,
                    {NEW_YEAR_MS} + n AS timestamp_ms, {NEW_YEAR_MS} + n + 50 AS arrived_ms,
                    'line-' || n % 3 AS production_line, NULL::VARCHAR AS metadata, NULL::VARCHAR AS unit
                FROM range({first}, {first + count}) AS numbers(n)
            ) TO '{file}' (FORMAT PARQUET, COMPRESSION snappy, ROW_GROUP_SIZE {count})"""
        )
        return file.read_bytes()
