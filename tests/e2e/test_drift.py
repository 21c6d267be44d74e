"""A second plan changes nothing but what is known to come from the embedded AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.terraform.workspace import PLAN_NAME
from tests.support.drift import unknown_drift

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.run.deployment import Deployment

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]


MEASURED = {"Period": "period", "Statistic": "statistic", "ExtendedStatistic": "extended_statistic"}


def test_a_second_plan_shows_nothing_but_known_drift(
    deployment: Deployment, second_plan: Callable[[Deployment], dict[str, Any]]
) -> None:
    assert unknown_drift(second_plan(deployment)) == {}


def test_alarms_stand_as_planned(deployment: Deployment) -> None:
    pages = deployment.clients.client("cloudwatch").get_paginator("describe_alarms").paginate()
    standing = {alarm["AlarmName"]: alarm for page in pages for alarm in page["MetricAlarms"]}
    plan = json.loads((deployment.workspace.folder / PLAN_NAME).read_bytes())
    planned = plan["resource"]["aws_cloudwatch_metric_alarm"]
    assert len(standing) == len(planned)
    for alarm in planned.values():
        found = standing[alarm["alarm_name"]]
        assert found["ActionsEnabled"]
        assert found["AlarmActions"] == found["OKActions"] == [deployment.outputs["alarms_topic_arn"]]
        assert found["AlarmDescription"] == alarm["alarm_description"]
        assert found["TreatMissingData"] == alarm["treat_missing_data"]
        # An alarm on a rate has its metrics in queries, and none of these.
        assert {each["Name"] for each in found["Dimensions"]} == set(alarm.get("dimensions", ()))
        for answered, argument in MEASURED.items():
            assert argument not in alarm or found[answered] == alarm[argument]
