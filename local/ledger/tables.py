"""Read the DynamoDB tables: the runs, and each device's last state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_src.common.readings.reading import Identity
from lambda_src.common.runs import each_once, readings_of
from local.fleet.episodes import is_anomaly
from local.ledger.account import EXAMPLES, StoreAccount
from local.ledger.expected import everything

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_src.common.thresholds import Threshold
    from local.endpoints import Clients
    from local.ledger.account import Stored
    from local.ledger.stores import LedgerSources

STATE_NAME = "device_state"
STATE_LAG_MS = 2 * 60 * 1000
"""Maximum lag of a device's state behind its readings while its status stays the same.

It is written once in 60 s of arrival time, and at the latest when the device's own time is twice that ahead.
"""

Sensor = tuple[str, str]
"""Device and sensor type."""


class RunsReader:
    """The table of runs. A redelivered batch with other boundaries may be in two of them."""

    name = "dynamodb_readings"
    repeats = 0
    expected = staticmethod(everything)

    def __init__(self, clients: Clients, table: str) -> None:
        self._clients = clients
        self._table = table

    def count(self) -> int:
        pages = scan(self._clients, self._table, ProjectionExpression="offsets_ms")
        return sum(len(item["offsets_ms"]["L"]) for item in pages)

    def read(self) -> list[Stored]:
        copies = [reading for item in scan(self._clients, self._table) for reading in readings_of(item)]
        readings = each_once(copies)
        self.repeats = len(copies) - len(readings)
        return [(reading.identity, reading.value) for reading in readings]


@dataclass(frozen=True)
class DeviceStanding:
    """A device's row: its status, and time and value of each sensor's last reading."""

    status: str
    sensors: Mapping[str, tuple[int, float]]


def read_states(clients: Clients, table: str) -> dict[str, DeviceStanding]:
    """Return the state of every device."""
    return {
        item["device_id"]["S"]: DeviceStanding(
            item["status"]["S"],
            {
                name: (int(last["M"]["timestamp_ms"]["N"]), float(last["M"]["value"]["N"]))
                for name, last in item["sensors"]["M"].items()
            },
        )
        for item in scan(clients, table)
    }


def account_states(
    sent: Mapping[Identity, float], states: Mapping[str, DeviceStanding], thresholds: Mapping[str, Threshold]
) -> StoreAccount:
    """Compare the states with `sent`, sensor by sensor.

    A sensor's last reading must be one that was sent, with its value, and at most `STATE_LAG_MS` older than the newest.
    A change of status is written at once, so the status must be that of the newest readings. `missing` are sensors
    without a state or too far behind. `unexpected` are states that were never sent, and wrong statuses.
    """
    newest: dict[Sensor, int] = {}
    for device, sensor, time in sent:
        newest[device, sensor] = max(time, newest.get((device, sensor), 0))
    stored = {(device, sensor): last for device, state in states.items() for sensor, last in state.sensors.items()}
    wrong = [
        f"unexpected last reading of {device} {sensor}: {time} = {value!r}"
        for (device, sensor), (time, value) in sorted(stored.items())
        if sent.get(Identity(device, sensor, time)) != value
    ]
    late = [
        f"missing state of {device} {sensor} at {time}"
        for (device, sensor), time in sorted(newest.items())
        if stored.get((device, sensor), (0, 0.0))[0] < time - STATE_LAG_MS
    ]
    statuses = [
        f"unexpected status of {device}: {states[device].status}"
        for device, status in _statuses(sent, newest, thresholds).items()
        if device in states and states[device].status != status
    ]
    return StoreAccount(
        name=STATE_NAME,
        expected=len(newest),
        found=len(newest) - len(late),
        missing=len(late),
        unexpected=len(wrong) + len(statuses),
        doubled=0,
        examples=tuple((late + wrong + statuses)[:EXAMPLES]),
    )


def _statuses(
    sent: Mapping[Identity, float], newest: Mapping[Sensor, int], thresholds: Mapping[str, Threshold]
) -> dict[str, str]:
    statuses: dict[str, str] = {}
    for (device, sensor), time in newest.items():
        anomalous = is_anomaly(sent[Identity(device, sensor, time)], thresholds.get(sensor))
        if anomalous or device not in statuses:
            statuses[device] = "ANOMALY" if anomalous else "NORMAL"
    return statuses


def scan(clients: Clients, table: str, **options: Any) -> Iterator[dict[str, Any]]:
    """Every item of a table."""
    pages = clients.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True, **options)
    for page in pages:
        yield from page["Items"]


def open_reader(sources: LedgerSources) -> RunsReader | None:
    table = sources.outputs.get("readings_table")
    return RunsReader(sources.clients, table) if table else None
