"""What a file's readings are, whatever its form."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from lambda_src.common.ingest.content import MOST_BYTES
from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.sensor_names import parse_sensor_type
from ops.errors import InputError
from ops.send.batches import batches
from ops.send.item import Item
from ops.send.source import read
from tests.unit.functions.factories import NOW_MS

LINE = b'{"device_id": "a", "sensor_type": "t", "value": 1}'


def items(text):
    source = read(BytesIO(text), "file")
    return source.noun, list(source.found)


def test_a_line_is_an_item_with_its_number():
    assert items(b"\n" + LINE + b"\r\n\n  " + LINE) == ("line", [Item(2, LINE), Item(4, LINE)])


def test_an_array_element_is_an_item_with_its_position():
    assert items(b"\xef\xbb\xbf[" + LINE + b",\n\n" + LINE + b"]") == ("element", [Item(1, LINE), Item(2, LINE)])


def test_one_message_may_take_several_lines():
    text = b'{\n  "device_id": "a",\n  "value": 1\n}\n'

    assert items(text) == ("line", [Item(1, text)])


@pytest.mark.parametrize(
    "line",
    [b'{"device_id":"a","readings":[1]}', rb'{"device_id":"a","re\u0061dings":[1]}', b"[1]"],
)
def test_what_is_a_list_itself_travels_alone(line):
    _, (first, second) = items(LINE + b"\n" + line)

    assert (first.alone, second.alone) == (False, True)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "invalid_json"),
        (b"NaN", "invalid_json"),
        (b'{"value": NaN}', "invalid_json"),
        (b'{"device_id": "\xff"}', "invalid_utf8"),
        (b"[" * 100_000, "too_deep"),
    ],
)
def test_a_line_that_would_spoil_its_request_is_not_sent(line, reason):
    _, (first, bad, last) = items(LINE + b"\n" + line + b"\n" + LINE)

    assert (bad.number, bad.why.reason) == (2, reason)
    assert (first, last) == (Item(1, LINE), Item(3, LINE))


def test_a_broken_first_line_does_not_change_the_format():
    noun, (bad, good) = items(b"{broken\n" + LINE)

    assert (noun, bad.number, good) == ("line", 1, Item(2, LINE))


def test_a_row_is_the_message_of_its_columns():
    text = (
        b"\xef\xbb\xbf\r\nDevice_ID, sensor_type,value,timestamp,unit\r\na,Line 1/T,1.50,1763712345,F\r\n\r\n"
        b'"b",t,1e3,1763712346,\r\nc,t,Bad,1763712347,\r\nd,t,2,1763712348,\r\n'
    )
    noun, found = items(text)

    assert (noun, [item.number for item in found]) == ("line", [3, 5, 6, 7])
    assert [json.loads(item.data) for item in found] == [
        {"device_id": "a", "sensor_type": "line 1/t", "value": 1.5, "timestamp": 1763712345000, "unit": "F"},
        {"device_id": "b", "sensor_type": "t", "value": 1000.0, "timestamp": 1763712346000},
        {"device_id": "c", "sensor_type": "t", "value": None, "timestamp": 1763712347000, "quality": "bad"},
        {"device_id": "d", "sensor_type": "t", "value": 2.0, "timestamp": 1763712348000},
    ]


def test_the_api_reads_a_row_as_the_row_was_read():
    names = ["Line 1/Temp", "\u00d6l", "a_x20_b", "T", "x" * 60]
    rows = "".join(f"press-1,{name},{number},{NOW_MS},uncertain\n" for number, name in enumerate(names))
    _, found = items(f"device,sensor,value,time,quality\n{rows}".encode())

    readings = [decode(item.data, arrived_ms=NOW_MS).readings[0] for item in found]

    assert [one.sensor_type for one in readings] == [parse_sensor_type(name) for name in names]
    assert [(one.value, one.timestamp_ms, one.quality) for one in readings] == [
        (float(number), NOW_MS, "uncertain") for number in range(5)
    ]


def test_rows_without_any_time_have_none_in_the_message():
    _, (item,) = items(b"device_id,sensor_type,value\na,t,1")

    assert json.loads(item.data) == {"device_id": "a", "sensor_type": "t", "value": 1.0}


@pytest.mark.parametrize("value", ["12,5", "NaN", "1e999", "0x10", "1_000", "ten"])
def test_a_value_without_a_number_is_refused_with_its_line(value):
    _, (good, bad) = items(f'device_id,sensor_type,value\na,t,1\nb,t,"{value}"'.encode())

    assert (good.number, bad.number, bad.why.reason) == (2, 3, "invalid_value")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"a,t", "invalid_encoding"),
        (b"a,t,1,2", "invalid_encoding"),
        (b'a,t,"1', "invalid_encoding"),
        (b"\xff,t,1", "invalid_utf8"),
        (b"a b,t,1", "invalid_device"),
        (b",t,1", "no_device"),
    ],
)
def test_a_row_that_cannot_be_read_spoils_no_other(row, reason):
    _, (bad, good) = items(b"device_id,sensor_type,value\n" + row + b"\na,t,1")

    assert (bad.number, bad.why.reason) == (2, reason)
    assert good.number == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "file is empty"),
        (b"\xef\xbb\xbf\n \n", "file is empty"),
        (b"[]", "file is empty"),
        (b"[1, 2", "is invalid"),
        (b"[" * 100_000, "is invalid"),
        (b"hello", "must be NDJSON, a JSON array, or a table"),
        (b"device_id,sensor_type,value,value\n", "two columns have the same name"),
        (b'"device_id,sensor_type,value\n', "a quote is not closed"),
        (b"\xff\xfe", "file is empty"),
    ],
)
def test_what_is_none_of_the_forms_is_bad_input(text, words):
    with pytest.raises(InputError, match=words):
        items(text)


def unexpected(item):
    raise AssertionError(item)


def cut(*found, most=3):
    return [[item.number for item in batch.items] for batch in batches(found, most, unexpected)]


def test_batches_have_at_most_so_many_items():
    assert cut(*(Item(n, LINE) for n in range(7))) == [[0, 1, 2], [3, 4, 5], [6]]


def test_an_item_sent_alone_has_its_own_batch():
    assert cut(Item(1, LINE), Item(2, b"[1]", alone=True), Item(3, LINE), Item(4, LINE)) == [[1], [2], [3, 4]]


def test_a_batch_is_no_longer_than_the_api_takes():
    half = b"1" * (MOST_BYTES // 2 - 2)
    found = [Item(1, half), Item(2, half), Item(3, LINE), Item(4, b"1" * (2 * MOST_BYTES))]

    assert cut(*found) == [[1, 2], [3], [4]]
    first, *_ = batches(found, 3, unexpected)
    assert len(first.body) <= MOST_BYTES


def test_the_key_of_a_request_follows_from_content_and_place():
    def key(*found, attempt=0, run=""):
        (batch,) = batches(found, 3, unexpected)
        return batch.key(attempt, run)

    same = key(Item(1, LINE))
    assert same == key(Item(1, LINE))
    others = {
        key(Item(2, LINE)),
        key(Item(1, b"{}")),
        key(Item(1, LINE), Item(2, LINE)),
        key(Item(1, LINE), attempt=1),
        key(Item(1, LINE), run="x"),
    }
    assert len(others | {same}) == 6
