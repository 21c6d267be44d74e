"""What becomes of each record of a batch: stored, quarantined, or reported."""

from __future__ import annotations

from base64 import b64decode
from typing import Any, cast

import pytest

from lambda_src.common.readings.rejects import Reason
from lambda_src.processor.stores.runs import RunStore
from lambda_src.processor.stores.timestream import TimestreamStore
from tests.unit.functions.factories import IN_TURN, NOW_MS, body, records
from tests.unit.functions.fake_dynamodb import FakeDynamo
from tests.unit.functions.fakes import FakeStore, FakeTimestream, client_error
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


@pytest.mark.parametrize("order", [1, -1], ids=["decider first", "decider last"])
def test_what_a_store_rejects_when_written_no_other_store_gets(order):
    plant, second = Plant(), FakeStore(decides=False)
    plant.store.refusing = {1.0: Reason.REJECTED_BY_TIMESTREAM}
    plant.parts = plant.parts._replace(stores=[plant.store, second][::order])

    plant.deliver(batch_of(3))

    assert sorted(second.kept.values()) == plant.archived() == [0, 2]


@pytest.mark.parametrize("order", [1, -1])
def test_invalid_data_is_rejected_before_any_store_is_written(order):
    plant, second = Plant(), FakeStore(decides=False)
    second.impossible = {1.0: Reason.REJECTED_BY_DYNAMODB}
    plant.parts = plant.parts._replace(stores=[plant.store, second][::order])

    plant.deliver(batch_of(3))

    assert sorted(plant.store.kept.values()) == sorted(second.kept.values()) == plant.archived() == [0, 2]
    assert plant.quarantined() == [("49590000000001", "rejected_by_dynamodb")]


def test_a_reading_that_two_stores_reject_is_quarantined_once():
    plant, second = Plant(), FakeStore(decides=False)
    second.impossible = {1.0: Reason.REJECTED_BY_DYNAMODB}
    plant.store.impossible = {1.0: Reason.REJECTED_BY_TIMESTREAM}
    plant.parts = plant.parts._replace(stores=[plant.store, second])

    plant.deliver(batch_of(3))

    assert plant.quarantined() == [("49590000000001", "rejected_by_timestream")]


def test_a_value_beyond_dynamodb_reaches_no_store_at_all():
    service, table = FakeTimestream(), FakeDynamo()
    stores: Any = [
        TimestreamStore(cast("Any", service), "database", "table", IN_TURN),
        RunStore(cast("Any", table), "readings", IN_TURN, kept_days=30, now_ms=lambda: NOW_MS),
    ]
    plant = Plant()
    plant.parts = plant.parts._replace(stores=stores)

    plant.deliver(records(body(value=1e126), body(value=1.0, timestamp=NOW_MS - 1)))

    assert [float(value) for value in service.rows.values()] == plant.archived() == [1.0]
    assert [reason for _, reason in plant.quarantined()] == ["rejected_by_dynamodb"]


def test_no_store_gets_what_a_deciding_store_failed():
    plant, second = Plant(), FakeStore(decides=False)
    plant.store.failing = {1.0}
    plant.parts = plant.parts._replace(stores=[second, plant.store])

    report = plant.deliver(batch_of(3))

    assert report.checkpoint == 1
    assert sorted(second.kept.values()) == [0, 2]


def test_a_batch_without_time_is_reported_whole():
    plant = timestream_plant()

    report = plant.deliver(batch_of(), remaining_ms=0)

    assert report.checkpoint == 0
    assert plant.s3.objects == {}
