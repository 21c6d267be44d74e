"""What the quarantine gets follows from what came in: a record's bytes once, whatever was refused in it."""

from __future__ import annotations

import json
import tracemalloc
from base64 import b64decode

import pytest

from lambda_src.processor.condense import FREE_BYTES, GROWTH
from tests.unit.functions.factories import NOW_MS, body, payload, records
from tests.unit.functions.fake_dynamodb import FakeDynamo
from tests.unit.functions.plant import Plant
from tests.unit.functions.test_run_store import store

MIB = 1_048_576


def wide(count, value=1.0, **changes):
    """One message with so many measures."""
    return json.dumps({"device_id": "press-1", "timestamp": NOW_MS} | {f"s{n}": value for n in range(count)} | changes)


def quarantined_bytes(plant):
    return sum(len(data) for key, data in plant.s3.objects.items() if key.startswith("quarantine/"))


def ones(size):
    return b"[" + b"1," * (size // 2 - 1) + b"1]"


@pytest.mark.parametrize("data", [ones(128 * 1024), ones(MIB), wide(6_971, 1e200).encode()], ids=["128K", "1M", "wide"])
def test_quarantine_takes_no_more_than_its_bound(data):
    plant = Plant(store=store(FakeDynamo()))

    plant.deliver(records(data))

    assert quarantined_bytes(plant) <= FREE_BYTES + GROWTH * len(data)
    (line,) = plant.s3.lines("quarantine")
    assert b64decode(line["payload_base64"]) == data


def test_readings_rejected_by_a_store_keep_their_record_once():
    plant = Plant(store=store(FakeDynamo()))

    report = plant.deliver(records(wide(2_000, 1e200).encode(), body()))

    (line,) = plant.s3.lines("quarantine")
    assert (line["reason"], line["refused"], line["source"]["position"]) == ("rejected_by_dynamodb", 2_000, None)
    assert report.counts["ReadingsQuarantined"] == 2_000
    assert plant.archived() == [71.5]


def test_bad_elements_of_a_list_keep_a_line_each():
    elements = [payload(), *(payload(value="hot", timestamp=NOW_MS / 1000 - n) for n in range(20)), {"a": None}]
    plant = Plant()

    plant.deliver(records(json.dumps(elements).encode()))

    lines = plant.s3.lines("quarantine")
    assert [line["source"]["position"] for line in lines] == list(range(1, 22))
    assert {line["refused"] for line in lines} == {1}


def test_equal_bad_elements_stay_apart():
    plant = Plant()

    plant.deliver(records(json.dumps([payload(), *[payload(value="hot")] * 3]).encode()))

    assert [line["source"]["position"] for line in plant.s3.lines("quarantine")] == [1, 2, 3]


def test_bad_measures_of_a_message_are_one_detailed_line():
    plant = Plant()

    plant.deliver(records(b'{"device_id": "d", "sensor_data": {"a": null, "b": "x", "c": 1, "d": [], "e": {}}}'))

    (line,) = plant.s3.lines("quarantine")
    assert line["refused"] == 4
    assert line["detail"].startswith("4 readings were refused: measure 'a'")
    assert line["detail"].endswith("; and 1 others")


def test_a_record_of_one_mib_fits_into_memory():
    plant = Plant()
    batch = records(ones(MIB))
    tracemalloc.start()
    try:
        plant.deliver(batch)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    # The function has 512 MB, and a fifth of it is taken before.
    assert peak < 320 * MIB
