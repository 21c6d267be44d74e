"""What an AWS error means for the caller: wait and repeat, or stop and be seen."""

from __future__ import annotations

from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING

from botocore import exceptions as boto

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(Enum):
    TEMPORARY = "temporary"
    """Throttling, a server's fault, a broken connection: the same call may succeed later."""
    PERMANENT = "permanent"
    """The service refuses this very content, and always will."""
    PROGRAMMING = "programming"
    """Permission, name or call are wrong: only a deployment mends it, so it must be seen."""


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
"""The service is well and asks for less."""
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
"""The codes that botocore's own standard retry mode repeats, and the ones that our services document as transient."""

PERMANENT_CODES = frozenset(
    {"ConditionalCheckFailedException", "EntityTooLarge", "ItemCollectionSizeLimitExceededException"}
    | {"RejectedRecordsException"}
)

_TEMPORARY_EXCEPTIONS = (
    boto.ConnectionError,  # base of EndpointConnectionError, ConnectTimeoutError and ProxyConnectionError
    boto.HTTPClientError,  # base of ConnectionClosedError and ReadTimeoutError
    boto.ResponseStreamingError,
    boto.IncompleteReadError,
)


class TemporaryFailureError(Exception):
    """A call failed in a way that may pass, after the SDK's own retries; ``__cause__`` is the SDK's error."""

    @property
    def throttled(self) -> bool:
        """Whether the service only asked for less."""
        return isinstance(self.__cause__, boto.ClientError) and code_of(self.__cause__) in THROTTLING_CODES


def code_of(error: boto.ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def classify(error: boto.ClientError | boto.BotoCoreError) -> Kind:
    """What an error of a call means. A code that no table names is judged by its HTTP status."""
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
    """Turns what is temporary into `TemporaryFailureError`; everything else passes as the SDK raised it."""
    try:
        yield
    except (boto.ClientError, boto.BotoCoreError) as error:
        if classify(error) is Kind.TEMPORARY:
            raise TemporaryFailureError(str(error)) from error
        raise
