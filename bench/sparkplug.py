"""Measure how long a Sparkplug metric takes that is named by its alias, from the payload's bytes to a stream record."""

from __future__ import annotations

import argparse
import gc
import time

from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.reading import Identity
from lambda_src.common.readings.sparkplug.births import birth_of
from lambda_src.common.readings.sparkplug.metrics import MetricReader
from lambda_src.common.readings.sparkplug.payload import parse_payload
from lambda_src.common.transport.records import encode_reading
from local.fleet import PlantMessage
from local.fleet.sparkplug_forms import SparkplugForms

MOST_US = 8.0
"""Microseconds that a metric may take on one core of a machine without load."""
METRICS = 100
"""Of one message."""
_DEVICE, _SENT_MS = "press-1", 1_763_712_340_000


def main(argv: list[str]) -> int:
    """Print microseconds per metric. Returns 1 if a metric was not read."""
    parser = argparse.ArgumentParser(prog="python -m bench sparkplug", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help=f"messages of {METRICS} metrics; the fastest counts")
    rounds = parser.parse_args(argv).rounds
    birth, data = _messages()
    definitions = birth_of(parse_payload(birth), _SENT_MS).definitions()
    reader = MetricReader(Format(name="bench", encoding="sparkplug-b"))

    fastest, count = float("inf"), 0
    gc.disable()
    for _ in range(rounds):
        start = time.perf_counter()
        found, _ = reader.read(parse_payload(data), definitions, device_id=_DEVICE, arrived_ms=_SENT_MS)
        count = sum(bool(encode_reading(reading)) for reading in found.readings)
        fastest = min(fastest, time.perf_counter() - start)
    gc.enable()
    if count != METRICS:
        print(f"{count} of {METRICS} metrics were read")
        return 1
    print(f"one metric by its alias {fastest / METRICS * 1e6:8.2f} µs  of {MOST_US:g}")
    return 0


def _messages() -> list[bytes]:
    """A birth, and data by its aliases."""
    forms = SparkplugForms(METRICS, sensors=METRICS)
    readings = [
        PlantMessage(b"", _DEVICE, ((Identity(_DEVICE, f"sensor-{number}", _SENT_MS + second), 71.5),))
        for second in range(2)
        for number in range(METRICS)
    ]
    return [message.payload for message in forms.take(readings)]
