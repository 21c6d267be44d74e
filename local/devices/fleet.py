"""The fleet of a deployment: provisioned, connected, and removed again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.devices.claim import allow, make_claim
from local.devices.commands import CommandAnswers
from local.devices.connection import DeviceConnection
from local.devices.loop import MqttLoop
from local.devices.provisioning import Provisioner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from local.devices.identity import DeviceIdentity
    from local.endpoints import Clients

_AT_ONCE = 6
"""Devices that are provisioned in parallel. MiniStack creates an RSA key for each and starts functions for the hook."""


@dataclass(frozen=True)
class Fleet:
    """Connected devices. `keys_travelled` is true if the broker created their keys (see `Provisioner`)."""

    connections: Mapping[str, DeviceConnection]
    commands: Mapping[str, CommandAnswers]
    loop: MqttLoop
    keys_travelled: bool

    @property
    def disconnections(self) -> int:
        """Number of lost connections of all devices."""
        return sum(connection.disconnections for connection in self.connections.values())


@contextmanager
def connected_fleet(
    clients: Clients,
    outputs: Mapping[str, Any],
    device_ids: Sequence[str],
    folder: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Fleet]:
    """Provision and connect each of `device_ids` and answer its commands, for the length of a `with` block.

    Their files go to `folder`. Raises `DeviceError` if a device gets no identity or cannot connect.
    """
    folder.mkdir(parents=True, exist_ok=True)
    claim = make_claim(clients, outputs, folder)
    allow(clients, outputs, device_ids)
    with MqttLoop() as loop:
        provisioner = Provisioner(claim, outputs["provisioning_template"], clients.mqtt, loop, folder)
        commands = {device: CommandAnswers(outputs["iot_command_topic"], device) for device in device_ids}
        connections = _connect_all(provisioner, clients, loop, commands, progress)
        try:
            yield Fleet(connections, commands, loop, provisioner.keys_travelled)
        finally:
            for connection in connections.values():
                connection.close()


def _connect_all(
    provisioner: Provisioner,
    clients: Clients,
    loop: MqttLoop,
    commands: Mapping[str, CommandAnswers],
    progress: Callable[[int, int], None],
) -> dict[str, DeviceConnection]:
    def begin(serial_number: str) -> DeviceConnection:
        identity: DeviceIdentity = provisioner.provision(serial_number)
        answers = commands[serial_number]
        connection = DeviceConnection(identity, clients.mqtt, loop, on_message=answers.arrived)
        connection.open()
        answers.listen(connection)
        return connection

    # The first device goes alone: it finds out how to get certificates, and its hook starts the function.
    first, *others = commands
    connections = {first: begin(first)}
    progress(1, len(commands))
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="provision") as pool:
        begun = {pool.submit(begin, device): device for device in others}
        try:
            for future in as_completed(begun):
                connections[begun[future]] = future.result()
                progress(len(connections), len(commands))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return connections
