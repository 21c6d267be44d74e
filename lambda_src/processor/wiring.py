"""How the processor's parts are made from settings; each function of this package takes the ones that it has.

Clients are made at first use, so nothing in here calls AWS. Raises `SettingsError` for parts that cannot go together.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from lambda_src.common.alerting.wiring import make_publisher
from lambda_src.common.aws import clients
from lambda_src.common.quarantine import Quarantine
from lambda_src.common.settings import SettingsError
from lambda_src.processor.alerts.alerts import EpisodeAlerts
from lambda_src.processor.alerts.table import EpisodeTable
from lambda_src.processor.judge import Judge, ThresholdJudge
from lambda_src.processor.pipeline import PipelineParts
from lambda_src.processor.stores.anomalies import AnomalyStore
from lambda_src.processor.stores.device_table import DeviceTable
from lambda_src.processor.stores.devices import DeviceStore
from lambda_src.processor.stores.processed import ProcessedStore
from lambda_src.processor.stores.runs import RunStore
from lambda_src.processor.stores.timestream import TimestreamStore
from lambda_src.processor.stores.timestream_multi import MultiMeasureTimestreamStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.runtime_config import ConfigSource
    from lambda_src.common.thresholds import Threshold
    from lambda_src.processor.settings import ProcessorSettings
    from lambda_src.processor.stores.store import Store


class StoreSettings(Protocol):
    """What names the stores of single readings; an empty name means that the deployment has no such store."""

    @property
    def timestream_database(self) -> str: ...
    @property
    def timestream_table(self) -> str: ...
    @property
    def timestream_multi_measure(self) -> bool: ...
    @property
    def readings_table(self) -> str: ...
    @property
    def readings_days(self) -> int: ...


class DeviceSettings(Protocol):
    """What names the table of device states; empty where there is none."""

    @property
    def devices_table(self) -> str: ...
    @property
    def device_state_seconds(self) -> int: ...
    @property
    def readings_table(self) -> str: ...


def now_ms() -> int:
    """UTC milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class Judges:
    """Gives the judge of the thresholds that hold now: the runtime configuration's where it has any, all of them in
    the place of the deployment's.
    """

    def __init__(self, thresholds: Mapping[str, Threshold], config: ConfigSource) -> None:
        self._thresholds = thresholds
        self._config = config

    def current(self) -> Judge:
        """To be asked once a batch, so that one batch is judged by one set of thresholds."""
        configured = self._config.current().thresholds
        return ThresholdJudge(self._thresholds if configured is None else configured)


def parts_of(settings: ProcessorSettings, *, ordered: bool) -> PipelineParts:
    """All parts of the processor, its judge by the deployment's thresholds; ``ordered`` as in `PipelineParts`."""
    return PipelineParts(
        judge=ThresholdJudge(settings.thresholds),
        stores=stores_of(settings),
        followers=[*archives_of(settings, ordered=ordered), *device_states_of(settings, ordered=ordered)],
        quarantine=Quarantine(clients.s3(), settings.quarantine_bucket),
        alerts=alerts_of(settings),
        now_ms=now_ms,
        ordered=ordered,
    )


def stores_of(settings: StoreSettings) -> list[Store]:
    """The stores that take each reading under its own key."""
    stores: list[Store] = []
    if settings.timestream_table:
        stores.append(_timestream(settings))
    if settings.readings_table:
        stores.append(
            RunStore(clients.dynamodb(), settings.readings_table, kept_days=settings.readings_days, now_ms=now_ms)
        )
    return stores


def _timestream(settings: StoreSettings) -> Store:
    kind = MultiMeasureTimestreamStore if settings.timestream_multi_measure else TimestreamStore
    return kind(clients.timestream_write(), settings.timestream_database, settings.timestream_table)


def archives_of(settings: ProcessorSettings, *, ordered: bool) -> list[Store]:
    """What says in S3 how readings were judged when they came."""
    archives: list[Store] = []
    if settings.processed_bucket:
        archives.append(ProcessedStore(clients.s3(), settings.processed_bucket, now_ms, ordered=ordered))
    if settings.anomalies_bucket:
        archives.append(AnomalyStore(clients.s3(), settings.anomalies_bucket, now_ms, ordered=ordered))
    return archives


def device_states_of(settings: DeviceSettings, *, ordered: bool) -> list[Store]:
    """The state of each device, a follower of the stores; ``ordered`` as in `PipelineParts`."""
    if not settings.devices_table:
        return []
    if not settings.readings_table:
        raise SettingsError("DEVICES_TABLE is set and READINGS_TABLE is not: the states take what the runs can hold")
    table = DeviceTable(clients.dynamodb(), settings.devices_table)
    return [DeviceStore(table, every_seconds=settings.device_state_seconds, ordered=ordered)]


def alerts_of(settings: ProcessorSettings) -> EpisodeAlerts | None:
    if not settings.alerts_topic_arn:
        return None
    if not settings.alerts_table:
        raise SettingsError("ALERTS_TOPIC_ARN is set and ALERTS_TABLE is not: alerts need their episodes")
    return EpisodeAlerts(
        EpisodeTable(clients.dynamodb(), settings.alerts_table, now_ms),
        make_publisher(settings),
        quiet_seconds=settings.alert_quiet_seconds,
        environment=settings.environment_suffix,
    )
