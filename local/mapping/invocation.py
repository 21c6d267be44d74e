"""Invoke the function with a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.mapping.outcome import InvocationAnswer

if TYPE_CHECKING:
    from local.mapping.records import ShardBatch

_TOO_MANY = 429
_SERVER_ERROR = 500


class UndeliveredError(Exception):
    """The function was not invoked: throttled, or a failure of Lambda. It is repeated and uses no retry."""


class Invoker:
    """Invokes one function and waits for its answer.

    `client` is a boto3 `lambda` client without retries and with a timeout beyond the function's own. A repeated call
    would run beside the first, and the batch would be processed twice.
    """

    def __init__(self, client: Any, function_arn: str) -> None:
        self._client = client
        self._function_arn = function_arn

    def invoke(self, batch: ShardBatch) -> InvocationAnswer:
        """Return the function's answer. Raises `UndeliveredError` for 429 and 5xx, other service errors unchanged."""
        try:
            answer = self._client.invoke(
                FunctionName=self._function_arn, InvocationType="RequestResponse", Payload=batch.payload()
            )
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if status == _TOO_MANY or status >= _SERVER_ERROR:
                raise UndeliveredError(str(error)) from error
            raise
        return InvocationAnswer(
            payload=answer["Payload"].read(),
            function_error=answer.get("FunctionError"),
            request_id=answer["ResponseMetadata"].get("RequestId", ""),
            status_code=answer["StatusCode"],
            executed_version=answer.get("ExecutedVersion", "$LATEST"),
        )
