"""The envelope around what devices say: opened, refused with its reason, or none at all."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from lambda_src.common.readings.rejects import Reason
from lambda_src.processor.intake import take_in
from lambda_src.processor.judge import ThresholdJudge
from tests.unit.functions.envelopes import ARRIVED, element, envelope, wrapped
from tests.unit.functions.factories import NOW_MS, body, record, records
from tests.unit.functions.plant import Plant

JUDGE = ThresholdJudge({})


def reasons(intake):
    return [(refused.item.reason, refused.item.payload) for refused in intake.refused]


def test_device_and_arrival_come_from_the_envelope():
    found = take_in([record(wrapped(body(sensor_id=..., timestamp=...)))], JUDGE).entries[0].reading

    assert (found.device_id, found.arrived_ms, found.timestamp_ms) == ("press-1", ARRIVED, ARRIVED)


def test_an_envelope_is_known_whatever_the_order_of_its_fields():
    fields = json.loads(wrapped(body()))
    data = json.dumps(dict(reversed(fields.items()))).encode()

    assert take_in([record(data)], JUDGE).entries[0].reading.arrived_ms == ARRIVED


def test_a_payload_naming_another_device_is_refused_with_its_bytes():
    inner = body(sensor_id="press-2")

    assert reasons(take_in([record(wrapped(inner))], JUDGE)) == [(Reason.DEVICE_MISMATCH, inner)]


def test_refused_parts_keep_the_bytes_that_the_device_sent():
    batch = records(wrapped(b"\x00\xff"), wrapped(b""), wrapped(body(value=1)), wrapped(body(value=2)))

    assert reasons(take_in(batch, JUDGE)) == [
        (Reason.INVALID_UTF8, b"\x00\xff"),
        (Reason.EMPTY, b""),
        (Reason.CONFLICT, body(value=2)),
    ]


def test_what_is_refused_keeps_what_the_envelope_said_of_it():
    named = envelope(device="no device", payload=b64encode(body()).decode())
    batch = records(wrapped(b"junk"), wrapped(body(sensor_id="press-2")), named, b"junk", envelope(readings=[]))

    sources = [refused.item.source for refused in take_in(batch, JUDGE).refused]

    assert [(source.device, source.received_ms) for source in sources] == [
        ("press-1", ARRIVED),
        ("press-1", ARRIVED),
        ("no device", ARRIVED),
        (None, None),
        (None, None),
    ]
    assert [source.arrived_ms for source in sources] == [each.arrived_ms for each in batch]


def test_readings_of_the_bridge_keep_their_own_arrivals():
    first, second = (
        element(),
        element(sensor_type="Humidity", arrived_ms=NOW_MS, production_line="l", metadata={"a": 1}),
    )

    entries = take_in([record(envelope(readings=[first, second]))], JUDGE).entries

    assert [(e.reading.sensor_type, e.reading.arrived_ms, e.position) for e in entries] == [
        ("temperature", ARRIVED, 0),
        ("humidity", NOW_MS, 1),
    ]
    assert (entries[1].reading.production_line, entries[1].reading.metadata) == ("l", {"a": 1})
    assert {e.reading.device_id for e in entries} == {"press-1"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (element(value="1"), Reason.INVALID_ENVELOPE),
        (element(device_id="press-2"), Reason.INVALID_ENVELOPE),
        (element(arrived_ms=...), Reason.INVALID_ENVELOPE),
        (element(sensor_type="é"), Reason.INVALID_SENSOR_TYPE),
        (element(timestamp_ms=ARRIVED + 16 * 60_000), Reason.TIMESTAMP_IN_FUTURE),
        (element(timestamp_ms=1), Reason.TIMESTAMP_TOO_OLD),
    ],
)
def test_one_bad_reading_among_many_is_refused_alone(bad, reason):
    bad = {key: value for key, value in bad.items() if value is not ...}
    data = envelope(readings=[element(), bad, element(timestamp_ms=ARRIVED)])

    intake = take_in([record(data)], JUDGE)

    assert [entry.position for entry in intake.entries] == [0, 2]
    assert [(r.item.reason, r.item.source.position) for r in intake.refused] == [(reason, 1)]
    alone = intake.refused[0].item.payload
    assert json.loads(alone) == json.loads(envelope(readings=[bad]))
    assert reasons(take_in([record(alone)], JUDGE)) == [(reason, alone)]


@pytest.mark.parametrize(
    "data",
    [
        envelope(),
        envelope(payload="", readings=[]),
        envelope(payload="no base64!"),
        envelope(payload="AAA"),
        envelope(payload=5),
        envelope(payload="", device=...),
        envelope(payload="", device=7),
        envelope(payload="", arrived_ms="now"),
        envelope(payload="", arrived_ms=-1),
        envelope(payload="", arrived_ms=10**18),
        envelope(payload="", envelope=2),
        envelope(payload="", surprise=1),
        wrapped(body())[:-20],
    ],
)
def test_a_broken_envelope_is_refused_whole(data):
    intake = take_in([record(data)], JUDGE)

    assert intake.entries == []
    assert reasons(intake) == [(Reason.INVALID_ENVELOPE, data)]


@pytest.mark.parametrize("device", ["", "a b", "x" * 129, "über"])
def test_a_topic_that_is_no_device_vouches_for_none(device):
    inner = body(sensor_id=device or "press-9")

    assert reasons(take_in([record(wrapped(inner, device=device))], JUDGE)) == [(Reason.INVALID_DEVICE, inner)]


def test_an_envelope_without_readings_is_empty():
    assert [reason for reason, _ in reasons(take_in([record(envelope(readings=[]))], JUDGE))] == [Reason.EMPTY]


def test_a_machine_may_measure_an_envelope():
    data = json.dumps({"device_id": "press-1", "timestamp": ARRIVED, "envelope": 1, "rms": 2.5}).encode()

    entries = take_in([record(data)], JUDGE).entries

    assert {entry.reading.sensor_type: entry.reading.value for entry in entries} == {"envelope": 1.0, "rms": 2.5}


def test_where_the_transport_names_the_device_an_envelope_opens_nothing():
    intake = take_in([record(wrapped(body(sensor_id=...), device="press-2"), device_id="press-1")], JUDGE)

    assert "press-2" not in {entry.reading.device_id for entry in intake.entries}


def test_poison_among_envelopes_is_quarantined_others_are_stored_once():
    good = [wrapped(body(value=float(n), timestamp=ARRIVED + n)) for n in range(4)]
    plant = Plant()

    report = plant.deliver(records(good[0], wrapped(b"junk"), good[1], envelope(), good[2], b"\xff", good[3]))

    assert report.checkpoint == 7
    assert sorted(plant.store.kept.values()) == [0, 1, 2, 3]
    assert [reason for _, reason in plant.quarantined()] == ["invalid_json", "invalid_envelope", "invalid_utf8"]
