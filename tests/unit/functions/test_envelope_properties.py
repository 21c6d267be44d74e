"""Whatever an envelope holds is read or refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.common.readings.envelope import MARK, open_envelope
from tests.unit.functions.envelopes import ARRIVED, wrapped
from tests.unit.functions.factories import NOW_MS, body
from tests.unit.functions.test_decode_properties import JSON, MESSAGES


@given(st.binary(max_size=120).map(lambda data: MARK + data) | st.binary(max_size=80).map(lambda d: b'{"envelope"' + d))
def test_any_bytes_with_the_mark_are_read_or_refused(data):
    decoded = open_envelope(data, arrived_ms=NOW_MS).decoded

    assert decoded.readings or decoded.rejects


@given(JSON | st.lists(MESSAGES, max_size=3), st.sampled_from(["payload", "readings", "device", "arrived_ms", "topic"]))
def test_any_json_in_any_field_is_read_or_refused(value, field):
    fields = {"envelope": 1, "device": "press-1", "arrived_ms": ARRIVED, "payload": "e30=", field: value}
    if field == "readings":
        del fields["payload"]

    decoded = open_envelope(json.dumps(fields).encode(), arrived_ms=NOW_MS).decoded

    assert decoded.readings or decoded.rejects
    assert len(decoded.readings) == len(decoded.positions)


@given(st.binary(max_size=200))
def test_any_enveloped_payload_belongs_to_the_device_or_is_refused(payload):
    opened = open_envelope(wrapped(payload), arrived_ms=NOW_MS)

    assert opened.payload == payload
    assert {reading.device_id for reading in opened.decoded.readings} <= {"press-1"}


@pytest.mark.parametrize("version", [1, "1"])
def test_the_version_is_a_number_or_the_sqls_text(version):
    opened = open_envelope(wrapped(body(), envelope=version), arrived_ms=ARRIVED)
    assert (len(opened.decoded.readings), opened.decoded.rejects) == (1, [])


@pytest.mark.parametrize("version", [2, "2", None, True])
def test_another_version_is_refused(version):
    opened = open_envelope(wrapped(body(), envelope=version), arrived_ms=ARRIVED)
    assert opened.decoded.readings == []
