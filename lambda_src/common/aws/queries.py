"""Queries of DynamoDB across all of their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.aws.errors import temporary_failures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef


def queried(client: DynamoDBClient, request: QueryInputTypeDef) -> Iterator[Mapping[str, Any]]:
    """Yield the items of a query. A page is read when its first item is asked for.

    Raises `TemporaryFailureError` if a retry may help.
    """
    following: QueryInputTypeDef = {**request}
    while True:
        with temporary_failures():
            page = client.query(**following)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        following["ExclusiveStartKey"] = page["LastEvaluatedKey"]
