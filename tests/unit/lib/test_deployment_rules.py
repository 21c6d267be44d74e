"""What the functions get of the settings: a deployment with Sparkplug reads its topics in every function."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from lambda_src.common.readings.envelope import open_record
from lib.config import rules_of
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.sparkplug.encoder import metric, payload
from tests.unit.lib.test_config import decode

DEVICES = {"enabled": True, "bridge": True, "sparkplug": {"group": "plant"}}
OWN = {
    "name": "mine",
    "encoding": "sparkplug-b",
    "topic": "spBv1.0/plant/{type}/{edge}",
    "names": {"T1": "temperature"},
}


def read(data: bytes, topic: str, **settings: Any) -> tuple[list[tuple[str, float]], list[str]]:
    """What the processor makes of a message that comes from the quarantine once more."""
    rules = rules_of(decode(tables={"enabled": True}, **settings)).decode_rules()
    text = {
        "envelope": 1,
        "device": "edge-1",
        "arrived_ms": NOW_MS,
        "topic": topic,
        "payload": b64encode(data).decode(),
    }
    decoded = open_record(json.dumps(text).encode(), arrived_ms=NOW_MS, rules=rules).decoded
    return [(one.sensor_type, one.value) for one in decoded.readings], [one.reason for one in decoded.rejects]


@pytest.mark.parametrize(
    ("data", "readings", "reasons"),
    [(payload(metric("T1", 2.5)), [("t1", 2.5)], []), (payload(metric(alias=1)), [], ["no_birth"])],
    ids=["named", "by alias"],
)
def test_sparkplug_is_read_in_every_function(data: bytes, readings: list[Any], reasons: list[str]) -> None:
    assert read(data, "spBv1.0/plant/NDATA/edge-1", devices=DEVICES) == (readings, reasons)


def test_a_format_of_the_deployment_takes_its_place() -> None:
    found = rules_of(decode(tables={"enabled": True}, devices=DEVICES, formats=[OWN]))

    assert [form.name for form in found.formats] == ["mine"]


def test_without_sparkplug_no_format_is_added() -> None:
    assert rules_of(decode(tables={"enabled": True}, devices={"enabled": True})).formats == ()
