"""A device that has gone silent is OFFLINE, with one alert, and back when it speaks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.devices.acts import admitted
from tests.e2e.devices.stage import SETTLE_SECONDS

if TYPE_CHECKING:
    from tests.e2e.devices.conftest import Played
    from tests.e2e.devices.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]


def status(stage: Stage, device: str) -> str:
    return str(stage.item("devices_table", "device_id", device)["status"]["S"])


def look(stage: Stage) -> None:
    """The presence function, as its schedule calls it."""
    answer = stage.clients.client("lambda").invoke(FunctionName=stage.outputs["presence_function"], Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()


def await_status(stage: Stage, device: str, wanted: str) -> None:
    until = time.monotonic() + SETTLE_SECONDS
    while (found := status(stage, device)) != wanted:
        assert time.monotonic() < until, f"{device} is {found}"
        time.sleep(1)


def alerts_of(stage: Stage, device: str) -> list[tuple[str, bool]]:
    """Sensor types of the alerts about a device, and whether they were signed."""
    return [(each.alert.sensor_type, each.signed) for each in stage.alerts if each.alert.device_id == device]


def test_a_silent_device_is_offline_with_one_alert(stage: Stage, played: Played) -> None:
    # Given a device whose reading is an hour old by its own clock, and one that spoke a moment ago
    played.silence.result()
    assert admitted(stage, stage.registry.issued["sentinel"], "sentinel.again.")
    stage.await_marker("sentinel.again.", {"devices_table"})
    # When presence looks, then its old clock says nothing
    look(stage)
    assert (status(stage, "hermit"), alerts_of(stage, "hermit")) == ("NORMAL", [])
    # When its message arrived hours ago, and presence looks twice
    stage.hear_earlier("hermit", seconds=2 * 3600)
    look(stage)
    look(stage)
    # Then
    assert (status(stage, "hermit"), status(stage, "sentinel")) == ("OFFLINE", "NORMAL")
    until = time.monotonic() + SETTLE_SECONDS
    while not alerts_of(stage, "hermit") and time.monotonic() < until:
        time.sleep(0.5)
    # When it speaks
    assert admitted(stage, stage.registry.issued["hermit"], "hermit.")
    await_status(stage, "hermit", "NORMAL")
    look(stage)
    # Then it stays, and nothing more was said about it
    assert status(stage, "hermit") == "NORMAL"
    assert alerts_of(stage, "hermit") == [("offline", True)]
    assert alerts_of(stage, "sentinel") == []
