"""Records that a producer aggregated, made by AWS's own aggregator: each part is a record, their whole is one."""

from __future__ import annotations

from base64 import b64decode
from contextlib import suppress
from hashlib import md5

import pytest
from aws_kinesis_agg.aggregator import RecordAggregator
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.readings.decoded import MAX_READINGS
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.transport.aggregated import MAGIC, is_aggregated, sub_records
from lambda_src.processor.condense import FREE_BYTES, GROWTH
from tests.unit.functions.factories import body, records, series
from tests.unit.functions.plant import POISON, Plant


def aggregated(*datas, keys=("press-1",), hash_keys=(None,)):
    """One record of these by AWS's aggregator (aws-kinesis-agg)."""
    aggregator = RecordAggregator()
    for number, data in enumerate(datas):
        assert aggregator.add_user_record(keys[number % len(keys)], data, hash_keys[number % len(hash_keys)]) is None
    return aggregator.clear_and_get().get_contents()[2]


def mixed_batch():
    """The second of three records has four readings and a bad record."""
    parts = series(4)
    whole = aggregated(*parts[:2], POISON, *parts[2:])
    return records(body(value=77.0), whole, body(value=88.0, sensor_id="press-2"))


def sealed(message):
    return MAGIC + message + md5(message, usedforsecurity=False).digest()


@given(
    st.lists(st.binary(max_size=60), min_size=1, max_size=30),
    st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4),
)
def test_sub_records_have_their_own_data_and_keys(datas, keys):
    data = aggregated(*datas, keys=keys, hash_keys=(None, "123456789012345678901234567890"))

    assert is_aggregated(data)
    assert sub_records(data) == [(keys[n % len(keys)], part) for n, part in enumerate(datas)]


def test_readings_of_aggregated_records_are_stored():
    plant = Plant()

    report = plant.deliver(records(aggregated(*series(50)), body(value=99.0), aggregated(*series(5, sensor_id="p-2"))))

    assert plant.archived() == [*map(float, range(50)), 99.0, *map(float, range(5))]
    assert report.checkpoint == 3


def test_a_failed_reading_reports_its_whole_aggregated_record():
    plant = Plant()
    batch = mixed_batch()
    plant.store.failing = {3.0}

    report = plant.deliver(batch)

    assert report.checkpoint == 1
    assert (plant.archived(), plant.quarantined()) == ([77.0], [])


@pytest.mark.parametrize("failing", [0.0, 1.0, 3.0])
def test_a_retried_aggregated_record_leaves_each_reading_once(failing):
    plant, undisturbed = Plant(), Plant()
    batch = mixed_batch()
    undisturbed.deliver(batch)

    plant.store.failing = {failing}
    report = plant.deliver(batch)
    plant.store.failing = set()
    plant.deliver(batch[report.checkpoint :])

    assert sorted(plant.archived()) == sorted(undisturbed.archived()) == [0.0, 1.0, 2.0, 3.0, 77.0, 88.0]
    assert plant.quarantined() == undisturbed.quarantined()


def test_a_bad_sub_record_is_quarantined_alone_with_its_place():
    plant = Plant()

    plant.deliver(records(body(sensor_id="p-2"), aggregated(POISON, body(value=1.0), POISON, keys=("a", "b", "c"))))

    first, second = plant.s3.lines("quarantine")
    assert [b64decode(line["payload_base64"]) for line in (first, second)] == [POISON, POISON]
    assert [line["source"]["sub_record"] for line in (first, second)] == [0, 2]
    assert [line["source"]["partition_key"] for line in (first, second)] == ["a", "c"]
    assert first["source"]["sequence_number"] == second["source"]["sequence_number"] == "49590000000001"


def test_readings_that_a_store_rejects_stay_with_their_sub_record():
    plant = Plant()
    plant.store.refusing = dict.fromkeys((1.0, 2.0), Reason.REJECTED_BY_DYNAMODB)

    plant.deliver(records(aggregated(POISON, *series(4), POISON)))

    lines = plant.s3.lines("quarantine")
    assert [line["source"]["sub_record"] for line in lines] == [0, 2, 3, 5]
    assert plant.archived() == [0.0, 3.0]


@pytest.mark.parametrize("change", [lambda d: d[:-1] + bytes([d[-1] ^ 1]), lambda d: d[:-20], lambda d: d[:4]])
def test_a_damaged_aggregated_record_is_kept_whole(change):
    data = change(aggregated(*series(5)))
    plant = Plant()

    plant.deliver(records(data))

    (line,) = plant.s3.lines("quarantine")
    assert b64decode(line["payload_base64"]) == data
    assert line["source"]["sub_record"] is None


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"", "empty"),
        (b"\x0a\x01a", "empty"),
        (b"\x1a\x04\x08\x00\x1a\x00", "invalid_encoding"),
        (b"\x0a\x01a\x1a\x02\x08\x00", "invalid_encoding"),
        (b"\x0a\x01a\x1a\x02\x1a\x00", "invalid_encoding"),
        (b"\x0a\x01a\x1a\x04\x08\x01\x1a\x00", "invalid_encoding"),
        (b"\x0a\x01a\x1a\x09\x08\x00", "invalid_encoding"),
        (b"\x0a\x01\xff\x1a\x04\x08\x00\x1a\x00", "invalid_utf8"),
        (b"\x0a\x01a" + b"\x1a\x04\x08\x00\x1a\x00" * (MAX_READINGS + 1), "too_large"),
    ],
    ids=range(9),
)
def test_a_message_against_the_schema_is_refused_whole(message, reason):
    plant = Plant()

    plant.deliver(records(sealed(message), body(value=5.0)))

    assert plant.quarantined() == [("49590000000000", reason)]
    assert plant.archived() == [5.0]


@given(st.binary(max_size=200))
def test_no_message_raises_more_than_a_refusal(message):
    assert is_aggregated(sealed(message))
    with suppress(RuleBrokenError):
        assert sub_records(sealed(message))


def test_thousands_of_bad_sub_records_stay_within_their_bound():
    data = sealed(b"\x0a\x01a" + b"\x1a\x05\x08\x00\x1a\x01x" * 20_001)
    plant = Plant()

    report = plant.deliver(records(data))

    (line,) = plant.s3.lines("quarantine")
    assert b64decode(line["payload_base64"]) == data
    assert line["source"]["sub_record"] is None
    assert report.counts["ReadingsQuarantined"] == line["refused"] == 20_001
    assert sum(map(len, plant.s3.objects.values())) <= FREE_BYTES + GROWTH * len(data)
