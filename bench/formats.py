"""Measure how long a message of two measures takes by a named format, and without one."""

from __future__ import annotations

import argparse
import gc
import json
import time
from functools import partial
from typing import TYPE_CHECKING

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.rules import ANYWHERE, Source

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_US = 16.0
"""Microseconds that a message of two measures may take by a named format on one core of a machine without load."""
_ARRIVED = 1_763_712_345_000
_T = _ARRIVED - 5000
MESSAGES: dict[str, object] = {
    "flat": {"timestamp": _T, "Temperature": 71.5, "Pressure": 3.2},
    "thingsboard": {"ts": _T, "values": {"temperature": 71.5, "pressure": 3.2}},
    "kepware": {"timestamp": _T, "values": [{"id": f"A.B.{name}", "v": 71.5, "q": True, "t": _T} for name in "CD"]},
    "siemens-databus": {
        "seq": 1,
        "vals": [{"id": name, "val": 71.5, "ts": "2025-11-21T08:05:40.000Z", "qc": 3} for name in ("101", "102")],
    },
    "telegraf-json": {"fields": {"a": 71.5, "b": 3.2}, "name": "m", "tags": {"host": "gw"}, "timestamp": _T // 1000},
}
_ROUND = 20


def main(argv: list[str]) -> int:
    """Print microseconds per message. Returns 1 if a message was not read."""
    parser = argparse.ArgumentParser(prog="python -m bench formats", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000, help=f"rounds of {_ROUND} messages; the fastest counts")
    rounds = parser.parse_args(argv).rounds
    single = {"device_id": "gw-1", "sensor_type": "temperature", "value": 71.5, "timestamp": _T}
    read = partial(decode, arrived_ms=_ARRIVED, device_id="gw-1")
    print(
        f"{'one reading, no format':24}{_microseconds(partial(read, _text(single), source=ANYWHERE), rounds):8.1f} µs"
    )
    for name, message in MESSAGES.items():
        one = partial(read, _text(message), source=Source(format=name))
        if len(one().readings) != 2:
            print(f"{name}: the message was not read")
            return 1
        print(f"{name:24}{_microseconds(one, rounds):8.1f} µs  of {MOST_US:g}")
    return 0


def _text(message: object) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()


def _microseconds(one: Callable[[], object], rounds: int) -> float:
    """The fastest round counts: other processes only make rounds slower."""
    fastest = float("inf")
    gc.disable()
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(_ROUND):
            one()
        fastest = min(fastest, time.perf_counter() - start)
    gc.enable()
    return fastest / _ROUND * 1e6
