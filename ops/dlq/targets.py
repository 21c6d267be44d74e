"""The targets of a redrive: a queue or the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from lambda_src.common.transport.pack import chunks
from lambda_src.common.transport.queue_sink import BYTES_PER_CALL, MESSAGES_PER_CALL
from lambda_src.common.transport.records import OutgoingRecord
from lambda_src.common.transport.stream_sink import StreamSink
from ops.dlq.history import ATTRIBUTE, extended, write_attribute
from ops.put_records import put_all

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_sqs import SQSClient

    from ops.dlq.history import HistoryIndex
    from ops.dlq.messages import FailedItem, History, Redriven

HISTORY_BYTES = 4096
"""Bytes reserved for a message's attributes, which count towards its size: 20 entries of about 180 characters."""


class RedrivePart(NamedTuple):
    """A part to be sent. ``source`` is the id of its message; ``attributes`` are those of a queue's message."""

    source: str
    part: FailedItem
    entry: Redriven
    attributes: Mapping[str, Any]

    @property
    def history(self) -> History:
        """The part's history including this redrive."""
        return extended(self.part.history, self.entry)


class RedriveTarget(Protocol):
    """Accepts redriven parts. ``name`` is printed for the user."""

    @property
    def name(self) -> str: ...

    def history(self, partition_key: str, data: bytes) -> History:
        """Return the history that the target keeps for a part. Messages of queues carry their own."""
        ...

    def put(self, outgoing: Sequence[RedrivePart]) -> dict[str, str]:
        """Send all parts. Returns, by source, why a message was not accepted completely.

        Accepted parts get a history entry. Raises on permanent errors.
        """
        ...


class QueueTarget:
    """Sends parts as messages to a queue."""

    def __init__(self, sqs: SQSClient, url: str) -> None:
        self._sqs = sqs
        self._url = url
        self.name = f"queue {url.rpartition('/')[2]}"

    def history(self, partition_key: str, data: bytes) -> History:
        return []

    def put(self, outgoing: Sequence[RedrivePart]) -> dict[str, str]:
        records = [OutgoingRecord("", item.part.data, frozenset({index})) for index, item in enumerate(outgoing)]
        failed: dict[str, str] = {}
        room = BYTES_PER_CALL - MESSAGES_PER_CALL * HISTORY_BYTES
        for chunk in chunks(records, most=MESSAGES_PER_CALL, size=room):
            failed |= self._send([outgoing[index] for record in chunk for index in record.sources])
        return failed

    def _send(self, outgoing: Sequence[RedrivePart]) -> dict[str, str]:
        entries: list[Any] = [
            {
                "Id": str(index),
                "MessageBody": item.part.data.decode(),
                "MessageAttributes": {
                    **item.attributes,
                    ATTRIBUTE: {"DataType": "String", "StringValue": write_attribute(item.history)},
                },
            }
            for index, item in enumerate(outgoing)
        ]
        answer = self._sqs.send_message_batch(QueueUrl=self._url, Entries=entries)
        return {
            outgoing[int(failure["Id"])].source: f"{failure['Code']}: {failure.get('Message', '')}"
            for failure in answer.get("Failed", ())
        }


class StreamTarget:
    """Sends parts as records to the stream."""

    def __init__(self, kinesis: KinesisClient, name: str, index: HistoryIndex) -> None:
        self._stream = StreamSink(kinesis, name)
        self._index = index
        self.name = f"stream {name}"

    def history(self, partition_key: str, data: bytes) -> History:
        return self._index.of(partition_key, data)

    def put(self, outgoing: Sequence[RedrivePart]) -> dict[str, str]:
        records = [
            OutgoingRecord(item.part.partition_key or "-", item.part.data, frozenset({item.source}))
            for item in outgoing
        ]
        left = put_all(self._stream, records)
        failed = {source: "the stream is throttled; try again later" for record in left for source in record.sources}
        # The other records of a failed message may be in the stream already. They are sent a second time with it.
        taken = [item for item in outgoing if item.source not in failed]
        self._index.keep({(item.part.partition_key or "-", item.part.data): item.history for item in taken})
        return failed
