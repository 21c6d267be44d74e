"""The invocation records that an event source mapping leaves in the on-failure bucket.

Format: Lambda Developer Guide, "Retain discarded batch records for a Kinesis Data Streams event source". With S3 as the
destination ``payload`` is the whole event, as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ops.dlq.messages import FailedItem, FailedMessage

if TYPE_CHECKING:
    from ops.dlq.bucket import StoredObject
    from ops.dlq.targets import RedriveTarget


class _Data(msgspec.Struct):
    data: bytes
    partitionKey: str  # noqa: N815  # Lambda's name


class _Record(msgspec.Struct):
    kinesis: _Data


class _LambdaRecordsEvent(msgspec.Struct):
    Records: list[_Record]


class _Invocation(msgspec.Struct):
    payload: msgspec.Raw
    requestContext: dict[str, Any] = {}  # noqa: N815
    responseContext: dict[str, Any] = {}  # noqa: N815
    KinesisBatchInfo: dict[str, Any] = {}


_decode = msgspec.json.Decoder(_Invocation).decode
_decode_text = msgspec.json.Decoder(str).decode
_decode_event = msgspec.json.Decoder(_LambdaRecordsEvent).decode


def read_invocation(stored: StoredObject, body: bytes, target: RedriveTarget) -> FailedMessage:
    """Parse one object. Raises ``ValueError`` if it is not an invocation record."""
    invocation = _decode(body)
    payload = bytes(invocation.payload)
    event = _decode_event(_decode_text(payload) if payload.startswith(b'"') else payload)
    request, response, batch = invocation.requestContext, invocation.responseContext, invocation.KinesisBatchInfo
    facts = {
        "condition": request.get("condition"),
        "attempts": request.get("approximateInvokeCount"),
        "function": request.get("functionArn"),
        "function_error": response.get("functionError"),
        "shard": batch.get("shardId"),
        "first_arrived": batch.get("approximateArrivalOfFirstRecord"),
    }
    parts = [_part(record.kinesis, target) for record in event.Records]
    return FailedMessage(stored.key, stored.modified_ms, parts, facts={n: fact for n, fact in facts.items() if fact})


def _part(record: _Data, target: RedriveTarget) -> FailedItem:
    return FailedItem(record.data, target.history(record.partitionKey, record.data), record.partitionKey)
