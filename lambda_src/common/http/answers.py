"""Responses for API Gateway: always JSON, never cached."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.http.errors import HttpError

HEADERS = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}

_encode = msgspec.json.Encoder().encode


class HttpAnswer(TypedDict):
    """The proxy integration's response. With any other member or type the gateway answers 502."""

    statusCode: int
    headers: dict[str, str]
    body: str
    isBase64Encoded: bool


def answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    """Return a response. ``body`` is anything that msgspec writes as JSON; ``headers`` are added to `HEADERS`."""
    return written(status, _encode(body).decode(), headers)


def written(status: int, body: str, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    """Return a response whose body is already JSON text."""
    return {"statusCode": status, "headers": HEADERS | dict(headers or {}), "body": body, "isBase64Encoded": False}


def refusal(error: HttpError, request_id: str) -> HttpAnswer:
    """Return ``{"error": {"code", "message", "request_id"}}`` with the error's extra members beside ``error``."""
    said = {"code": error.code, "message": error.message, "request_id": request_id}
    return answer(error.status, {"error": said, **error.extra}, error.headers)
