"""What a file's readings are, whatever its form."""

from __future__ import annotations

from io import BytesIO

import pytest

from lambda_src.common.ingest.content import MOST_BYTES
from ops.errors import InputError
from ops.send.batches import batches
from ops.send.item import Item
from ops.send.source import read

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
    text = b'\xef\xbb\xbfDevice_ID, sensor_type,value,timestamp,unit\r\na,t,1.50,1763712345,F\r\n\r\n"b",t,1e3,,\r\n'

    assert items(text) == (
        "line",
        [
            Item(2, b'{"device_id": "a", "sensor_type": "t", "value": 1.5, "timestamp": 1763712345.0, "unit": "F"}'),
            Item(4, b'{"device_id": "b", "sensor_type": "t", "value": 1000.0}'),
        ],
    )


@pytest.mark.parametrize("value", ["12,5", "NaN", "1e999", "0x10", "1_000", "ten"])
def test_a_value_without_a_number_is_sent_as_text(value):
    _, (item,) = items(f'device_id,sensor_type,value\na,t,"{value}"'.encode())

    assert item.data == f'{{"device_id": "a", "sensor_type": "t", "value": "{value}"}}'.encode()


@pytest.mark.parametrize(
    ("row", "reason"),
    [(b"a,t", "invalid_row"), (b"a,t,1,2", "invalid_row"), (b'a,t,"1', "invalid_row"), (b"\xff,t,1", "invalid_utf8")],
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
        (b"hello", "must be NDJSON, a JSON array, or CSV"),
        (b"device_id,value\na,1", "device_id, sensor_type, value, timestamp"),
        (b"device_id,sensor_type,value,colour\n", "column 'colour' is unknown"),
        (b"device_id,sensor_type,value,value\n", "occurs twice"),
        (b'"device_id,sensor_type,value\n', "not a valid header"),
        (b"\xff\xfe", "not a valid header"),
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
