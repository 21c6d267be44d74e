"""The entry of the transformation: a buffer of Firehose in, a response for each of its records out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lambda_src.archive_transform.firehose import read_records
from lambda_src.archive_transform.settings import ArchiveTransformSettings
from lambda_src.archive_transform.transform import transform
from lambda_src.common.deployment import deployed_rules
from lambda_src.common.telemetry import Counters, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambda_src.archive_transform.firehose import FirehoseEvent, TransformResponse

SERVICE = "archive-transform"


def handle(event: FirehoseEvent, context: LambdaContext) -> TransformResponse:
    """Transform one buffer. Firehose retries after an error and then writes the whole buffer to the error prefix."""
    settings, counters = wire()
    result = transform(read_records(event), partitioned=settings.partition_by_sensor_type, rules=deployed_rules())
    counters.emit({"ReadingsArchived": result.readings, "RecordsRefused": result.refused + result.too_large})
    summary = {
        "request_id": context.aws_request_id,
        "records": len(result.answers),
        "readings": result.readings,
        "refused": result.refused,
        "too_large": result.too_large,
    }
    if result.refused or result.too_large:
        logger(SERVICE).warning("records sent to the error prefix", extra=summary)
    else:
        logger(SERVICE).info("buffer done", extra=summary)
    return {"records": result.answers}


@cache
def wire() -> tuple[ArchiveTransformSettings, Counters]:
    """Create settings and metrics, once per container."""
    settings = ArchiveTransformSettings.from_env()
    counters = Counters(namespace=settings.metrics_namespace, service=SERVICE, environment=settings.environment_suffix)
    return settings, counters
