"""The gateway's resources: a tree of paths, and the methods of each with their checks and functions."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from cdktf import DefaultTokenResolver, StringConcat, Tokenization
from cdktf_cdktf_provider_aws.api_gateway_gateway_response import ApiGatewayGatewayResponse
from cdktf_cdktf_provider_aws.api_gateway_integration import ApiGatewayIntegration
from cdktf_cdktf_provider_aws.api_gateway_method import ApiGatewayMethod
from cdktf_cdktf_provider_aws.api_gateway_model import ApiGatewayModel
from cdktf_cdktf_provider_aws.api_gateway_request_validator import ApiGatewayRequestValidator
from cdktf_cdktf_provider_aws.api_gateway_resource import ApiGatewayResource
from constructs import Construct

from lib.api import models
from lib.api.cors import answer_preflight, headers_of_refusals
from lib.api.refusals import REFUSALS
from lib.api.routes import ROUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cdktf import TerraformResource
    from cdktf_cdktf_provider_aws.api_gateway_rest_api import ApiGatewayRestApi

    from lib.api.routes import Route
    from lib.building.function import Function

JSON = "application/json"


class Methods(Construct):
    """Every route as a method that accepts signed requests only, checks them and invokes its function.

    ``deployed`` are the resources that a deployment must wait for. ``fingerprint`` changes with every argument of them:
    a deployment is a copy, and an old copy leaves the API as it was.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        api: ApiGatewayRestApi,
        functions: Mapping[str, Function],
        cors_origin: str | None,
    ) -> None:
        super().__init__(scope, id_)
        self._api = api
        self._arguments: list[object] = []
        self.deployed: list[TerraformResource] = []
        self._resources: dict[str, str] = {"": api.root_resource_id}
        model = {"name": "Readings", "content_type": JSON, "schema": json.dumps(models.READINGS, sort_keys=True)}
        self._model = self._make(ApiGatewayModel, "readings", model).name
        checks = {"name": "all", "validate_request_body": True, "validate_request_parameters": True}
        self._validator = self._make(ApiGatewayRequestValidator, "validator", checks).id
        for route in ROUTES:
            self._route(route, functions[route.function])
        if cors_origin:
            for path in sorted({route.path for route in ROUTES}):
                of_path = sorted(route.method for route in ROUTES if route.path == path)
                answer_preflight(self._make, path, self._resource(path), of_path, cors_origin)
        for refusal in REFUSALS:
            self._refusal(refusal.kind, refusal.template(), refusal.retry_after, refusal.status, cors_origin)
        self.fingerprint = self._fingerprint()

    def _fingerprint(self) -> str:
        # Resolved, because the text of a token is a number that changes with other parts of the stack.
        resolver = DefaultTokenResolver(StringConcat())
        resolved = Tokenization.resolve(self._arguments, preparing=False, resolver=resolver, scope=self)
        return hashlib.sha256(json.dumps(resolved, sort_keys=True).encode()).hexdigest()

    def _make(self, kind: Any, id_: str, arguments: dict[str, Any]) -> Any:
        made = kind(self, id_, rest_api_id=self._api.id, **arguments)
        self._arguments.append([kind.__name__, id_, arguments])
        self.deployed.append(made)
        return made

    def _resource(self, path: str) -> str:
        """Return the id of a path's resource, and create its parents."""
        path = path.rstrip("/")
        if path not in self._resources:
            parent, _, part = path.rpartition("/")
            arguments = {"parent_id": self._resource(parent), "path_part": part}
            name = "resource" + path.replace("/", "-").replace("{", "").replace("}", "")
            self._resources[path] = self._make(ApiGatewayResource, name, arguments).id
        return self._resources[path]

    def _route(self, route: Route, function: Function) -> None:
        parameters = {
            f"method.request.{parameter.place}.{parameter.name}": parameter.required for parameter in route.parameters
        }
        place = {"resource_id": self._resource(route.path), "http_method": route.method}
        method = self._make(
            ApiGatewayMethod,
            route.operation,
            place
            | {
                "authorization": "AWS_IAM",
                "operation_name": route.operation,
                "request_validator_id": self._validator,
                "request_parameters": parameters,
                "request_models": {JSON: self._model} if route.takes_readings else None,
            },
        )
        integration = {"type": "AWS_PROXY", "integration_http_method": "POST", "uri": function.invoke_arn}
        self._make(
            ApiGatewayIntegration,
            f"{route.operation}-integration",
            place | {"http_method": method.http_method} | integration,
        )

    def _refusal(self, kind: str, body: str, retry_after: int | None, status: int, cors_origin: str | None) -> None:
        headers = {"gatewayresponse.header.Cache-Control": "'no-store'"} | headers_of_refusals(cors_origin)
        if retry_after:
            headers["gatewayresponse.header.Retry-After"] = f"'{retry_after}'"
        arguments: dict[str, Any] = {
            "response_type": kind,
            "response_templates": {JSON: body},
            "response_parameters": headers,
        }
        # These two defaults stand for many response types, which keep their own status.
        if not kind.startswith("DEFAULT_"):
            arguments["status_code"] = str(status)
        self._make(ApiGatewayGatewayResponse, kind.lower().replace("_", "-"), arguments)
