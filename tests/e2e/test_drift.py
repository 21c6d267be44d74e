"""A second plan changes nothing but what is known to come from the embedded AWS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from local.terraform.workspace import PLAN_NAME
from tests.support.drift import unknown_drift

if TYPE_CHECKING:
    from local.run.deployment import Deployment

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]


@pytest.mark.parametrize("deployment", ["applied", "floor"])
def test_a_second_plan_shows_nothing_but_known_drift(deployment: str, request: pytest.FixtureRequest) -> None:
    assert unknown_drift(request.getfixturevalue(deployment)) == {}


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
