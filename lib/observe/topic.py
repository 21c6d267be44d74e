"""An encrypted SNS topic that only its publishers can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.sns_topic_policy import SnsTopicPolicy
from cdktf_cdktf_provider_aws.sns_topic_subscription import SnsTopicSubscription
from constructs import Construct

from lib.building.iam import Statement, policy_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key


class Topic(Construct):
    """Takes messages over TLS only, from the roles it was granted to and, if asked, from CloudWatch alarms."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        emails: Iterable[str],
        from_alarms: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self._key = key
        topic = SnsTopic(self, "topic", name=context.naming.name(id_), kms_master_key_id=key.arn)
        self.arn = topic.arn
        statements = [_tls_only(topic.arn)]
        if from_alarms:
            statements.append(_alarms_may_publish(context, topic.arn))
        SnsTopicPolicy(self, "policy", arn=topic.arn, policy=policy_json(*statements))
        for index, email in enumerate(emails):
            SnsTopicSubscription(self, f"email-{index}", topic_arn=topic.arn, protocol="email", endpoint=email)

    def grant_publish(self, role: Role) -> None:
        role.allow(
            f"publish-{self.node.id}",
            Statement(actions=("sns:Publish",), resources=(self.arn,)),
            self._key.exchanging("sns"),
        )


def _tls_only(arn: str) -> Statement:
    return Statement(
        sid="TlsOnly",
        effect="Deny",
        principals={"AWS": "*"},
        actions=("sns:Publish",),
        resources=(arn,),
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


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
