"""Read one shard: its start, expired iterators, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local.mapping.identity import RoleClients
    from local.mapping.records import EventSourceFacts, StreamRecord
    from local.mapping.settings import MappingSettings

_READ_LIMIT = 10_000
"""Most records of one GetRecords (Kinesis API reference)."""
_TEMPORARY = frozenset({"ProvisionedThroughputExceededException", "LimitExceededException", "KMSThrottlingException"})
_SERVER_ERROR = 500


class ThrottledError(Exception):
    """Kinesis did not answer; the call can be repeated."""


@dataclass(frozen=True, slots=True)
class Position:
    """A position in a shard, as GetShardIterator accepts it."""

    kind: str
    sequence_number: str | None = None
    timestamp: datetime | None = None

    @classmethod
    def start(cls, settings: MappingSettings) -> Position:
        """Return where the mapping starts in shards that exist at its start."""
        return cls(settings.starting_position, timestamp=settings.starting_timestamp)

    def arguments(self) -> dict[str, Any]:
        arguments: dict[str, Any] = {"ShardIteratorType": self.kind}
        if self.sequence_number is not None:
            arguments["StartingSequenceNumber"] = self.sequence_number
        if self.timestamp is not None:
            arguments["Timestamp"] = self.timestamp
        return arguments


TRIM_HORIZON = Position("TRIM_HORIZON")


@dataclass(frozen=True, slots=True)
class ShardRead:
    """One answer of a shard: its records, and whether more are waiting."""

    records: tuple[StreamRecord, ...]
    behind: bool
    ended: bool = False


class Shard:
    """A cursor on one shard. Signs as the function's role. Not thread-safe."""

    def __init__(self, source: EventSourceFacts, role: RoleClients, position: Position) -> None:
        self.shard_id = source.shard_id
        self._source = source
        self._role = role
        self._position = position
        self._iterator: str | None = None

    def open(self) -> None:
        """Get an iterator. Raises `ThrottledError` for temporary errors, other service errors unchanged."""
        asked = datetime.now(UTC)
        answer = self._call("get_shard_iterator", ShardId=self.shard_id, **self._position.arguments())
        self._iterator = answer["ShardIterator"]
        if self._position.kind == "LATEST":
            # If the iterator expires unread, this position is meant and not a later one.
            self._position = Position("AT_TIMESTAMP", timestamp=asked)

    def read(self) -> ShardRead:
        """Return the next records. Raises `ThrottledError` for temporary errors, other service errors unchanged."""
        if self._iterator is None:
            self.open()
        try:
            answer = self._call("get_records", ShardIterator=self._iterator, Limit=_READ_LIMIT)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == "ExpiredIteratorException":
                self._iterator = None
                return ShardRead((), behind=True)
            if code == "ResourceNotFoundException" and not self._listed():
                # A closed shard leaves the stream with its last record; MiniStack removes it when it is split.
                return ShardRead((), behind=False, ended=True)
            raise
        records = tuple(self._source.record(record) for record in answer["Records"])
        if records:
            self._position = Position("AFTER_SEQUENCE_NUMBER", records[-1].sequence_number)
        self._iterator = answer.get("NextShardIterator")
        behind = bool(answer.get("MillisBehindLatest"))
        return ShardRead(records, behind, ended=self._iterator is None)

    def _listed(self) -> bool:
        return any(shard.shard_id == self.shard_id for shard in list_shards(self._role, self._source.stream_arn))

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any]:
        return call(self._role, operation, StreamARN=self._source.stream_arn, **arguments)


@dataclass(frozen=True, slots=True)
class ShardInfo:
    """A shard of the stream and its parents."""

    shard_id: str
    parents: tuple[str, ...]


def list_shards(role: RoleClients, stream_arn: str) -> list[ShardInfo]:
    """Return all shards of the stream, including split or merged ones that still hold records."""
    found: list[ShardInfo] = []
    arguments: dict[str, str] = {"StreamARN": stream_arn}
    while True:
        answer = call(role, "list_shards", **arguments)
        for shard in answer["Shards"]:
            parents = (shard.get("ParentShardId"), shard.get("AdjacentParentShardId"))
            found.append(ShardInfo(shard["ShardId"], tuple(parent for parent in parents if parent)))
        if not answer.get("NextToken"):
            return found
        arguments = {"NextToken": answer["NextToken"]}


def call(role: RoleClients, operation: str, **arguments: Any) -> dict[str, Any]:
    """Call Kinesis as the function's role. Raises `ThrottledError` if the call can be repeated."""
    try:
        answer: dict[str, Any] = getattr(role.client("kinesis"), operation)(**arguments)
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if error.response["Error"]["Code"] in _TEMPORARY or status >= _SERVER_ERROR:
            raise ThrottledError(str(error)) from error
        raise
    return answer
