"""Requests as API Gateway hands them on; a test names only what it is about."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from tests.unit.functions.factories import NOW_MS

CALLER = "arn:aws:iam::123456789012:user/plant"
REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


def http_event(method: str = "POST", resource: str = "/ingest", /, **changes: Any) -> Any:
    """``body`` may be text or bytes (then base64), ``caller``, ``request_id`` and ``arrived_ms`` go where the gateway
    has them; every other change is a member of the event.
    """
    body = changes.pop("body", None)
    context = {
        "requestId": changes.pop("request_id", REQUEST_ID),
        "requestTimeEpoch": changes.pop("arrived_ms", NOW_MS),
        "identity": {"sourceIp": "192.0.2.1", "userArn": changes.pop("caller", CALLER)},
        "stage": "v1",
    }
    event = {
        "resource": resource,
        "path": resource,
        "httpMethod": method,
        "headers": {"Content-Type": "application/json"},
        "queryStringParameters": None,
        "pathParameters": None,
        "requestContext": context,
        "body": b64encode(body).decode() if isinstance(body, bytes) else body,
        "isBase64Encoded": isinstance(body, bytes),
    }
    return event | changes


def content(answer: Any) -> Any:
    """The answer's body; asserts the headers that every answer has."""
    assert answer["headers"]["Content-Type"] == "application/json"
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert answer["headers"]["X-Content-Type-Options"] == "nosniff"
    assert answer["isBase64Encoded"] is False
    return json.loads(answer["body"])


def error_code(answer: Any) -> str:
    """The code of a refusal; asserts that it has a sentence and the request's id, and nothing that looks like code."""
    error = content(answer)["error"]
    assert error["message"].endswith(".")
    assert error["request_id"]
    assert "Traceback" not in answer["body"]
    return str(error["code"])
