"""The functions behind the API, each with the permissions of its routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from constructs import Construct

from lambda_src.ingest_api.settings import IngestSettings
from lambda_src.processor.process_settings import ProcessApiSettings
from lambda_src.query_api.settings import QuerySettings
from lib.building.function import Function, FunctionOptions
from lib.store.devices import DevicesTable
from lib.store.http_messages import HttpMessagesTable
from lib.store.readings import ReadingsTable

if TYPE_CHECKING:
    from lambda_src.common.settings import EnvSettings
    from lib.building.function import DependencyLayer
    from lib.building.iam import Role
    from lib.context import Context
    from lib.ingest.transport import Transport
    from lib.processing.config_parameter import ConfigParameter
    from lib.security.key import Key
    from lib.security.token_key import TokenKeyParameter
    from lib.store.stores import Stores
    from lib.store.table import Table

TIMEOUT_SECONDS = 28
"""API Gateway answers its caller after 29 s, so a longer invocation is useless."""


class ApiFunctions(Construct):
    """``ingest`` sends to the transport, ``process`` also stores, ``query`` only reads."""

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
        requests: Table,
        token_key: TokenKeyParameter,
        parameter: ConfigParameter | None,
    ) -> None:
        super().__init__(scope, id_)
        self._context, self._key, self._layer, self._parameter = context, key, layer, parameter
        self._transport, self._stores, self._requests = transport, stores, requests
        self.ingest = self._ingest()
        self.process = self._process()
        self.query = self._query(token_key)

    def _ingest(self) -> Function:
        settings = IngestSettings(**self._common(), **self._intake(), **self._stores.settings_of(IngestSettings))
        function = self._function("ingest-api", "ingest_api", "handler", "Accepts readings over HTTP", settings)
        self._grant_intake(function.role, IngestSettings)
        return function

    def _process(self) -> Function:
        settings = ProcessApiSettings(
            **self._common(),
            **self._intake(),
            **self._stores.settings_of(ProcessApiSettings),
        )
        description = "Accepts readings over HTTP and returns their verdicts"
        function = self._function("process-api", "processor", "process_api", description, settings)
        self._grant_intake(function.role, ProcessApiSettings)
        return function

    def _query(self, token_key: TokenKeyParameter) -> Function:
        readings, devices = self._stores.find(ReadingsTable), self._stores.find(DevicesTable)
        messages = self._stores.find(HttpMessagesTable)
        if not (readings and devices):
            raise ValueError("the query API needs the tables of readings and devices")
        settings = QuerySettings(
            **self._common(),
            readings_table=readings.name,
            devices_table=devices.name,
            device_status_words=self._context.config.devices.status_words,
            raw_table=messages.name if messages else "",
            token_key_parameter=token_key.name,
        )
        function = self._function("query-api", "query_api", "handler", "Answers queries over HTTP", settings)
        readings.grant_query(function.role)
        devices.grant(function.role, "GetItem")
        devices.grant_query_index(function.role)
        if messages:
            messages.grant_query(function.role)
        token_key.grant_read(function.role)
        return function

    def _common(self) -> dict[str, Any]:
        """The settings that all three functions have."""
        return {
            "environment_suffix": self._context.suffix,
            "config_parameter": self._parameter.name if self._parameter else "",
            "cors_origin": self._context.config.api.cors_origin or "",
            "metrics_namespace": self._context.config.metrics_namespace,
        }

    def _intake(self) -> dict[str, Any]:
        """The settings of the functions that accept readings."""
        return {
            "stream_name": self._transport.stream_name,
            "queue_url": self._transport.queue_url,
            "requests_table": self._requests.name,
        }

    def _grant_intake(self, role: Role, settings: type[EnvSettings]) -> None:
        self._transport.grant_write(role)
        self._requests.grant(role, "PutItem")
        self._stores.grant_write(role, settings)

    def _function(self, id_: str, package: str, entry: str, description: str, settings: EnvSettings) -> Function:
        api = self._context.config.api
        options = FunctionOptions(
            package=package,
            entry=entry,
            description=description,
            settings=settings,
            memory_mb=api.memory_mb,
            timeout_seconds=TIMEOUT_SECONDS,
            reserved_concurrency=api.reserved_concurrency,
        )
        function = Function(self, id_, context=self._context, key=self._key, layer=self._layer, options=options)
        if self._parameter:
            self._parameter.grant_read(function.role)
        return function
