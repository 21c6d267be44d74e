"""Everything that a deployment has stored, as texts to search in: a marker is in a store or it is not."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

BUCKETS = ("raw_bucket", "processed_bucket", "quarantine_bucket", "on_failure_bucket")
TABLES = ("readings_table", "devices_table")
_WRAPPED = ("payload", "payload_base64")


class Stores:
    """Reads every store that the outputs name, and the stream itself."""

    def __init__(
        self, client: Callable[[str], Any], outputs: Mapping[str, Any], shadows_of: Iterable[str] = ()
    ) -> None:
        self._client = client
        self._outputs = outputs
        self._shadows_of = tuple(shadows_of)
        self.texts: dict[str, list[bytes]] = {}

    def refresh(self) -> Stores:
        """Read everything that is there now."""
        found = {name: list(self._items(self._outputs[name])) for name in TABLES if name in self._outputs}
        found |= {name: list(self._objects(self._outputs[name])) for name in BUCKETS if name in self._outputs}
        found["stream"] = [_opened(record["Data"]) for record in self.records()]
        found["shadows"] = [shadow for thing in self._shadows_of for shadow in self._shadow(thing)]
        self.texts = found
        return self

    def holding(self, marker: str) -> set[str]:
        """Names of the stores in which the marker is."""
        return {name for name, texts in self.texts.items() if any(marker.encode() in text for text in texts)}

    def records(self) -> Iterator[Mapping[str, Any]]:
        """Every record of the stream, shard by shard."""
        kinesis, stream = self._client("kinesis"), self._outputs["stream_name"]
        for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
            iterator = kinesis.get_shard_iterator(
                StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            while iterator:
                answer = kinesis.get_records(ShardIterator=iterator)
                yield from answer["Records"]
                iterator = answer.get("NextShardIterator") if answer.get("MillisBehindLatest") else None

    def _items(self, table: str) -> Iterator[bytes]:
        for page in self._client("dynamodb").get_paginator("scan").paginate(TableName=table):
            yield from (json.dumps(item).encode() for item in page["Items"])

    def _objects(self, bucket: str) -> Iterator[bytes]:
        s3 = self._client("s3")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", ()):
                body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
                body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
                yield from map(_opened, body.split(b"\n"))

    def _shadow(self, thing: str) -> Iterator[bytes]:
        try:
            yield self._client("iot-data").get_thing_shadow(thingName=thing)["payload"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise


def _opened(line: bytes) -> bytes:
    """A line, with the payload that it carries in base64 beside it where it is an envelope or a quarantined one."""
    if b'"envelope"' not in line and b'"payload_base64"' not in line:
        return line
    try:
        values = json.loads(line)
    except ValueError:
        return line
    return b"\n".join([line, *(b64decode(values[name]) for name in _WRAPPED if name in values)])
