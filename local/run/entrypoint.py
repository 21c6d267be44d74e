"""The entrypoints of a deployment: how readings get into it."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from local.devices.errors import DeviceError
from local.devices.fleet import connected_fleet
from local.errors import RunError
from local.fleet import DeviceForms, HttpProducer, KinesisProducer, MqttProducer, RequestForms, UnchangedMessages
from local.fleet.episodes import is_anomaly
from local.fleet.forms import measures_json
from local.fleet.http_producer import CONNECTIONS
from local.fleet.models import MODELS
from local.http import as_role
from local.run.fleet_format import fleet_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from lambda_src.common.thresholds import Threshold
    from local.endpoints import Clients
    from local.fleet import PlantMessage, Shape
    from local.run.deployment import Deployment

MESSAGES_PER_SECOND = 250.0
"""Above this rate, devices send all readings of a second in one message.

The embedded AWS can process this many messages per second (rule, queue, stream, archive object) on two cores.
"""


REQUESTS_PER_SECOND = 100.0
"""Above this rate, applications send `READINGS_PER_REQUEST` readings per request."""
READINGS_PER_REQUEST = 100


class MessageProducer(Protocol):
    """Sends messages and yields those that were accepted. Raises if some are refused.

    Messages may stay in flight between calls; see `Entrypoint.in_flight`.
    """

    def send(self, messages: Sequence[PlantMessage]) -> Iterator[list[PlantMessage]]: ...


@dataclass(frozen=True)
class Entrypoint:
    """One entrypoint. `facts` go into the report; `in_flight` yields what the producer had not yielded at the end."""

    producer: MessageProducer
    shape: Shape
    facts: Callable[[], Mapping[str, Any]] = dict
    in_flight: Callable[[], Iterable[list[PlantMessage]]] = tuple


def stream_entrypoint(clients: Clients, outputs: Mapping[str, Any]) -> Entrypoint:
    """Return the entrypoint that puts records into the stream, signed by the producer role."""
    role = clients.assume(outputs["producer_role_arn"], "fleet")
    return Entrypoint(KinesisProducer(clients.client("kinesis", role), outputs["stream_name"]), UnchangedMessages())


@contextmanager
def device_entrypoint(
    deployment: Deployment,
    device_ids: Sequence[str],
    rate: float,
    progress: Callable[[int, int], None],
    *,
    measures: int = 1,
    form: str | None = None,
    sensors: int = len(MODELS),
) -> Iterator[Entrypoint]:
    """Open the entrypoint for MQTT, each device with its own certificate.

    `rate` is in readings per second of all devices together. `measures` is the number of measures in one message.
    `form` is the named format of the messages; without it, and if a bridge reads them, some have legacy formats.
    `sensors` is the number of sensors of a device.
    """
    outputs = deployment.outputs
    folder = deployment.workspace.folder / "devices"
    messages = rate / measures
    per_message = measures * (1 if messages <= MESSAGES_PER_SECOND else math.ceil(messages / len(device_ids)))
    try:
        with connected_fleet(deployment.clients, outputs, device_ids, folder, progress) as fleet:
            yield Entrypoint(
                MqttProducer(fleet.connections, outputs["iot_data_topic"]),
                fleet_shape(form, per_message, sensors)
                if form
                else DeviceForms(
                    per_message, legacy="bridge_function" in outputs, encode=measures_json if measures > 1 else None
                ),
                lambda: {
                    "connected": len(fleet.connections),
                    "disconnections": fleet.disconnections,
                    "keys_made_by": "broker" if fleet.keys_travelled else "device",
                    "readings_per_message": per_message,
                    "format": form,
                },
            )
    except DeviceError as cause:
        raise RunError(str(cause)) from cause


@contextmanager
def http_entrypoint(
    clients: Clients, outputs: Mapping[str, Any], rate: float, thresholds: Mapping[str, Threshold]
) -> Iterator[Entrypoint]:
    """Open the entrypoint for HTTP, signed by the writer role. `rate` is in readings per second."""
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
