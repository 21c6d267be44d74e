"""Hourly aggregates in Timestream: a scheduled query from one table into another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws import timestreamquery_scheduled_query as provider
from constructs import Construct

from lib.building.iam import Role, Statement, service_trust
from lib.building.metric import Metric
from lib.monitoring.alarms.stores import aggregates_alarm
from lib.monitoring.dashboard.stores import aggregates_row
from lib.notifications.subscriptions import of_alarms
from lib.notifications.topic import Topic
from lib.part import PartDescription, combined
from lib.processing.hourly_query import hourly_query
from lib.store.history_table import history_table
from lib.store.timeseries import FIND_ENDPOINTS, TimeSeries
from lib.usage import Amount, Traffic, Use

if TYPE_CHECKING:
    from lib.context import Context
    from lib.security.key import Key
    from lib.store.bucket import Bucket
    from lib.store.stores import Stores

REPORTS_PREFIX = "timestream-aggregates"
SCHEDULE = "cron(5 * * * ? *)"
"""Five minutes past each full hour, when all readings that are not late are in the table."""
MEASURE_NAME = "hourly"
ROW_BYTES = 130
"""Size of a row for `ops cost`."""
COLUMNS = {"minimum": "DOUBLE", "mean": "DOUBLE", "maximum": "DOUBLE", "readings": "BIGINT"}
FAILURES = {"notificationType": ("AUTO_TRIGGER_FAILURE", "MANUAL_TRIGGER_FAILURE")}
"""The notification types of a scheduled query that report a failed run."""


class HourlyAggregates(Construct):
    """A table with one row per hour, device and sensor, kept as long as the readings.

    Every run notifies the topic ``aggregates``; the subscribers of the alarms receive the failures. Rows that could not
    be written are reported in the quarantine bucket.
    """

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, key: Key, source: TimeSeries, quarantine: Bucket
    ) -> None:
        super().__init__(scope, id_)
        table = history_table(
            self, "table", name="hourly", database=source.database, context=context, key=key, quarantine=quarantine
        )
        self._database, self.table, self._arn = source.database, table.table_name, table.arn
        failures = of_alarms(context.config.alarms, only=FAILURES)
        self.topic = Topic(self, "aggregates", context=context, key=key, subscriptions=failures)
        role = self._role(context, key, source, quarantine)
        query = provider.TimestreamqueryScheduledQuery(
            self,
            "query",
            name=context.naming.name("hourly"),
            query_string=hourly_query(source.database, source.table, context.config.timestream.measures),
            execution_role_arn=role.arn,
            kms_key_id=key.arn,
            schedule_configuration=[
                provider.TimestreamqueryScheduledQueryScheduleConfiguration(schedule_expression=SCHEDULE)
            ],
            notification_configuration=_notifications(self.topic.arn),
            error_report_configuration=_reports(quarantine.name),
            target_configuration=_target(source.database, self.table),
        )
        role.comes_before(query)
        self.query_arn = query.arn

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/Timestream", name, {"DatabaseName": self._database, "TableName": self.table}, statistic)

    def describe(self) -> PartDescription:
        own = PartDescription(
            alarms=[aggregates_alarm(self)],
            rows=[aggregates_row(self)],
            outputs={"timestream_hourly_table": self.table, "hourly_query_arn": self.query_arn},
            uses=[Use(of=f"{self.node.path}/table", kind="writes", amount=_rows)],
        )
        return combined((own, self.topic.describe()))

    def _role(self, context: Context, key: Key, source: TimeSeries, quarantine: Bucket) -> Role:
        role = Role(
            self,
            "role",
            context=context,
            name="hourly-aggregates",
            description="Runs the scheduled query of the hourly aggregates",
            trust=service_trust("timestream.amazonaws.com", account=context.account),
        )
        role.allow(
            "aggregate",
            Statement(actions=("timestream:Select",), resources=(source.table_arn,)),
            Statement(actions=("timestream:WriteRecords",), resources=(self._arn,)),
            FIND_ENDPOINTS,
            # AWS's managed policies name Timestream to KMS as timestream.<region>.amazonaws.com, but for callers of its
            # API (AmazonTimestreamFullAccess). Of a scheduled query they say only that Timestream assumes the role.
            key.exchanging_as_service(),
        )
        role.allow("find-quarantine", Statement(actions=("s3:GetBucketAcl",), resources=(quarantine.arn,)))
        quarantine.grant_write(role, f"{REPORTS_PREFIX}/")
        self.topic.grant_publish(role)
        return role


def build_aggregates(*, context: Context, key: Key, stores: Stores) -> HourlyAggregates | None:
    """None where the settings do not enable them."""
    series = stores.find(TimeSeries)
    if not (series and context.config.timestream.hourly_aggregates):
        return None
    return HourlyAggregates(series, "hourly", context=context, key=key, source=series, quarantine=stores.quarantine)


def _notifications(topic_arn: str) -> list[provider.TimestreamqueryScheduledQueryNotificationConfiguration]:
    topic = provider.TimestreamqueryScheduledQueryNotificationConfigurationSnsConfiguration(topic_arn=topic_arn)
    return [provider.TimestreamqueryScheduledQueryNotificationConfiguration(sns_configuration=[topic])]


def _rows(traffic: Traffic) -> Amount:
    """One row per hour and sensor, with four measures."""
    return Amount(per_second=traffic.sensors / 3600, size=ROW_BYTES)


def _reports(bucket: str) -> list[provider.TimestreamqueryScheduledQueryErrorReportConfiguration]:
    location = provider.TimestreamqueryScheduledQueryErrorReportConfigurationS3Configuration(
        bucket_name=bucket, object_key_prefix=REPORTS_PREFIX, encryption_option="SSE_KMS"
    )
    return [provider.TimestreamqueryScheduledQueryErrorReportConfiguration(s3_configuration=[location])]


def _target(database: str, table: str) -> list[provider.TimestreamqueryScheduledQueryTargetConfiguration]:
    """The columns of the query's rows: two dimensions, the time, and four measures in one record."""
    configuration = provider.TimestreamqueryScheduledQueryTargetConfigurationTimestreamConfiguration
    dimension = provider.TimestreamqueryScheduledQueryTargetConfigurationTimestreamConfigurationDimensionMapping
    mappings = provider.TimestreamqueryScheduledQueryTargetConfigurationTimestreamConfigurationMultiMeasureMappings
    mapping = provider.TimestreamqueryScheduledQueryTargetConfigurationTimestreamConfigurationMultiMeasureMappingsMultiMeasureAttributeMapping  # noqa: E501  # fmt: skip
    target = configuration(
        database_name=database,
        table_name=table,
        time_column="hour",
        dimension_mapping=[
            dimension(name=name, dimension_value_type="VARCHAR") for name in ("device_id", "sensor_type")
        ],
        multi_measure_mappings=[
            mappings(
                target_multi_measure_name=MEASURE_NAME,
                multi_measure_attribute_mapping=[
                    mapping(source_column=name, measure_value_type=kind) for name, kind in COLUMNS.items()
                ],
            )
        ],
    )
    return [provider.TimestreamqueryScheduledQueryTargetConfiguration(timestream_configuration=[target])]
