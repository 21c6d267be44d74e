"""A device's shadow beside its state, and where it is asked for."""

from __future__ import annotations

import json

import boto3
import pytest

from ops.cloud import Cloud
from ops.outputs import Outputs
from tests.unit.functions.factories import NOW_MS
from tests.unit.ops.deployment import OUTPUTS, REGION

STATE = {
    "device_id": {"S": "press-1"},
    "status": {"S": "ANOMALY"},
    "last_seen_ms": {"N": str(NOW_MS)},
    "sensors": {
        "M": {
            "temperature": {
                "M": {"value": {"N": "120.5"}, "timestamp_ms": {"N": str(NOW_MS)}, "severity": {"S": "warning"}}
            }
        }
    },
}


@pytest.fixture
def press(deployed):
    deployed.iot.create_thing(thingName="press-1")
    deployed.put("devices", **STATE)
    return deployed


def put_shadow(**state):
    client = boto3.client("iot-data", region_name=REGION)
    client.update_thing_shadow(thingName="press-1", payload=json.dumps({"state": state}))


def rows(output):
    """The cells of the table that starts with KEY."""
    lines = output.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("KEY "))
    end = next((n for n, line in enumerate(lines) if n > start and not line), len(lines))
    return [line.split() for line in lines[start:end]]


def test_state_and_shadow_stand_side_by_side(ops, press):
    put_shadow(
        reported={"temperature": 119, "firmware": {"version": "1.2"}, "mode": "auto"},
        desired={"firmware": {"version": "1.3"}, "mode": "auto", "interval_s": 5},
    )

    status, output, _ = ops("show", "press-1")

    assert status == 0
    assert rows(output) == [
        ["KEY", "STATE", "REPORTED", "DESIRED", "PENDING"],
        ["status", "ANOMALY", "-", "-", "-"],
        ["firmware.version", "-", "1.2", "1.3", "yes"],
        ["interval_s", "-", "-", "5", "yes"],
        ["mode", "-", "auto", "auto", "-"],
        ["temperature", "120.5", "119", "-", "-"],
    ]
    assert "shadow      version 1 of " in output


def test_a_device_without_a_shadow_shows_its_state_alone(ops, press):
    status, output, _ = ops("show", "press-1")

    assert status == 0
    assert rows(output)[1:] == [["status", "ANOMALY", "-", "-", "-"], ["temperature", "120.5", "-", "-", "-"]]
    assert json.loads(ops("show", "press-1", "--json")[1])["shadow"] is None


def test_a_device_that_never_spoke_shows_its_shadow_alone(ops, deployed):
    deployed.iot.create_thing(thingName="press-1")
    put_shadow(desired={"mode": "auto"})

    assert rows(ops("show", "press-1")[1])[1:] == [["mode", "-", "-", "auto", "yes"]]


def test_the_shadow_for_programs_is_as_the_device_wrote_it(ops, press):
    put_shadow(reported={"firmware": {"version": "1.2"}, "errors": []})

    shadow = json.loads(ops("show", "press-1", "--json")[1])["shadow"]

    assert (shadow["reported"], shadow["desired"], shadow["version"]) == (
        {"firmware": {"version": "1.2"}, "errors": []},
        {},
        1,
    )


def endpoint():
    return Cloud(Outputs(OUTPUTS, "a test")).iot_data.meta.endpoint_url


def test_the_shadow_is_asked_for_at_the_accounts_own_endpoint(monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL_IOT_DATA_PLANE")

    assert endpoint() == f"https://{OUTPUTS['iot_endpoint']}"


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_IOT_DATA_PLANE"])
def test_an_endpoint_of_the_environment_wins(monkeypatch, name):
    monkeypatch.delenv("AWS_ENDPOINT_URL_IOT_DATA_PLANE")
    monkeypatch.setenv(name, "https://127.0.0.1:4566")

    assert endpoint() == "https://127.0.0.1:4566"
