"""Letters in a dead-letter queue: messages, each one letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ops.dlq.history import ATTRIBUTE, read_attribute
from ops.dlq.messages import Letter, Part
from ops.dlq.targets import RedrivePart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mypy_boto3_sqs import SQSClient

    from ops.dlq.run import RedriveRun
    from ops.dlq.targets import QueueTarget

PAGE = 10
"""Messages that one call receives or deletes at most."""
HOLD_SECONDS = 120
"""For so long nobody else gets a message that is looked at, if it is not given back sooner."""
WAIT_SECONDS = 1
"""Asks all servers of the queue, so that nothing found means that there is nothing."""
_NUMBERS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")

Received = dict[str, Any]


class QueuePlace:
    def __init__(self, name: str, sqs: SQSClient, url: str, target: QueueTarget) -> None:
        self.name = name
        self.goes_to = target.name
        self._sqs = sqs
        self._url = url
        self._target = target

    def count(self) -> int:
        """As the service has it: messages that came or went within the last minute may not be in it."""
        answer: Any = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["All"])
        return sum(int(answer["Attributes"][name]) for name in _NUMBERS)

    def look(self, most: int) -> list[Letter]:
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
        return sorted(map(_letter, held.values()), key=lambda letter: letter.since_ms)

    def redrive(self, run: RedriveRun) -> None:
        """What comes back here while this runs stays for the next run."""
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
        """Send and then delete, and mark what is gone; returns how many messages the other queue took."""
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
        for place, message in enumerate(messages):
            if place in kept:
                run.fail(message["MessageId"], f"it was sent and cannot be deleted here: {kept[place]['Code']}")
            else:
                message["gone"] = True
                run.done(1)

    def _outgoing(self, message: Received, run: RedriveRun) -> RedrivePart:
        attributes = {
            name: {member: value for member, value in attribute.items() if value and not member.endswith("ListValues")}
            for name, attribute in message.get("MessageAttributes", {}).items()
            if name != ATTRIBUTE
        }
        (part,) = _letter(message).parts
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
        """Give back what was not deleted. Where that fails, the messages come back by themselves a little later."""
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


def _letter(message: Received) -> Letter:
    system, attributes = message["Attributes"], message.get("MessageAttributes", {})
    history = read_attribute(attributes.get(ATTRIBUTE, {}).get("StringValue", "[]"))
    return Letter(
        message["MessageId"],
        int(system["SentTimestamp"]),
        [Part(message["Body"].encode(), history)],
        receives=int(system["ApproximateReceiveCount"]),
    )


def _is_fresh(message: Received, run: RedriveRun) -> bool:
    """Whether this run has not had it yet."""
    (part,) = _letter(message).parts
    back = bool(part.history) and part.history[-1]["redriven_at"] >= run.started
    return not back and message["MessageId"] not in run.stayed
