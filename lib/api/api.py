"""The HTTP API: a REST API whose callers sign with IAM, its functions, and the roles that may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.api_gateway_rest_api import ApiGatewayRestApi, ApiGatewayRestApiEndpointConfiguration
from constructs import Construct

from lib.api.functions import ApiFunctions
from lib.api.methods import Methods
from lib.api.routes import ROUTES
from lib.api.stage import Stage
from lib.api.traffic import api_uses
from lib.building.iam import Role, Statement, caller_trust
from lib.building.metric import Metric
from lib.monitoring.alarms.api import api_alarms
from lib.monitoring.alarms.processing import config_alarm
from lib.monitoring.dashboard.api import api_row
from lib.monitoring.dashboard.widgets import GraphLine, Number
from lib.part import Need, PartDescription
from lib.security.token_key import TokenKeyParameter
from lib.store.table import Attribute, Table, TableKeys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lib.building.function import DependencyLayer
    from lib.context import Context
    from lib.ingest.transport import Transport
    from lib.processing.config_parameter import ConfigParameter
    from lib.security.key import Key
    from lib.store.stores import Stores

REQUESTS = TableKeys(partition=Attribute("request"), expires=True)
"""One item per request that may be repeated: when it first arrived, and its response."""


class Api(Construct):
    """``writer`` may only send readings, ``reader`` may only query them."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        layer: DependencyLayer,
        transport: Transport,
        stores: Stores,
        parameter: ConfigParameter | None,
    ) -> None:
        super().__init__(scope, id_)
        self._context, self._has_parameter, settings = context, parameter is not None, context.config.api
        self.requests = Table(self, "requests", name="requests", context=context, key=key, keys=REQUESTS)
        self.token_key = TokenKeyParameter(self, "token-key", context=context, key=key)
        functions = ApiFunctions(
            self,
            "functions",
            context=context,
            key=key,
            layer=layer,
            transport=transport,
            stores=stores,
            requests=self.requests,
            token_key=self.token_key,
            parameter=parameter,
        )
        self.functions = {"ingest": functions.ingest, "process": functions.process, "query": functions.query}
        self._stage = settings.stage
        self._api = ApiGatewayRestApi(
            self,
            "api",
            name=context.naming.name("api"),
            description="Send and query readings",
            endpoint_configuration=ApiGatewayRestApiEndpointConfiguration(types=["REGIONAL"]),
        )
        methods = Methods(self, "methods", api=self._api, functions=self.functions, cors_origin=settings.cors_origin)
        stage = Stage(self, "stage", context=context, key=key, api=self._api, methods=methods)
        self._stage_path = stage.node.path
        self._let_in()
        self.writer = self._caller(context, "api-writer", "Sends readings over HTTP", "POST", settings.writers)
        self.reader = self._caller(context, "api-reader", "Queries readings over HTTP", "GET", settings.readers)
        self.id, self.name, self.stage, self.url = self._api.id, self._api.name, stage.name, stage.url

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/ApiGateway", name, {"ApiName": self.name, "Stage": self.stage}, statistic)

    def describe(self) -> PartDescription:
        named = {f"{name}-api": function for name, function in self.functions.items()}
        configured = named if self._has_parameter else ()
        failures = GraphLine("5xx responses", self.metric("5XXError"))
        return PartDescription(
            functions=named,
            tables={"requests": self.requests},
            alarms=[*api_alarms(self, self._context), *(config_alarm(name, self._context) for name in configured)],
            rows=[api_row(self._context, self)],
            numbers=[Number("API server errors", (failures,), summed=True)],
            outputs={
                "api_id": self.id,
                "api_stage": self.stage,
                "api_url": self.url,
                "api_writer_role_arn": self.writer.arn,
                "api_reader_role_arn": self.reader.arn,
                "requests_table": self.requests.name,
                "token_key_parameter": self.token_key.name,
                **{f"{name}_function": function.name for name, function in self.functions.items()},
            },
            needs=[] if self._context.config.api.account_logging else [Need("api-logs")],
            uses=api_uses(self.functions, self.requests, self._stage_path),
        )

    def _arn(self, method: str, path: str) -> str:
        """The ARN of a method; in permissions ``*`` replaces a path parameter."""
        parts = ["*" if part.startswith("{") else part for part in path.split("/")]
        return f"{self._api.execution_arn}/{self._stage}/{method}{'/'.join(parts)}"

    def _let_in(self) -> None:
        """Let the API invoke the function of each route."""
        for route in ROUTES:
            self.functions[route.function].allow_invocation(
                f"permission-{route.operation}",
                statement_id=route.operation,
                service="apigateway.amazonaws.com",
                source_arn=self._arn(route.method, route.path),
            )

    def _caller(self, context: Context, name: str, description: str, method: str, trusted: Sequence[str]) -> Role:
        trust = caller_trust(context, trusted)
        role = Role(self, name, context=context, name=name, description=description, trust=trust)
        arns = tuple(self._arn(route.method, route.path) for route in ROUTES if route.method == method)
        role.allow("call-api", Statement(actions=("execute-api:Invoke",), resources=arns))
        return role


def build_api(
    scope: Construct,
    *,
    context: Context,
    key: Key,
    layer: DependencyLayer,
    transport: Transport,
    stores: Stores,
    parameter: ConfigParameter | None,
) -> Api | None:
    """Build the API. Returns None if the settings do not enable it."""
    if not context.config.api.enabled:
        return None
    return Api(
        scope,
        "api",
        context=context,
        key=key,
        layer=layer,
        transport=transport,
        stores=stores,
        parameter=parameter,
    )
