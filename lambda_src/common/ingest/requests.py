"""The ``requests`` table: requests with an ``Idempotency-Key`` and their responses.

The first attempt fixes the arrival time, so readings without their own time are the same in every retry, even if the
first attempt did not finish. Attempts may overlap; the later one writes the same again, because all keys follow from
the readings.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of, temporary_failures
from lambda_src.common.http.answers import HttpAnswer, written
from lambda_src.common.http.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from lambda_src.common.http.wire import Request

HEADER = "idempotency-key"
KEPT_SECONDS = 24 * 3600
LONGEST_ANSWER = 300_000
"""Bytes of a response that fits an item of 400 KB. A longer one, with hundreds of reasons, is not stored; a retry then
calculates the same response again.
"""

_KEY = re.compile(r"[\x20-\x7e]{1,255}").fullmatch


class Attempt(NamedTuple):
    """One attempt of a request."""

    identity: str
    """64 hex digits, the same in every attempt."""
    arrived_ms: int
    """Arrival of the first attempt, in UTC milliseconds."""
    body_sha256: str
    key: str | None = None
    """The key in the table; None without the header."""
    repeated: bool = False
    answered: HttpAnswer | None = None
    """The response of an earlier attempt that finished."""


class RequestTable:
    """Items are keyed by ``request``, ``<caller>#<method> <path>#<key>``.

    The caller is the complete ARN that signed the request. For a role it ends with the session name, so clients that
    share a role do not share keys. A client that retries must use the same session name. Methods raise the errors of
    their calls, and `TemporaryFailureError` if a retry may help.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def begin(self, request: Request) -> Attempt:
        """Return what is known of a request. Without the header that is nothing, and AWS is not called.

        Raises `HttpError` for an invalid key (400) and for one that was used with another body (422).
        """
        body_sha256 = hashlib.sha256(request.body).hexdigest()
        header = request.headers.get(HEADER)
        if header is None:
            return Attempt(body_sha256, request.arrived_ms, body_sha256)
        if not _KEY(header):
            message = "The Idempotency-Key must be 1 to 255 printable ASCII characters."
            raise HttpError(400, "invalid_idempotency_key", message)
        key = f"{request.caller}#{request.method} {request.resource}#{header}"
        attempt = Attempt(hashlib.sha256(key.encode()).hexdigest(), request.arrived_ms, body_sha256, key)
        earlier = self._claim(key, attempt)
        if not earlier:
            return attempt
        if earlier["body_sha256"]["S"] != body_sha256:
            message = "This Idempotency-Key was used with another body; use a new key for each request."
            raise HttpError(422, "idempotency_key_reused", message)
        return attempt._replace(arrived_ms=int(earlier["arrived_ms"]["N"]), repeated=True, answered=_answered(earlier))

    def end(self, attempt: Attempt, answer: HttpAnswer) -> None:
        """Store the response for retries."""
        if attempt.key is None or len(answer["body"].encode()) > LONGEST_ANSWER:
            return
        item = _item(attempt.key, attempt) | {
            "answer": {"S": answer["body"]},
            "status": {"N": str(answer["statusCode"])},
        }
        with temporary_failures():
            self._client.put_item(TableName=self._table, Item=item)

    def _claim(self, key: str, attempt: Attempt) -> Mapping[str, Any]:
        """Insert a new or expired request. Otherwise return the earlier one."""
        try:
            with temporary_failures():
                self._client.put_item(
                    TableName=self._table,
                    Item=_item(key, attempt),
                    ConditionExpression="attribute_not_exists(#request) OR #expires_at <= :now",
                    ExpressionAttributeNames={"#request": "request", "#expires_at": "expires_at"},
                    ExpressionAttributeValues={":now": {"N": str(attempt.arrived_ms // 1000)}},
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            earlier: Mapping[str, Any] = error.response["Item"]  # type: ignore[typeddict-item]  # only of this error
            return earlier
        return {}


def _item(key: str, attempt: Attempt) -> dict[str, AttributeValueTypeDef]:
    return {
        "request": {"S": key},
        "arrived_ms": {"N": str(attempt.arrived_ms)},
        "body_sha256": {"S": attempt.body_sha256},
        "expires_at": {"N": str(attempt.arrived_ms // 1000 + KEPT_SECONDS)},
    }


def _answered(item: Mapping[str, Any]) -> HttpAnswer | None:
    if "answer" not in item:
        return None
    return written(int(item["status"]["N"]), item["answer"]["S"], {"Idempotent-Replayed": "true"})
