"""The wire: what API Gateway's REST API hands to a function (proxy integration, payload format 1.0)."""

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
    """The members that are read; where a request has none of something, the gateway writes null."""

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
    """One request, with nothing in it None but what has no value."""

    method: str
    resource: str
    """The path as the API declares it, such as ``/devices/{device_id}``: the same whatever a domain puts before it."""
    path: str
    path_params: dict[str, str]
    query: dict[str, str]
    """One value a name: of a name that stands there twice the gateway hands on the last."""
    headers: dict[str, str]
    """By names in lower case."""
    body: bytes
    caller: str
    """The ARN that signed the request; empty where the API asks for no signature."""
    request_id: str
    """The gateway's, which the caller sees as ``x-amzn-RequestId``."""
    arrived_ms: int
    """When the gateway took the request, UTC milliseconds."""


def read_request(event: HttpEvent) -> Request:
    """Raises `HttpError` (400 ``invalid_body``) for a body that is no base64 and should be."""
    context = event["requestContext"]
    return Request(
        event["httpMethod"],
        event["resource"],
        event["path"],
        # Clients write the colon of an id as ``%3A``. No id holds a percent sign, so one decoded before stays as it is.
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
        # Half a surrogate pair, which JSON can spell, becomes bytes that are no UTF-8: the decoder names that.
        return text.encode("utf-8", "surrogatepass")
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise HttpError(400, "invalid_body", "The body could not be read as base64.") from error
