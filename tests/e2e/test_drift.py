"""A second plan changes nothing but what is known to come from the embedded AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.terraform.workspace import PLAN_NAME

if TYPE_CHECKING:
    from local.run.deployment import Deployment

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

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
    # Default tags of a stream are not read back.
    "aws_kinesis_stream": {"tags_all"},
    # Processors and their parameters come back in another form.
    "aws_kinesis_firehose_delivery_stream": {"extended_s3_configuration"},
    # The metrics of a mapping are accepted and forgotten.
    "aws_lambda_event_source_mapping": {"metrics_config"},
}
"""Arguments by resource type that MiniStack reads back otherwise than they were written."""


def changed(change: dict[str, Any]) -> set[str]:
    before, after = change["before"] or {}, change["after"] or {}
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_a_second_plan_shows_nothing_but_known_drift(applied: Deployment) -> None:
    plan = applied.workspace.show(applied.workspace.plan())
    drifted = {
        resource["address"]: (resource["change"]["actions"], changed(resource["change"]))
        for resource in plan["resource_changes"]
        if resource["change"]["actions"] not in (["no-op"], ["read"])
        and not changed(resource["change"]) <= KNOWN_DRIFT.get(resource["type"], set())
    }
    assert drifted == {}


def test_alarms_stand_as_planned(applied: Deployment) -> None:
    pages = applied.clients.client("cloudwatch").get_paginator("describe_alarms").paginate()
    standing = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}
    plan = json.loads((applied.workspace.folder / PLAN_NAME).read_bytes())
    planned = plan["resource"]["aws_cloudwatch_metric_alarm"]
    assert len(standing) == len(planned)
    for alarm in planned.values():
        found = standing[alarm["alarm_name"]]
        assert found["AlarmActions"] == [applied.outputs["alarms_topic_arn"]]
        assert found["AlarmDescription"] == alarm["alarm_description"]
        assert found["TreatMissingData"] == alarm["treat_missing_data"]
        assert {each["Name"] for each in found["Dimensions"]} == set(alarm["dimensions"])
