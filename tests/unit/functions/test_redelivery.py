"""A redelivered batch, whole, shortened or split, changes nothing that was stored."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.unit.functions.factories import NOW_MS, body, records
from tests.unit.functions.fakes import FakeS3, client_error
from tests.unit.functions.plant import Plant, batch_of

SLOW_DOWN = client_error("SlowDown", 503)


@pytest.mark.parametrize("cut", range(1, 10))
@pytest.mark.parametrize("poison", [{0}, {2, 7}, {9}, {0, 1, 2, 3, 4}, set()], ids=str)
def test_a_batch_split_after_its_write_leaves_readings_once(cut, poison):
    whole, cut_up = Plant(), Plant()
    batch = batch_of(poison=poison)
    whole.deliver(batch)

    cut_up.deliver(batch)
    cut_up.deliver(batch[:cut])
    cut_up.deliver(batch[cut:])

    assert sorted(cut_up.archived()) == sorted(whole.archived())
    assert sorted(cut_up.quarantined()) == sorted(whole.quarantined())


@pytest.mark.parametrize("failing", range(10))
@pytest.mark.parametrize("poison", [{0}, {2, 7}, {9}], ids=str)
def test_a_batch_retried_from_its_checkpoint_leaves_each_reading_once(failing, poison):
    plant, undisturbed = Plant(), Plant()
    batch = batch_of(poison=poison)
    undisturbed.deliver(batch)

    plant.store.failing = {float(failing)}
    report = plant.deliver(batch)
    plant.store.failing = set()
    plant.deliver(batch[report.checkpoint :])

    assert sorted(plant.archived()) == sorted(undisturbed.archived())
    assert sorted(plant.quarantined()) == sorted(undisturbed.quarantined())


def test_a_whole_batch_again_changes_no_object():
    plant = Plant()
    batch = batch_of(poison={3})
    plant.deliver(batch)
    before = dict(plant.s3.objects)

    plant.deliver(batch)

    assert plant.s3.objects == before


@pytest.mark.parametrize("errors", [(SLOW_DOWN,), (None, SLOW_DOWN)], ids=["archive", "quarantine"])
def test_a_temporary_s3_failure_reports_the_first_record(errors):
    class Failing(FakeS3):
        def put_object(self, **request):
            if self.errors and self.errors[0] is None:
                self.errors.pop(0)
                self.objects[f"{request['Bucket']}/{request['Key']}"] = request["Body"]
            else:
                super().put_object(**request)

    plant = Plant(Failing(*errors))
    batch = batch_of(poison={4})

    report = plant.deliver(batch)
    again = plant.deliver(batch)

    assert (report.checkpoint, again.checkpoint) == (0, 10)
    assert report.delayed_by is not None
    assert report.counts["ReadingsProcessed"] == 0
    assert len(plant.archived()) == 9
    assert len(plant.quarantined()) == 1


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchBucket"])
def test_a_permanent_s3_failure_is_raised(code):
    with pytest.raises(ClientError, match=code):
        Plant(FakeS3(client_error(code, 403))).deliver(batch_of())


def test_objects_are_named_by_shard_first_record_and_arrival():
    plant = Plant()

    plant.deliver(batch_of(poison={3}))

    assert sorted(plant.s3.objects) == [
        "processed/processed/year=2025/month=11/day=21/hour=08/shardId-000000000001-49590000000000.ndjson.gz",
        "quarantine/quarantine/year=2025/month=11/day=21/hour=08/shardId-000000000001-49590000000003.ndjson",
    ]


def test_a_processed_line_has_every_key():
    plant = Plant()

    plant.deliver(records(body(production_line=...)))

    assert plant.s3.lines("processed") == [
        {
            "device_id": "press-1",
            "sensor_type": "temperature",
            "value": 71.5,
            "timestamp_ms": NOW_MS,
            "arrived_ms": NOW_MS,
            "production_line": None,
            "metadata": None,
            "processed_at": "2025-11-21T08:05:45.000Z",
            "version": 2,
            "is_anomaly": False,
            "severity": "normal",
            "reason": None,
            "unit": None,
            "quality": "good",
        }
    ]
