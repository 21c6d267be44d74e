"""Failed messages in a dead-letter queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ops.dlq.history import ATTRIBUTE, read_attribute
from ops.dlq.messages import FailedItem, FailedMessage
from ops.dlq.targets import RedrivePart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mypy_boto3_sqs import SQSClient

    from ops.dlq.run import RedriveRun
    from ops.dlq.targets import QueueTarget

PAGE = 10
"""Maximum number of messages that one call receives or deletes."""
HOLD_SECONDS = 120
"""Visibility timeout of a message that is looked at; it is usually returned sooner."""
WAIT_SECONDS = 1
"""Long polling queries all servers of the queue, so an empty answer means that the queue is empty."""
_NUMBERS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")

Received = dict[str, Any]


class QueueSource:
    """Reads and redrives the messages of a dead-letter queue."""

    def __init__(self, name: str, sqs: SQSClient, url: str, target: QueueTarget) -> None:
        self.name = name
        self.target_name = target.name
        self._sqs = sqs
        self._url = url
        self._target = target

    def count(self) -> int:
        """Return the approximate count of SQS. It may not include changes of the last minute."""
        answer: Any = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["All"])
        return sum(int(answer["Attributes"][name]) for name in _NUMBERS)

    def look(self, most: int) -> list[FailedMessage]:
        held: dict[str, Received] = {}
        try:
            while len(held) < most:
                page = self._receive(most - len(held))
                fresh = {message["MessageId"]: message for message in page if message["MessageId"] not in held}
                held |= fresh
                if not fresh:
                    break
        finally:
            self._release(held.values())
        return sorted(map(_message, held.values()), key=lambda message: message.since_ms)

    def redrive(self, run: RedriveRun) -> None:
        """Redrive messages. A message that fails again meanwhile stays for the next run."""
        if run.dry:
            self._try(run)
            return
        held: list[Received] = []
        try:
            while run.room is None or run.room > 0:
                page = self._receive(PAGE if run.room is None else run.room)
                held += page
                fresh = {message["MessageId"]: message for message in page if _is_fresh(message, run)}
                if not page or (fresh and not self._move(fresh, run)):
                    break
                held = [message for message in held if "gone" not in message]
        finally:
            self._release(held)

    def _try(self, run: RedriveRun) -> None:
        for _ in range(self.count() if run.room is None else min(self.count(), run.room)):
            run.done(1)

    def _move(self, messages: Mapping[str, Received], run: RedriveRun) -> int:
        """Send the messages, delete them here and mark them as gone. Returns how many the target accepted."""
        outgoing = [self._outgoing(message, run) for message in messages.values()]
        failed = self._target.put(outgoing)
        for message_id, why in failed.items():
            run.fail(message_id, why)
        taken = [message for message_id, message in messages.items() if message_id not in failed]
        if taken:
            self._delete(taken, run)
        return len(taken)

    def _delete(self, messages: Sequence[Received], run: RedriveRun) -> None:
        answer = self._sqs.delete_message_batch(
            QueueUrl=self._url,
            Entries=[{"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(messages)],
        )
        kept = {int(failure["Id"]): failure for failure in answer.get("Failed", ())}
        for index, message in enumerate(messages):
            if index in kept:
                run.fail(message["MessageId"], f"sent, but it cannot be deleted here: {kept[index]['Code']}")
            else:
                message["gone"] = True
                run.done(1)

    def _outgoing(self, message: Received, run: RedriveRun) -> RedrivePart:
        attributes = {
            name: {member: value for member, value in attribute.items() if value and not member.endswith("ListValues")}
            for name, attribute in message.get("MessageAttributes", {}).items()
            if name != ATTRIBUTE
        }
        (part,) = _message(message).parts
        return RedrivePart(message["MessageId"], part, run.entry(self._url.rpartition("/")[2]), attributes)

    def _receive(self, most: int) -> list[Received]:
        answer: Any = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(most, PAGE),
            VisibilityTimeout=HOLD_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        found: list[Received] = answer.get("Messages", [])
        return found

    def _release(self, messages: Iterable[Received]) -> None:
        """Return the messages that were not deleted. If the call fails, their visibility timeout returns them."""
        handles = [message["ReceiptHandle"] for message in messages if "gone" not in message]
        for start in range(0, len(handles), PAGE):
            entries: list[Any] = [
                {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for number, handle in enumerate(handles[start : start + PAGE])
            ]
            try:
                self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)
            except (ClientError, BotoCoreError):
                return


def _message(message: Received) -> FailedMessage:
    system, attributes = message["Attributes"], message.get("MessageAttributes", {})
    history = read_attribute(attributes.get(ATTRIBUTE, {}).get("StringValue", "[]"))
    return FailedMessage(
        message["MessageId"],
        int(system["SentTimestamp"]),
        [FailedItem(message["Body"].encode(), history)],
        receives=int(system["ApproximateReceiveCount"]),
    )


def _is_fresh(message: Received, run: RedriveRun) -> bool:
    """Return whether this run has not handled the message yet."""
    (part,) = _message(message).parts
    returned = bool(part.history) and part.history[-1]["redriven_at"] >= run.started
    return not returned and message["MessageId"] not in run.kept
