"""The stores of devices: runs, archived envelopes, anomalies at once, and each device's last state."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from lambda_src.common.readings.reading import Identity
from lambda_src.common.thresholds import Threshold
from lib.config.load import load_preset
from local.ledger.account import account
from local.ledger.anomalies import AnomalyReader
from local.ledger.raw_archive import RawArchiveReader
from local.ledger.stores import readers_for
from local.ledger.tables import STATE_LAG_MS, DeviceStanding, RunsReader, account_states

LIMITS = {"temperature": Threshold(max=80.0)}
NOW = 1_790_000_000_000
PAYLOAD = b'{"deviceId":"press-1","sensorType":"temperature","value":20.5,"timestamp":1790000000000}'
READING = (Identity("press-1", "temperature", NOW), 20.5)


class FakeAws:
    """Pages of DynamoDB items, or one bucket's objects."""

    def __init__(self, items: list[dict[str, Any]] | None = None, objects: dict[str, bytes] | None = None) -> None:
        self.items = items or []
        self.objects = objects or {}

    def client(self, _service: str) -> Any:
        return self

    def get_paginator(self, operation: str) -> Any:
        class Paginator:
            def paginate(paginator, **request: Any) -> list[dict[str, Any]]:  # noqa: N805
                if operation == "scan":
                    return [{"Items": [item]} for item in self.items]
                keys = [key for key in self.objects if key.startswith(request["Prefix"])]
                return [{"Contents": [{"Key": key, "ETag": key} for key in keys]}]

        return Paginator()

    def get_object(self, *, Bucket: str, Key: str) -> Any:  # noqa: N803
        class Body:
            read = staticmethod(lambda: self.objects[Key])

        return {"Body": Body, "Bucket": Bucket}


def aws(**content: Any) -> Any:
    return FakeAws(**content)


def run_item(*values: float) -> dict[str, Any]:
    return {
        "device_id": {"S": "press-1"},
        "sensor_type": {"S": "temperature"},
        "start_ms": {"N": str(NOW)},
        "arrived_ms": {"N": str(NOW)},
        "offsets_ms": {"L": [{"N": str(place * 1000)} for place in range(len(values))]},
        "values": {"L": [{"N": repr(value)} for value in values]},
    }


def envelope(payload: bytes = PAYLOAD, device: str = "press-1") -> bytes:
    parts = {"envelope": 1, "device": device, "arrived_ms": NOW, "payload": b64encode(payload).decode()}
    return json.dumps(parts).encode()


def raw(*lines: bytes) -> RawArchiveReader:
    objects = {f"raw-data/{number}": line + b"\n" for number, line in enumerate(lines)}
    return RawArchiveReader(aws(objects=objects), "raw", {PAYLOAD: [READING]})


def test_a_run_is_as_many_readings_as_it_has_values() -> None:
    reader = RunsReader(aws(items=[run_item(20.5, 21.0), run_item(19.0)]), "readings")
    assert reader.count() == 3
    assert list(reader.read()) == [(READING[0], 19.0), (Identity("press-1", "temperature", NOW + 1000), 21.0)]
    assert reader.repeats == 1


@pytest.mark.parametrize("line", [PAYLOAD, envelope()], ids=["as it is", "in the rule's envelope"])
def test_the_archive_recognises_a_message_by_its_bytes(line: bytes) -> None:
    reader = raw(line)
    assert (reader.count(), list(reader.read())) == (1, [READING])


def test_the_archive_reads_the_bridges_envelopes() -> None:
    element = {"sensor_type": "temperature", "value": 20.5, "timestamp_ms": NOW, "arrived_ms": NOW}
    line = json.dumps({"envelope": 1, "device": "press-1", "arrived_ms": NOW, "readings": [element]}).encode()
    assert list(raw(line).read()) == [READING]


@pytest.mark.parametrize("line", [b"{}", envelope(b"{}"), b'{"envelope":1,"broken'])
def test_what_nobody_sent_is_unexpected_in_the_archive(line: bytes) -> None:
    found = account("s3_raw", dict([READING]), raw(line).read())
    assert (found.missing, found.unexpected) == (1, 1)


def test_exactly_the_anomalies_are_expected_among_the_anomalies() -> None:
    hot, cold = Identity("press-1", "temperature", NOW), Identity("press-1", "temperature", NOW + 1)
    sent = {hot: 80.1, cold: 80.0, Identity("press-1", "humidity", NOW): 999.0}
    line = {"device_id": "press-1", "sensor_type": "temperature", "timestamp_ms": NOW, "value": 80.1}
    body = json.dumps({**line, "arrived_ms": NOW, "processed_at": "2026-01-01T00:00:00Z"}).encode() + b"\n"
    reader = AnomalyReader(aws(objects={"anomalies/press-1/1.ndjson": body}), "raw", LIMITS)
    assert reader.count() == 1
    assert account(reader.name, reader.expected(sent), reader.read()).ok
    assert not account(reader.name, reader.expected({hot: 80.1, cold: 99.0}), reader.read()).ok


@pytest.mark.parametrize(
    ("preset", "outputs", "names"),
    [
        (
            "plant-monitoring",
            {"readings_table": "r", "raw_bucket": "b"},
            ["dynamodb_readings", "s3_anomalies", "s3_raw"],
        ),
        ("factory-floor", {"readings_table": "r", "raw_bucket": "b"}, ["dynamodb_readings", "s3_raw"]),
        (
            "manufacturing",
            {"timestream_table": "t", "timestream_database": "d", "processed_bucket": "p", "raw_bucket": "b"},
            ["s3_processed", "s3_raw", "timestream"],
        ),
    ],
)
def test_each_preset_has_a_reader_for_each_of_its_stores(
    preset: str, outputs: dict[str, str], names: list[str]
) -> None:
    assert [reader.name for reader in readers_for(aws(), outputs, {}, load_preset(preset))] == names


SENT = {Identity("press-1", "temperature", NOW - 5): 20.0, Identity("press-1", "temperature", NOW): 90.0}


def standing(status: str = "ANOMALY", time: int = NOW, value: float = 90.0) -> dict[str, DeviceStanding]:
    return {"press-1": DeviceStanding(status, {"temperature": (time, value)})}


def test_a_device_with_the_newest_last_reading_is_right() -> None:
    found = account_states(SENT, standing(), LIMITS)
    assert (found.expected, found.found, found.ok) == (1, 1, True)


@pytest.mark.parametrize(
    ("states", "missing", "unexpected"),
    [
        ({}, 1, 0),
        (standing(value=91.0), 0, 1),
        (standing(time=NOW + 1), 0, 1),
        (standing(status="NORMAL"), 0, 1),
        ({**standing(), "press-9": DeviceStanding("NORMAL", {"temperature": (NOW, 1.0)})}, 0, 1),
    ],
    ids=["not there", "another value", "never sent", "another status", "a stranger"],
)
def test_a_wrong_state_is_found(states: dict[str, DeviceStanding], missing: int, unexpected: int) -> None:
    found = account_states(SENT, states, LIMITS)
    assert (found.missing, found.unexpected, found.ok) == (missing, unexpected, False)
    assert found.examples


@pytest.mark.parametrize(("lag", "ok"), [(STATE_LAG_MS, True), (STATE_LAG_MS + 1, False)])
def test_a_state_may_lag_for_two_intervals_at_most(lag: int, ok: bool) -> None:
    sent = {Identity("press-1", "temperature", NOW - lag): 20.0, Identity("press-1", "temperature", NOW): 21.0}
    assert account_states(sent, standing("NORMAL", NOW - lag, 20.0), LIMITS).ok is ok
