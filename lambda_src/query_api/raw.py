"""Pages of messages as they came over HTTP, in the order of their arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lambda_src.common.aws.errors import temporary_failures
from lambda_src.common.aws.objects import iso
from lambda_src.query_api.size import Room

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

    from lambda_src.query_api.parameters import ReadingsQuery
    from lambda_src.query_api.times import Span


class RawPosition(msgspec.Struct, array_like=True, frozen=True):
    """Where a page begins: behind the message of the sort key ``received``. The range is the first page's."""

    start_ms: int
    end_ms: int
    received: str


class StoredMessage(msgspec.Struct, frozen=True):
    """One device's part of a request's body; ``readings`` is how many were taken from it."""

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
    """Reads pages from the table of messages; raises `TemporaryFailureError`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def page(self, query: ReadingsQuery, span: Span, after: RawPosition | None) -> RawPage:
        """The messages that arrived in ``span``; a page ends early where an answer can hold no more."""
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
                # A key is longer than its time, so that the end's own milliseconds lie behind the range.
                ":start": {"S": f"{span.start_ms:013d}"},
                ":end": {"S": f"{span.end_ms:013d}"},
            },
            "ScanIndexForward": not query.descending,
            "ConsistentRead": True,
            # One more than fits on the page says whether there is another one.
            "Limit": query.limit + 1,
        }
        if after is not None:
            request["ExclusiveStartKey"] = {"device_id": device, "received": {"S": after.received}}
        while True:
            with temporary_failures():
                answer = self._client.query(**request)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


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
