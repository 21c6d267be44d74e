"""The entry of the query function. API Gateway calls it for every route that only reads."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lambda_src.common.aws import clients
from lambda_src.common.device_status import StatusWords
from lambda_src.common.http.respond import respond
from lambda_src.common.runtime_config import ConfigSource
from lambda_src.common.telemetry import Counters, logger
from lambda_src.query_api.api import QueryApi
from lambda_src.query_api.devices import DeviceReader
from lambda_src.query_api.processed import RunPages
from lambda_src.query_api.raw import RawPages
from lambda_src.query_api.settings import QuerySettings
from lambda_src.query_api.token_key import TokenKey
from lambda_src.query_api.tokens import Tokens

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambda_src.common.http.answers import HttpAnswer
    from lambda_src.common.http.wire import HttpEvent

SERVICE = "query-api"


def handle(event: HttpEvent, context: LambdaContext) -> HttpAnswer:
    """Answer one request. Errors that only a deployment fixes are raised; the gateway then answers."""
    api, settings = wire()
    return respond(event, api.routes, logger(SERVICE), cors_origin=settings.cors_origin)


@cache
def wire() -> tuple[QueryApi, QuerySettings]:
    """Create the parts of the deployment, once per container."""
    settings = QuerySettings.from_env()
    counters = Counters(namespace=settings.metrics_namespace, service=SERVICE, environment=settings.environment_suffix)
    dynamodb = clients.dynamodb()
    api = QueryApi(
        processed=RunPages(dynamodb, settings.readings_table),
        raw=RawPages(dynamodb, settings.raw_table) if settings.raw_table else None,
        devices=DeviceReader(dynamodb, settings.devices_table, StatusWords(settings.device_status_words)),
        tokens=Tokens(TokenKey(clients.ssm, settings.token_key_parameter)),
        config=ConfigSource(settings.config_parameter, service=SERVICE, counters=counters),
        counters=counters,
    )
    return api, settings
