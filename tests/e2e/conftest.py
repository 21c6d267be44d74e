"""A campaign: a plant's readings with poison among them, sent once, stored, and accounted for by every test."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from lambda_src.common.readings.reading import Identity
from lib.config.load import load_preset
from local.fleet import Plant, PlantMessage
from local.ledger.quarantine import QuarantineEntry, count_failures, read_quarantine
from local.ledger.stores import readers_for
from local.run.accounting import account_stores
from local.run.background import background
from local.run.entrypoint import stream_entrypoint
from local.run.stream import Sent, Watcher, send, wait_until_stored
from local.view.board import Board

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.ledger.account import StoreAccount
    from local.ledger.alerts import ReceivedAlert
    from local.run.deployment import Deployment

SECONDS, RATE, DEVICES = 20.0, 60.0, 4
POISONED = "line-1-machine-1"
"""The machine whose readings the poison stands between, in the same shard and batches."""


@dataclass(frozen=True)
class Campaign:
    """What was sent and what came of it."""

    plant: Plant
    sent: Sent
    poison: Mapping[bytes, str]
    stores: Mapping[str, StoreAccount]
    quarantine: list[QuarantineEntry]
    alerts: list[ReceivedAlert]
    failures: int
    neighbours: frozenset[Identity]


class PoisonedPlant:
    """A plant with poison put between the readings of one machine."""

    def __init__(self, plant: Plant, poison: list[PlantMessage]) -> None:
        self._plant = plant
        self._poison = poison
        self.expected_alerts = plant.expected_alerts

    def __len__(self) -> int:
        return len(self._plant) + len(self._poison)

    def messages(self) -> Iterator[PlantMessage]:
        waiting = list(self._poison)
        for number, message in enumerate(self._plant.messages()):
            yield message
            if number % 50 == 25 and waiting:
                yield waiting.pop()
        yield from waiting


def poison_messages(now_ms: int) -> tuple[list[PlantMessage], dict[bytes, str]]:
    """Records that must be refused, with the reason of each; the last holds a good reading beside a bad one."""
    reasons = {
        b"{not json": "invalid_json",
        b"\xff\xfe": "invalid_utf8",
        b'{"sensor_type":"temperature","value":1}': "no_device",
        b'{"sensor_id":"line-1-machine-1","sensor_type":"temperature"}': "no_value",
        b'{"sensor_id":"line-1-machine-1","sensor_type":"temperature","value":"hot"}': "invalid_value",
        b'{"sensor_id":"no spaces","sensor_type":"temperature","value":1}': "invalid_device",
    }
    messages = [PlantMessage(payload, POISONED, ()) for payload in reasons]
    bad = '{"sensor_id":"line-1-machine-1","sensor_type":"humidity"}'
    good = {"sensor_id": POISONED, "sensor_type": "humidity", "value": 41.5, "timestamp": now_ms / 1000}
    reading = (Identity(POISONED, "humidity", now_ms), 41.5)
    messages.append(PlantMessage(f"[{json.dumps(good)},{bad}]".encode(), POISONED, (reading,)))
    return messages, {**reasons, bad.encode(): "no_value"}


@pytest.fixture(scope="session")
def campaign(applied: Deployment) -> Campaign:
    config = load_preset("manufacturing")
    start_ms = int((time.time() - SECONDS) * 1000)
    plant = Plant(
        devices=DEVICES,
        rate=RATE,
        duration=SECONDS,
        start_ms=start_ms,
        thresholds=config.thresholds,
        quiet_seconds=config.alerts.quiet_seconds,
        seed=7,
    )
    messages, poison = poison_messages(start_ms)
    sent, board = Sent(), Board("campaign")
    readers = readers_for(applied.clients, applied.outputs, sent.payloads, config)
    with background(applied, board) as (runner, alerts), Watcher(readers, board) as watcher:
        entrypoint = stream_entrypoint(applied.clients, applied.outputs)
        send(entrypoint, PoisonedPlant(plant, messages), 400.0, sent, board)
        wait_until_stored(runner, watcher, sent, board)
    return Campaign(
        plant=plant,
        sent=sent,
        poison=poison,
        stores={each.name: each for each in account_stores(applied, config, readers, sent)},
        quarantine=read_quarantine(applied.clients, applied.outputs["quarantine_bucket"]),
        alerts=alerts,
        failures=count_failures(applied.clients, applied.outputs["on_failure_bucket"]),
        neighbours=frozenset(identity for identity in sent.readings if identity.device_id == POISONED),
    )
