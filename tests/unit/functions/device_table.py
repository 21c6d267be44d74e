"""A table of device states on the fake, the containers that write to it, and what it says in the end."""

from __future__ import annotations

from typing import Any

from lambda_src.processor.stores.device_table import DeviceTable
from lambda_src.processor.stores.devices import DeviceStore
from tests.unit.functions.factories import NOW_MS, deadline, entry, hot

MINUTE = 60_000


def container(fake: Any, *, ordered: bool = True) -> DeviceStore:
    """A fresh container: it remembers nothing."""
    return DeviceStore(DeviceTable(fake, "devices"), every_seconds=60, ordered=ordered)


def at(offset, **changes):
    return entry(timestamp_ms=NOW_MS + offset, arrived_ms=NOW_MS + offset, **changes)


def hot_at(offset, **changes):
    return hot(NOW_MS + offset, arrived_ms=NOW_MS + offset, **changes)


def take(store, *entries):
    assert list(store.write(entries, deadline()).failed) == []


def seen(fake, device="press-1"):
    return int(fake.device(device)["last_seen_ms"]["N"]) - NOW_MS


def status(fake, device="press-1"):
    return fake.device(device)["status"]["S"]


def sensors(fake, device="press-1"):
    found = fake.device(device)["sensors"]["M"].items()
    return {name: int(last["M"]["timestamp_ms"]["N"]) - NOW_MS for name, last in found}


def presence_sets(fake, value, device="press-1"):
    fake.device(device)["status"] = {"S": value}
