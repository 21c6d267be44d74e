"""MiniStack's tables with a stream, a delivery stream and a function, and no server around them."""

from __future__ import annotations

import json
from base64 import b64encode
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, cast

import duckdb
from ministack.services import firehose, glue, kinesis, lambda_svc

from lambda_src.archive_transform.firehose import read_records
from lambda_src.archive_transform.transform import transform
from lambda_src.common.readings.reading import Reading
from lib.archive.schema import columns_of
from local.embedded.firehose.feed import Feed

if TYPE_CHECKING:
    import pytest

    from lambda_src.archive_transform.firehose import FirehoseEvent

START = 1_763_712_345.0
COLUMNS = {column.name: column.type for column in columns_of(Reading)}


class Account:
    """MiniStack's tables with one stream, one delivery stream and one function; ``written`` has its objects."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **config: Any) -> None:
        self.written: dict[str, bytes] = {}
        self.events: list[dict[str, Any]] = []
        self.failures = 0
        self.partitioned = False
        self.shards: dict[str, Any] = {name: {"records": []} for name in ("shardId-0", "shardId-1")}
        parameters = {"LambdaArn": "transform", "BufferSizeInMBs": "0.2"}
        self.delivery = {
            "name": "lake",
            "arn": "arn:lake",
            "version": 1,
            "kinesis_source": {"KinesisStreamARN": "arn:stream/readings", "DeliveryStartTimestamp": START},
            "destinations": [{"config": _config(parameters) | config}],
        }
        table = {"StorageDescriptor": {"Columns": [{"Name": name, "Type": kind} for name, kind in COLUMNS.items()]}}
        for module, name, content in (
            (kinesis, "_streams", {"readings": {"shards": self.shards}}),
            (firehose, "_streams", {"lake": self.delivery}),
            (glue, "_tables", {"db/readings": table}),
        ):
            monkeypatch.setattr(module, name, content)
        monkeypatch.setattr(firehose, "_put_s3_object", lambda bucket, key, body: self.written.update({key: body}))
        monkeypatch.setattr(lambda_svc, "_get_func_record_for_qualifier", lambda *_: ({}, None))
        monkeypatch.setattr(lambda_svc, "_execute_function", self._invoke)
        self.feed = Feed(self.delivery)

    def put(self, *payloads: bytes, shard: str = "shardId-0", at: float = START + 1) -> None:
        records = self.shards[shard]["records"]
        for payload in payloads:
            records.append(record(payload, number=len(records), at=at))

    def rows(self) -> list[tuple[Any, ...]]:
        """Device, value and arrival of each row that was delivered."""
        found = []
        for key, body in self.written.items():
            if key.endswith(".parquet"):
                found += read(body, "device_id, value, arrived_ms")
        return sorted(found)

    def errors(self) -> list[dict[str, Any]]:
        return [
            json.loads(line)
            for key, body in self.written.items()
            if key.startswith("errors/")
            for line in body.splitlines()
        ]

    def _invoke(self, _function: Any, event: dict[str, Any]) -> dict[str, Any]:
        self.events.append(event)
        if self.failures:
            self.failures -= 1
            return {"error": True, "body": {"errorMessage": "out of memory"}}
        answers = transform(read_records(cast("FirehoseEvent", event)), partitioned=self.partitioned).answers
        return {"body": json.dumps({"records": answers})}


def _config(parameters: dict[str, str]) -> dict[str, Any]:
    listed = [{"ParameterName": name, "ParameterValue": value} for name, value in parameters.items()]
    return {
        "BucketARN": "arn:aws:s3:::lake",
        "Prefix": "readings/year=!{timestamp:yyyy}/hour=!{timestamp:HH}/",
        "ErrorOutputPrefix": "errors/!{firehose:error-output-type}/hour=!{timestamp:HH}/",
        "ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": listed}]},
        "DataFormatConversionConfiguration": {
            "Enabled": True,
            "SchemaConfiguration": {"DatabaseName": "db", "TableName": "readings"},
        },
    }


def record(payload: bytes, *, number: int = 0, at: float = START) -> dict[str, Any]:
    """As MiniStack keeps it in a shard."""
    data = b64encode(payload).decode()
    sequence = f"4959{number:020d}"
    return {"Data": data, "PartitionKey": "p", "SequenceNumber": sequence, "ApproximateArrivalTimestamp": at}


def message(device: str = "press-1", value: object = 1.0, **others: Any) -> bytes:
    return json.dumps({"device_id": device, "sensor_type": "temperature", "value": value} | others).encode()


def read(body: bytes, columns: str) -> list[tuple[Any, ...]]:
    with NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as connection:
        file.write(body)
        file.flush()
        return connection.read_parquet(file.name).project(columns).fetchall()
