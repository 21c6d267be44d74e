"""The processor's entry: an event from the stream in, a partial batch response out."""

from __future__ import annotations

import gc
import time
from functools import cache
from typing import TYPE_CHECKING

from lambda_src.common import clients
from lambda_src.common.alerting.publisher import Publisher
from lambda_src.common.alerting.signing import Signer
from lambda_src.common.deadline import Deadline
from lambda_src.common.quarantine import Quarantine
from lambda_src.common.settings import SettingsError
from lambda_src.common.telemetry import Counters, logger
from lambda_src.processor.alerts.alerts import Alerts
from lambda_src.processor.alerts.table import EpisodeTable
from lambda_src.processor.judge import ThresholdJudge
from lambda_src.processor.kinesis import read_records, respond
from lambda_src.processor.pipeline import Parts, process
from lambda_src.processor.settings import ProcessorSettings
from lambda_src.processor.stores.anomalies import AnomalyStore
from lambda_src.processor.stores.device_table import DeviceTable
from lambda_src.processor.stores.devices import DeviceStore
from lambda_src.processor.stores.processed import ProcessedStore
from lambda_src.processor.stores.runs import RunStore
from lambda_src.processor.stores.timestream import TimestreamStore

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambda_src.processor.kinesis import BatchResponse, KinesisEvent
    from lambda_src.processor.stores.store import Store

SERVICE = "processor"
ANSWER_SECONDS = 2.0
"""Kept free for metrics, log and answer."""


def handle(event: KinesisEvent, context: LambdaContext) -> BatchResponse:
    """Process one batch of a Kinesis event source mapping with partial batch responses.

    Raises what only a deployment mends (permission, missing table, bad settings); the mapping then delivers the
    batch again, and what exhausts its retries goes to the mapping's on-failure destination.
    """
    parts, counters = wire()
    records = read_records(event)
    deadline = Deadline(context.get_remaining_time_in_millis, reserve_seconds=ANSWER_SECONDS)
    report = process(records, parts, deadline)
    counters.emit(report.counts)
    summary = {"request_id": context.aws_request_id, "records": len(records), **report.counts}
    if report.checkpoint < len(records):
        summary["checkpoint"] = records[report.checkpoint].sequence_number
        logger(SERVICE).warning("batch done in part", extra=summary | {"delayed_by": report.delayed_by})
    else:
        logger(SERVICE).info("batch done", extra=summary)
    if report.counts["UnsignedAlerts"]:
        logger(SERVICE).error("alerts went out unsigned: the signing secret has no value yet")
    return respond(records, report.checkpoint)


@cache
def wire() -> tuple[Parts, Counters]:
    """The deployment's parts, made once a container from its environment."""
    settings = ProcessorSettings.from_env()
    counters = Counters(namespace=settings.metrics_namespace, service=SERVICE, environment=settings.environment_suffix)
    parts = Parts(
        judge=ThresholdJudge(settings.thresholds),
        stores=_stores(settings),
        followers=_followers(settings),
        quarantine=Quarantine(clients.s3(), settings.quarantine_bucket),
        alerts=_alerts(settings),
        now_ms=now_ms,
    )
    # All that was imported and made by now stays: the collector need not walk through it again with every batch.
    gc.freeze()
    return parts, counters


def now_ms() -> int:
    """UTC milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def _stores(settings: ProcessorSettings) -> list[Store]:
    stores: list[Store] = []
    if settings.timestream_table:
        stores.append(
            TimestreamStore(clients.timestream_write(), settings.timestream_database, settings.timestream_table)
        )
    if settings.readings_table:
        stores.append(RunStore(clients.dynamodb(), settings.readings_table, kept_days=settings.readings_days))
    return stores


def _followers(settings: ProcessorSettings) -> list[Store]:
    followers: list[Store] = []
    if settings.processed_bucket:
        followers.append(ProcessedStore(clients.s3(), settings.processed_bucket, now_ms))
    if settings.anomalies_bucket:
        followers.append(AnomalyStore(clients.s3(), settings.anomalies_bucket, now_ms))
    if settings.devices_table:
        if not settings.readings_table:
            raise SettingsError(
                "DEVICES_TABLE is set and READINGS_TABLE is not: the states take what the runs can hold"
            )
        table = DeviceTable(clients.dynamodb(), settings.devices_table)
        followers.append(DeviceStore(table, every_seconds=settings.device_state_seconds))
    return followers


def _alerts(settings: ProcessorSettings) -> Alerts | None:
    if not settings.alerts_topic_arn:
        return None
    if not settings.alerts_table:
        raise SettingsError("ALERTS_TOPIC_ARN is set and ALERTS_TABLE is not: alerts need their episodes")
    secret = settings.alert_signing_secret_arn
    return Alerts(
        EpisodeTable(clients.dynamodb(), settings.alerts_table, now_ms),
        Publisher(
            clients.sns(), settings.alerts_topic_arn, Signer(clients.secretsmanager(), secret) if secret else None
        ),
        quiet_seconds=settings.alert_quiet_seconds,
        environment=settings.environment_suffix,
    )
