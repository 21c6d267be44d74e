"""Pages of the original HTTP messages, in the order of their arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lambda_src.common.aws.objects import iso
from lambda_src.common.aws.queries import queried
from lambda_src.query_api.size import Room

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

    from lambda_src.query_api.parameters import ReadingsQuery
    from lambda_src.query_api.times import Span


class RawPosition(msgspec.Struct, array_like=True, frozen=True):
    """A page starts after the message with the sort key ``received``. The period is that of the first page."""

    start_ms: int
    end_ms: int
    received: str


class StoredMessage(msgspec.Struct, frozen=True):
    """One device's part of a request body. ``readings`` is the number of readings accepted from it."""

    device_id: str
    arrived_ms: int
    arrived: str
    message: str
    readings: int
    request_id: str


class RawPage(NamedTuple):
    messages: Sequence[StoredMessage]
    following: RawPosition | None
    """None on the last page."""


class RawPages:
    """Reads pages from the table of messages. Raises `TemporaryFailureError`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def page(self, query: ReadingsQuery, span: Span, after: RawPosition | None) -> RawPage:
        """Return the messages that arrived in ``span``. A page ends early if the response is full."""
        messages: list[StoredMessage] = []
        room = Room()
        received = ""
        for item in self._items(query, span, after):
            message = _message(item)
            if len(messages) == query.limit or not room.takes(message):
                return RawPage(messages, RawPosition(*span, received))
            messages.append(message)
            received = item["received"]["S"]
        return RawPage(messages, None)

    def _items(self, query: ReadingsQuery, span: Span, after: RawPosition | None) -> Iterator[Mapping[str, Any]]:
        device = {"S": query.device_id}
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": "device_id = :device AND received BETWEEN :start AND :end",
            "ExpressionAttributeValues": {
                ":device": device,
                # A key is longer than its time, so the milliseconds of the end itself sort after the period.
                ":start": {"S": f"{span.start_ms:013d}"},
                ":end": {"S": f"{span.end_ms:013d}"},
            },
            "ScanIndexForward": not query.descending,
            "ConsistentRead": True,
            # One more than fits on the page shows whether there is another page.
            "Limit": query.limit + 1,
        }
        if after is not None:
            request["ExclusiveStartKey"] = {"device_id": device, "received": {"S": after.received}}
        return queried(self._client, request)


def _message(item: Mapping[str, Any]) -> StoredMessage:
    arrived_ms = int(item["arrived_ms"]["N"])
    return StoredMessage(
        item["device_id"]["S"],
        arrived_ms,
        iso(arrived_ms),
        item["message"]["S"],
        int(item["readings"]["N"]),
        item["request_id"]["S"],
    )
