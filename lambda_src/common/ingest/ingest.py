"""Process a request with readings: read, keep the messages, run the deployment's step, send, answer.

The order makes a retry safe after any interruption: each step writes under keys that follow from the request or its
readings, and the response is stored last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.aws.objects import iso
from lambda_src.common.http.answers import HttpAnswer, answer, refusal
from lambda_src.common.http.errors import HttpError, try_again
from lambda_src.common.ingest.content import Given, Limits, Rejected, check_body, read_content
from lambda_src.common.ingest.raw import RawTable, messages_of
from lambda_src.common.ingest.step import NOT_NOW, RequestStep, Stepped
from lambda_src.common.readings.rules import NO_RULES, DecodeRules
from lambda_src.common.transport.pack import Parcel, pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.http.wire import Request
    from lambda_src.common.ingest.requests import Attempt, RequestTable
    from lambda_src.common.transport.sink import Sink


class IngestParts(NamedTuple):
    """The parts of a deployment's ingest."""

    requests: RequestTable
    raw: RawTable | None
    """None if the deployment does not keep original messages."""
    step: RequestStep | None
    sink: Sink
    rules: DecodeRules = NO_RULES
    """How bodies are read."""


class Ingested(NamedTuple):
    """The result of a request, with counts for metrics."""

    answer: HttpAnswer
    accepted: int = 0
    rejected: int = 0
    """Number of rejected readings."""
    repeated: bool = False
    """Whether an earlier attempt is known."""
    not_now: int = 0
    """Rejected readings that may be accepted on a retry."""
    answer_lost: str | None = None
    """Why the response could not be stored, for the log. A retry does everything again, which changes nothing."""


def ingest(request: Request, parts: IngestParts, *, most_readings: int, deadline: Deadline) -> Ingested:
    """Accept the readings of one request.

    Raises `HttpError` and `TemporaryFailureError`, which `respond` turns into responses, and unchanged what only a
    deployment fixes.
    """
    check_body(request, parts.rules)
    limits = Limits(most_readings, parts.sink.longest)
    content = read_content(request.body, arrived_ms=request.arrived_ms, limits=limits, rules=parts.rules)
    if not content.given:
        return _nothing(content.rejected, request.request_id)
    # Not earlier, so that the key stays free for a corrected body.
    attempt = parts.requests.begin(request)
    if attempt.answered is not None:
        return Ingested(attempt.answered, repeated=True)
    if attempt.arrived_ms != request.arrived_ms:
        content = read_content(request.body, arrived_ms=attempt.arrived_ms, limits=limits, rules=parts.rules)
    if parts.raw is not None:
        parts.raw.write(messages_of(request.body, content), attempt, request.request_id, deadline)
    stepped = Stepped({}, {}) if parts.step is None else parts.step(content.given, deadline)
    going = [item for item in content.given if item.reading.identity not in stepped.rejected]
    left = _send(going, parts.sink, deadline)
    accepted = [item for index, item in enumerate(going) if index not in left]
    rejected = [*content.rejected, *stepped.rejected.values(), *(_left(going[index]) for index in sorted(left))]
    if not accepted:
        return _nothing(rejected, request.request_id)._replace(repeated=attempt.repeated)
    body = _body(accepted, rejected, content.duplicates, request.request_id, stepped if parts.step else None)
    made = answer(202 if parts.step is None else 200, body)
    not_now = sum(item.reason == NOT_NOW for item in rejected)
    # A retry of a partly accepted request finds out what has been accepted by then.
    lost = None if not_now else _keep(parts.requests, attempt, made)
    return Ingested(made, len(accepted), len(rejected), attempt.repeated, not_now, lost)


def _send(going: Sequence[Given], sink: Sink, deadline: Deadline) -> frozenset[int]:
    """Send the readings. Returns the indexes of those that were not accepted; raises if none was."""
    parcels = (
        Parcel(index, item.reading.device_id, item.reading.arrived_ms, (item.entry,))
        for index, item in enumerate(going)
    )
    left = sink.put(list(pack(parcels, longest=sink.longest)), deadline)
    indexes = frozenset[int]().union(*(record.sources for record in left.records))
    if going and len(indexes) == len(going):
        if left.throttled:
            message = "The transport is throttled; retry this request later."
            raise HttpError(429, "throttled", message, headers={"Retry-After": "1"})
        raise try_again("The transport is temporarily unavailable; retry this request.")
    return indexes


def _left(item: Given) -> Rejected:
    return Rejected(item.position, NOT_NOW, "the transport is throttled; send this reading again later")


def _nothing(rejected: Sequence[Rejected], request_id: str) -> Ingested:
    """Return the response if no reading was accepted, permanently or for now."""
    if any(item.reason == NOT_NOW for item in rejected):
        raise try_again("The readings cannot be stored now; retry this request.")
    error = HttpError(400, "no_valid_reading", "The body holds no valid reading.", {"rejected": _in_order(rejected)})
    return Ingested(refusal(error, request_id), rejected=len(rejected))


def _body(
    accepted: Sequence[Given], rejected: Sequence[Rejected], duplicates: int, request_id: str, stepped: Stepped | None
) -> dict[str, object]:
    body: dict[str, object] = {"accepted": len(accepted), **_of_one_message(accepted)}
    if stepped is not None:
        body["readings"] = [{"position": item.position, **stepped.shown[item.reading.identity]} for item in accepted]
    return body | {"rejected": _in_order(rejected), "duplicates": duplicates, "request_id": request_id}


def _of_one_message(accepted: Sequence[Given]) -> dict[str, object]:
    """Return device and time of a single message for the response.

    Empty for a list, whose messages may have several devices and times.
    """
    if any(item.position is not None for item in accepted):
        return {}
    reading = accepted[0].reading
    return {"message": "accepted", "device_id": reading.device_id, "timestamp": iso(reading.timestamp_ms)}


def _in_order(rejected: Sequence[Rejected]) -> list[Rejected]:
    return sorted(rejected, key=lambda item: -1 if item.position is None else item.position)


def _keep(requests: RequestTable, attempt: Attempt, made: HttpAnswer) -> str | None:
    try:
        requests.end(attempt, made)
    except TemporaryFailureError as error:
        return str(error)
    return None
