"""What a second plan shows, without what is known to come from the embedded AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.run.deployment import Deployment

KNOWN_DRIFT: dict[str, set[str]] = {
    # The provider's DescribeAlarms gets alarms without these; `test_alarms_stand_as_planned` asks in another way.
    "aws_cloudwatch_metric_alarm": {
        "actions_enabled",
        "alarm_actions",
        "alarm_description",
        "dimensions",
        "ok_actions",
        "period",
        "statistic",
        "treat_missing_data",
    },
    # Default tags of a stream and the metrics of its shards are not read back.
    "aws_kinesis_stream": {"shard_level_metrics", "tags_all"},
    # Processors and their parameters come back in another form.
    "aws_kinesis_firehose_delivery_stream": {"extended_s3_configuration"},
    # The metrics of a mapping are accepted and forgotten.
    "aws_lambda_event_source_mapping": {"metrics_config"},
    # Properties come back, empty, though none were given.
    "aws_iot_thing_group": {"properties"},
}
"""Arguments by resource type that MiniStack reads back otherwise than they were written."""

Drift = dict[str, tuple[list[str], set[str]]]


def unknown_drift(deployment: Deployment) -> Drift:
    """By resource: what Terraform would do to it, and the arguments that it sees changed."""
    plan = deployment.workspace.show(deployment.workspace.plan())
    return {
        resource["address"]: (resource["change"]["actions"], _changed(resource["change"]))
        for resource in plan["resource_changes"]
        if resource["change"]["actions"] not in (["no-op"], ["read"])
        and not _changed(resource["change"]) <= KNOWN_DRIFT.get(resource["type"], set())
    }


def _changed(change: dict[str, Any]) -> set[str]:
    before, after = change["before"] or {}, change["after"] or {}
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
