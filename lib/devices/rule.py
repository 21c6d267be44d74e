"""The topic rule: sends telemetry from the broker into the stream or into the bridge's queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iot_topic_rule import (
    IotTopicRule,
    IotTopicRuleErrorAction,
    IotTopicRuleErrorActionS3,
    IotTopicRuleKinesis,
    IotTopicRuleSqs,
)
from constructs import Construct

from lib.building.iam import Role, service_trust
from lib.building.metric import Metric
from lib.ingest.queue import Queue
from lib.monitoring.alarms.devices import rule_alarms
from lib.monitoring.dashboard.failures import failures_row
from lib.monitoring.dashboard.widgets import GraphLine
from lib.part import PartDescription
from lib.usage import Amount, Traffic, Use

if TYPE_CHECKING:
    from lib.context import Context
    from lib.devices.topics import RuleTopics
    from lib.ingest.stream import Stream
    from lib.store.bucket import Bucket

VERSION = "replace('1', '1', '1')"
"""The envelope's version, 1, as a function: beside a binary payload AWS documents functions and no literals (AWS IoT
Developer Guide, Working with binary payloads)."""
SQL_VERSION = "2016-03-23"
ERROR_PREFIX = "iot-errors/"
# Terraform must leave the rule's own expressions alone, hence two dollars.
ERROR_KEY = ERROR_PREFIX + '$${parse_time("yyyy/MM/dd/HH", timestamp())}/$${newuuid()}.json'


class TelemetryRule(Construct):
    """Takes each message unchanged, whatever its bytes, and adds what the broker knows about it.

    The payload travels in base64 in a field of its own: nothing that the broker adds can overwrite what the device
    sent, and a message that is not JSON still reaches the processor, which quarantines it with a reason. Messages that
    the action cannot deliver are kept with their payload under `iot-errors/` in the on-failure bucket.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        topics: RuleTopics,
        target: Stream | Queue,
        on_failure: Bucket,
    ) -> None:
        super().__init__(scope, id_)
        self._name = f"{id_}-rule"
        self.role = Role(
            self,
            "role",
            context=context,
            name=self._name,
            description=f"Delivers {id_} from the broker",
            trust=service_trust("iot.amazonaws.com", account=context.account),
        )
        target.grant_write(self.role)
        on_failure.grant_write(self.role, prefix=ERROR_PREFIX)
        error = IotTopicRuleErrorActionS3(bucket_name=on_failure.name, key=ERROR_KEY, role_arn=self.role.arn)
        kinesis, sqs = self._action(target, topics)
        rule = IotTopicRule(
            self,
            "rule",
            name=topics.rule,
            enabled=True,
            sql=telemetry_sql(topics),
            sql_version=SQL_VERSION,
            kinesis=kinesis,
            sqs=sqs,
            error_action=IotTopicRuleErrorAction(s3=error),
        )
        self.role.comes_before(rule)
        self.name = rule.name
        self._basic_ingest = context.config.devices.basic_ingest
        self.action = "Kinesis" if kinesis else "SQS"

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        """A metric of the whole rule."""
        return Metric("AWS/IoT", name, {"RuleName": self.name}, statistic)

    def action_metric(self, name: str, action: str) -> Metric:
        """A metric of one of its actions: ``Kinesis``, ``SQS``, or ``S3`` for the error action."""
        return Metric("AWS/IoT", name, {"ActionType": action, "RuleName": self.name}, "Sum")

    def describe(self) -> PartDescription:
        failed = self.action_metric("Failure", self.action)
        return PartDescription(
            alarms=list(rule_alarms(self, self._name)),
            rows=[failures_row(GraphLine(f"messages that the {self.node.id} rule could not deliver", failed))],
            outputs=self._outputs(),
            uses=[
                Use(of=self.node.path, kind="messages", amount=_messages),
                # Basic Ingest has no messaging charge.
                *([] if self._basic_ingest else [Use(of=self.node.path, kind="requests", amount=_messages)]),
            ],
        )

    def _outputs(self) -> dict[str, str]:
        prefix = "iot" if self.node.id == "telemetry" else self.node.id
        return {f"{prefix}_rule_name": self.name, f"{prefix}_rule_role_arn": self.role.arn}

    def _action(
        self, target: Stream | Queue, topics: RuleTopics
    ) -> tuple[list[IotTopicRuleKinesis] | None, list[IotTopicRuleSqs] | None]:
        if isinstance(target, Queue):
            return None, [IotTopicRuleSqs(queue_url=target.url, role_arn=self.role.arn, use_base64=False)]
        partition_key = f"$${{topic({topics.device_level})}}"
        return [IotTopicRuleKinesis(stream_name=target.name, role_arn=self.role.arn, partition_key=partition_key)], None


def _messages(traffic: Traffic) -> Amount:
    return Amount(per_second=traffic.messages, size=traffic.message_bytes)


def telemetry_sql(topics: RuleTopics) -> str:
    """What the rule selects; `lambda_src.common.readings.envelope` reads it."""
    columns = (
        f"{VERSION} AS envelope, topic({topics.device_level}) AS device, timestamp() AS arrived_ms, "
        f"clientid() AS client, topic() AS topic, encode(*, 'base64') AS payload"
    )
    return f"SELECT {columns} FROM '{topics.filter}'"  # noqa: S608 - a topic rule's text from checked settings
