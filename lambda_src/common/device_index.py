"""The index of the devices table by status and last arrival. Writers and readers share its shape.

The status alone would be one partition, in which nearly all devices are NORMAL. A partition takes 1,000 write units a
second, and each write of a state costs two there, so some 30,000 devices that are written once a minute would be its
limit. Each status is therefore spread over several.
"""

from __future__ import annotations

import heapq
from itertools import groupby
from typing import TYPE_CHECKING, Any

from lambda_src.common.aws.queries import queried
from lambda_src.common.buckets import all_buckets, bucket_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

    Item = Mapping[str, Any]

INDEX = "by-status-and-heard"
BUCKETS = 8
"""240,000 devices that are written once a minute."""


def status_bucket(status: str, device_id: str) -> str:
    """The partition key of the index: ``<status>#<two digits>``."""
    return f"{status}#{bucket_of(device_id, BUCKETS)}"


class DeviceIndex:
    """Reads the devices of a status, those not heard for longest first. Raises `TemporaryFailureError`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def heard_between(self, status: str, first_ms: int, last_ms: int, *, page: int | None = None) -> Iterator[Item]:
        """Devices heard at these times, both inclusive, by ``heard_ms`` and ``device_id``.

        ``page`` limits the items per call and bucket. The index lags behind the table.
        """
        buckets = [self._bucket(f"{status}#{bucket}", first_ms, last_ms, page) for bucket in all_buckets(BUCKETS)]
        return heapq.merge(*buckets, key=order_of)

    def _bucket(self, partition: str, first_ms: int, last_ms: int, page: int | None) -> Iterator[Item]:
        # The service gives devices that were heard in the same millisecond in no particular order.
        for _, together in groupby(self._items(partition, first_ms, last_ms, page), key=heard_of):
            yield from sorted(together, key=order_of)

    def _items(self, partition: str, first_ms: int, last_ms: int, page: int | None) -> Iterator[Item]:
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "IndexName": INDEX,
            "KeyConditionExpression": "status_bucket = :bucket AND heard_ms BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":bucket": {"S": partition},
                ":first": {"N": str(first_ms)},
                ":last": {"N": str(last_ms)},
            },
        }
        if page is not None:
            request["Limit"] = page
        return queried(self._client, request)


def heard_of(item: Item) -> int:
    """When a device was last heard, UTC milliseconds; 0 if it is only known from a replay."""
    return int(item["heard_ms"]["N"])


def order_of(item: Item) -> tuple[int, str]:
    """What devices are sorted by."""
    return heard_of(item), item["device_id"]["S"]
