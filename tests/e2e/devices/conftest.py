"""One applied `factory-floor` for all tests of devices: everybody acts, all of it is stored, then it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from local.environment import environment
from local.run.background import background
from local.view.board import Board
from tests.e2e.devices import acts
from tests.e2e.devices.cases import VICTIM
from tests.e2e.devices.stage import Stage
from tests.support import suite
from tests.support.acts import Act, play
from tests.support.devices import Broker
from tests.support.devices_registry import Registry
from tests.support.devices_stores import Stores

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.run.deployment import Deployment
    from tests.support.devices_provisioning import Enrolment


@dataclass(frozen=True)
class Played:
    """How every act went, and what the stores held when all of it had been processed.

    An act that failed raises its error in the tests that ask for it, and in no other.
    """

    _attempts: Mapping[tuple[str, bool], Act[str]]
    _enrolments: Act[Mapping[str, Act[Enrolment]]]
    _payloads: Act[Mapping[str, bool]]
    _burst: Act[acts.Burst]
    _rotation: Act[Mapping[str, bool]]
    _revocation: Act[Mapping[str, bool]]
    _stores: Act[Stores]
    silence: Act[None]
    """Of the device whose last reading is an hour old."""
    first_reading: Act[None]
    """Of the device that was enrolled."""

    def attempt(self, name: str, *, opened: bool) -> str:
        """How far the case came, with or without its protection."""
        return self._attempts[name, opened].result()

    def enrolment(self, name: str) -> Enrolment:
        return self._enrolments.result()[name].result()

    @property
    def payloads(self) -> Mapping[str, bool]:
        return self._payloads.result()

    @property
    def burst(self) -> acts.Burst:
        return self._burst.result()

    @property
    def rotation(self) -> Mapping[str, bool]:
        return self._rotation.result()

    @property
    def revocation(self) -> Mapping[str, bool]:
        return self._revocation.result()

    @property
    def stores(self) -> Stores:
        return self._stores.result()


@pytest.fixture(scope="session")
def address(floor: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment in which other programs find the deployment."""
    return environment(floor, tmp_path_factory.mktemp("outputs"))


@pytest.fixture(scope="session")
def unread(address: Mapping[str, str]) -> suite.Verdict:
    """The integration suite's verdict while nobody reads the stream."""
    return suite.run(address, wait_seconds=suite.STUCK_SECONDS)


@pytest.fixture(scope="session")
def stage(
    floor: Deployment, address: Mapping[str, str], unread: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    clients, outputs = floor.clients, floor.outputs
    with background(floor, Board("devices")) as (runner, alerts):
        yield Stage(
            clients=clients,
            outputs=outputs,
            broker=Broker(clients.mqtt.host, clients.mqtt.port, clients.mqtt.trusted),
            registry=Registry(clients.client("iot"), outputs, tmp_path_factory.mktemp("papers")),
            stores=Stores(clients.client, outputs, [VICTIM]),
            alerts=alerts,
            idle_for=runner.idle_for,
            environment=address,
        )


@pytest.fixture(scope="session")
def played(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Played:
    for device in (VICTIM, "sentinel"):
        stage.device(device)
    folder = tmp_path_factory.mktemp("devices")
    silence = play(lambda: acts.fall_silent(stage))
    attempts = acts.attempt_all(stage)
    enrolments = play(lambda: acts.enrol_all(stage))
    first = play(lambda: acts.speak(stage, enrolments.result()["allowed"].result().papers, "enrolled."))
    payloads = play(lambda: acts.send_payloads(stage))
    burst = play(lambda: acts.send_burst(stage))
    rotation = play(lambda: acts.rotate(stage, folder / "rotation"))
    revocation = play(lambda: acts.revoke(stage, folder / "revocation"))

    def look() -> Stores:
        stage.wait_until_stored()
        return stage.stores.refresh()

    return Played(attempts, enrolments, payloads, burst, rotation, revocation, play(look), silence, first)
