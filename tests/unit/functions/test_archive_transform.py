"""Firehose's transformation: what becomes of each record, and that none is lost on the way."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.archive_transform.firehose import FirehoseRecord, read_records
from lambda_src.archive_transform.transform import ANSWER_BYTES, document, transform
from lambda_src.common.readings.metadata import MetadataTexts
from lambda_src.common.readings.reading import Reading
from lib.archive.schema import columns_of
from tests.unit.functions.factories import NOW_MS, body, payload, reading
from tests.unit.functions.firehose_events import LATER_MS, element, envelope, event


def transformed(*payloads, partitioned=False, limit=ANSWER_BYTES):
    return transform(read_records(event(*payloads)), partitioned=partitioned, limit=limit)


def documents(answer):
    """The JSON documents of an answer, which stand one after the other."""
    text, found, decoder = b64decode(answer["data"]).decode(), [], json.JSONDecoder()
    while text:
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


def test_a_reading_becomes_one_document():
    (answer,) = transformed(body()).answers

    assert answer == {"recordId": "id-0", "result": "Ok", "data": answer["data"]}
    assert documents(answer) == [
        {
            "device_id": "press-1",
            "sensor_type": "temperature",
            "value": 71.5,
            "timestamp_ms": NOW_MS,
            "arrived_ms": NOW_MS,
            "production_line": "line-1",
        }
    ]


def test_a_record_arrived_when_the_stream_took_it():
    (answer,) = transformed(body(timestamp=...)).answers

    assert documents(answer)[0]["timestamp_ms"] == documents(answer)[0]["arrived_ms"] == NOW_MS


def test_without_a_stream_a_record_arrived_when_firehose_took_it():
    sent = event(body(timestamp=...))
    del sent["records"][0]["kinesisRecordMetadata"]

    assert read_records(sent) == [FirehoseRecord("id-0", body(timestamp=...), LATER_MS)]


def test_an_envelope_gives_a_document_a_reading_and_its_device():
    (answer,) = transformed(envelope(element(), element("humidity", 40), device="oven-7")).answers

    found = documents(answer)
    assert [(d["device_id"], d["sensor_type"], d["value"]) for d in found] == [
        ("oven-7", "temperature", 1.5),
        ("oven-7", "humidity", 40.0),
    ]


def test_metadata_is_json_text():
    (answer,) = transformed(body(metadata={"firmware": "1.2", "tags": [1, None]})).answers

    (document,) = documents(answer)
    assert json.loads(document["metadata"]) == {"firmware": "1.2", "tags": [1, None]}


def test_a_document_holds_nothing_but_columns_of_the_table():
    everything = reading(metadata={"a": 1}, unit="C", quality="bad")

    row = json.loads(document(everything, MetadataTexts()))

    assert list(row) == [column.name for column in columns_of(Reading)]
    assert (row["metadata"], row["quality"]) == ('{"a":1}', "bad")


def test_what_readings_leave_out_is_left_out_of_their_documents():
    row = json.loads(document(reading(production_line=None), MetadataTexts()))

    assert list(row) == ["device_id", "sensor_type", "value", "timestamp_ms", "arrived_ms"]


@pytest.mark.parametrize(
    "data", [b"", b"garbage", b"[]", b'{"device_id": 1}', b'{"envelope": 1, "device": 2}', b"\xff"]
)
def test_a_record_without_readings_is_left_to_the_error_prefix(data):
    result = transformed(body(), data, body())

    assert [answer["result"] for answer in result.answers] == ["Ok", "ProcessingFailed", "Ok"]
    assert result.answers[1] == {"recordId": "id-1", "result": "ProcessingFailed"}
    assert (result.readings, result.refused, result.too_large) == (2, 1, 0)


def test_what_is_bad_beside_good_readings_is_left_out():
    result = transformed(json.dumps([payload(), {"sensor_id": "press-1"}, payload(value="hot")]).encode())

    assert [d["value"] for d in documents(result.answers[0])] == [71.5]
    assert (result.readings, result.refused) == (1, 0)


def test_a_response_keeps_its_limit_and_answers_every_record():
    large = envelope(*(element(value=number) for number in range(100)))
    payloads = [body(), large, body(), large, body()]

    result = transformed(*payloads, limit=20_000)

    assert [answer["result"] for answer in result.answers] == ["Ok", "Ok", "Ok", "ProcessingFailed", "Ok"]
    assert len(json.dumps({"records": result.answers})) <= 20_000
    assert (result.readings, result.refused, result.too_large) == (103, 0, 1)


def test_a_record_with_multiplied_metadata_is_refused_before_it_unfolds():
    message = {"device_id": "press-1", "timestamp": NOW_MS, "metadata": {"text": "x" * 400_000}}
    bomb = json.dumps(message | {f"s{number}": number for number in range(20_000)}).encode()

    result = transformed(bomb, body())

    assert len(bomb) < 1_048_576
    assert [answer["result"] for answer in result.answers] == ["ProcessingFailed", "Ok"]
    assert result.too_large == 1


@pytest.mark.parametrize(
    ("readings", "partition"),
    [
        ([element()], "temperature"),
        ([element(), element(value=2, timestamp_ms=NOW_MS - 1)], "temperature"),
        ([element(), element("humidity")], "mixed"),
    ],
)
def test_a_record_lies_in_the_partition_of_its_only_type(readings, partition):
    (answer,) = transformed(envelope(*readings), partitioned=True).answers

    assert answer["metadata"] == {"partitionKeys": {"sensor_type": partition}}


def test_without_partitions_none_is_named():
    assert "metadata" not in transformed(body()).answers[0]


@given(st.lists(st.binary(max_size=80) | st.just(body()), max_size=6))
def test_every_record_is_answered_once_in_order(payloads):
    result = transformed(*payloads)

    assert [answer["recordId"] for answer in result.answers] == [f"id-{n}" for n in range(len(payloads))]
    assert {answer["result"] for answer in result.answers} <= {"Ok", "ProcessingFailed"}
    assert all(documents(answer) for answer in result.answers if answer["result"] == "Ok")
