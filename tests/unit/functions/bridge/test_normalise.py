"""What of a payload becomes readings, and what is passed on."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_src.bridge.normalise import MAX_PARTS, normalise
from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.unpack import unpack
from tests.unit.functions.factories import NOW_MS, body, payload, reading
from tests.unit.functions.test_decode_forms import SINGLE
from tests.unit.functions.test_decode_properties import JSON, MESSAGES

if TYPE_CHECKING:
    from collections.abc import Callable

BAD = body(value="hot")
PACK: dict[str, Callable[[bytes], bytes]] = {"plain": bytes, "gzip": gzip.compress, "zlib": zlib.compress}


def normal(data, device_id="press-1"):
    return normalise(data, device_id=device_id, arrived_ms=NOW_MS)


def read(data, device_id="press-1"):
    return decode(data, arrived_ms=NOW_MS, device_id=device_id)


@pytest.mark.parametrize("pack", PACK, ids=str)
@pytest.mark.parametrize("form", SINGLE, ids=str)
def test_every_form_that_the_processor_reads_becomes_readings(form, pack):
    assert normal(PACK[pack](SINGLE[form])) == ([reading()], [])


@pytest.mark.parametrize("pack", PACK, ids=str)
def test_lines_of_values_become_readings(pack):
    text = f"timestamp,sensor_type,value\n{NOW_MS},temperature,71.5\n{NOW_MS},vibration,0.2\n".encode()

    found = normal(PACK[pack](text))

    assert [(r.sensor_type, r.value) for r in found.readings] == [("temperature", 71.5), ("vibration", 0.2)]
    assert found.passed == []


@pytest.mark.parametrize(
    "data", [b"[" + body() + b"," + BAD + b"]", body() + b"\n" + BAD, body() + b"\nnot JSON"], ids=str
)
def test_a_bad_element_is_passed_on_alone(data):
    bad = b"not JSON" if data.endswith(b"not JSON") else BAD

    assert normal(data) == ([reading()], [bad])


def test_a_bad_line_of_values_is_passed_on_alone():
    assert normal(f"{NOW_MS},temperature,71.5\n{NOW_MS},temperature,hot".encode()) == (
        [reading(production_line=None)],
        [f"{NOW_MS},temperature,hot".encode()],
    )


def test_a_partly_valid_object_is_passed_on_whole():
    data = body(sensor_type=..., value=..., sensor_data={"temperature": 71.5, "speed": "fast"})

    assert normal(data) == ([], [data])
    assert normal(b"[" + body() + b"," + data + b"]") == ([reading()], [data])


def test_an_element_valid_only_outside_its_list_keeps_the_list():
    late = json.dumps({"timestamp": "yesterday", "readings": [{"sensor_type": "t", "value": 1}, payload()]}).encode()
    nested = body() + b"\n[" + body() + b"]"

    assert normal(late) == ([], [late])
    assert normal(nested) == ([], [nested])
    assert normal(gzip.compress(late)) == ([], [late])


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"hello", b"5", b"[]", b"[" + BAD + b"]", body(device_id="other")])
def test_without_a_reading_the_message_is_passed_on_unchanged(data):
    assert normal(data) == ([], [data])


def test_a_bomb_is_passed_on_as_it_came():
    bomb = gzip.compress(b"[" + b"1," * 10_000_000)

    assert normal(bomb) == ([], [bomb])


@pytest.mark.parametrize("line", [b"1", b"{}", b"temperature,"], ids=str)
def test_a_small_message_never_becomes_thousands_of_records(line):
    data = b"\n".join([body(), *[line] * (MAX_PARTS + 1)])

    assert normal(gzip.compress(data)) == ([], [data])


def test_too_many_bad_csv_lines_pass_on_with_good_ones():
    data = b"\n".join([b"temperature,1", *[b"temperature,"] * (MAX_PARTS + 1)])

    assert normal(data) == ([], [data])


def test_a_device_that_cannot_be_is_passed_on():
    data = body(sensor_id=...)

    assert normal(data, device_id="a b") == ([], [data])


LINES = st.lists(
    st.sampled_from(
        [b"temperature,1", b"1763712345,pressure,2", b";", b"", b"timestamp,sensor_type,value", b"{}", b"[1]"]
    )
    | st.binary(max_size=12),
    max_size=6,
).map(b"\n".join)
SHAPES = st.sampled_from(["array", "ndjson", "readings"])
ELEMENTS = st.lists(MESSAGES | st.just(payload(sensor_id=...)) | JSON, min_size=1, max_size=5)


def shaped(messages, shape):
    texts = [json.dumps(message) for message in messages]
    return {
        "array": f"[{','.join(texts)}]",
        "ndjson": "\n".join(texts),
        "readings": f'{{"timestamp": {NOW_MS}, "readings": [{",".join(texts)}]}}',
    }[shape].encode()


@given(st.builds(shaped, ELEMENTS, SHAPES), st.sampled_from([*PACK]))
@settings(max_examples=150)
def test_the_processor_gets_the_same_with_and_without_the_bridge(data, pack):
    found = normal(PACK[pack](data))

    after = [read(part) for part in found.passed]
    direct = read(data)
    readings = found.readings + [r for decoded in after for r in decoded.readings]
    rejects = [reject for decoded in after for reject in decoded.rejects]
    assert _count(readings) == _count(direct.readings)
    if direct.readings:
        assert Counter(r.reason for r in rejects) == Counter(r.reason for r in direct.rejects)
    else:
        assert found == ([], [data])


@given(LINES, st.sampled_from([*PACK]))
@settings(max_examples=150)
def test_every_line_is_a_reading_or_passed_on(data, pack):
    found = normal(PACK[pack](data))

    assert found.readings or found.passed
    for part in found.passed:
        assert part == data or part in data
    if found.readings and not read(data).readings:
        lines = [line for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
        header = len(found.readings) + len(found.passed) == len(lines) - 1
        assert header == (lines[0] == b"timestamp,sensor_type,value")


@given(st.binary(max_size=200), st.text(max_size=5))
def test_any_bytes_are_read_or_passed_on(data, device):
    found = normal(data, device)

    assert found.readings or found.passed in ([data], [unpack(data)])


def _count(readings):
    return Counter(msgspec.json.encode(found, order="deterministic") for found in readings)
