"""The measurement of handlers: it runs any handler, counts its calls, and answers bad arguments in one line."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest

from bench.__main__ import main
from bench.handlers.fleet import Events
from bench.handlers.plan import Fleet
from bench.handlers.units import Units, item_size, weigh
from lambda_src.common.readings.decode import decode
from lambda_src.common.thresholds import Threshold
from lambda_src.processor.judge import ThresholdJudge
from tests.unit.functions.factories import NOW_MS

PEER = """
import os
import boto3

s3 = boto3.client("s3")
print("noise at import")

def lambda_handler(event, context):
    print("noise", context.aws_request_id, os.environ["MARK"])
    for record in event["Records"]:
        s3.put_object(Bucket="raw", Key=record["eventID"], Body=record["kinesis"]["data"])
"""


def test_ours_and_a_peer_are_measured_on_the_same_events(tmp_path, capfd):
    peer = tmp_path / "their_handler.py"
    peer.write_text(PEER)

    status = main(f"handlers --peer {peer}:lambda_handler --env MARK=1 --batch 50 --events 100 --repeat 1".split())

    output = capfd.readouterr().out
    assert status == 0
    ours, theirs = output.split(str(peer))
    assert "20.00 timestream.WriteRecords" in ours
    assert "1000.00 s3.PutObject" in theirs
    assert "peer / ours" in theirs
    assert "noise" not in output
    assert "_aws" not in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["handlers", "--batch", "0"], "'0' must be a whole number between 1 and 10,000"),
        (["handlers", "--events", "-5"], "'-5' must be a whole number"),
        (["handlers", "--env", "MARK"], "must be K=V (got 'MARK')"),
        (["handlers", "--peer", "handler.py"], "must be PATH:FUNCTION (got 'handler.py')"),
        (["handlers", "--peer", "none.py:handle"], "the Python file 'none.py' does not exist"),
        (["handlers", "--bogus"], "unrecognized arguments: --bogus"),
        (["bogus"], "python -m bench NAME"),
        ([], "python -m bench NAME"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_arguments_are_one_line_and_status_2(arguments, said, capsys):
    assert main(arguments) == 2

    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(("source", "said"), [("def g(): pass", "'f'"), ("def f(e, c): 1/0", "division")])
def test_a_peer_that_cannot_run_is_one_line_status_2(source, said, tmp_path, capfd):
    peer = tmp_path / "peer.py"
    peer.write_text(source)

    status = main(["handlers", "--peer", f"{peer}:f", "--batch", "5", "--events", "5", "--repeat", "1"])

    error = capfd.readouterr().err
    assert status == 2
    assert said in error
    assert error.count("\n") == 1


def test_the_fleet_is_plausible():
    judge = ThresholdJudge({"temperature": Threshold(max=100), "vibration": Threshold(max=5)})
    fleet = Events(Fleet(), NOW_MS / 1000)
    events = [item["kinesis"] for batch in fleet.batches(0, 3000, 1000) for item in batch["Records"]]
    payloads = [b64decode(event["data"]) for event in events]

    decoded = [decode(data, arrived_ms=NOW_MS) for data in payloads]

    assert not any(found.rejects for found in decoded)
    assert len({found.readings[0].identity for found in decoded}) == 3000
    anomalous = sum(judge.judge(found.readings[0]).is_anomaly for found in decoded)
    assert 0.01 < anomalous / 3000 < 0.03
    assert 180 < sum(map(len, payloads)) / 3000 < 260
    assert set(json.loads(payloads[0])) >= {"sensor_id", "sensor_type", "value", "timestamp", "production_line"}


@pytest.mark.parametrize("form", ["", " --enveloped"])
def test_dynamodb_calls_and_write_units_stay_within_the_promise(form, capfd):
    status = main(f"handlers --stores dynamodb --devices 500 --batch 5000 --events 10000 --repeat 2{form}".split())

    output = capfd.readouterr().out
    assert status == 0
    assert _number(output, "AWS calls") <= 6
    assert 100 <= _number(output, "DynamoDB write units") <= 110
    assert "4.00 dynamodb.BatchWriteItem" in output
    assert "BatchExecuteStatement" in output
    assert "reported as failed" not in output


def _number(output, what):
    return float(next(line for line in output.splitlines() if what in line).split()[0])


def test_an_item_weighs_what_dynamodb_says():
    item: dict[str, Any] = {
        "id": {"S": "é"},
        "n": {"N": "-12.50"},
        "l": {"L": [{"N": "0"}, {"BOOL": True}]},
        "m": {"M": {"a": {"S": "b"}}},
    }

    assert item_size(item) == (2 + 2) + (1 + 4) + (1 + 3 + 1 + 1 + 1 + 1) + (1 + 3 + 1 + 2)


@pytest.mark.parametrize(
    ("operation", "asked", "expected"),
    [
        ("PutItem", {"Item": {"id": {"S": "x" * 1022}}}, Units(1, 2)),
        ("PutItem", {"Item": {"id": {"S": "x" * 1023}}}, Units(2, 4)),
        ("UpdateItem", {"Key": {"id": {"S": "x"}}}, Units(1, 1)),
        ("BatchWriteItem", {"RequestItems": {"t": [{"PutRequest": {"Item": {"id": {"S": "x"}}}}] * 3}}, Units(3, 6)),
        ("BatchExecuteStatement", {"Statements": [{"Statement": "INSERT", "Parameters": []}]}, Units(1, 2)),
        ("BatchExecuteStatement", {"Statements": [{"Statement": "UPDATE", "Parameters": [{"N": "1"}]}]}, Units(1, 3)),
    ],
)
def test_a_write_costs_a_unit_for_each_started_kb(operation, asked, expected):
    assert weigh([(f"dynamodb.{operation}", json.dumps(asked).encode())]) == expected
