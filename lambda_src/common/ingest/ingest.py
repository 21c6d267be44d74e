"""What happens to a request with readings: read, keep as it came, do the deployment's step, hand on, answer.

The order is what makes a repetition safe after any break: each step writes under keys that follow from the request or
its readings, and the answer is kept last.
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
from lambda_src.common.transport.pack import Parcel, pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.http.wire import Request
    from lambda_src.common.ingest.requests import Attempt, RequestTable
    from lambda_src.common.transport.sink import Sink


class IngestParts(NamedTuple):
    """What a deployment's ingest is made of."""

    requests: RequestTable
    raw: RawTable | None
    """None where the deployment does not keep messages as they came."""
    step: RequestStep | None
    sink: Sink


class Ingested(NamedTuple):
    answer: HttpAnswer
    accepted: int = 0
    rejected: int = 0
    """Readings."""
    repeated: bool = False
    """Whether an attempt before this one is known."""
    not_now: int = 0
    """Of those rejected: what may be taken when it comes again."""
    answer_lost: str | None = None
    """Why the answer could not be kept, for the log: a repetition does everything again, which changes nothing."""


def ingest(request: Request, parts: IngestParts, *, most_readings: int, deadline: Deadline) -> Ingested:
    """Take the readings of one request.

    Raises `HttpError` and `TemporaryFailureError` for what `respond` turns into an answer, and what only a deployment
    mends as it came.
    """
    check_body(request)
    limits = Limits(most_readings, parts.sink.longest)
    content = read_content(request.body, arrived_ms=request.arrived_ms, limits=limits)
    if not content.given:
        return _nothing(content.rejected, request.request_id)
    # Only now, so that a key is still free for a body that is mended.
    attempt = parts.requests.begin(request)
    if attempt.answered is not None:
        return Ingested(attempt.answered, repeated=True)
    if attempt.arrived_ms != request.arrived_ms:
        content = read_content(request.body, arrived_ms=attempt.arrived_ms, limits=limits)
    if parts.raw is not None:
        parts.raw.write(messages_of(request.body, content), attempt, request.request_id, deadline)
    stepped = Stepped({}, {}) if parts.step is None else parts.step(content.given, deadline)
    going = [item for item in content.given if item.reading.identity not in stepped.rejected]
    left = _send(going, parts.sink, deadline)
    accepted = [item for place, item in enumerate(going) if place not in left]
    rejected = [*content.rejected, *stepped.rejected.values(), *(_left(going[place]) for place in sorted(left))]
    if not accepted:
        return _nothing(rejected, request.request_id)._replace(repeated=attempt.repeated)
    body = _body(accepted, rejected, content.duplicates, request.request_id, stepped if parts.step else None)
    made = answer(202 if parts.step is None else 200, body)
    not_now = sum(item.reason == NOT_NOW for item in rejected)
    # A repetition of what was taken in part finds out what of the rest is taken by then.
    lost = None if not_now else _keep(parts.requests, attempt, made)
    return Ingested(made, len(accepted), len(rejected), attempt.repeated, not_now, lost)


def _send(going: Sequence[Given], sink: Sink, deadline: Deadline) -> frozenset[int]:
    """The places of those that the transport did not take; raises where it took none."""
    parcels = (
        Parcel(place, item.reading.device_id, item.reading.arrived_ms, (item.entry,))
        for place, item in enumerate(going)
    )
    left = sink.put(list(pack(parcels, longest=sink.longest)), deadline)
    places = frozenset[int]().union(*(record.sources for record in left.records))
    if going and len(places) == len(going):
        if left.throttled:
            message = "More readings come than can be taken: send this request again later."
            raise HttpError(429, "throttled", message, headers={"Retry-After": "1"})
        raise try_again("The readings cannot be handed on for the moment: send this request again.")
    return places


def _left(item: Given) -> Rejected:
    return Rejected(item.position, NOT_NOW, "more readings come than can be taken: send this one again later")


def _nothing(rejected: Sequence[Rejected], request_id: str) -> Ingested:
    """The answer where no reading was taken, for good or for now."""
    if any(item.reason == NOT_NOW for item in rejected):
        raise try_again("None of the readings can be stored for the moment: send this request again.")
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
    """What the answer to one message says of it: its device and the time that its readings have got.

    Empty for a list: its messages may be of several devices and times.
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
