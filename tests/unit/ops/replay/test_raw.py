"""Lines of the raw archive: envelopes, plain records, and what lost its time."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from typing import Any

import pytest

from lambda_src.common.deployment import DeploymentRules
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.reading import Reading
from ops.period import Period
from ops.replay.archive import Found
from ops.replay.raw import COLLECTED_MS, LONGEST_LINE, NO_TIME, RawObjectReader, latest_arrival
from ops.replay.rows import BrokenObjectError, Scope
from tests.unit.ops.replay.archives import HOUR_MS, NEW_YEAR_MS, hour

ALL = Scope(Period(NEW_YEAR_MS, NEW_YEAR_MS + HOUR_MS), None, None)
KEY = f"raw-data/{hour(NEW_YEAR_MS)}/iot-1"
DELIVERED_MS = NEW_YEAR_MS + 300_000


@pytest.fixture
def read(tmp_path):
    """The rows of an object that was delivered five minutes after New Year."""

    def rows(body, scope=ALL, *, after=0):
        file = tmp_path / "object"
        file.write_bytes(body)
        return list(RawObjectReader(scope).read(file, Found(KEY, len(body), DELIVERED_MS), after=after))

    return rows


def plain(**changes):
    message = {"device_id": "press-1", "sensor_type": "temperature", "value": 1, "timestamp": NEW_YEAR_MS} | changes
    return json.dumps({name: value for name, value in message.items() if value is not ...}).encode() + b"\n"


def wrapped(payload, arrived_ms=NEW_YEAR_MS + 70):
    envelope = {"envelope": 1, "device": "press-9", "arrived_ms": arrived_ms, "payload": b64encode(payload).decode()}
    return json.dumps(envelope).encode() + b"\n"


def contents(rows):
    return [each.content for each in rows]


@pytest.mark.parametrize("pack", [gzip.compress, bytes], ids=["gzip", "plain"])
def test_a_line_is_a_record(read, pack):
    found = read(pack(plain(value=1) + b"\n" + plain(value=2)))

    assert [each.content.value for each in found] == [1.0, 2.0]
    assert [each.position for each in found] == [1, 2]
    assert found[0].group != found[1].group


def test_an_envelope_keeps_its_device_and_its_arrival(read):
    (found,) = read(wrapped(b'{"sensor_type":"temperature","value":5}'))

    assert found.content == Reading("press-9", "temperature", 5.0, NEW_YEAR_MS + 70, NEW_YEAR_MS + 70)


def test_an_envelope_of_readings_keeps_every_arrival(read):
    elements = [
        {"sensor_type": "a", "value": 1, "timestamp_ms": NEW_YEAR_MS, "arrived_ms": NEW_YEAR_MS + n} for n in (3, 4)
    ]
    envelope = {"envelope": 1, "device": "press-9", "arrived_ms": NEW_YEAR_MS + 4, "readings": elements}

    found = read(json.dumps(envelope).encode() + b"\n")

    assert [each.content.arrived_ms - NEW_YEAR_MS for each in found] == [3, 4]
    assert found[0].group == found[1].group


def test_a_plain_record_arrived_by_the_time_of_delivery(read):
    (found,) = read(plain())

    assert (found.content.timestamp_ms, found.content.arrived_ms) == (NEW_YEAR_MS, DELIVERED_MS)


def test_the_hour_bounds_the_arrival_where_an_object_was_copied():
    copied = Found(KEY, 1, NEW_YEAR_MS + 9_000 * HOUR_MS)

    assert latest_arrival(copied) == NEW_YEAR_MS + HOUR_MS + COLLECTED_MS
    assert latest_arrival(copied._replace(key="raw-data/year=2026/month=13/day=01/hour=00/x")) == copied.modified_ms
    assert latest_arrival(copied._replace(key="raw-data/x")) == copied.modified_ms


def test_a_plain_reading_without_its_own_time_is_counted(read):
    assert contents(read(plain(timestamp=...))) == [NO_TIME]


def test_a_reading_timed_at_its_delivery_has_a_time(read):
    (found,) = read(plain(timestamp=DELIVERED_MS))

    assert found.content.timestamp_ms == DELIVERED_MS


def test_lines_that_are_no_readings_give_their_reasons(read):
    assert contents(read(b"nonsense\n" + plain(value="high") + plain()))[:2] == ["invalid_json", "invalid_value"]


def test_lines_of_another_hour_are_not_counted(read):
    later = ALL._replace(period=Period(NEW_YEAR_MS + 10 * HOUR_MS, NEW_YEAR_MS + 11 * HOUR_MS))

    assert read(b"nonsense\n" + plain(timestamp=...), later) == []


def test_a_device_and_a_sensor_can_be_asked_for(read):
    body = plain() + plain(device_id="press-2") + plain(sensor_type="pressure")

    assert [each.content.device_id for each in read(body, ALL._replace(device="press-2"))] == ["press-2"]
    assert [each.content.sensor_type for each in read(body, ALL._replace(sensor="pressure"))] == ["pressure"]


@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_reading_goes_on_after_a_position(read, after):
    body = b"nonsense\n" + plain(sensor_type=..., value=..., sensor_data={"a": 1, "b": 2}) + plain() * 3

    assert [each.position for each in read(body, after=after)] == list(range(after + 1, 7))


def test_a_truncated_gzip_fails_after_its_valid_lines(tmp_path):
    body = gzip.compress(b"".join(plain(value=n, firmware=str(n) * 50) for n in range(5000)))
    file = tmp_path / "object"
    file.write_bytes(body[: len(body) // 2])
    found = []

    def collect():
        rows: Any = RawObjectReader(ALL).read(file, Found(KEY, 0, DELIVERED_MS), after=0)
        for each in rows:
            found.append(each.content.value)  # noqa: PERF401  # what came before the error has to stay

    with pytest.raises(BrokenObjectError, match="truncated"):
        collect()

    assert found == [float(n) for n in range(len(found))]
    assert found


def test_a_gzip_with_damage_is_broken(read):
    body = bytearray(gzip.compress(plain() * 100))
    body[20:60] = b"\xff" * 40

    with pytest.raises(BrokenObjectError, match="invalid"):
        read(bytes(body))


def test_a_line_that_no_record_can_have_had_counts_once(read):
    assert contents(read(b"x" * (3 * LONGEST_LINE) + b"\n" + plain()))[:-1] == ["invalid_json"]


def test_a_record_is_read_by_the_formats_of_its_environment(tmp_path):
    form = Format(name="own", entrypoint="stream", each="m{}", device="who", time="at")
    rules = DeploymentRules(formats=(form,)).decode_rules()
    body = b'{"who": "press-1", "at": %d, "m": {"temp": 71.5}}\n' % NEW_YEAR_MS
    file = tmp_path / "object"
    file.write_bytes(body)

    rows = RawObjectReader(ALL, rules).read(file, Found(KEY, len(body), DELIVERED_MS), after=0)

    assert [(each.content.device_id, each.content.value) for each in rows if isinstance(each.content, Reading)] == [
        ("press-1", 71.5)
    ]
