"""Stand-ins for the replay function."""

from __future__ import annotations

import json
from base64 import b64decode
from collections import Counter
from io import BytesIO
from typing import Any

from lambda_src.common.readings.envelope import open_envelope

Step = BaseException | str | set[int] | None


class FakeFunction:
    """A Lambda client that takes readings; ``script`` says for each invocation what happens in place of that: an error
    of the call, one of the function, or the places of the records that fail."""

    def __init__(self, *script: Step) -> None:
        self.script = list(script)
        self.batches: list[list[Any]] = []
        self.sizes: list[int] = []
        self.refused: dict[str, int] = {}
        self.names: set[str] = set()

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803  # the SDK's names
        self.names.add(FunctionName)
        self.sizes.append(len(Payload))
        step = self.script.pop(0) if self.script else None
        if isinstance(step, BaseException):
            raise step
        if isinstance(step, str):
            return {"FunctionError": "Unhandled", "Payload": BytesIO(step.encode())}
        records = json.loads(Payload)["records"]
        failed = [record["id"] for place, record in enumerate(records) if step and place in step]
        self.batches.append([readings_of(record) for record in records if record["id"] not in failed])
        return {"Payload": BytesIO(json.dumps({"failed": failed, "refused": self.refused, "counts": {}}).encode())}

    @property
    def readings(self) -> list[Any]:
        return [reading for batch in self.batches for record in batch for reading in record]

    @property
    def values(self) -> list[float]:
        return sorted(reading.value for reading in self.readings)

    def doubles(self) -> list[Any]:
        return [identity for identity, count in Counter(r.identity for r in self.readings).items() if count > 1]


def readings_of(record: dict[str, Any]) -> list[Any]:
    """What the processor will see in a record."""
    decoded = open_envelope(b64decode(record["data_base64"]), arrived_ms=record["arrived_ms"]).decoded
    assert not decoded.rejects
    return decoded.readings
