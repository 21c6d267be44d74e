"""Anomalies at once: one object per batch, under a name that follows from the data."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.thresholds import Threshold
from lambda_src.processor.judge import ThresholdJudge
from lambda_src.processor.stores.anomalies import AnomalyStore
from tests.unit.functions.factories import IN_TURN, NOW_MS, SHARD, body, deadline, entry, hot, records
from tests.unit.functions.fakes import FakeS3, client_error
from tests.unit.functions.plant import Plant

SLOW_DOWN = client_error("SlowDown", 503)


def store(s3: Any) -> AnomalyStore:
    return AnomalyStore(s3, "anomalies", IN_TURN, lambda: NOW_MS)


def plant_with_anomalies(s3=None):
    plant = Plant(s3)
    plant.parts = plant.parts._replace(
        judge=ThresholdJudge({"temperature": Threshold(max=100)}),
        followers=[*plant.parts.followers, store(plant.s3)],
    )
    return plant


def hot_bodies(*offsets):
    return [body(value=200.0 + offset, timestamp=NOW_MS + offset) for offset in offsets]


def kept(plant):
    return [line["value"] for line in plant.s3.lines("anomalies")]


def test_a_batch_is_one_object_with_archive_lines():
    s3 = FakeS3()

    store(s3).write(
        [
            entry(0),
            hot(NOW_MS, record_index=1),
            hot(NOW_MS + 1, record_index=2, sensor_type="vibration", value=9.0),
            hot(NOW_MS + 5, record_index=3, device_id="press-2"),
        ],
        deadline(),
    )

    name = f"year=2025/month=11/day=21/hour=08/{SHARD}-49590000000001.ndjson.gz"
    assert list(s3.objects) == [f"anomalies/anomalies/{name}"]
    lines = s3.lines("anomalies")
    assert [(line["device_id"], line["sensor_type"], line["value"]) for line in lines] == [
        ("press-1", "temperature", 120.0),
        ("press-1", "vibration", 9.0),
        ("press-2", "temperature", 120.0),
    ]
    assert {(line["is_anomaly"], line["severity"]) for line in lines} == {(True, "warning")}


def test_a_batch_without_anomalies_writes_nothing():
    s3 = FakeS3()

    outcome = store(s3).write([entry(n, timestamp_ms=NOW_MS + n) for n in range(3)], deadline())

    assert (s3.objects, list(outcome.failed)) == ({}, [])


def test_only_what_lies_before_the_checkpoint_is_written():
    plant = plant_with_anomalies()
    plant.store.failing = {202.0}

    report = plant.deliver(records(*hot_bodies(0, 1, 2, 3)))

    assert (report.checkpoint, kept(plant)) == (2, [200.0, 201.0])


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_batch_split_after_its_write_leaves_anomalies_once(cut):
    plant = plant_with_anomalies()
    batch = records(*hot_bodies(0, 1, 2, 3, 4))

    for part in (batch, batch[:cut], batch[cut:]):
        plant.deliver(part)

    # What was written whole was overwritten by its first part.
    assert sorted(kept(plant)) == [200.0, 201.0, 202.0, 203.0, 204.0]


def test_a_message_redelivered_in_a_later_batch_removes_nothing():
    plant = plant_with_anomalies()
    batch = records(*hot_bodies(0, 1, 2), *hot_bodies(0, 9))

    plant.deliver(batch[:3])
    plant.deliver(batch[3:])

    assert set(kept(plant)) == {200.0, 201.0, 202.0, 209.0}


def test_a_temporary_s3_failure_redelivers_the_whole_batch():
    plant = plant_with_anomalies(FakeS3())
    plant.parts = plant.parts._replace(followers=plant.parts.followers[1:])
    plant.s3.errors.append(SLOW_DOWN)
    batch = records(*hot_bodies(0, 1))

    report = plant.deliver(batch)
    again = plant.deliver(batch)

    assert (report.checkpoint, report.delayed_by) == (0, "AnomalyStore could not store it")
    assert (again.checkpoint, kept(plant)) == (2, [200.0, 201.0])


def test_deployment_faults_are_raised_and_no_time_fails_all():
    with pytest.raises(ClientError, match="AccessDenied"):
        store(FakeS3(client_error("AccessDenied", 403))).write([hot(NOW_MS)], deadline())

    outcome = store(FakeS3()).write([hot(NOW_MS)], deadline(remaining_ms=0))
    assert list(outcome.failed) == [hot(NOW_MS)]


def test_every_object_is_put_with_a_checksum():
    """The bucket may have Object Lock, which refuses a PUT without one."""

    class Recording(FakeS3):
        def put_object(self, **arguments):
            seen.append(arguments.get("ChecksumAlgorithm"))
            return super().put_object(**arguments)

    seen: list[str | None] = []
    store(Recording()).write([hot(NOW_MS)], deadline())
    assert seen == ["CRC32"]
