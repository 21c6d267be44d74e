"""The ``raw`` table: each device's original messages, for as long as the deployment keeps them."""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.aws.retry import resend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, WriteRequestUnionTypeDef

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.ingest.content import Content
    from lambda_src.common.ingest.requests import Attempt

ITEMS_PER_CALL = 25
"""Limit of BatchWriteItem."""
SECONDS_A_DAY = 86_400


class RawMessage(NamedTuple):
    """One device's part of a request, and the number of readings accepted from it."""

    device_id: str
    text: str
    readings: int


class RawTable:
    """Items are keyed by ``device_id`` and ``received``, ``<arrived_ms, 13 digits>#<32 hex digits of the request>``.

    A retry with an ``Idempotency-Key`` overwrites the items of its first attempt. Without a key, a repeated request is
    stored twice.
    """

    def __init__(self, client: DynamoDBClient, table: str, *, kept_days: int) -> None:
        """``kept_days`` 0 keeps every message."""
        self._client = client
        self._table = table
        self._kept_days = kept_days

    def write(self, messages: Sequence[RawMessage], attempt: Attempt, request_id: str, deadline: Deadline) -> None:
        """Write messages. Raises `TemporaryFailureError` if some are not accepted, other errors unchanged."""
        puts = [self._put(message, attempt, request_id) for message in messages]
        for start in range(0, len(puts), ITEMS_PER_CALL):
            if resend(self._send, puts[start : start + ITEMS_PER_CALL], deadline):
                raise TemporaryFailureError("the table of raw messages did not accept all messages")

    def _put(self, message: RawMessage, attempt: Attempt, request_id: str) -> WriteRequestUnionTypeDef:
        item: dict[str, AttributeValueTypeDef] = {
            "device_id": {"S": message.device_id},
            "received": {"S": f"{attempt.arrived_ms:013d}#{attempt.identity[:32]}"},
            "arrived_ms": {"N": str(attempt.arrived_ms)},
            "message": {"S": message.text},
            "readings": {"N": str(message.readings)},
            "request_id": {"S": request_id},
        }
        if self._kept_days:
            item["expires_at"] = {"N": str(attempt.arrived_ms // 1000 + self._kept_days * SECONDS_A_DAY)}
        return {"PutRequest": {"Item": item}}

    def _send(self, puts: Sequence[WriteRequestUnionTypeDef]) -> Sequence[WriteRequestUnionTypeDef]:
        try:
            with temporary_failures():
                answer = self._client.batch_write_item(RequestItems={self._table: puts})
        except TemporaryFailureError:
            return puts
        return answer.get("UnprocessedItems", {}).get(self._table, ())


def messages_of(body: bytes, content: Content) -> list[RawMessage]:
    """Return one message per device.

    If only one device has readings in the body, it gets the whole body with all rejected elements. Otherwise each
    device gets an array of its own elements. The same applies to a list with bytes that are not UTF-8. What a format
    read has no elements: each device gets the whole body, as base64 if it is not text.
    """
    positions_by_device: dict[str, list[int | None]] = {}
    for item in content.given:
        positions_by_device.setdefault(item.reading.device_id, []).append(item.position)
    text = _text(body)
    if text is None and not content.elements:
        text = b2a_base64(body, newline=False).decode()
    if text is not None and (len(positions_by_device) == 1 or not content.elements):
        return [RawMessage(device, text, len(positions)) for device, positions in positions_by_device.items()]
    return [
        RawMessage(device, _array(content.elements, positions), len(positions))
        for device, positions in positions_by_device.items()
    ]


def _text(body: bytes) -> str | None:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


def _array(elements: Sequence[bytes], positions: Sequence[int | None]) -> str:
    own = [elements[index] for index in dict.fromkeys(positions) if index is not None]
    return f"[{b','.join(own).decode()}]"
