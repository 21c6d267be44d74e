"""Classify AWS errors: retry, or stop and raise."""

from __future__ import annotations

from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING

from botocore import exceptions as boto

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(Enum):
    TEMPORARY = "temporary"
    """Throttling, a server error or a broken connection: the same call may succeed later."""
    PERMANENT = "permanent"
    """The service rejects this content, now and later."""
    PROGRAMMING = "programming"
    """Permission, name or call are wrong. Only a deployment fixes it, so it must be raised."""


THROTTLING_CODES = frozenset(
    {
        "KMS.ThrottlingException",
        "KMSThrottlingException",
        "KMSThrottling",
        "KmsThrottled",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""The service works but throttles."""
TEMPORARY_CODES = THROTTLING_CODES | {
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServiceError",
    "PriorRequestNotComplete",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "TransactionInProgressException",
}
"""Codes that botocore's standard retry mode retries, and those that our services document as transient."""

PERMANENT_CODES = frozenset(
    {"ConditionalCheckFailedException", "EntityTooLarge", "ItemCollectionSizeLimitExceededException"}
    | {"RejectedRecordsException"}
)

_TEMPORARY_EXCEPTIONS = (
    boto.ConnectionError,  # Base of EndpointConnectionError, ConnectTimeoutError and ProxyConnectionError.
    boto.HTTPClientError,  # Base of ConnectionClosedError and ReadTimeoutError.
    boto.ResponseStreamingError,
    boto.IncompleteReadError,
)


class TemporaryFailureError(Exception):
    """A call failed temporarily after the SDK's own retries. ``__cause__`` is the SDK's error."""

    @property
    def throttled(self) -> bool:
        """Whether the service throttled."""
        return isinstance(self.__cause__, boto.ClientError) and code_of(self.__cause__) in THROTTLING_CODES


def code_of(error: boto.ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def classify(error: boto.ClientError | boto.BotoCoreError) -> Kind:
    """Return the kind of an error. A code that no table names is classified by its HTTP status."""
    if not isinstance(error, boto.ClientError):
        return Kind.TEMPORARY if isinstance(error, _TEMPORARY_EXCEPTIONS) else Kind.PROGRAMMING
    code = code_of(error)
    if code in PERMANENT_CODES:
        return Kind.PERMANENT
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in TEMPORARY_CODES or status >= 500 or status == 429:
        return Kind.TEMPORARY
    return Kind.PROGRAMMING


@contextmanager
def temporary_failures() -> Iterator[None]:
    """Convert temporary errors into `TemporaryFailureError`; others pass unchanged."""
    try:
        yield
    except (boto.ClientError, boto.BotoCoreError) as error:
        if classify(error) is Kind.TEMPORARY:
            raise TemporaryFailureError(str(error)) from error
        raise
