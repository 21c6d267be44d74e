"""Put records into the transport: calls within the service's limits, with retries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol

from lambda_src.common.aws.errors import THROTTLING_CODES, TemporaryFailureError, temporary_failures
from lambda_src.common.aws.retry import resend
from lambda_src.common.transport.pack import chunks
from lambda_src.common.transport.records import OutgoingRecord, S

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambda_src.common.aws.deadline import Deadline

OUT_OF_REACH = "OutOfReach"
"""Stands for the error code of a call without a response, or with an error other than throttling."""


class Left(NamedTuple, Generic[S]):
    """What the transport did not accept; it may later."""

    records: Sequence[OutgoingRecord[S]]
    throttled: bool
    """Whether throttling was the only reason."""


class Sink(Protocol):
    """A transport."""

    @property
    def longest(self) -> int:
        """Limit of a record in bytes."""
        ...

    def put(self, records: Sequence[OutgoingRecord[S]], deadline: Deadline) -> Left[S]:
        """Put all records and retry those that were not accepted. Raises permanent errors."""
        ...


def put_in_chunks(
    send: Callable[[Sequence[OutgoingRecord[S]]], Sequence[str | None]],
    records: Sequence[OutgoingRecord[S]],
    deadline: Deadline,
    *,
    most: int,
    size: int,
) -> Left[S]:
    """Put records with ``send``, one call for at most ``most`` records and ``size`` bytes.

    ``send`` returns, in the order of the call, each record's temporary error code, or None if it was accepted.
    """
    left: list[OutgoingRecord[S]] = []
    codes: set[str] = set()
    for chunk in chunks(records, most=most, size=size):
        last = _Attempts(send)
        left.extend(resend(last.send, chunk, deadline))
        codes |= last.codes
    return Left(left, bool(codes) and codes <= THROTTLING_CODES)


class _Attempts(Generic[S]):
    """The calls for one chunk. ``codes`` are those of the last call."""

    def __init__(self, send: Callable[[Sequence[OutgoingRecord[S]]], Sequence[str | None]]) -> None:
        self._send = send
        self.codes: set[str] = set()

    def send(self, records: Sequence[OutgoingRecord[S]]) -> Sequence[OutgoingRecord[S]]:
        try:
            with temporary_failures():
                outcomes = self._send(records)
        except TemporaryFailureError as error:
            outcomes = ["Throttling" if error.throttled else OUT_OF_REACH] * len(records)
        self.codes = {code for code in outcomes if code}
        return [record for record, code in zip(records, outcomes, strict=True) if code]
