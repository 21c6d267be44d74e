"""The messages of ``tests/data/formats``, in the shapes that real gateways send, with what is true of each."""

from __future__ import annotations

import base64
import json
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.formats.table import FormatTable
from lambda_src.common.readings.rules import DecodeRules, Source

FOLDER = Path(__file__).parents[3] / "data" / "formats"
_FITTING = tomllib.loads((FOLDER / "fitting.toml").read_text())
FITTING: dict[str, str] = _FITTING["kinds"]
"""The format that fits each kind that is not read without one."""
OWN_FORMATS = msgspec.convert(_FITTING["formats"], list[Format])
"""Those of them that are a plant's own."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    arrived_ms: int
    truth: list[dict[str, Any]]
    bad_quality: list[str]
    payload: str | None = None
    payload_base64: str | None = None
    note: str | None = None

    def __str__(self) -> str:
        return self.kind

    @property
    def data(self) -> bytes:
        return self.payload.encode() if self.payload is not None else base64.b64decode(self.payload_base64 or "")

    def decode(self, name: str | None = None, *, thorough: bool = False):
        """What the decoder makes of it; a message that names its sender comes from there."""
        rules = DecodeRules(FormatTable(OWN_FORMATS))
        sender = None if b"gw-1" in self.data or any(each["device"] for each in self.truth) else "press-7"
        sender = None if self.kind == "gzip JSON" or self.kind.startswith(("BOM", "trailing")) else sender
        source = Source(topic=_FITTING["topics"].get(name), format=name)
        return decode(
            self.data, arrived_ms=self.arrived_ms, device_id=sender, rules=rules, source=source, thorough=thorough
        )

    def facts(self) -> set[tuple[str, float, int]]:
        """Its good readings; without a time they have that of the arrival."""
        return {(each["sensor"], float(each["value"]), each["timestamp_ms"] or self.arrived_ms) for each in self.truth}


SAMPLES = [msgspec.convert(each, Sample) for each in json.loads((FOLDER / "samples.json").read_text())]
DOCUMENTS = [sample for sample in SAMPLES if not sample.kind.startswith("Sparkplug B")]
"""Those that are no protocol with a state of its own."""


def good(decoded) -> set[tuple[str, float, int]]:
    return {(each.sensor_type, each.value, each.timestamp_ms) for each in decoded.readings if each.quality == "good"}
