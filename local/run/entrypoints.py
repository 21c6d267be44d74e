"""Every front door of a deployment at once, each with its share of the machines."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.fleet.signals import MODELS
from local.run.entrypoint import Entrypoint, device_door, http_door, stream_door

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from lib.config import Config
    from local.fleet import PlantMessage
    from local.run.deployment import Deployment
    from local.view.board import Board


class Split:
    """Producer and shape of several doors; what a device sends goes through the same one, and so keeps its order."""

    def __init__(self, doors: Mapping[str, Entrypoint], shares: Mapping[str, str]) -> None:
        self._doors = doors
        self._shares = shares

    def take(self, messages: Sequence[PlantMessage]) -> list[PlantMessage]:
        return [ready for name, door in self._doors.items() for ready in door.shape.take(self._share(name, messages))]

    def rest(self) -> list[PlantMessage]:
        return [ready for door in self._doors.values() for ready in door.shape.rest()]

    def send(self, messages: Sequence[PlantMessage]) -> Iterator[list[PlantMessage]]:
        for name, door in self._doors.items():
            yield from door.producer.send(self._share(name, messages))

    def under_way(self) -> Iterator[list[PlantMessage]]:
        for door in self._doors.values():
            yield from door.under_way()

    def facts(self) -> dict[str, Any]:
        return {key: value for door in self._doors.values() for key, value in door.facts().items()}

    def _share(self, name: str, messages: Sequence[PlantMessage]) -> list[PlantMessage]:
        return [message for message in messages if self._shares[message.partition_key] == name]


@dataclass(frozen=True)
class Doors:
    """All of them as one, and the devices that send over HTTP."""

    door: Entrypoint
    applications: Collection[str]


def door_names(outputs: Mapping[str, Any]) -> list[str]:
    """The doors to use: devices and applications where there are such, and the stream itself where machines have no
    other way in, or where the deployment has all of them.
    """
    devices, api = "iot_data_topic" in outputs, "api_id" in outputs
    names = ["mqtt"] * devices + ["http"] * api
    return names + ["stream"] * ("stream_name" in outputs and devices == api)


@contextmanager
def front_doors(
    deployment: Deployment,
    device_ids: Sequence[str],
    rate: float,
    config: Config,
    board: Board,
) -> Iterator[Doors]:
    """The doors, open; `rate` is in readings a second, of all devices together."""
    outputs = deployment.outputs
    names = door_names(outputs)
    measures = len(MODELS) if config.timestream.multi_measure else 1
    shares = {device: names[number % len(names)] for number, device in enumerate(device_ids)}
    own = {name: [device for device in device_ids if shares[device] == name] for name in names}
    doors = {}
    with ExitStack() as stack:
        for name in names:
            part = rate * len(own[name]) / len(device_ids)
            if not own[name]:
                continue
            if name == "mqtt":
                with board.phase("provision") as progress:
                    doors[name] = stack.enter_context(
                        device_door(deployment, own[name], part, progress, measures=measures)
                    )
            elif name == "http":
                with board.phase("wake"):
                    doors[name] = stack.enter_context(http_door(deployment.clients, outputs, part, config.thresholds))
            else:
                doors[name] = stream_door(deployment.clients, outputs)
        split = Split(doors, shares)
        yield Doors(Entrypoint(split, split, split.facts, split.under_way), frozenset(own.get("http", ())))
