"""Move the result of a topic rule from its queue into the stream, in place of the rule's Kinesis action.

On AWS, IoT Core calls PutRecord(s) itself with the rule's role and partition key, and retries for a while before it
runs the error action. Messages that one connection publishes reach the stream in their order, unless one is refused.
Here a queue lies in between. It is a standard queue, because an SQS action does not support FIFO queues. AWS may change
the order in a standard queue; MiniStack returns the oldest message first, and a single mover keeps this order. The run
checks it (`order` in its report).
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from local.embedded.rule_queue import queue_name
from local.fleet import KinesisProducer, PlantMessage
from local.mapping.identity import RoleClients
from local.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.mapping.identity import ClientSource

_WAIT_SECONDS = 1  # Seconds that one receive call waits for a message.
_PAGE = 10  # Messages per receive or delete call.
_MOST = 500  # Messages moved at once, the limit of PutRecords.
_TOPIC_LEVEL = re.compile(r"\$\{topic\((\d+)\)\}")


@dataclass(frozen=True)
class KinesisAction:
    """A topic rule's Kinesis action, from Terraform's state."""

    rule: str
    stream: str
    role_arn: str
    device_level: int
    """The topic level, from 1, that is the partition key."""

    @classmethod
    def of_rule(cls, attributes: Mapping[str, Any]) -> KinesisAction | None:
        """Parse the `values` of an `aws_iot_topic_rule`. Returns None if the rule has no Kinesis action.

        Raises `ValueError` for a partition key other than `${topic(n)}`.
        """
        for action in attributes.get("kinesis") or ():
            level = _TOPIC_LEVEL.fullmatch(action["partition_key"])
            if level is None:
                key = action["partition_key"]
                raise ValueError(f"rule {attributes['name']}: partition_key must be ${{topic(n)}} (got {key!r})")
            return cls(attributes["name"], action["stream_name"], action["role_arn"], int(level[1]))
        return None


class _Selected(msgspec.Struct):
    topic: str


class RuleMover:
    """Moves one rule's records in a thread from `start` to `stop`, which leaves the queue empty."""

    def __init__(self, clients: ClientSource, action: KinesisAction) -> None:
        self._sqs = clients.client("sqs")
        self._role = RoleClients(clients, action.role_arn, action.rule)
        self._action = action
        self._decoder = msgspec.json.Decoder(_Selected)
        self._stopping = threading.Event()
        self._worker = Worker("mover", self._run)
        self.moved = 0
        """Records that the stream accepted."""

    def start(self) -> None:
        """Start. Raises errors of the calls, for example if the rule's role cannot be assumed."""
        self._queue_url = self._sqs.get_queue_url(QueueName=queue_name(self._action.rule))["QueueUrl"]
        self._role.client("kinesis")
        self._worker.start()

    def stop(self) -> None:
        """Move the remaining messages and stop. Raises the error that ended the thread, if any."""
        self._stopping.set()
        self._worker.join()
        self.check()

    def check(self) -> None:
        """Raise the error that ended the thread, if any."""
        self._worker.check()

    def _run(self) -> None:
        while self.move_once() or not self._stopping.is_set():
            pass

    def move_once(self) -> int:
        """Move at most 500 messages of the queue. Returns their number."""
        received = list(self._receive())
        if not received:
            return 0
        producer = KinesisProducer(self._role.client("kinesis"), self._action.stream)
        for taken in producer.send([self._record(message["Body"]) for message in received]):
            self.moved += len(taken)
        for start in range(0, len(received), _PAGE):
            self._delete(received[start : start + _PAGE])
        return len(received)

    def _receive(self) -> Iterator[dict[str, Any]]:
        wait = _WAIT_SECONDS
        for _ in range(_MOST // _PAGE):
            answer = self._sqs.receive_message(
                QueueUrl=self._queue_url, MaxNumberOfMessages=_PAGE, WaitTimeSeconds=wait
            )
            messages = answer.get("Messages", ())
            yield from messages
            if len(messages) < _PAGE:
                return
            wait = 0

    def _record(self, body: str) -> PlantMessage:
        levels = self._decoder.decode(body).topic.split("/")
        return PlantMessage(body.encode(), levels[self._action.device_level - 1], ())

    def _delete(self, messages: list[dict[str, Any]]) -> None:
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]} for number, message in enumerate(messages)
        ]
        answer = self._sqs.delete_message_batch(QueueUrl=self._queue_url, Entries=entries)
        if answer.get("Failed"):
            raise RuntimeError(f"queue of rule {self._action.rule}: a message was not deleted: {answer['Failed'][0]}")
