"""Athena: a workgroup with limits, a bucket for results, and named queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.athena_named_query import AthenaNamedQuery
from cdktf_cdktf_provider_aws.athena_workgroup import (
    AthenaWorkgroup,
    AthenaWorkgroupConfiguration,
    AthenaWorkgroupConfigurationEngineVersion,
    AthenaWorkgroupConfigurationResultConfiguration,
    AthenaWorkgroupConfigurationResultConfigurationEncryptionConfiguration,
)
from constructs import Construct

from lib.archive.queries import queries
from lib.building.iam import Statement
from lib.building.metric import Metric
from lib.config.storage import LifecycleConfig
from lib.store.bucket import Bucket
from lib.usage import Amount, Use

if TYPE_CHECKING:
    from lib.archive.catalog import Catalog
    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key
    from lib.usage import Traffic

RESULTS_PREFIX = "results/"
MIB = 1_048_576
QUERIES_PER_MONTH = 100
SCANNED_BYTES = 1_073_741_824
RESULT_BYTES = 100_000
"""Assumptions for `ops cost`: queries in a month as soon as there are readings, and what each scans and returns."""


class Athena(Construct):
    """A workgroup whose users cannot choose another result location, another key or a higher limit."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, key: Key, catalog: Catalog) -> None:
        super().__init__(scope, id_)
        settings = context.config.lake
        self._catalog = catalog
        self.results = Bucket(
            self,
            "athena-results",
            context=context,
            key=key,
            lifecycle=LifecycleConfig(expire_days=settings.results_days, noncurrent_days=1),
        )
        workgroup = AthenaWorkgroup(
            self,
            "workgroup",
            name=context.naming.name("lake"),
            description=f"SQL over the archives, {context.suffix}",
            configuration=AthenaWorkgroupConfiguration(
                enforce_workgroup_configuration=True,
                publish_cloudwatch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=settings.scan_limit_mib * MIB,
                engine_version=AthenaWorkgroupConfigurationEngineVersion(
                    selected_engine_version="Athena engine version 3"
                ),
                result_configuration=self._encrypted_results(key),
            ),
            force_destroy=not context.config.protect_data,
        )
        self.workgroup = workgroup.name
        self._workgroup_arn = workgroup.arn
        for query in queries(context.config, catalog.tables):
            AthenaNamedQuery(
                self,
                query.name.replace("_", "-"),
                name=query.name,
                description=query.description,
                database=catalog.database,
                workgroup=workgroup.id,
                query=query.sql,
            )

    def grant_query(self, role: Role) -> None:
        """Let ``role`` query in this workgroup, read the catalog's tables and their objects, and store results."""
        run = ("StartQueryExecution", "StopQueryExecution", "GetQueryExecution", "BatchGetQueryExecution")
        see = ("GetQueryResults", "GetQueryRuntimeStatistics", "ListQueryExecutions", "GetWorkGroup")
        named = ("ListNamedQueries", "GetNamedQuery", "BatchGetNamedQuery")
        actions = tuple(f"athena:{action}" for action in run + see + named)
        role.allow("query", Statement(actions=actions, resources=(self._workgroup_arn,)))
        self._catalog.grant_read(role)
        self.results.grant_deliver(role, prefix=RESULTS_PREFIX)

    def uses(self) -> list[Use]:
        """Queries and their results, for `ops cost`."""
        return [
            Use(of=f"{self.node.path}/workgroup", kind="queries", amount=_queries),
            self.results.use(lambda traffic: Amount(per_second=_queries(traffic).per_second, size=RESULT_BYTES)),
        ]

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/Athena", name, {"WorkGroup": self.workgroup}, statistic)

    def _encrypted_results(self, key: Key) -> AthenaWorkgroupConfigurationResultConfiguration:
        return AthenaWorkgroupConfigurationResultConfiguration(
            output_location=f"s3://{self.results.name}/{RESULTS_PREFIX}",
            encryption_configuration=AthenaWorkgroupConfigurationResultConfigurationEncryptionConfiguration(
                encryption_option="SSE_KMS", kms_key_arn=key.arn
            ),
        )


def _queries(traffic: Traffic) -> Amount:
    return Amount(per_second=QUERIES_PER_MONTH / (730 * 3600) if traffic.readings else 0.0, size=SCANNED_BYTES)
