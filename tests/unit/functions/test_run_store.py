"""The table of runs: what a call holds, and what each of the service's answers means."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.common.readings.rejects import Reason
from lambda_src.common.runs import SPAN_MS, readings_of
from lambda_src.processor.stores.runs import RunStore
from tests.support.stored_runs import readings_between
from tests.unit.functions.factories import IN_TURN, NOW_MS, body, deadline, entry, records, series
from tests.unit.functions.fake_dynamodb import FakeDynamo
from tests.unit.functions.fakes import client_error
from tests.unit.functions.plant import Plant

THROTTLED = client_error("ProvisionedThroughputExceededException")


def store(fake: Any, *, now_ms: int = NOW_MS) -> RunStore:
    return RunStore(fake, "readings", IN_TURN, kept_days=30, now_ms=lambda: now_ms)


def fleet(count, each=2):
    """``each`` readings of ``count`` devices, every device in turn."""
    return [
        entry(index, device_id=f"press-{index % count}", timestamp_ms=NOW_MS + index, value=float(index))
        for index in range(count * each)
    ]


def held(items):
    return sorted(reading.value for item in items for reading in readings_of(item))


def test_a_call_takes_25_runs():
    fake = FakeDynamo()

    outcome = store(fake).write(fleet(60), deadline())

    assert fake.sizes == [25, 25, 10]
    assert (list(outcome.failed), list(outcome.rejected)) == ([], [])
    assert held(fake.items.values()) == [float(n) for n in range(120)]


def test_what_was_not_processed_is_sent_again_alone():
    fake = FakeDynamo({1, 3}, {0})

    outcome = store(fake).write(fleet(5), deadline())

    assert fake.sizes == [5, 2, 1]
    assert outcome.failed == []
    assert len(fake.items) == 5


def test_unprocessed_runs_fail_with_exactly_their_readings():
    fake = FakeDynamo({1}, *[{0}] * 10)
    entries = fleet(3)

    outcome = store(fake).write(entries, deadline())

    assert outcome.failed == [entries[1], entries[4]]
    assert len(fake.items) == 2


def test_a_throttled_call_is_retried_and_fails_only_its_runs():
    entries = fleet(26)

    recovered = store(FakeDynamo(THROTTLED)).write(entries, deadline())
    failed = store(FakeDynamo(*[THROTTLED] * 5)).write(entries, deadline())

    assert recovered.failed == []
    assert {e.reading.device_id for e in failed.failed} == {f"press-{n}" for n in range(25)}


def test_the_checkpoint_is_the_first_record_of_a_failed_run():
    plant = Plant(store=store(FakeDynamo({1}, *[{0}] * 4)))
    batch = records(*series(2), *series(3, sensor_id="press-2"))

    report = plant.deliver(batch)
    again = plant.deliver(batch[report.checkpoint :])

    assert (report.checkpoint, again.checkpoint) == (2, 3)
    assert sorted(plant.archived()) == [0, 0, 1, 1, 2]


def test_what_no_time_is_left_for_is_failed_unsent():
    fake = FakeDynamo()
    entries = fleet(60, each=1)

    outcome = store(fake).write(entries, deadline(remaining_ms=2000, step_ms=800))

    assert 0 < len(fake.items) < 60
    assert outcome.failed == entries[len(fake.items) :]


def test_a_value_beyond_dynamodb_is_rejected_alone_and_quarantined():
    fake = FakeDynamo()
    plant = Plant(store=store(fake))
    batch = records(body(value=1e300), body(value=1.0, timestamp=NOW_MS - 1))

    report = plant.deliver(batch)

    assert report.checkpoint == 2
    assert plant.quarantined() == [(batch[0].sequence_number, "rejected_by_dynamodb")]
    assert held(fake.items.values()) == plant.archived() == [1.0]


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])
def test_what_only_a_deployment_can_fix_is_raised(code):
    with pytest.raises(ClientError, match=code):
        store(FakeDynamo(client_error(code))).write(fleet(1), deadline())


@pytest.mark.parametrize("cut", range(1, 8))
def test_a_batch_written_whole_and_again_split_is_read_once(cut):
    fake = FakeDynamo()
    entries = [entry(n, timestamp_ms=NOW_MS + (n * 5) % 8, value=float(n)) for n in range(8)]

    for part in (entries, entries[:cut], entries[cut:], entries):
        store(fake).write(part, deadline())

    found = readings_between(fake.items.values(), NOW_MS, NOW_MS + 8)
    assert [r.timestamp_ms for r in found] == [NOW_MS + n for n in range(8)]
    assert {(r.timestamp_ms, r.value) for r in found} == {(e.reading.timestamp_ms, e.reading.value) for e in entries}


def test_an_already_expired_run_counts_as_stored_and_is_skipped():
    fake = FakeDynamo()
    entries = [
        entry(0, device_id="press-1", arrived_ms=NOW_MS),
        entry(1, device_id="press-2", arrived_ms=NOW_MS + 1000),
        entry(2, device_id="press-1", arrived_ms=NOW_MS - 1, timestamp_ms=NOW_MS - 2 * SPAN_MS),
    ]

    outcome = store(fake, now_ms=NOW_MS + 30 * 86_400_000).write(entries, deadline())

    assert (list(outcome.failed), list(outcome.rejected)) == ([], [])
    assert [device for device, _ in fake.items] == ["press-2"]


def test_a_run_has_its_evaluation_time_without_other_changes():
    fake = FakeDynamo()
    store(fake).write([entry()], deadline())
    ((key, first),) = fake.items.items()

    store(fake, now_ms=NOW_MS + 7).write([entry()], deadline())

    assert fake.items == {key: first | {"judged_ms": {"N": str(NOW_MS + 7)}}}


def test_the_real_client_sends_what_moto_stores(aws):
    clients.dynamodb().create_table(
        TableName="readings",
        KeySchema=[{"AttributeName": "device_id", "KeyType": "HASH"}, {"AttributeName": "run", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("device_id", "run")],
        BillingMode="PAY_PER_REQUEST",
    )
    entries = [
        entry(n, device_id=d, sensor_type=s, value=1 / 3, timestamp_ms=NOW_MS + n, production_line="línea")
        for n, (d, s) in enumerate(itertools.product([f"press-{i}" for i in range(20)], "abc"))
    ]

    outcome = store(clients.dynamodb()).write(entries, deadline())

    assert outcome.failed == []
    items = clients.dynamodb().scan(TableName="readings")["Items"]
    found = {reading.identity: reading for item in items for reading in readings_of(item)}
    assert found.keys() == {e.reading.identity for e in entries}
    assert {(reading.value, reading.production_line) for reading in found.values()} == {(1 / 3, "línea")}


def test_oversized_metadata_is_rejected_before_anything_is_written():
    fake = FakeDynamo()
    entries = [entry(0, metadata={"text": "x" * 400_000}), entry(1, timestamp_ms=NOW_MS + 1, metadata={"text": "x"})]

    assert [(r.entry.record_index, r.reason) for r in store(fake).rejects(entries)] == [
        (0, Reason.REJECTED_BY_DYNAMODB)
    ]
    assert fake.calls == []
