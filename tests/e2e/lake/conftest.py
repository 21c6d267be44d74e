"""One applied `sensor-analytics`: a plant's readings, an hour of them, all stored, and then asked for and replayed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_src.common.aws.objects import iso
from lib.config.load import load_preset
from local.environment import environment
from local.fleet import Plant
from local.ledger.stores import readers_for
from local.run.accounting import account_stores
from local.run.background import background
from local.run.entrypoint import stream_entrypoint
from local.run.stream import Sent, Watcher, send, wait_until_stored
from local.view.board import Board
from tests.support.ops import ops

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_src.common.readings.reading import Identity
    from lib.config import Config
    from local.ledger.account import StoreAccount
    from local.ledger.stores import StoreReader
    from local.run.deployment import Deployment
    from tests.support.ops import Outcome

DEVICES, SECONDS, RATE = 4, 600.0, 2.0
"""Ten minutes of device time, sent as fast as they are taken."""
FULL_SPEED = 200.0
HOUR_MS = 3_600_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The integration suite sends readings of its own, which every other test here would count: it comes last."""
    indexes = [index for index, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    ours = sorted((items[index] for index in indexes), key=lambda item: item.path.name == "test_integration_suite.py")
    for index, item in zip(indexes, ours, strict=True):
        items[index] = item


@dataclass(frozen=True)
class Lake:
    """What was sent, and the deployment that has stored it."""

    deployment: Deployment
    config: Config
    sent: Sent
    readers: Sequence[StoreReader]
    surroundings: Mapping[str, str]

    @property
    def readings(self) -> Mapping[Identity, float]:
        return self.sent.readings

    @property
    def span(self) -> tuple[str, str]:
        """As `ops` takes a period: around all that was sent."""
        times = [identity.timestamp_ms for identity in self.readings]
        return iso(min(times) - HOUR_MS), iso(max(times) + HOUR_MS)

    def accounts(self) -> Mapping[str, StoreAccount]:
        found = account_stores(self.deployment, self.config, self.readers, self.sent)
        return {account.name: account for account in found}

    def ops(self, *arguments: str) -> Outcome:
        return ops(self.surroundings, *arguments)


@pytest.fixture(scope="session")
def lake(analytics: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    config = load_preset("sensor-analytics")
    plant = Plant(
        devices=DEVICES,
        rate=RATE,
        duration=SECONDS,
        start_ms=time.time_ns() // 1_000_000 - int(SECONDS) * 1000,
        thresholds=config.thresholds,
        quiet_seconds=config.alerts.quiet_seconds,
    )
    sent, board = Sent(), Board("lake")
    readers = readers_for(analytics.clients, analytics.outputs, sent.payloads, config)
    with background(analytics, board) as (consumer, _), Watcher(readers, board) as watcher:
        send(stream_entrypoint(analytics.clients, analytics.outputs), plant, FULL_SPEED, sent, board)
        wait_until_stored(consumer, watcher, sent, board)
    surroundings = environment(analytics, tmp_path_factory.mktemp("lake"))
    return Lake(analytics, config, sent, readers, surroundings)
