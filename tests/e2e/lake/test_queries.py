"""The lake answers in SQL, with the numbers that were sent."""

from __future__ import annotations

import csv
import io
import json
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from local.fleet.episodes import is_anomaly
from local.ledger.lake import LakeReader

if TYPE_CHECKING:
    from tests.e2e.lake.conftest import Lake

PATIENCE_SECONDS = 240.0
pytestmark = [pytest.mark.e2e, pytest.mark.terraform]


def named(lake: Lake, name: str) -> list[dict[str, str]]:
    done = lake.ops("sql", "--csv", "--named", name)
    assert done.status == 0, done.err
    return list(csv.DictReader(io.StringIO(done.out)))


def by_sensor(lake: Lake) -> dict[tuple[str, str], list[tuple[int, float]]]:
    found = defaultdict(list)
    for (device, sensor, moment), value in sorted(lake.readings.items()):
        found[device, sensor].append((moment, value))
    return found


def test_every_store_has_every_reading(lake: Lake) -> None:
    accounts = lake.accounts()
    assert {"timestream", "dynamodb_readings", "s3_processed", "athena_lake", "device_state"} <= set(accounts)
    assert [each for each in accounts.values() if not each.ok] == []


def test_the_lake_counts_exactly_what_was_sent(lake: Lake) -> None:
    done = lake.ops("sql", "--csv", "SELECT count(*) AS readings, count(DISTINCT device_id) AS devices FROM readings")
    assert done.status == 0, done.err
    assert done.out.split() == ["readings,devices", f"{len(lake.readings)},4"]


def test_the_last_value_of_each_sensor(lake: Lake) -> None:
    found = {
        (row["device_id"], row["sensor_type"]): float(row["value"]) for row in named(lake, "last_value_per_sensor")
    }
    assert found == {sensor: values[-1][1] for sensor, values in by_sensor(lake).items()}


def test_the_hourly_values(lake: Lake) -> None:
    hours: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for (device, sensor), values in by_sensor(lake).items():
        for moment, value in values:
            hours[device, sensor, moment // 3_600_000].append(value)
    rows = named(lake, "hourly_values")
    found = {
        (
            row["device_id"],
            row["sensor_type"],
            int(datetime.fromisoformat(row["hour_of"]).replace(tzinfo=UTC).timestamp()) // 3600,
        ): row
        for row in rows
    }
    assert found.keys() == hours.keys()
    for key, in_hour in hours.items():
        row = found[key]
        assert int(row["readings"]) == len(in_hour)
        assert float(row["least_value"]) == min(in_hour)
        assert float(row["greatest_value"]) == max(in_hour)
        assert float(row["mean_value"]) == pytest.approx(sum(in_hour) / len(in_hour))


def test_the_anomalies_by_line_and_day(lake: Lake) -> None:
    expected: dict[tuple[str, str], int] = defaultdict(int)
    for identity, value in lake.readings.items():
        if is_anomaly(value, lake.config.thresholds.get(identity.sensor_type)):
            expected[identity.device_id.rsplit("-machine-", 1)[0], identity.sensor_type] += 1
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in named(lake, "anomalies_by_line_and_day"):
        found[row["production_line"], row["sensor_type"]] += int(row["anomalies"])
    assert expected
    assert found == expected


def test_nobody_was_silent_and_everybody_was_up_while_they_sent(lake: Lake) -> None:
    assert named(lake, "gaps") == []
    uptime = named(lake, "uptime")
    assert {row["device_id"] for row in uptime} == {device for device, _, _ in lake.readings}


def test_sql_that_fails_is_told_in_one_line(lake: Lake) -> None:
    done = lake.ops("sql", "SELECT nothing FROM nowhere")
    assert done.status == 1
    assert len(done.err.strip().splitlines()) == 1


def test_a_record_without_a_schema_is_set_aside_others_arrive(lake: Lake) -> None:
    clients, outputs = lake.deployment.clients, lake.deployment.outputs
    producer = clients.client("kinesis", clients.assume(outputs["producer_role_arn"], "misfits"))
    # Of an earlier day, so that it belongs to no other question that is asked here.
    good = {"deviceId": "misfit-1", "temperature": 21.5, "timestamp": time.time() - 3 * 86_400}
    for data in (b"{no json", json.dumps(good).encode()):
        producer.put_record(StreamName=outputs["stream_name"], Data=data, PartitionKey="misfit-1")
    reader = LakeReader(clients, outputs)
    sql = "SELECT value FROM readings WHERE device_id = 'misfit-1'"
    rows: list[list[str]] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not rows and time.monotonic() < deadline:
        rows = list(reader.rows(sql))
    listed = clients.client("s3").list_objects_v2(Bucket=outputs["lake_bucket"], Prefix="errors/processing-failed/")
    assert rows == [["21.5"]]
    assert listed["KeyCount"] == 1
