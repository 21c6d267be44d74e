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
from tests.support.devices import Broker
from tests.support.devices_registry import Registry
from tests.support.devices_stores import Stores

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.run.deployment import Deployment
    from tests.support.devices_provisioning import Enrolment


@dataclass(frozen=True)
class Played:
    """How every act went, and what the stores held when all of it had been processed."""

    attempts: Mapping[tuple[str, bool], str]
    enrolments: Mapping[str, Enrolment]
    payloads: Mapping[str, bool]
    burst: acts.Burst
    rotation: Mapping[str, bool]
    revocation: Mapping[str, bool]
    stores: Stores


@pytest.fixture(scope="session")
def address(floor: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment in which other programs find the deployment."""
    return environment(floor, tmp_path_factory.mktemp("outputs"))


@pytest.fixture(scope="session")
def unread(address: Mapping[str, str]) -> suite.Verdict:
    """The integration suite's verdict while nobody reads the stream."""
    return suite.run(address, wait_seconds=4)


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
    acts.fall_silent(stage)
    folder = tmp_path_factory.mktemp("devices")
    attempts = acts.attempt_all(stage)
    enrolments = acts.enrol_all(stage)
    payloads = acts.send_payloads(stage)
    burst = acts.send_burst(stage)
    rotation = acts.rotate(stage, folder / "rotation")
    revocation = acts.revoke(stage, folder / "revocation")
    stage.wait_until_stored()
    return Played(attempts, enrolments, payloads, burst, rotation, revocation, stage.stores.refresh())
