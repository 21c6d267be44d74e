"""One message of the queue, taken out of the topic rule's envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.bridge.envelope import open_envelope
from lambda_src.common.readings.sparkplug.topic import NAMESPACE

if TYPE_CHECKING:
    from lambda_src.bridge.sqs import BridgeMessage
    from lambda_src.common.readings.envelope import Envelope

_SPARKPLUG = f"{NAMESPACE}/"


class NoEnvelopeError(ValueError):
    """The body is not what the topic rule writes, or does not fit a stream record: only a person can tell why."""


class OpenedMessage(NamedTuple):
    message: BridgeMessage
    envelope: Envelope
    payload: bytes

    @property
    def is_sparkplug(self) -> bool:
        return self.envelope.topic is not None and self.envelope.topic.startswith(_SPARKPLUG)


def open_message(message: BridgeMessage) -> OpenedMessage:
    """Raises `NoEnvelopeError` for what did not come from the rule."""
    try:
        envelope, payload = open_envelope(message.body)
    except ValueError as error:
        raise NoEnvelopeError(str(error)) from error
    return OpenedMessage(message, envelope, payload)
