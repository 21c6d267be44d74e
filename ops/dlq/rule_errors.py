"""The messages that the topic rule's error action writes to the on-failure bucket.

Format: AWS IoT Core Developer Guide, "Error handling (error action)", "Error action message format". It has no time.
The object's time stands in for it: it is seconds after the arrival and does not change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lambda_src.common.readings.envelope import Envelope
from ops.dlq.messages import FailedItem, FailedMessage

if TYPE_CHECKING:
    from ops.dlq.bucket import StoredObject
    from ops.dlq.targets import RedriveTarget

NO_DEVICE = "-"
"""Partition key for a topic without a device, the same as in the bridge."""
_BASIC_INGEST = "$aws/rules/"


class _Failure(msgspec.Struct):
    topic: str
    base64OriginalPayload: bytes  # noqa: N815  # AWS's name
    clientId: str | None = None  # noqa: N815
    ruleName: str | None = None  # noqa: N815
    failures: list[dict[str, Any]] = []


_decode = msgspec.json.Decoder(_Failure).decode
_encode = msgspec.json.Encoder().encode


class RuleErrors:
    """Parses the objects of a rule with this topic filter. The filter's wildcard is the device."""

    def __init__(self, topic_filter: str) -> None:
        levels = topic_filter.split("/")
        self._level = next((n for n, level in enumerate(levels) if level in ("+", "#")), len(levels))

    def read(self, stored: StoredObject, body: bytes, target: RedriveTarget) -> FailedMessage:
        """Parse one object and wrap its payload in the same envelope as the rule does.

        Raises ``ValueError`` if it is not an error action message.
        """
        failure = _decode(body)
        # Functions in a rule's SQL do not see the Basic Ingest prefix of a topic.
        topic = failure.topic.split("/", 3)[-1] if failure.topic.startswith(_BASIC_INGEST) else failure.topic
        device = "".join(topic.split("/")[self._level : self._level + 1])
        data = _encode(
            Envelope(
                1,
                device,
                stored.modified_ms,
                payload=failure.base64OriginalPayload,
                client=failure.clientId,
                topic=topic,
            )
        )
        key = device or NO_DEVICE
        facts = {"topic": failure.topic, "rule": failure.ruleName, "failures": failure.failures}
        return FailedMessage(
            stored.key,
            stored.modified_ms,
            [FailedItem(data, target.history(key, data), key)],
            facts={name: fact for name, fact in facts.items() if fact},
        )
