"""The numbers that docs/systems.md promises: each preset has those that its system was described with."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import pytest

from lambda_src.common.readings.decode import decode
from lambda_src.processor.judge import ThresholdJudge
from lib.config.load import load_preset

NUMBERS: dict[str, dict[str, Any]] = {
    "manufacturing": {
        "region": "eu-central-1",
        "load.readings_per_second": 10_000,
        "key.deletion_days": 7,
        "timestream.memory_hours": 24,
        "timestream.magnetic_days": 365,
        "archive.buffer_mib": 5,
        "archive.buffer_seconds": 300,
        "raw.glacier_days": 90,
        "raw.expire_days": 365,
        "processor.memory_mb": 512,
        "processor.timeout_seconds": 60,
        "processor.window_seconds": 10,
        "processor.parallelization": 2,
        "processor.retries": 3,
        "logs.retention_days": 7,
        "secret.recovery_days": 7,
    },
    "serverless-api": {
        "region": "us-east-1",
        "api.stage": "prod",
        "api.reserved_concurrency": 10,
        "processor.reserved_concurrency": 10,
        "queue.batch_size": 10,
        "queue.tries": 3,
        "tables.readings_days": 30,
        "tables.raw_days": 30,
        "processed.enabled": True,
        "logs.retention_days": 30,
    },
    "sensor-analytics": {
        "region": "us-east-1",
        "load.readings_per_second": 6,  # 500,000 a day
        "stream.shards": 2,
        "processor.batch_size": 100,
        "processor.window_seconds": 5,
        "processor.parallelization": 2,
        "timestream.multi_measure": True,
        "lake.buffer_mib": 64,
        "lake.infrequent_access_days": 30,
        "lake.glacier_days": 90,
        "tables.readings_days": 30,
        "alarms.records_per_minute": 10_000,
        "alarms.error_percent": 1,
        "alarms.freshness_seconds": 600,
    },
    "plant-monitoring": {
        "region": "sa-east-1",
        "stream.shards": 4,
        "stream.shard_metrics": True,
        "devices.bridge": True,
        "tables.readings_days": 30,
        "archive.anomalies": True,
        "raw.glacier_days": 90,
        "raw.deep_archive_days": 180,
        "raw.expire_days": 365,
        "alarms.iterator_age_seconds": 60,
    },
    "factory-floor": {
        "stream.shards": 1,
        "processor.memory_mb": 256,
        "tables.readings_days": 90,
        "raw.infrequent_access_days": 30,
        "raw.glacier_days": 90,
        "logs.retention_days": 7,
        "alarms.anomalies_in_5_minutes": 10,
        "alarms.iterator_age_seconds": 60,
    },
}
BOUNDS = {
    "manufacturing": {"temperature": (None, 100), "pressure": (None, 150), "vibration": (None, 5)},
    "plant-monitoring": {"temperature": (0, 100), "pressure": (0, 200)},
    "factory-floor": {"temperature": (10, 80), "pressure": (30, 150), "vibration": (None, 5)},
}
EXAMPLE = b'{"device_id": "press-7", "sensor_data": {"temperature": 25.5, "humidity": 60, "pressure": 1013}}'
"""The example of the described API; 1013 is hPa."""
NOW_MS = 1_767_225_600_000


@pytest.mark.parametrize(
    ("preset", "setting"), [(preset, setting) for preset, settings in NUMBERS.items() for setting in settings]
)
def test_a_setting_is_as_described(preset: str, setting: str) -> None:
    assert attrgetter(setting)(load_preset(preset)) == NUMBERS[preset][setting]


@pytest.mark.parametrize("preset", BOUNDS)
def test_thresholds_are_as_described(preset: str) -> None:
    thresholds = load_preset(preset).thresholds
    assert {name: (each.min, each.max) for name, each in thresholds.items()} == BOUNDS[preset]


def test_the_described_example_raises_no_alert() -> None:
    readings = decode(EXAMPLE, arrived_ms=NOW_MS).readings
    judge = ThresholdJudge(load_preset("serverless-api").thresholds)
    assert [(reading.sensor_type, judge.judge(reading).is_anomaly) for reading in readings] == [
        ("temperature", False),
        ("humidity", False),
        ("pressure", False),
    ]
