"""Moves what a topic rule selected from its queue into the stream, as the rule's Kinesis action would.

On AWS nothing of this exists: IoT Core calls PutRecord(s) itself, with the rule's role and the rule's partition key,
and tries again for a while before it runs the rule's error action. There a device's messages reach the stream in
the order in which they were published over one connection, as long as nothing is refused. Here the queue lies between:
a standard one, since the rule's SQS action takes no FIFO queue, neither on AWS nor in MiniStack. A standard queue of
AWS may hand out messages in another order; MiniStack's hands out the oldest first, and one mover alone, which calls
the stream once at a time, keeps it so. The run checks that (`order` in its report) and does not take it for granted.
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

_WAIT_SECONDS = 1  # of one receive call that finds nothing
_PAGE = 10  # messages that one call takes or deletes
_MOST = 500  # messages that are moved together: as many as one PutRecords takes
_TOPIC_LEVEL = re.compile(r"\$\{topic\((\d+)\)\}")


@dataclass(frozen=True)
class KinesisAction:
    """A topic rule's Kinesis action, as Terraform's state has it."""

    rule: str
    stream: str
    role_arn: str
    device_level: int
    """The level of the topic, from 1, that is the partition key."""

    @classmethod
    def of_rule(cls, attributes: Mapping[str, Any]) -> KinesisAction | None:
        """From the `values` of an `aws_iot_topic_rule`; None for a rule that has none.

        `ValueError` for a partition key that is no `${topic(n)}`, which is all that this module evaluates.
        """
        for action in attributes.get("kinesis") or ():
            level = _TOPIC_LEVEL.fullmatch(action["partition_key"])
            if level is None:
                raise ValueError(f"rule {attributes['name']}: partition key {action['partition_key']!r} is not known")
            return cls(attributes["name"], action["stream_name"], action["role_arn"], int(level[1]))
        return None


class _Selected(msgspec.Struct):
    topic: str


class RuleMover:
    """Moves one rule's records in a thread of its own, from `start` to `stop`, which leaves the queue empty."""

    def __init__(self, clients: ClientSource, action: KinesisAction) -> None:
        self._sqs = clients.client("sqs")
        self._role = RoleClients(clients, action.role_arn, action.rule)
        self._action = action
        self._decoder = msgspec.json.Decoder(_Selected)
        self._stopping = threading.Event()
        self._worker = Worker("mover", self._run)
        self.moved = 0
        """Records that the stream took."""

    def start(self) -> None:
        """Begin; raises what the calls raise, for instance where the rule's role may not be assumed."""
        self._queue_url = self._sqs.get_queue_url(QueueName=queue_name(self._action.rule))["QueueUrl"]
        self._role.client("kinesis")
        self._worker.start()

    def stop(self) -> None:
        """Move what is left, and end. Raises what ended the thread, if something did."""
        self._stopping.set()
        self._worker.join()
        self.check()

    def check(self) -> None:
        """Raise the error that ended the thread, if one did."""
        self._worker.check()

    def _run(self) -> None:
        while self.move_once() or not self._stopping.is_set():
            pass

    def move_once(self) -> int:
        """Move what the queue has now, at most 500 messages; how many there were."""
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
            raise RuntimeError(f"queue of rule {self._action.rule}: not deleted: {answer['Failed'][0]}")
