"""The applied `factory-floor` as the tests of devices use it: broker, registry, stores, and the operator's command."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.devices.cases import reading
from tests.support.devices import Session
from tests.support.devices_registry import Standing
from tests.support.stored_runs import readings_between

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.endpoints import Clients
    from local.ledger.alerts import ReceivedAlert
    from tests.support.devices import Broker, Papers
    from tests.support.devices_registry import Registry
    from tests.support.devices_stores import Stores

PROJECT = Path(__file__).resolve().parents[3]
SETTLE_SECONDS = 240.0
"""The longest wait for a reading; a batch window of 10 s and a slow machine are far below."""

DAY_MS = 86_400_000
IDLE_SECONDS = 3.0
"""Nothing new for so long, after the last reading that was sent: the stream is read to its end."""


@dataclass(frozen=True)
class Stage:
    clients: Clients
    outputs: Mapping[str, Any]
    broker: Broker
    registry: Registry
    stores: Stores
    alerts: list[ReceivedAlert]
    idle_for: Callable[[], float]
    """Seconds since the stream's last record was processed; 0 while any waits."""
    environment: Mapping[str, str]
    """For programs that find the deployment by the standard AWS variables, and its outputs by OUTPUTS_FILE."""

    def device(self, name: str) -> Papers:
        """A device whose papers are in order."""
        return self.registry.issue(name, Standing())

    def topic(self, device: str) -> str:
        return str(self.outputs["iot_data_topic"].replace("{device}", device))

    def command_topic(self, device: str) -> str:
        return str(self.outputs["iot_command_topic"].replace("{device}", device))

    def command(self, device: str, text: str) -> None:
        """Send a device a command, as a backend does."""
        self.clients.client("iot-data").publish(topic=self.command_topic(device), qos=1, payload=text.encode())

    def desire(self, device: str, **state: object) -> None:
        """Ask a device to become something, as a backend does: by its shadow."""
        payload = json.dumps({"state": {"desired": state}})
        self.clients.client("iot-data").update_thing_shadow(thingName=device, payload=payload)

    def ops(self, *arguments: str) -> str:
        """`python -m ops devices …` against this deployment; its output, or an AssertionError with its words."""
        done = subprocess.run(
            [sys.executable, "-m", "ops", "devices", *arguments, "--outputs", self.environment["OUTPUTS_FILE"]],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wait_until_stored(self) -> None:
        """Wait until a reading that is sent now is in the hot table and in the archive, and nothing is under way."""
        marker = f"sentinel.{time.time_ns()}"
        with Session(self.broker, self.registry.issued["sentinel"]) as session:
            assert session.publish(self.topic("sentinel"), reading(marker))
        self.await_marker(marker, {"readings_table", "raw_bucket"})
        until = time.monotonic() + SETTLE_SECONDS
        while self.idle_for() < IDLE_SECONDS:
            if time.monotonic() > until:
                raise TimeoutError("the stream is not read to its end")
            time.sleep(0.5)

    def await_marker(self, marker: str, stores: set[str]) -> None:
        """Wait until the stores hold the marker; a TimeoutError names those that do not."""
        until = time.monotonic() + SETTLE_SECONDS
        while missing := stores - self.stores.refresh().holding(marker):
            if time.monotonic() > until:
                raise TimeoutError(f"{marker} is not in {', '.join(sorted(missing))}")
            time.sleep(1)

    def hear_earlier(self, device: str, seconds: int) -> None:
        """Move the arrival of a device's last message back in its stored state: nobody waits for hours here."""
        heard = int(self.item("devices_table", "device_id", device)["heard_ms"]["N"])
        self.clients.client("dynamodb").update_item(
            TableName=self.outputs["devices_table"],
            Key={"device_id": {"S": device}},
            UpdateExpression="SET heard_ms = :heard",
            ExpressionAttributeValues={":heard": {"N": str(heard - seconds * 1000)}},
        )

    def item(self, table: str, key: str, value: str) -> dict[str, Any]:
        """An item of a table by its output's name, as DynamoDB writes it; empty where there is none."""
        answer = self.clients.client("dynamodb").get_item(
            TableName=self.outputs[table], Key={key: {"S": value}}, ConsistentRead=True
        )
        return dict(answer.get("Item", {}))

    def values_of(self, device: str, sensor_type: str) -> list[float]:
        """A sensor's values in the hot table by time, as the table's readers get them: each reading once."""
        pages = (
            self.clients.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.outputs["readings_table"],
                KeyConditionExpression="device_id = :device",
                ExpressionAttributeValues={":device": {"S": device}},
            )
        )
        now_ms = time.time_ns() // 1_000_000
        found = readings_between((item for page in pages for item in page["Items"]), 0, now_ms + DAY_MS)
        return [each.value for each in found if each.sensor_type == sensor_type]
