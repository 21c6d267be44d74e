"""The entrypoints of a deployment: a good and a bad reading through each, in a device's name of this run's own."""

from __future__ import annotations

import json
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

import boto3

from ops.__main__ import main as ops
from ops.flat_outputs import write
from tests.support.devices import Broker, Papers, Session

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.integration.live import Live

SENSOR = "temperature"
VALUE = 21.5
"""Within the thresholds of every preset, so that nobody is woken by a test."""
MQTT_PORT = 8883
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Delivery:
    """What went through a entrypoint; the bad one's bytes carry the device's name, too."""

    device: str
    timestamp_ms: int
    refused: bool = False
    """Whether the entrypoint itself refused the bad one, so that nothing behind it has it."""


def good(delivery: Delivery, **more: object) -> bytes:
    return json.dumps({"sensor_type": SENSOR, "value": VALUE, "timestamp": delivery.timestamp_ms, **more}).encode()


def bad(delivery: Delivery) -> bytes:
    """No JSON, and recognisable."""
    return f"{{broken by {delivery.device}".encode()


def body_of(delivery: Delivery) -> bytes:
    """Both in one request; the bad one has no value, since the entrypoint would refuse all of what is no JSON."""
    bad_one = json.dumps({"device_id": delivery.device, "sensor_type": SENSOR}).encode()
    return b"[%b, %b]" % (good(delivery, device_id=delivery.device), bad_one)


def forget_state(live: Live, device: str) -> None:
    """Take the device's state away, or its silence would raise an alert; its readings go when their time is over."""
    if "devices_table" in live.outputs:
        live.client("dynamodb").delete_item(TableName=live.outputs["devices_table"], Key={"device_id": {"S": device}})


class StreamDoor:
    """The stream itself, under the producers' role."""

    needs = "producer_role_arn"
    leaves_out = frozenset({"raw_table"})

    def __init__(self, live: Live, folder: Path) -> None:
        self._live = live
        now_ms = time.time_ns() // 1_000_000
        self.delivery = Delivery(f"integration-stream-{now_ms}", now_ms)

    def deliver(self) -> Delivery:
        outputs, device = self._live.outputs, self.delivery.device
        keys = self._live.assume("producer_role_arn")
        kinesis = boto3.client(
            "kinesis",
            region_name=outputs["aws_region"],
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            aws_session_token=keys.token,
        )
        for data in (good(self.delivery, device_id=device), bad(self.delivery)):
            kinesis.put_record(StreamName=outputs["stream_name"], Data=data, PartitionKey=device)
        return self.delivery

    def clean(self) -> None:
        forget_state(self._live, self.delivery.device)


class DeviceDoor:
    """MQTT, as a device that the operator's command makes and that is gone afterwards."""

    needs = "iot_endpoint"
    leaves_out = frozenset({"raw_table"})

    def __init__(self, live: Live, folder: Path) -> None:
        self._live = live
        self._folder = folder
        now_ms = time.time_ns() // 1_000_000
        self.delivery = Delivery(f"integration-mqtt-{now_ms}", now_ms)

    def deliver(self) -> Delivery:
        outputs, device = self._live.outputs, self.delivery.device
        self._ops("add", device, "--out", str(self._folder))
        papers = Papers(device, self._folder / f"{device}.cert.pem", self._folder / f"{device}.key.pem")
        host, _, port = outputs["iot_endpoint"].partition(":")
        topic = outputs["iot_data_topic"].replace("{device}", device)
        with Session(Broker(host, int(port or MQTT_PORT), None), papers) as session:
            for payload in (good(self.delivery), bad(self.delivery)):
                assert session.publish(topic, payload), f"the broker refused {topic}"
        return self.delivery

    def clean(self) -> None:
        iot, device = self._live.client("iot"), self.delivery.device
        principals = iot.list_thing_principals(thingName=device)["principals"]
        self._ops("revoke", device)
        for arn in principals:
            iot.delete_certificate(certificateId=arn.rpartition("/")[2], forceDelete=True)
        iot.delete_thing(thingName=device)
        self._live.client("dynamodb").delete_item(
            TableName=self._live.outputs["allowed_devices_table"], Key={"serial_number": {"S": device}}
        )
        forget_state(self._live, device)

    def _ops(self, *arguments: str) -> None:
        file = self._folder / "flat-outputs.json"
        write(self._live.outputs, file)
        with redirect_stdout(StringIO()):
            status = ops(["devices", *arguments, "--outputs", str(file)])
        assert status == 0, f"ops devices {' '.join(arguments)} ended with {status}"


class HttpDoor:
    """POST /ingest, signed by the writers' role. Whoever sends is told what is bad, so that it is not quarantined."""

    needs = "api_writer_role_arn"
    leaves_out = frozenset({"quarantine_bucket"})
    path, status = "/ingest", 202

    def __init__(self, live: Live, folder: Path) -> None:
        self._live = live
        now_ms = time.time_ns() // 1_000_000
        self.delivery = Delivery(f"integration-{self.path.strip('/')}-{now_ms}", now_ms, refused=True)

    def deliver(self) -> Delivery:
        answer = self._live.http(self.needs).request("POST", self.path, None, body_of(self.delivery), JSON)
        assert answer.status == self.status, f"POST {self.path}: {answer.status}: {answer.body!r}"
        said = answer.json()
        refused = [(each["position"], each["reason"]) for each in said["rejected"]]
        assert (said["accepted"], refused) == (1, [(1, "no_value")]), f"POST {self.path}: {said}"
        return self.delivery

    def clean(self) -> None:
        forget_state(self._live, self.delivery.device)


class ProcessDoor(HttpDoor):
    """POST /process, which stores before it answers."""

    path, status = "/process", 200


Door = StreamDoor | DeviceDoor | HttpDoor
ENTRYPOINTS: Mapping[str, type[Door]] = {
    "stream": StreamDoor,
    "mqtt": DeviceDoor,
    "http": HttpDoor,
    "process": ProcessDoor,
}
"""Each is there where the output is that it needs, and leads into every store but those that it leaves out."""
