"""What becomes of each record of a batch: stored, quarantined, or reported."""

from __future__ import annotations

from base64 import b64decode

from lambda_src.common.readings.rejects import Reason
from tests.unit.functions.factories import body, records
from tests.unit.functions.fakes import FakeStore, client_error
from tests.unit.functions.plant import POISON, Plant, batch_of, timestream_plant

SLOW_DOWN = client_error("SlowDown", 503)


def test_a_poison_record_is_quarantined_others_are_stored_once():
    plant = Plant()

    report = plant.deliver(batch_of(poison={5}))

    assert report.checkpoint == 10
    assert sorted(plant.archived()) == [0, 1, 2, 3, 4, 6, 7, 8, 9]
    assert sorted(plant.store.kept.values()) == [0, 1, 2, 3, 4, 6, 7, 8, 9]
    assert plant.quarantined() == [("49590000000005", "invalid_json")]
    assert b64decode(plant.s3.lines("quarantine")[0]["payload_base64"]) == POISON
    assert report.counts["ReadingsProcessed"] == 9
    assert report.counts["ReadingsQuarantined"] == 1
    assert report.counts["RecordsFailed"] == 0


def test_the_checkpoint_is_the_first_record_with_a_failed_reading():
    plant = Plant()
    plant.store.failing = {8.0, 6.0}

    report = plant.deliver(batch_of(poison={2, 7}))

    assert report.checkpoint == 6
    assert sorted(plant.archived()) == [0, 1, 3, 4, 5]
    assert plant.quarantined() == [("49590000000002", "invalid_json")]
    assert report.counts["RecordsFailed"] == 4


def test_a_conflict_inside_a_batch_is_quarantined():
    plant = Plant()

    report = plant.deliver(records(body(value=1), body(value=2), body(value=1)))

    assert plant.archived() == [1.0]
    assert plant.quarantined() == [("49590000000001", "conflict")]
    assert report.counts["DuplicateReadings"] == 1


def test_a_conflict_with_an_earlier_batch_is_quarantined_not_archived():
    plant = timestream_plant()
    first, second = records(body(value=1), body(value=2))

    plant.deliver([first])
    plant.deliver([second])
    plant.deliver([first])

    assert plant.archived() == [1.0]
    assert plant.quarantined() == [("49590000000001", "conflict")]


def test_readings_a_store_refuses_are_quarantined_in_record_order():
    plant = Plant()
    plant.store.refusing = {1.0: Reason.REJECTED_BY_TIMESTREAM}

    plant.deliver(batch_of(4, poison={0, 3}))

    assert plant.archived() == [2.0]
    assert plant.quarantined() == [
        ("49590000000000", "invalid_json"),
        ("49590000000001", "rejected_by_timestream"),
        ("49590000000003", "invalid_json"),
    ]


def test_what_one_store_refuses_the_next_one_does_not_get():
    plant, second = Plant(), FakeStore()
    plant.store.refusing = {1.0: Reason.REJECTED_BY_TIMESTREAM}
    plant.parts = plant.parts._replace(stores=[plant.store, second])

    plant.deliver(batch_of(3))

    assert sorted(second.kept.values()) == [0, 2]


def test_a_batch_without_time_is_reported_whole():
    plant = timestream_plant()

    report = plant.deliver(batch_of(), remaining_ms=0)

    assert report.checkpoint == 0
    assert plant.s3.objects == {}
