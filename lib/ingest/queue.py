"""An SQS queue with its dead-letter queue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from cdktf_cdktf_provider_aws.sqs_queue_policy import SqsQueuePolicy
from constructs import Construct

from lib.building.iam import Statement, policy_json, tls_only
from lib.building.metric import Metric
from lib.usage import Amount, Use, never

if TYPE_CHECKING:
    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key
    from lib.usage import Traffic

RETENTION_SECONDS = 4 * 86_400
DEAD_LETTER_SECONDS = 14 * 86_400
"""The longest retention of SQS, counted from a message's arrival in the first queue."""
VISIBILITY_FACTOR = 6
"""Visibility timeout as a multiple of the consumer's timeout, which Lambda's guide recommends."""


class Queue(Construct):
    """Encrypted, TLS only; a message that fails ``tries`` times moves to the dead-letter queue.

    :param consumer_timeout_seconds: the timeout of the function that reads the queue.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        context: Context,
        key: Key,
        consumer_timeout_seconds: int,
        tries: int = 5,
    ) -> None:
        super().__init__(scope, id_)
        self._key = key
        self._dead = SqsQueue(
            self,
            "dead-letters",
            name=context.naming.name(f"{name}-dead-letters"),
            kms_master_key_id=key.arn,
            message_retention_seconds=DEAD_LETTER_SECONDS,
        )
        queue = SqsQueue(
            self,
            "queue",
            name=context.naming.name(name),
            kms_master_key_id=key.arn,
            message_retention_seconds=RETENTION_SECONDS,
            visibility_timeout_seconds=consumer_timeout_seconds * VISIBILITY_FACTOR,
            redrive_policy=compact({"deadLetterTargetArn": self._dead.arn, "maxReceiveCount": tries}),
        )
        for part, resource in (("queue", queue), ("dead-letters", self._dead)):
            SqsQueuePolicy(
                self, f"{part}-policy", queue_url=resource.url, policy=policy_json(tls_only("sqs:*", resource.arn))
            )
        self.url, self.arn, self.name = queue.url, queue.arn, queue.name
        self.dead_letters_url = self._dead.url

    def grant_write(self, role: Role) -> None:
        statement = Statement(actions=("sqs:SendMessage",), resources=(self.arn,))
        role.allow(f"send-to-{self.node.id}", statement, self._key.exchanging("sqs"))

    def grant_consume(self, role: Role) -> None:
        """Let ``role`` consume the queue through an event source mapping."""
        actions = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
        statement = Statement(actions=actions, resources=(self.arn,))
        role.allow(f"consume-{self.node.id}", statement, self._key.decrypting("sqs"))

    def uses(self) -> list[Use]:
        """Its messages, for `ops cost`: every message passes it."""
        return [
            Use(of=f"{self.node.path}/queue", kind="messages", amount=_passing),
            never(f"{self.node.path}/dead-letters", "messages"),
        ]

    def grant_postpone(self, role: Role) -> None:
        """Let ``role``, which consumes the queue, decide when a message is redelivered."""
        statement = Statement(actions=("sqs:ChangeMessageVisibility",), resources=(self.arn,))
        role.allow(f"postpone-{self.node.id}", statement)

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/SQS", name, {"QueueName": self.name}, statistic)

    def dead_letters_metric(self, name: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/SQS", name, {"QueueName": self._dead.name}, statistic)


def _passing(traffic: Traffic) -> Amount:
    return Amount(per_second=traffic.messages, size=traffic.message_bytes)


def compact(value: dict[str, object]) -> str:
    """JSON in the form that SQS returns, so that a second plan shows no change."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
