"""The functions behind the API, each with the rights of its routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from lambda_src.ingest_api.settings import IngestSettings
from lambda_src.processor.process_settings import ProcessApiSettings
from lambda_src.query_api.settings import QuerySettings
from lib.building.function import Function, FunctionOptions

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
"""API Gateway answers a caller after 29 s itself; what runs longer works for nobody."""


class ApiFunctions(Construct):
    """``ingest`` sends into the transport, ``process`` stores as well, ``query`` only reads."""

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
        settings = IngestSettings(
            environment_suffix=self._context.suffix,
            stream_name=self._transport.stream_name,
            queue_url=self._transport.queue_url,
            raw_table=self._stores.messages.name if self._stores.messages else "",
            raw_days=self._context.config.tables.raw_days,
            requests_table=self._requests.name,
            config_parameter=self._parameter.name if self._parameter else "",
            cors_origin=self._context.config.api.cors_origin or "",
            metrics_namespace=self._context.config.metrics_namespace,
        )
        function = self._function("ingest-api", "ingest_api", "handler", "Takes readings over HTTP", settings)
        self._grant_intake(function.role)
        return function

    def _process(self) -> Function:
        config, stores = self._context.config, self._stores
        settings = ProcessApiSettings(
            environment_suffix=self._context.suffix,
            readings_table=stores.readings.name if stores.readings else "",
            readings_days=config.tables.readings_days,
            timestream_database=stores.series.database if stores.series else "",
            timestream_table=stores.series.table if stores.series else "",
            timestream_multi_measure=config.timestream.multi_measure,
            thresholds=config.thresholds,
            config_parameter=self._parameter.name if self._parameter else "",
            cors_origin=self._context.config.api.cors_origin or "",
            stream_name=self._transport.stream_name,
            queue_url=self._transport.queue_url,
            raw_table=stores.messages.name if stores.messages else "",
            raw_days=config.tables.raw_days,
            requests_table=self._requests.name,
            metrics_namespace=config.metrics_namespace,
        )
        description = "Takes readings over HTTP and answers with their verdicts"
        function = self._function("process-api", "processor", "process_api", description, settings)
        self._grant_intake(function.role)
        stores.grant_single_readings(function.role)
        return function

    def _query(self, token_key: TokenKeyParameter) -> Function:
        stores = self._stores
        if not (stores.readings and stores.devices):
            raise ValueError("the query API answers from the tables, and there are none")
        settings = QuerySettings(
            environment_suffix=self._context.suffix,
            readings_table=stores.readings.name,
            devices_table=stores.devices.name,
            raw_table=stores.messages.name if stores.messages else "",
            token_key_parameter=token_key.name,
            config_parameter=self._parameter.name if self._parameter else "",
            cors_origin=self._context.config.api.cors_origin or "",
            metrics_namespace=self._context.config.metrics_namespace,
        )
        function = self._function("query-api", "query_api", "handler", "Answers queries over HTTP", settings)
        stores.readings.grant_query(function.role)
        stores.devices.grant(function.role, "GetItem")
        stores.devices.grant_query_index(function.role)
        if stores.messages:
            stores.messages.grant_query(function.role)
        token_key.grant_read(function.role)
        return function

    def _grant_intake(self, role: Role) -> None:
        """What both ways of taking readings need."""
        self._transport.grant_write(role)
        self._requests.grant(role, "PutItem")
        if self._stores.messages:
            self._stores.messages.grant(role, "BatchWriteItem")

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
