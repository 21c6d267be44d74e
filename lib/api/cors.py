"""CORS: answers for browsers that call the API from a page of another origin. Off unless an origin is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cdktf_cdktf_provider_aws.api_gateway_integration import ApiGatewayIntegration
from cdktf_cdktf_provider_aws.api_gateway_integration_response import ApiGatewayIntegrationResponse
from cdktf_cdktf_provider_aws.api_gateway_method import ApiGatewayMethod
from cdktf_cdktf_provider_aws.api_gateway_method_response import ApiGatewayMethodResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ORIGIN = "Access-Control-Allow-Origin"
HEADERS = "Authorization,Content-Type,Idempotency-Key,X-Amz-Date,X-Amz-Security-Token,X-Amz-Content-Sha256"
MAX_AGE_SECONDS = 3600


def headers_of_refusals(origin: str | None) -> dict[str, str]:
    """Return the CORS headers of the gateway's own refusals. Without them a page sees no status."""
    return {f"gatewayresponse.header.{ORIGIN}": f"'{origin}'"} if origin else {}


def answer_preflight(
    make: Callable[[Any, str, dict[str, Any]], Any], path: str, resource: str, methods: Sequence[str], origin: str
) -> None:
    """Add an unsigned OPTIONS method that the gateway answers itself."""
    name = "options" + path.replace("/", "-").replace("{", "").replace("}", "")
    place = {"resource_id": resource, "http_method": "OPTIONS"}
    values = {
        ORIGIN: origin,
        "Access-Control-Allow-Methods": ",".join([*methods, "OPTIONS"]),
        "Access-Control-Allow-Headers": HEADERS,
        "Access-Control-Max-Age": str(MAX_AGE_SECONDS),
    }
    method = make(ApiGatewayMethod, name, place | {"authorization": "NONE"})
    answer = {"resource_id": resource, "http_method": method.http_method, "status_code": "204"}
    declared = {f"method.response.header.{header}": True for header in values}
    response = make(ApiGatewayMethodResponse, f"{name}-response", answer | {"response_parameters": declared})
    mock = {"type": "MOCK", "request_templates": {"application/json": '{"statusCode": 204}'}}
    integration = make(ApiGatewayIntegration, f"{name}-integration", place | {"http_method": method.http_method} | mock)
    filled = {f"method.response.header.{header}": f"'{value}'" for header, value in values.items()}
    last = make(ApiGatewayIntegrationResponse, f"{name}-answer", answer | {"response_parameters": filled})
    last.depends_on = [f"{each.terraform_resource_type}.{each.friendly_unique_id}" for each in (response, integration)]
