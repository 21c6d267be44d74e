"""What a deployment may do with readings between the table of raw messages and the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.ingest.content import Given, Rejected
    from lambda_src.common.readings.reading import Identity

NOT_NOW = "throttled"
"""The reason of what may be taken when it comes again; every other reason is for good."""


class Stepped(NamedTuple):
    """What a step made of the readings of a request, by their identities, which are unique."""

    rejected: Mapping[Identity, Rejected]
    """These do not go on. With the reason `NOT_NOW` a repetition of the request tries again."""
    shown: Mapping[Identity, Mapping[str, object]]
    """What the answer says of each of the others beside its position; one is left out again where the transport does
    not take its reading."""


class RequestStep(Protocol):
    """Runs once a request, after its messages are kept and before its readings go to the transport.

    It may run again with the same readings, or some of them, when a request is repeated; so what it writes must be
    idempotent. What it raises ends the request: `HttpError` as its status, `TemporaryFailureError` as 503, everything
    else as an error of the function. The answer then has ``readings``, and the status 200 in place of 202.
    """

    def __call__(self, given: Sequence[Given], deadline: Deadline) -> Stepped: ...
