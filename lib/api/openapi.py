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
    202: "Taken; each one that was not is listed with its position and reason.",
    400: "Refused; the code and the sentence say why.",
    403: "Not signed, wrongly signed, or not permitted.",
    404: "There is no such thing.",
    413: "Too large: 256 KiB and 500 readings a request.",
    415: "Neither application/json nor application/x-ndjson.",
    422: "This Idempotency-Key belongs to another body.",
    429: "Too fast; repeat after Retry-After seconds.",
    500: "A fault of ours.",
    503: "Not available for the moment; repeat after Retry-After seconds.",
}


def document(version: str) -> dict[str, Any]:
    """The document as an object; servers and account are the deployment's, and so not in it."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "IoT data pipeline",
            "version": version,
            "description": "Send readings and ask for them. Every request is signed with AWS Signature Version 4, "
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
    """The function's own answers, and the gateway's."""
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
