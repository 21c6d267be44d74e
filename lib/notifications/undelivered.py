"""The queue for messages that a topic could not deliver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from cdktf_cdktf_provider_aws.sqs_queue_policy import SqsQueuePolicy
from constructs import Construct

from lib.building.iam import Statement, policy_json, tls_only
from lib.building.metric import Metric
from lib.ingest.queue import DEAD_LETTER_SECONDS, compact

if TYPE_CHECKING:
    from lib.context import Context
    from lib.security.key import Key


class Undelivered(Construct):
    """An encrypted queue that accepts messages from one topic only, each with its attributes."""

    def __init__(self, scope: Construct, id_: str, *, name: str, context: Context, key: Key, topic_arn: str) -> None:
        super().__init__(scope, id_)
        queue = SqsQueue(
            self,
            "queue",
            name=context.naming.name(name),
            kms_master_key_id=key.arn,
            message_retention_seconds=DEAD_LETTER_SECONDS,
        )
        of_topic = Statement(
            sid="Undelivered",
            principals={"Service": "sns.amazonaws.com"},
            actions=("sqs:SendMessage",),
            resources=(queue.arn,),
            conditions={
                "ArnEquals": {"aws:SourceArn": topic_arn},
                "StringEquals": {"aws:SourceAccount": context.account},
            },
        )
        policy = policy_json(tls_only("sqs:*", queue.arn), of_topic)
        permission = SqsQueuePolicy(self, "policy", queue_url=queue.url, policy=policy)
        self.permission = permission
        """Subscriptions wait for it: without this permission undeliverable messages are lost."""
        self.url, self.arn, self.name = queue.url, queue.arn, queue.name
        self.redrive_policy = compact({"deadLetterTargetArn": queue.arn})

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/SQS", name, {"QueueName": self.name}, statistic)
