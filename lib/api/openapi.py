"""The OpenAPI document of the HTTP API, from its routes and models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lib.api import models
from lib.api.refusals import REFUSALS
from lib.api.routes import ROUTES

if TYPE_CHECKING:
    from lib.api.routes import Parameter, Route

_PLACES = {"querystring": "query", "path": "path", "header": "header"}
_MEANINGS = {
    200: "Done.",
    202: "Accepted. Each refused reading is listed with its position and reason.",
    400: "Refused. The code and the message say why.",
    403: "Not signed, invalid signature, or not permitted.",
    404: "Not found.",
    413: "Too large. The limits are 256 KiB and 500 readings per request.",
    415: "The content type must be application/json or application/x-ndjson.",
    422: "This Idempotency-Key was used with another body.",
    429: "Too many requests. Retry after Retry-After seconds.",
    500: "Internal error.",
    503: "Temporarily unavailable. Retry after Retry-After seconds.",
}


def document(version: str) -> dict[str, Any]:
    """Return the document. Servers and account belong to a deployment, so they are not part of it."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "IoT data pipeline",
            "version": version,
            "description": "Send and query readings. Every request is signed with AWS Signature Version 4, "
            "service execute-api.",
        },
        "security": [{"sigv4": []}],
        "paths": paths,
        "components": {
            "schemas": {"Readings": models.READINGS, **models.ANSWERS},
            "securitySchemes": {
                "sigv4": {
                    "type": "apiKey",
                    "name": "Authorization",
                    "in": "header",
                    "description": "AWS Signature Version 4",
                    "x-amazon-apigateway-authtype": "awsSigv4",
                }
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.operation,
        "summary": route.summary,
        "parameters": [_parameter(parameter) for parameter in route.parameters],
        "responses": {str(status): _response(status, name) for status, name in sorted(_answers(route).items())},
    }
    if route.takes_readings:
        schema = {"$ref": "#/components/schemas/Readings"}
        examples = {name: {"value": value} for name, value in models.EXAMPLES.items()}
        operation["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {"schema": schema, "examples": examples},
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        }
    return operation


def _answers(route: Route) -> dict[int, str]:
    """Return the responses of the function and of the gateway."""
    return {refusal.status: "Error" for refusal in REFUSALS if refusal.status not in route.answers} | dict(
        route.answers
    )


def _response(status: int, name: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    response: dict[str, Any] = {"description": _MEANINGS[status], "content": content}
    if status in {429, 503}:
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    return response


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": _PLACES[parameter.place],
        "required": parameter.required,
        "description": parameter.meaning,
        "schema": dict(parameter.schema),
    }
