"""From many messages to few stream records."""

from __future__ import annotations

import gzip
import json

import pytest

from lambda_src.bridge.opened import NoEnvelopeError, open_message
from lambda_src.bridge.prepare import MAX_READINGS, prepare
from lambda_src.bridge.sqs import BridgeMessage
from lambda_src.common.transport.pack import chunks, pack
from lambda_src.common.transport.records import MAX_RECORD, OutgoingRecord
from tests.unit.functions.bridge.factories import message, messages, processed
from tests.unit.functions.factories import NOW_MS, body, reading, series

KINESIS_LIMIT = 1024 * 1024


def packed(items):
    return list(pack(map(prepare, map(open_message, items))))


def test_many_messages_of_a_device_are_one_record():
    records = packed(messages(*series(100)))

    assert [record.partition_key for record in records] == ["press-1"]
    assert records[0].sources == {f"message-{n}" for n in range(100)}
    assert [r.value for r in processed(records[0].data).readings] == [float(n) for n in range(100)]


def test_each_device_has_records_of_its_own():
    items = [message(body(sensor_id=...), n, device=f"press-{n % 3}") for n in range(9)]

    records = packed(items)

    assert sorted(record.partition_key for record in records) == ["press-0", "press-1", "press-2"]
    assert [len(record.sources) for record in records] == [3, 3, 3]


def test_a_reading_keeps_all_fields_and_its_own_arrival():
    first = message(body(metadata={"unit": "Cel"}))
    second = message(body(timestamp=...), 1, arrived_ms=NOW_MS + 5)

    record = packed([first, second])[0]

    assert json.loads(record.data)["arrived_ms"] == NOW_MS + 5
    assert processed(record.data).readings == [
        reading(metadata={"unit": "Cel"}),
        reading(timestamp_ms=NOW_MS + 5, arrived_ms=NOW_MS + 5),
    ]


def test_no_record_exceeds_the_limit_and_nothing_is_lost():
    text = b"\n".join(b"temperature,%d" % n for n in range(30_000))

    records = packed(messages(gzip.compress(text), gzip.compress(text)))

    assert len(records) > 3
    assert all(MAX_RECORD * 0.9 < len(record.data) <= MAX_RECORD for record in records[:-1])
    values = [r.value for r in processed(*(record.data for record in records)).readings]
    assert values == [float(n) for n in range(30_000)] * 2


def test_the_same_messages_give_the_same_records():
    items = messages(*series(50), b"poison")

    assert packed(items) == packed(items)


def test_what_is_no_reading_goes_on_byte_for_byte():
    item = message(b"\x00 poison")

    assert packed([item]) == [OutgoingRecord("press-1", item.body, frozenset({"message-0"}))]


def test_a_bad_element_is_forwarded_in_its_own_envelope():
    bad = body(value="hot")
    item = message(b"[" + body() + b"," + bad + b"]")

    by_kind = {"payload" in json.loads(record.data): record.data for record in packed([item])}

    rejected = processed(by_kind[True]).rejects
    assert [(reject.reason, reject.payload) for reject in rejected] == [("invalid_value", bad)]
    assert processed(by_kind[False]).readings == [reading()]
    assert json.loads(by_kind[True])["client"] == "press-1"


def test_text_that_unfolds_beyond_a_record_goes_on_compressed():
    item = message(gzip.compress(b'"' + b"x" * 800_000 + b'"'))

    assert packed([item])[0].data == item.body


def test_a_reading_longer_than_a_record_is_forwarded_unchanged():
    item = message(gzip.compress(body(metadata={"text": "x" * MAX_RECORD})))

    assert packed([item])[0].data == item.body


def test_long_metadata_shared_by_thousands_of_measures_does_not_multiply():
    measures = {f"m{n}": n for n in range(2000)}
    item = message(body(sensor_type=..., value=..., sensor_data=measures, metadata={"text": "x" * 10_000}))

    prepared = prepare(open_message(item))

    assert prepared.records == [item.body]
    assert prepared.size < MAX_READINGS


def test_a_topic_without_a_device_still_has_a_partition_key():
    records = packed([message(body(), device="")])

    assert [record.partition_key for record in records] == ["-"]
    assert [reject.reason for reject in processed(records[0].data).rejects] == ["invalid_device"]


NO_ENVELOPES = {
    "no JSON": b"hello",
    "a plain payload": body(),
    "another version": message(b"", envelope=2).body,
    "no device": message(b"", device=...).body,
    "a device that no topic holds": message(b"", device="x" * 257).body,
    "no payload": message(b"", payload=...).body,
    "no base64": message(b"", payload="not base64!").body,
    "an invalid time": message(b"", arrived_ms="now").body,
    "a time before any device": message(b"", arrived_ms=-1).body,
    "an unknown field": message(b"", more=1).body,
    "too deep": b"[" * 100_000,
    "longer than a record": message(b"\x00" * MAX_RECORD).body,
}


@pytest.mark.parametrize("form", NO_ENVELOPES, ids=str)
def test_what_the_rule_did_not_write_is_refused(form):
    with pytest.raises(NoEnvelopeError):
        prepare(open_message(BridgeMessage("message-0", NO_ENVELOPES[form])))


def test_chunks_keep_both_limits_and_all_records():
    records: list[OutgoingRecord[str]] = [
        OutgoingRecord("press-1", b"x" * length, frozenset()) for length in (10, 80, 20, 5, 5, 5, 5, 5)
    ]

    parts = list(chunks(records, most=4, size=107))

    assert [[len(record.data) for record in part] for part in parts] == [[10, 80], [20, 5, 5, 5], [5, 5]]


def test_a_full_record_fits_the_stream_with_the_longest_key():
    device = "\u0001" * 256
    item = message(b"\n".join(b"temperature,%d" % n for n in range(9_000)), device=device)

    record = packed([item])[0]

    assert len(record.data) + len(record.partition_key.encode()) <= KINESIS_LIMIT
