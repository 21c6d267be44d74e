"""What a deployment may do with readings between the raw table and the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.ingest.content import Given, Rejected
    from lambda_src.common.readings.reading import Identity

NOT_NOW = "throttled"
"""Reason of readings that may be accepted on a retry. All other reasons are permanent."""


class Stepped(NamedTuple):
    """The result of a step by reading identity, which is unique."""

    rejected: Mapping[Identity, Rejected]
    """Readings that are not sent. With the reason `NOT_NOW` a retry of the request tries again."""
    shown: Mapping[Identity, Mapping[str, object]]
    """What the response says of the other readings beside their position. It is dropped if the transport refuses the
    reading.
    """


class RequestStep(Protocol):
    """Runs once per request, after its messages are stored and before its readings are sent.

    It may run again with some of the same readings when a request is retried, so its writes must be idempotent.
    `HttpError` ends the request with its status, `TemporaryFailureError` with 503, anything else as an error of the
    function. The response then has ``readings`` and the status 200 instead of 202.
    """

    def __call__(self, given: Sequence[Given], deadline: Deadline) -> Stepped: ...
