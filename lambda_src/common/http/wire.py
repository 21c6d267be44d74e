"""The wire format: what API Gateway's REST API passes to a function (proxy integration, payload format 1.0)."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, NamedTuple, TypedDict
from urllib.parse import unquote

from lambda_src.common.http.errors import HttpError

if TYPE_CHECKING:
    from collections.abc import Mapping


class CallerIdentity(TypedDict, total=False):
    userArn: str | None


class RequestContext(TypedDict):
    requestId: str
    requestTimeEpoch: int
    identity: CallerIdentity


class HttpEvent(TypedDict):
    """The members that are read. The gateway writes null for a missing one."""

    resource: str
    path: str
    httpMethod: str
    headers: Mapping[str, str] | None
    queryStringParameters: Mapping[str, str] | None
    pathParameters: Mapping[str, str] | None
    requestContext: RequestContext
    body: str | None
    isBase64Encoded: bool


class Request(NamedTuple):
    """One request. None stands only for missing values."""

    method: str
    resource: str
    """The path as the API declares it, such as ``/devices/{device_id}``, whatever a domain puts before it."""
    path: str
    path_params: dict[str, str]
    query: dict[str, str]
    """One value per name. The gateway passes the last value of a repeated name."""
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes
    caller: str
    """The ARN that signed the request; empty if the API requires no signature."""
    request_id: str
    """The gateway's id, which the caller sees as ``x-amzn-RequestId``."""
    arrived_ms: int
    """When the gateway received the request, in UTC milliseconds."""


def read_request(event: HttpEvent) -> Request:
    """Parse an event. Raises `HttpError` (400 ``invalid_body``) for invalid base64."""
    context = event["requestContext"]
    return Request(
        event["httpMethod"],
        event["resource"],
        event["path"],
        # Clients write the colon of an id as ``%3A``. No id contains a percent sign, so a decoded one stays as it is.
        {name: unquote(value) for name, value in (event["pathParameters"] or {}).items()},
        dict(event["queryStringParameters"] or {}),
        {name.lower(): value for name, value in (event["headers"] or {}).items()},
        _body(event),
        context["identity"].get("userArn") or "",
        context["requestId"],
        context["requestTimeEpoch"],
    )


def _body(event: HttpEvent) -> bytes:
    text = event["body"] or ""
    if not event["isBase64Encoded"]:
        # JSON can spell half a surrogate pair; it becomes bytes that are not UTF-8, and the decoder reports that.
        return text.encode("utf-8", "surrogatepass")
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise HttpError(400, "invalid_body", "The body must be valid base64.") from error
