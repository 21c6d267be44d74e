"""An encrypted SNS topic that only its publishers can reach, and its subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from lib.building.iam import Statement, policy_json, tls_only
from lib.ingest.queue import compact
from lib.monitoring.alarms.queue import undelivered_alarm
from lib.monitoring.dashboard.failures import failures_row
from lib.monitoring.dashboard.widgets import GraphLine
from lib.notifications.undelivered import Undelivered
from lib.part import PartDescription
from lib.usage import Amount, Use, never

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lib.building.iam import Role
    from lib.context import Context
    from lib.notifications.subscriptions import Subscription
    from lib.security.key import Key

MESSAGES_PER_MONTH = 1_000
"""Assumption for `ops cost`: alerts or alarms on the topic in a month."""


class Topic(Construct):
    """Accepts messages over TLS only, from roles with `grant_publish` and, if asked, from CloudWatch alarms.

    Messages that an HTTPS endpoint does not accept in all of SNS's tries wait in a queue.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        subscriptions: Iterable[Subscription],
        from_alarms: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self._key, self._name = key, id_
        topic = SnsTopic(self, "topic", name=context.naming.name(id_), kms_master_key_id=key.arn)
        self.arn = topic.arn
        statements = [tls_only("sns:Publish", topic.arn)]
        if from_alarms:
            statements.append(_alarms_may_publish(context, topic.arn))
        SnsTopicPolicy(self, "policy", arn=topic.arn, policy=policy_json(*statements))
        subscriptions = list(subscriptions)
        self.undelivered: Undelivered | None = None
        if any(each.protocol == "https" for each in subscriptions):
            self.undelivered = Undelivered(
                self, "undelivered", name=f"{id_}-undelivered", context=context, key=key, topic_arn=topic.arn
            )
        for each in subscriptions:
            self._subscribe(each)

    def _subscribe(self, subscription: Subscription) -> None:
        undelivered = self.undelivered if subscription.protocol == "https" else None
        SnsTopicSubscription(
            self,
            subscription.id,
            topic_arn=self.arn,
            protocol=subscription.protocol,
            endpoint=subscription.endpoint,
            filter_policy=compact(dict(subscription.only)) if subscription.only else None,
            redrive_policy=undelivered.redrive_policy if undelivered else None,
            depends_on=[undelivered.permission] if undelivered else None,
        )

    def grant_publish(self, role: Role) -> None:
        role.allow(
            f"publish-{self.node.id}",
            Statement(actions=("sns:Publish",), resources=(self.arn,)),
            self._key.exchanging("sns"),
        )

    def describe(self) -> PartDescription:
        outputs = {f"{self._name}_topic_arn": self.arn}
        if not self.undelivered:
            return PartDescription(outputs=outputs, uses=[self._use()])
        waiting = self.undelivered.metric("ApproximateNumberOfMessagesVisible", "Maximum")
        return PartDescription(
            alarms=[undelivered_alarm(self._name, self.undelivered)],
            rows=[failures_row(GraphLine(f"undelivered messages of {self._name}", waiting))],
            outputs={**outputs, f"{self._name}_undelivered_url": self.undelivered.url},
            uses=[self._use(), never(self.undelivered.node.path, "messages")],
        )

    def _use(self) -> Use:
        amount = Amount(per_second=MESSAGES_PER_MONTH / (730 * 3600))
        return Use(of=self.node.path, kind="messages", amount=lambda _: amount)


def _alarms_may_publish(context: Context, arn: str) -> Statement:
    return Statement(
        sid="CloudWatchAlarms",
        principals={"Service": "cloudwatch.amazonaws.com"},
        actions=("sns:Publish",),
        resources=(arn,),
        conditions={
            "StringEquals": {"aws:SourceAccount": context.account},
            "ArnLike": {"aws:SourceArn": context.arn("cloudwatch", f"alarm:*-{context.suffix}")},
        },
    )
