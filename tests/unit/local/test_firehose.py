"""Firehose on this machine: buffers to the function, answers to objects, and nothing lost in between."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest
from ministack.services import firehose, glue, kinesis

from lambda_src.archive_transform.firehose import read_records
from lambda_src.archive_transform.transform import transform
from local.embedded.firehose.feed import TRIES
from local.embedded.firehose.parquet import MisfitError, convert
from local.embedded.firehose.records import buffers, taken
from tests.support.firehose import COLUMNS, START, Account, message, read, record


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    return Account(monkeypatch)


def test_records_of_one_turn_are_one_object_of_all_shards(account: Account) -> None:
    account.put(message("a"), message("b"))
    account.put(message("c"), shard="shardId-1")

    assert account.feed.turn()

    assert account.rows() == [(device, 1.0, (START + 1) * 1000) for device in "abc"]
    ((key, _),) = account.written.items()
    assert key.startswith("readings/year=2025/hour=08/lake-1-2025-11-21-08-05-46-")


def test_each_record_is_read_once(account: Account) -> None:
    for device in "ab":
        account.put(message(device))
        account.feed.turn()
    account.feed.turn()

    assert [row[0] for row in account.rows()] == ["a", "b"]
    assert len(account.written) == 2


def test_what_was_in_the_stream_before_is_not_delivered(account: Account) -> None:
    account.put(message("early"), at=START - 1)
    account.put(message("due"))

    account.feed.turn()

    assert [row[0] for row in account.rows()] == ["due"]


def test_a_buffer_is_as_large_as_the_function_wants_it(account: Account) -> None:
    account.put(*[message(metadata={"text": "x" * 60_000})] * 7)

    account.feed.turn()

    assert [len(event["records"]) for event in account.events] == [3, 3, 1]
    assert len(account.rows()) == 7


def test_a_record_that_is_larger_than_a_buffer_is_one(account: Account) -> None:
    records = [taken("shardId-0", record(b"x" * size, number=size)) for size in (300_000, 10, 20)]

    assert [len(buffer) for buffer in buffers(records, 0.2)] == [1, 2]


def test_the_function_sees_when_the_stream_took_a_record(account: Account) -> None:
    account.put(message(), at=START + 1.234)

    account.feed.turn()

    ((event,),) = [each["records"] for each in account.events]
    assert event["kinesisRecordMetadata"]["approximateArrivalTimestamp"] == START * 1000 + 1234
    assert account.rows() == [("press-1", 1.0, START * 1000 + 1234)]


def test_what_the_function_refuses_lies_whole_under_the_error_prefix(account: Account) -> None:
    account.put(message(), b"garbage")

    account.feed.turn()

    assert len(account.rows()) == 1
    (error,) = account.errors()
    assert b64decode(error["rawData"]) == b"garbage"
    assert error["errorCode"] == "Lambda.ProcessingFailedStatus"
    assert any(key.startswith("errors/processing-failed/hour=08/") for key in account.written)


def test_a_call_that_fails_is_repeated(account: Account) -> None:
    account.failures = TRIES - 1
    account.put(message())

    account.feed.turn()

    assert len(account.rows()) == 1
    assert account.errors() == []


def test_a_buffer_whose_calls_all_fail_goes_to_errors(account: Account) -> None:
    account.failures = TRIES
    account.put(message("a"), message("b"))

    account.feed.turn()

    assert account.rows() == []
    assert [json.loads(b64decode(error["rawData"]))["device_id"] for error in account.errors()] == ["a", "b"]


def test_a_misfit_record_is_an_error_and_the_others_arrive(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given a table whose column of values became a number of another kind than the readings have
    table = {"Columns": [{"Name": name, "Type": kind} for name, kind in (COLUMNS | {"unit": "bigint"}).items()]}
    monkeypatch.setattr(glue, "_tables", {"db/readings": {"StorageDescriptor": table}})
    account.put(message("a"), message("b", unit="C"), message("c"), message("d"))

    account.feed.turn()

    assert [row[0] for row in account.rows()] == ["a", "c", "d"]
    (error,) = account.errors()
    assert error["lastErrorCode"] == "DataFormatConversion.MalformedData"
    assert json.loads(b64decode(error["rawData"]))["device_id"] == "b"
    assert any(key.startswith("errors/format-conversion-failed/") for key in account.written)


def test_partitions_are_the_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, Prefix="readings/hour=!{timestamp:HH}/sensor=!{partitionKeyFromLambda:sensor_type}/")
    account.partitioned = True
    account.put(message("a"), message("b", sensor_type="humidity"), message("c"))

    account.feed.turn()

    found = {key.split("/")[2]: [row[0] for row in read(body, "device_id")] for key, body in account.written.items()}
    assert found == {"sensor=temperature": ["a", "c"], "sensor=humidity": ["b"]}


@pytest.mark.parametrize(("module", "gone"), [(kinesis, "readings"), (firehose, "lake")])
def test_it_ends_with_either_stream(account: Account, module: Any, gone: str) -> None:
    module._streams.pop(gone)

    assert not account.feed.turn()


def test_every_column_comes_back_as_it_went() -> None:
    everything = message(timestamp=START, production_line="l", metadata={"a": [1]}, unit="C", quality="uncertain")
    (answer,) = transform(
        read_records({"records": [taken("s", record(everything)).event]}),  # type: ignore[typeddict-item]
        partitioned=False,
    ).answers

    body = convert(b64decode(answer["data"]), COLUMNS)

    assert read(body, ", ".join(COLUMNS)) == [
        ("press-1", "temperature", 1.0, START * 1000, START * 1000, "l", '{"a":[1]}', "C", "uncertain")
    ]


@pytest.mark.parametrize("documents", [b'{"value": "hot"}', b'{"value"', b"[1]"])
def test_what_does_not_fit_is_no_parquet(documents: bytes) -> None:
    with pytest.raises(MisfitError):
        convert(b'{"value": 1}' + documents, COLUMNS)
