"""Messages as the queue holds them, and what the processor makes of the stream's records."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from lambda_src.bridge.sqs import BridgeMessage
from lambda_src.common.readings.decoded import Decoded
from lambda_src.common.readings.envelope import open_envelope
from tests.unit.functions.factories import NOW_MS

if TYPE_CHECKING:
    from lambda_src.common.readings.reading import Outage

DEVICE = "press-1"


def envelope(payload: bytes, /, **changes: Any) -> dict[str, Any]:
    """What the topic rule makes of an MQTT message."""
    values = {
        "envelope": 1,
        "device": DEVICE,
        "arrived_ms": NOW_MS,
        "client": DEVICE,
        "topic": f"sensor/{DEVICE}/data",
        "payload": b64encode(payload).decode(),
    }
    return {key: value for key, value in (values | changes).items() if value is not ...}


def message(payload: bytes, number: int = 0, /, **changes: Any) -> BridgeMessage:
    return BridgeMessage(f"message-{number}", json.dumps(envelope(payload, **changes)).encode())


def messages(*payloads: bytes, **changes: Any) -> list[BridgeMessage]:
    return [message(payload, number, **changes) for number, payload in enumerate(payloads)]


def sqs_event(items: list[BridgeMessage]) -> Any:
    return {"Records": [delivered(item.message_id, item.body.decode()) for item in items]}


def delivered(message_id: str, text: str, *, received: int = 1) -> dict[str, Any]:
    """A message as an event source mapping delivers it."""
    return {
        "messageId": message_id,
        "receiptHandle": f"receipt of {message_id}",
        "body": text,
        "attributes": {"ApproximateReceiveCount": str(received), "SentTimestamp": str(NOW_MS)},
        "eventSource": "aws:sqs",
    }


def processed(*records: bytes) -> Decoded:
    """All that the processor reads from these records."""
    outages: list[Outage] = []
    result = Decoded([], [], [], outages)
    for data in records:
        decoded = open_envelope(data, arrived_ms=0).decoded
        result.readings.extend(decoded.readings)
        result.positions.extend(decoded.positions)
        result.rejects.extend(decoded.rejects)
        outages.extend(decoded.outages)
    return result
