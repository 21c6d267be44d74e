"""The call of the function with a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.mapping.outcome import InvocationAnswer

if TYPE_CHECKING:
    from local.mapping.records import ShardBatch

_TOO_MANY = 429
_SERVER_ERROR = 500


class UndeliveredError(Exception):
    """The function was not called: throttled, or Lambda itself failed. It is tried again, and uses no retry."""


class Invoker:
    """Calls one function and waits for its answer.

    `client` is a boto3 `lambda` client that neither retries nor gives up before the function's own timeout:
    a repeated call would run beside the first one, and the batch would be processed twice.
    """

    def __init__(self, client: Any, function_arn: str) -> None:
        self._client = client
        self._function_arn = function_arn

    def invoke(self, batch: ShardBatch) -> InvocationAnswer:
        """The function's answer. `UndeliveredError` for 429 and 5xx; other service errors as they are."""
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
