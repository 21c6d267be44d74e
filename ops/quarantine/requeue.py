"""The way back in: what was quarantined becomes a record of the transport again.

What a device sent goes back in an envelope with the device and the arrival that the broker had put around it, so that
it can pass for nothing else. What a producer wrote to the stream itself, an envelope too, goes back as it is.
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
"""Characters of a partition key, by Kinesis."""

_encode = msgspec.json.Encoder().encode


class _Way(NamedTuple):
    partition_key: str
    data: bytes


class Front:
    """The transport of a deployment. ``has_devices`` says whether a partition key is a device that the broker knew."""

    def __init__(self, sink: Sink, *, queue: bool, has_devices: bool) -> None:
        self._sink = sink
        self._queue = queue
        self._has_devices = has_devices

    @classmethod
    def of(cls, cloud: Cloud) -> Front:
        has_devices = cloud.outputs.find("iot_rule_name") is not None
        if cloud.outputs.find("transport") == "sqs":
            return cls(QueueSink(cloud.sqs, cloud.outputs.need("queue_url")), queue=True, has_devices=has_devices)
        return cls(StreamSink(cloud.kinesis, cloud.outputs.need("stream_name")), queue=False, has_devices=has_devices)

    def refuses(self, line: QuarantinedLine) -> str | None:
        """Why a line cannot be sent again."""
        way = self._way(line)
        if len(way.data) > self._sink.longest:
            return f"it is longer than the {self._sink.longest:,} bytes that a record may have"
        if self._queue and not (way.data.startswith(START) and _is_text(way.data)):
            return "it is no envelope, and nothing else came through the queue"
        return None

    def send(self, lines: Mapping[int, QuarantinedLine]) -> set[int]:
        """Send these lines, by their places; returns the places of those that were taken.

        Several readings of one record may have been refused, each with all of its bytes: they go once. Raises
        `FailedError` where the queue refuses messages for good.
        """
        together: dict[_Way, set[int]] = {}
        for place, line in lines.items():
            together.setdefault(self._way(line), set()).add(place)
        records = [OutgoingRecord(way.partition_key, way.data, frozenset(places)) for way, places in together.items()]
        try:
            left = put_all(self._sink, records)
        except MessageRefusedError as error:
            raise FailedError(f"the queue refuses what is sent: {error}") from error
        return set(lines) - {place for record in left for place in record.sources}

    def _way(self, line: QuarantinedLine) -> _Way:
        source = line.source
        device = source.device
        if device is UNSET:
            # Without it a payload that claims to be another device would be believed.
            device = source.partition_key if self._has_devices else None
        if device is None:
            return _Way(source.partition_key[:_KEY_LENGTH] or "-", line.payload)
        received = source.arrived_ms if source.received_ms is None else source.received_ms
        data = _encode(Envelope(1, device, received, payload=line.payload))
        return _Way(device[:_KEY_LENGTH] or "-", data)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
