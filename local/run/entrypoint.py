"""The front door of a deployment: how readings get into it."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from local.devices.errors import DeviceError
from local.devices.fleet import connected_fleet
from local.errors import RunError
from local.fleet import AsTheyAre, DeviceForms, HttpProducer, KinesisProducer, MqttProducer, RequestForms
from local.fleet.episodes import is_anomaly
from local.fleet.http_producer import CONNECTIONS
from local.http import as_role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from lambda_src.common.thresholds import Threshold
    from local.endpoints import Clients
    from local.fleet import PlantMessage, Shape
    from local.run.deployment import Deployment

MESSAGES_PER_SECOND = 250.0
"""Above this, devices send the readings of a second in one message: what the embedded AWS does a message (rule, queue,
stream, an object in the archive) keeps up with it on two cores beside all that processes the readings."""


REQUESTS_PER_SECOND = 100.0
"""Above this, applications send `READINGS_PER_REQUEST` readings in each request."""
READINGS_PER_REQUEST = 100


class MessageProducer(Protocol):
    """Sends messages, and hands out those that have been taken; raises when some are not.

    It may keep some under way from one call to the next: see `Entrypoint.under_way`.
    """

    def send(self, messages: Sequence[PlantMessage]) -> Iterator[list[PlantMessage]]: ...


@dataclass(frozen=True)
class Entrypoint:
    """`facts` go into the report, `under_way` hands out what the producer had not when the last message was sent."""

    producer: MessageProducer
    shape: Shape
    facts: Callable[[], Mapping[str, Any]] = dict
    under_way: Callable[[], Iterable[list[PlantMessage]]] = tuple


def stream_door(clients: Clients, outputs: Mapping[str, Any]) -> Entrypoint:
    """Into the stream directly, signed by the role that may do nothing else."""
    role = clients.assume(outputs["producer_role_arn"], "fleet")
    return Entrypoint(KinesisProducer(clients.client("kinesis", role), outputs["stream_name"]), AsTheyAre())


@contextmanager
def device_door(
    deployment: Deployment,
    device_ids: Sequence[str],
    rate: float,
    progress: Callable[[int, int], None],
    *,
    measures: int = 1,
) -> Iterator[Entrypoint]:
    """Over MQTT, each device with a certificate of its own.

    `rate` is in readings a second, of all devices together, `measures` what a device measures at one time and sends in
    one message. Where a bridge reads them, some messages have legacy forms.
    """
    outputs = deployment.outputs
    folder = deployment.workspace.folder / "devices"
    messages = rate / measures
    per_message = measures * (1 if messages <= MESSAGES_PER_SECOND else math.ceil(messages / len(device_ids)))
    try:
        with connected_fleet(deployment.clients, outputs, device_ids, folder, progress) as fleet:
            yield Entrypoint(
                MqttProducer(fleet.connections, outputs["iot_data_topic"]),
                DeviceForms(per_message, legacy="bridge_function" in outputs, measures=measures > 1),
                lambda: {
                    "connected": len(fleet.connections),
                    "disconnections": fleet.disconnections,
                    "keys_made_by": "broker" if fleet.keys_travelled else "device",
                    "readings_per_message": per_message,
                },
            )
    except DeviceError as cause:
        raise RunError(str(cause)) from cause


@contextmanager
def http_door(
    clients: Clients, outputs: Mapping[str, Any], rate: float, thresholds: Mapping[str, Threshold]
) -> Iterator[Entrypoint]:
    """Over HTTP, signed by the role that may send and nothing else; `rate` is in readings a second."""
    per_request = 1 if rate <= REQUESTS_PER_SECOND else READINGS_PER_REQUEST
    producer = HttpProducer(
        as_role(clients, outputs, "api_writer_role_arn", connections=CONNECTIONS),
        is_anomaly=lambda sensor_type, value: is_anomaly(value, thresholds.get(sensor_type)),
    )
    try:
        producer.wake()
        yield Entrypoint(
            producer,
            RequestForms(per_request),
            lambda: {
                "http": {
                    "requests": producer.requests,
                    "readings_per_request": per_request,
                    "verdicts": producer.verdicts,
                    "repeated": producer.repeated,
                }
            },
            producer.rest,
        )
    finally:
        producer.close()
