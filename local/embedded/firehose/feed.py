"""One delivery stream at work."""

import base64
import json
import threading
import time
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from local.embedded.firehose.parquet import MisfitError, convert
from local.embedded.firehose.records import Taken, buffers, number, taken

BUFFER_SECONDS = 1.0
TRIES = 4  # The first call and Firehose's three retries.


class Done(NamedTuple):
    """A record that the function converted into documents, with its partition."""

    record: Taken
    documents: bytes
    keys: dict[str, str]


class Feed:
    """Delivers a stream into one delivery stream until one of them is deleted."""

    def __init__(self, delivery: dict[str, Any]) -> None:
        self._delivery = delivery
        (self._destination,) = delivery["destinations"]
        self._stream = delivery["kinesis_source"]["KinesisStreamARN"].rpartition("/")[2]
        self._read: dict[str, int] = {}
        self._new = threading.Event()

    def wake(self) -> None:
        """Signal new records in the stream."""
        self._new.set()

    def run(self) -> None:
        """Deliver buffer by buffer while both streams exist."""
        while self._new.wait():
            time.sleep(BUFFER_SECONDS)
            self._new.clear()
            if not self.turn():
                return

    def turn(self) -> bool:
        """Deliver new records. Returns False if one of the streams is deleted."""
        from ministack.services import firehose, kinesis

        stream = kinesis._streams.get(self._stream)
        if stream is None or firehose._streams.get(self._delivery["name"]) is not self._delivery:
            return False
        if records := list(self._take(stream)):
            self._deliver(records)
        return True

    def _take(self, stream: dict[str, Any]) -> Iterator[Taken]:
        since_ms = int(self._delivery["kinesis_source"]["DeliveryStartTimestamp"] * 1000)
        for shard, content in stream["shards"].items():
            records = list(content["records"])
            start = bisect_right(records, self._read.get(shard, -1), key=number)
            for record in records[start:]:
                self._read[shard] = number(record)
                one = taken(shard, record)
                if one.arrived_ms >= since_ms:
                    yield one

    def _deliver(self, records: list[Taken]) -> None:
        groups: dict[str, list[Done]] = {}
        oldest = time.gmtime(min(record.arrived_ms for record in records) / 1000)
        for answered in self._transformed(records, oldest):
            groups.setdefault(self._prefix(oldest, answered.keys), []).append(answered)
        for prefix, group in groups.items():
            self._convert(prefix, group, oldest)

    def _transformed(self, records: list[Taken], oldest: time.struct_time) -> Iterator[Done]:
        parameters = _parameters(self._config)
        for buffer in buffers(records, float(parameters.get("BufferSizeInMBs", "1"))):
            answers, failed = self._call(parameters["LambdaArn"], buffer)
            refused = []
            for record in buffer:
                answer = answers.get(record.id, {})
                if answer.get("result") == "Ok":
                    keys = answer.get("metadata", {}).get("partitionKeys", {})
                    yield Done(record, base64.b64decode(answer["data"]), keys)
                elif answer.get("result") != "Dropped":
                    refused.append(record)
            error = {"errorCode": failed or "Lambda.ProcessingFailedStatus", "lambdaARN": parameters["LambdaArn"]}
            self._give_up("processing-failed", refused, oldest, error)

    def _call(self, function: str, buffer: list[Taken]) -> tuple[dict[str, dict[str, Any]], str]:
        """Return the function's results by record, or no results and the error code."""
        from ministack.services import lambda_svc

        found, _ = lambda_svc._get_func_record_for_qualifier(*lambda_svc._resolve_name_and_qualifier(function))
        if found is None:
            return {}, "Lambda.FunctionNotFound"
        event = {
            "invocationId": buffer[0].id,
            "deliveryStreamArn": self._delivery["arn"],
            "records": [record.event for record in buffer],
        }
        for _ in range(TRIES):
            result = lambda_svc._execute_function(found, event)
            body = result.get("body")
            answered = json.loads(body) if isinstance(body, str | bytes) else body
            if not result.get("error") and isinstance(answered, dict) and "records" in answered:
                return {answer["recordId"]: answer for answer in answered["records"]}, ""
        return {}, "Lambda.FunctionError"

    def _convert(self, prefix: str, group: list[Done], oldest: time.struct_time) -> None:
        conversion = self._config["DataFormatConversionConfiguration"]
        columns = _columns(conversion["SchemaConfiguration"])
        try:
            body = convert(b"".join(answered.documents for answered in group), columns)
        except MisfitError as error:
            if len(group) == 1:
                cause = {"lastErrorCode": "DataFormatConversion.MalformedData", "lastErrorMessage": str(error)}
                self._give_up("format-conversion-failed", [group[0].record], oldest, cause)
                return
            middle = len(group) // 2
            self._convert(prefix, group[:middle], oldest)
            self._convert(prefix, group[middle:], oldest)
        else:
            self._put(f"{prefix}{self._object_name(oldest)}.parquet", body)

    def _give_up(self, kind: str, records: list[Taken], oldest: time.struct_time, error: dict[str, str]) -> None:
        """Write failed records under the error prefix, one line each, as Firehose documents it."""
        if not records:
            return
        lines = [
            {"attemptsMade": 1, "arrivalTimestamp": record.arrived_ms, "rawData": record.data} | error
            for record in records
        ]
        prefix = self._prefix(oldest, {}, self._config["ErrorOutputPrefix"], kind)
        body = "".join(json.dumps(line) + "\n" for line in lines)
        self._put(f"{prefix}{self._object_name(oldest)}", body.encode())

    @property
    def _config(self) -> dict[str, Any]:
        config: dict[str, Any] = self._destination["config"]
        return config

    def _prefix(
        self, oldest: time.struct_time, keys: dict[str, str], prefix: str | None = None, error: str | None = None
    ) -> str:
        from ministack.services import firehose

        evaluated: str = firehose._evaluate_prefix(prefix or self._config["Prefix"], oldest, None, keys, error)
        return evaluated

    def _object_name(self, oldest: time.struct_time) -> str:
        from ministack.core.responses import new_uuid

        name, version = self._delivery["name"], self._delivery["version"]
        return f"{name}-{version}-{time.strftime('%Y-%m-%d-%H-%M-%S', oldest)}-{new_uuid()}"

    def _put(self, key: str, body: bytes) -> None:
        from ministack.services import firehose

        firehose._put_s3_object(self._config["BucketARN"].rpartition(":")[2], key, body)


def _parameters(config: dict[str, Any]) -> dict[str, str]:
    """Return the parameters of the single transform function."""
    (processor,) = config["ProcessingConfiguration"]["Processors"]
    return {each["ParameterName"]: each["ParameterValue"] for each in processor["Parameters"]}


def _columns(schema: dict[str, Any]) -> dict[str, str]:
    """Return the table's columns with their Glue types."""
    from ministack.services import glue

    table = glue._tables[f"{schema['DatabaseName']}/{schema['TableName']}"]
    return {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
