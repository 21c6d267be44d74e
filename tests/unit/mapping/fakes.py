"""Fakes of the services that a mapping speaks to."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

from local.endpoints import Credentials
from tests.unit.mapping.factories import ROLE_ARN, SHARD, FunctionError, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.exceptions import ClientError


@dataclass
class FakeLambda:
    """Runs `handler` with each event. A `ClientError` from it is Lambda's own refusal."""

    handler: Callable[[dict[str, Any]], object]
    calls: list[list[str]] = field(default_factory=list)
    """Sequence numbers of every invocation that reached the function."""
    _lock: Lock = field(default_factory=Lock)

    def get_function_configuration(self, **_: Any) -> dict[str, Any]:
        return {"Role": ROLE_ARN, "FunctionName": "processor"}

    def invoke(self, *, Payload: bytes, **_: Any) -> dict[str, Any]:  # noqa: N803
        event = json.loads(Payload)
        answer: dict[str, Any] = {
            "StatusCode": 200,
            "ExecutedVersion": "$LATEST",
            "ResponseMetadata": {"RequestId": "r-1"},
        }
        try:
            body = self.handler(event)
        except FunctionError as error:
            answer["FunctionError"] = "Unhandled"
            body = {"errorMessage": str(error), "errorType": "FunctionError"}
        with self._lock:
            self.calls.append([entry["kinesis"]["sequenceNumber"] for entry in event["Records"]])
        return answer | {"Payload": BytesIO(json.dumps(body).encode())}


@dataclass
class FakeShard:
    records: list[dict[str, Any]] = field(default_factory=list)
    parents: tuple[str, ...] = ()
    closed: bool = False


@dataclass
class FakeKinesis:
    """A stream in memory. `scripted[operation]` holds errors to be raised first."""

    shards: dict[str, FakeShard] = field(default_factory=lambda: {SHARD: FakeShard()})
    scripted: dict[str, list[ClientError]] = field(default_factory=lambda: defaultdict(list))
    reads: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    iterators: list[dict[str, Any]] = field(default_factory=list)
    """Arguments of every GetShardIterator."""
    read_limit: int = 10_000
    _sequence: int = 0

    def put(self, data: str, key: str = "device", shard: str = SHARD, arrived: float | None = None) -> str:
        self._sequence += 1
        number = f"{self._sequence:030d}"
        self.shards[shard].records.append(
            {
                "SequenceNumber": number,
                "PartitionKey": key,
                "Data": data.encode(),
                "ApproximateArrivalTimestamp": datetime.fromtimestamp(arrived or time.time(), UTC),
            }
        )
        return number

    def split(self, shard: str, *children: str) -> None:
        self.shards[shard].closed = True
        for child in children:
            self.shards[child] = FakeShard(parents=(shard,))

    def describe_stream_summary(self, **_: Any) -> dict[str, Any]:
        self._raise("describe_stream_summary")
        return {"StreamDescriptionSummary": {"RetentionPeriodHours": 24}}

    def list_shards(self, **_: Any) -> dict[str, Any]:
        self._raise("list_shards")
        shards = []
        for shard_id, shard in list(self.shards.items()):
            parents = dict(zip(("ParentShardId", "AdjacentParentShardId"), shard.parents, strict=False))
            shards.append({"ShardId": shard_id} | parents)
        return {"Shards": shards}

    def get_shard_iterator(self, **arguments: Any) -> dict[str, Any]:
        self._raise("get_shard_iterator")
        self.iterators.append(arguments)
        records = self.shards[arguments["ShardId"]].records
        starts = {
            "TRIM_HORIZON": lambda _: True,
            "LATEST": lambda _: False,
            "AFTER_SEQUENCE_NUMBER": lambda r: r["SequenceNumber"] > arguments["StartingSequenceNumber"],
            "AT_TIMESTAMP": lambda r: r["ApproximateArrivalTimestamp"] >= arguments["Timestamp"],
        }
        matches = starts[arguments["ShardIteratorType"]]
        position = next((at for at, r in enumerate(records) if matches(r)), len(records))
        return {"ShardIterator": f"{arguments['ShardId']}/{position}"}

    def get_records(self, *, ShardIterator: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        shard_id, place = ShardIterator.split("/")
        self.reads[shard_id].append(time.monotonic())
        self._raise("get_records")
        if shard_id not in self.shards:
            raise refusal("ResourceNotFoundException")
        shard, position = self.shards[shard_id], int(place)
        closed = shard.closed
        found = shard.records[position : position + self.read_limit]
        behind = position + len(found) < len(shard.records)
        answer: dict[str, Any] = {"Records": found, "MillisBehindLatest": int(behind)}
        if behind or not closed:
            answer["NextShardIterator"] = f"{shard_id}/{position + len(found)}"
        return answer

    def _raise(self, operation: str) -> None:
        if self.scripted[operation]:
            raise self.scripted[operation].pop(0)


@dataclass
class FakeStore:
    """S3, SQS and SNS at once: keeps what is written, or refuses it."""

    written: list[dict[str, Any]] = field(default_factory=list)
    refuses: ClientError | None = None

    def put_object(self, **arguments: Any) -> None:
        self._write(arguments)

    def send_message(self, **arguments: Any) -> None:
        self._write(arguments)

    def publish(self, **arguments: Any) -> None:
        self._write(arguments)

    def get_queue_url(self, **arguments: Any) -> dict[str, str]:
        return {"QueueUrl": f"http://queues/{arguments['QueueOwnerAWSAccountId']}/{arguments['QueueName']}"}

    def _write(self, arguments: dict[str, Any]) -> None:
        if self.refuses:
            raise self.refuses
        self.written.append(arguments)


@dataclass
class FakeClients:
    """A `ClientSource`; `signed` says who asked for which service: `root`, or the session's name."""

    function: FakeLambda = field(default_factory=lambda: FakeLambda(lambda _event: None))
    kinesis: FakeKinesis = field(default_factory=FakeKinesis)
    store: FakeStore = field(default_factory=FakeStore)
    signed: set[tuple[str, str]] = field(default_factory=set)
    assumed: list[tuple[str, str]] = field(default_factory=list)

    def client(self, service: str, credentials: Credentials | None = None) -> Any:
        self.signed.add((service, credentials.access_key if credentials else "root"))
        return {"lambda": self.function, "kinesis": self.kinesis}.get(service, self.store)

    def assume(self, role_arn: str, session_name: str) -> Credentials:
        self.assumed.append((role_arn, session_name))
        return Credentials(session_name, "secret", "token")
