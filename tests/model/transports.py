"""The stream and the queue with their event source mappings: what is delivered, and what becomes of it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.model.schedule import Message

STREAM_ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/model"
QUEUE_ARN = "arn:aws:sqs:eu-central-1:123456789012:model"


class Record(NamedTuple):
    """A record or a queue's message. ``number`` names what was put first, however often it was put since."""

    sequence_number: str
    data: bytes
    arrived_ms: int
    message: Message
    time_ms: int
    """The device's time of the message."""
    number: int


@dataclass(eq=False)
class Lane:
    """What one reader reads, in order: of a stream one shard. ``parents`` have to be read to their end before."""

    name: str
    parents: Sequence[Lane] = ()
    unread: list[Record] = field(default_factory=list)
    again: list[list[Record]] = field(default_factory=list)
    """Batches to deliver again, before anything that is unread."""

    @property
    def done(self) -> bool:
        return not self.unread and not self.again and all(parent.done for parent in self.parents)

    def take(self, size: int) -> list[Record]:
        """The next batch, empty where there is nothing to read."""
        if not all(parent.done for parent in self.parents):
            return []
        if self.again:
            return self.again.pop(0)
        batch, self.unread = self.unread[:size], self.unread[size:]
        return batch


class Stream:
    """Kinesis: a failed batch is delivered again from the reported record on; one without an answer in halves
    (ReportBatchItemFailures, BisectBatchOnFunctionError).
    """

    ordered = True

    def __init__(self, shards: int) -> None:
        self._open = [Lane(f"shardId-{number:012d}") for number in range(shards)]
        self.lanes = list(self._open)
        self.given_up: list[Record] = []

    def put(self, record: Record) -> None:
        place = record.message.device + record.message.stray
        self._open[place % len(self._open)].unread.append(record)

    def reshard(self, shards: int) -> None:
        parents = list(self._open)
        self._open = [Lane(f"shardId-{len(self.lanes) + number:012d}", parents) for number in range(shards)]
        self.lanes += self._open

    def lane(self, number: int) -> Lane:
        """One of those that can be read."""
        readable = [lane for lane in self.lanes if not lane.done] or self._open
        return readable[number % len(readable)]

    def settle(self, lane: Lane, batch: list[Record], answer: Any, *, gives_up: bool) -> None:
        """Take the mapping's next step; without an ``answer`` the invocation has failed."""
        failed = [each["itemIdentifier"] for each in answer["batchItemFailures"]] if answer else []
        if answer and not failed:
            return
        numbers = [record.sequence_number for record in batch]
        left = batch[min(map(numbers.index, failed)) :] if answer else batch
        half = (len(left) + 1) // 2
        if gives_up:
            self.given_up += left
        elif answer or len(left) == 1:
            lane.again.insert(0, left)
        else:
            lane.again[:0] = [left[:half], left[half:]]

    def event(self, lane: Lane, batch: list[Record]) -> Any:
        return {
            "Records": [
                {
                    "eventID": f"{lane.name}:{record.sequence_number}",
                    "eventSource": "aws:kinesis",
                    "eventSourceARN": STREAM_ARN,
                    "kinesis": {
                        "data": b64encode(record.data).decode(),
                        "partitionKey": f"machine-{record.message.device}",
                        "sequenceNumber": record.sequence_number,
                        "approximateArrivalTimestamp": record.arrived_ms / 1000,
                    },
                }
                for record in batch
            ]
        }


class Queue:
    """SQS: failed messages are delivered again in whatever batch; without an answer all of them are."""

    ordered = False

    def __init__(self) -> None:
        self._lane = Lane("sqs")
        self.lanes = [self._lane]
        self.given_up: list[Record] = []

    def put(self, record: Record) -> None:
        self._lane.unread.append(record)

    def reshard(self, _shards: int) -> None:
        """A queue has none."""

    def lane(self, number: int) -> Lane:
        """All there is, beginning with another message: a queue keeps no order."""
        unread = self._lane.unread
        first = 2 * number % len(unread) if unread else 0
        unread[:] = unread[first:] + unread[:first]
        return self._lane

    def settle(self, lane: Lane, batch: list[Record], answer: Any, *, gives_up: bool) -> None:
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]} if answer else None
        left = [record for record in batch if failed is None or record.sequence_number in failed]
        (self.given_up if gives_up else lane.unread).extend(left)

    def event(self, _lane: Lane, batch: list[Record]) -> Any:
        return {
            "Records": [
                {
                    "messageId": record.sequence_number,
                    "body": record.data.decode(),
                    "attributes": {"SentTimestamp": str(record.arrived_ms)},
                    "eventSource": "aws:sqs",
                    "eventSourceARN": QUEUE_ARN,
                }
                for record in batch
            ]
        }
