"""Send quarantined lines to the transport again.

A device's payload is wrapped in an envelope with the device, the arrival and the topic from the broker, so that it
cannot claim to be another device and is read by the format of its topic. A record that a producer wrote to the stream
is sent unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec import UNSET

from lambda_src.common.readings.envelope import START, Envelope
from lambda_src.common.transport.queue_sink import MessageRefusedError, QueueSink
from lambda_src.common.transport.records import OutgoingRecord
from lambda_src.common.transport.stream_sink import StreamSink
from ops.errors import FailedError
from ops.put_records import put_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.transport.sink import Sink
    from ops.cloud import Cloud
    from ops.quarantine.lines import QuarantinedLine

_KEY_LENGTH = 256
"""Limit of a partition key in characters (Kinesis)."""

_encode = msgspec.json.Encoder().encode


class _Route(NamedTuple):
    partition_key: str
    data: bytes


class RequeueTarget:
    """The transport of a deployment. With ``has_devices`` a partition key is a device that the broker authenticated."""

    def __init__(self, sink: Sink, *, queue: bool, has_devices: bool) -> None:
        self._sink = sink
        self._queue = queue
        self._has_devices = has_devices

    @classmethod
    def of(cls, cloud: Cloud) -> RequeueTarget:
        has_devices = cloud.outputs.find("iot_rule_name") is not None
        if cloud.outputs.find("transport") == "sqs":
            return cls(QueueSink(cloud.sqs, cloud.outputs.need("queue_url")), queue=True, has_devices=has_devices)
        return cls(StreamSink(cloud.kinesis, cloud.outputs.need("stream_name")), queue=False, has_devices=has_devices)

    def refuses(self, line: QuarantinedLine) -> str | None:
        """Return why a line cannot be sent again, or None."""
        route = self._route(line)
        if len(route.data) > self._sink.longest:
            return f"it exceeds the record limit of {self._sink.longest:,} bytes"
        if self._queue and not (route.data.startswith(START) and _is_text(route.data)):
            return "it is not an envelope; the queue accepts only envelopes"
        return None

    def send(self, lines: Mapping[int, QuarantinedLine]) -> set[int]:
        """Send these lines, by index. Returns the indexes of those that were accepted.

        Several refused readings of one record each carry its bytes; these are sent once. Raises `FailedError` if the
        queue rejects messages permanently.
        """
        together: dict[_Route, set[int]] = {}
        for index, line in lines.items():
            together.setdefault(self._route(line), set()).add(index)
        records = [
            OutgoingRecord(route.partition_key, route.data, frozenset(indexes)) for route, indexes in together.items()
        ]
        try:
            left = put_all(self._sink, records)
        except MessageRefusedError as error:
            raise FailedError(f"the queue rejects the messages: {error}") from error
        return set(lines) - {index for record in left for index in record.sources}

    def _route(self, line: QuarantinedLine) -> _Route:
        source = line.source
        device = source.device
        if device is UNSET:
            # Without the envelope, the processor would believe a payload that claims to be another device.
            device = source.partition_key if self._has_devices else None
        if device is None:
            return _Route(source.partition_key[:_KEY_LENGTH] or "-", line.payload)
        received = source.arrived_ms if source.received_ms is None else source.received_ms
        data = _encode(Envelope(1, device, received, payload=line.payload, topic=source.topic))
        return _Route(device[:_KEY_LENGTH] or "-", data)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
