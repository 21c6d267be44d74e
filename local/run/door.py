"""The front door of a deployment: how readings get into it."""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from local.devices.errors import DeviceError
from local.devices.fleet import connected_fleet
from local.errors import RunError
from local.fleet import AsTheyAre, DeviceForms, KinesisProducer, MqttProducer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from local.endpoints import Clients
    from local.fleet import Message, Shape
    from local.run.deployment import Deployment

MESSAGES_PER_SECOND = 250.0
"""Above this, devices send the readings of a second in one message: what the embedded AWS does a message (rule, queue,
stream, an object in the archive) keeps up with it on two cores beside all that processes the readings."""


class Producer(Protocol):
    """Sends messages, and hands out those that have been taken; raises when some are not."""

    def send(self, messages: Sequence[Message]) -> Iterator[list[Message]]: ...


@dataclass(frozen=True)
class Door:
    """`facts` go into the report."""

    producer: Producer
    shape: Shape
    facts: Callable[[], Mapping[str, Any]] = dict


def stream_door(clients: Clients, outputs: Mapping[str, Any]) -> Door:
    """Into the stream directly, signed by the role that may do nothing else."""
    role = clients.assume(outputs["producer_role_arn"], "fleet")
    return Door(KinesisProducer(clients.client("kinesis", role), outputs["stream_name"]), AsTheyAre())


@contextmanager
def device_door(
    deployment: Deployment, device_ids: Sequence[str], rate: float, progress: Callable[[int, int], None]
) -> Iterator[Door]:
    """Over MQTT, each device with a certificate of its own.

    `rate` is in readings a second, of all devices together. Where a bridge reads them, some messages have legacy forms.
    """
    outputs = deployment.outputs
    folder = deployment.workspace.folder / "devices"
    per_message = 1 if rate <= MESSAGES_PER_SECOND else math.ceil(rate / len(device_ids))
    try:
        with connected_fleet(deployment.clients, outputs, device_ids, folder, progress) as fleet:
            yield Door(
                MqttProducer(fleet.connections, outputs["iot_data_topic"]),
                DeviceForms(per_message, legacy="bridge_function" in outputs),
                lambda: {
                    "connected": len(fleet.connections),
                    "disconnections": fleet.disconnections,
                    "keys_made_by": "broker" if fleet.keys_travelled else "device",
                    "readings_per_message": per_message,
                },
            )
    except DeviceError as cause:
        raise RunError(str(cause)) from cause
