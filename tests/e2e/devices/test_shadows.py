"""A device and its own shadow: what it reports, what it is asked for, and what the operator then sees."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.devices.cases import reading
from tests.support.devices import Session

if TYPE_CHECKING:
    from tests.e2e.devices.conftest import Played
    from tests.e2e.devices.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

DEVICE = "self-aware"
REPORTED = {"mode": "auto", "firmware": {"version": "1.2"}}
SHADOW = f"$aws/things/{DEVICE}/shadow"


@pytest.fixture(scope="module")
def answers(stage: Stage, played: Played) -> dict[str, tuple[bool, dict[str, Any]]]:
    """The broker's answers to the device, by what it asked: whether it accepted, and what it said."""
    papers = stage.device(DEVICE)
    stage.desire(DEVICE, mode="auto", firmware={"version": "1.3"})
    with Session(stage.broker, papers) as session:
        update = json.dumps({"state": {"reported": REPORTED}}).encode()
        found = {
            "update": session.request(f"{SHADOW}/update", update),
            "get": session.request(f"{SHADOW}/get", b"{}"),
        }
        assert session.publish(stage.topic(DEVICE), reading("own-shadow."))
    stage.await_marker("own-shadow.", {"readings_table", "devices_table"})
    return {asked: (accepted, json.loads(said)) for asked, (accepted, said) in found.items()}


def test_a_device_may_report_to_its_own_shadow(stage: Stage, answers: dict[str, tuple[bool, dict[str, Any]]]) -> None:
    accepted, said = answers["update"]
    assert accepted
    assert said["state"]["reported"] == REPORTED
    payload = stage.clients.client("iot-data").get_thing_shadow(thingName=DEVICE)["payload"].read()
    assert json.loads(payload)["state"]["reported"] == REPORTED


def test_a_device_learns_its_desired_state_from_its_shadow(answers: dict[str, tuple[bool, dict[str, Any]]]) -> None:
    accepted, said = answers["get"]
    assert accepted
    assert said["state"]["desired"] == {"mode": "auto", "firmware": {"version": "1.3"}}
    assert said["state"]["delta"] == {"firmware": {"version": "1.3"}}


def test_the_operator_sees_both_views_side_by_side(
    stage: Stage, answers: dict[str, tuple[bool, dict[str, Any]]]
) -> None:
    lines = [line.split() for line in stage.ops("show", DEVICE).splitlines()]
    assert ["KEY", "STATE", "REPORTED", "DESIRED", "PENDING"] in lines
    assert ["status", "NORMAL", "-", "-", "-"] in lines
    assert ["own-shadow.", "1", "-", "-", "-"] in lines
    assert ["firmware.version", "-", "1.2", "1.3", "yes"] in lines
    assert ["mode", "-", "auto", "auto", "-"] in lines
