"""All entrypoints of a deployment at once, each with a part of the machines."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.fleet.models import models_for
from local.run.entrypoint import Entrypoint, device_entrypoint, http_entrypoint, stream_entrypoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from lib.config import Config
    from local.fleet import PlantMessage
    from local.run.deployment import Deployment
    from local.view.board import Board


class Split:
    """Producer and shape of several entrypoints. A device always uses the same one, so its order is kept."""

    def __init__(self, entrypoints: Mapping[str, Entrypoint], shares: Mapping[str, str]) -> None:
        self._entrypoints = entrypoints
        self._shares = shares

    def take(self, messages: Sequence[PlantMessage]) -> list[PlantMessage]:
        return [
            ready
            for name, entrypoint in self._entrypoints.items()
            for ready in entrypoint.shape.take(self._share(name, messages))
        ]

    def rest(self) -> list[PlantMessage]:
        return [ready for entrypoint in self._entrypoints.values() for ready in entrypoint.shape.rest()]

    def send(self, messages: Sequence[PlantMessage]) -> Iterator[list[PlantMessage]]:
        for name, entrypoint in self._entrypoints.items():
            yield from entrypoint.producer.send(self._share(name, messages))

    def in_flight(self) -> Iterator[list[PlantMessage]]:
        for entrypoint in self._entrypoints.values():
            yield from entrypoint.in_flight()

    def facts(self) -> dict[str, Any]:
        return {key: value for entrypoint in self._entrypoints.values() for key, value in entrypoint.facts().items()}

    def _share(self, name: str, messages: Sequence[PlantMessage]) -> list[PlantMessage]:
        return [message for message in messages if self._shares[message.partition_key] == name]


@dataclass(frozen=True)
class Entrypoints:
    """All entrypoints as one, and the devices that send over HTTP."""

    entrypoint: Entrypoint
    applications: Collection[str]


def entrypoint_names(outputs: Mapping[str, Any]) -> list[str]:
    """Return the entrypoints to use.

    These are MQTT and HTTP as far as the deployment has them. The stream itself is used if it has neither, or both.
    """
    devices, api = "iot_data_topic" in outputs, "api_id" in outputs
    names = ["mqtt"] * devices + ["http"] * api
    return names + ["stream"] * ("stream_name" in outputs and devices == api)


@contextmanager
def open_entrypoints(
    deployment: Deployment,
    device_ids: Sequence[str],
    rate: float,
    config: Config,
    board: Board,
    form: str | None = None,
) -> Iterator[Entrypoints]:
    """Open all entrypoints. `rate` is in readings per second of all devices together; `form` is the format of those
    that send by MQTT.
    """
    outputs = deployment.outputs
    names = entrypoint_names(outputs)
    sensors = len(models_for(config.thresholds))
    measures = sensors if config.timestream.multi_measure else 1
    shares = {device: names[number % len(names)] for number, device in enumerate(device_ids)}
    own = {name: [device for device in device_ids if shares[device] == name] for name in names}
    entrypoints = {}
    with ExitStack() as stack:
        for name in names:
            part = rate * len(own[name]) / len(device_ids)
            if not own[name]:
                continue
            if name == "mqtt":
                with board.phase("provision") as progress:
                    entrypoints[name] = stack.enter_context(
                        device_entrypoint(
                            deployment, own[name], part, progress, measures=measures, form=form, sensors=sensors
                        )
                    )
            elif name == "http":
                with board.phase("wake"):
                    entrypoints[name] = stack.enter_context(
                        http_entrypoint(deployment.clients, outputs, part, config.thresholds)
                    )
            else:
                entrypoints[name] = stream_entrypoint(deployment.clients, outputs)
        split = Split(entrypoints, shares)
        yield Entrypoints(Entrypoint(split, split, split.facts, split.in_flight), frozenset(own.get("http", ())))
