"""The entry of the presence function. A schedule calls it to find devices that have gone silent."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lambda_src.common.alerting.wiring import make_publisher
from lambda_src.common.aws import clients
from lambda_src.common.aws.deadline import Deadline
from lambda_src.common.clock import now_ms
from lambda_src.common.telemetry import Counters, logger
from lambda_src.presence.progress import MINUTE_MS, Progress, StreamSource
from lambda_src.presence.settings import PresenceSettings
from lambda_src.presence.silence import Patience
from lambda_src.presence.states import DeviceStates
from lambda_src.presence.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

SERVICE = "presence"
GROUP_SECONDS = 8.0
"""Reserved for the last group of devices: about twenty small writes and one publish call, each a few milliseconds."""


def handle(event: Mapping[str, object], context: LambdaContext) -> None:
    """Check all devices. The event is ignored.

    Errors are raised; the next invocation continues.
    """
    watch, counters = wire()
    watched = watch.run(Deadline(context.get_remaining_time_in_millis, reserve_seconds=GROUP_SECONDS))
    counters.emit({"DevicesOffline": watched.offline, "UnsignedAlerts": watched.unsigned})
    log = logger(SERVICE)
    summary = {
        "request_id": context.aws_request_id,
        "offline": watched.offline,
        "pipeline_behind_ms": watched.behind_ms,
    }
    if watched.behind_ms is None:
        log.warning("no device checked; the pipeline is too far behind", extra=summary)
    elif watched.finished:
        log.info("devices checked", extra=summary)
    else:
        log.warning("devices checked in part; the time ran out", extra=summary)
    if watched.unsigned:
        log.error("alerts were published unsigned; the signing secret has no valid key")


@cache
def wire() -> tuple[Watch, Counters]:
    """Create the parts of the deployment, once per container."""
    settings = PresenceSettings.from_env()
    counters = Counters(namespace=settings.metrics_namespace, service=SERVICE, environment=settings.environment_suffix)
    minimum_ms = settings.minimum_silence_seconds * 1000
    stream = StreamSource(settings.stream_name, settings.processor_function) if settings.stream_name else None
    watch = Watch(
        DeviceStates(clients.dynamodb(), settings.devices_table),
        make_publisher(settings),
        Patience(settings.silent_intervals, minimum_ms),
        # A processor that stands still must be noticed before the first of its devices seems to be silent.
        Progress(clients.cloudwatch(), stream, settings.queue_names, fresh_ms=max(0, minimum_ms - MINUTE_MS)),
        settle_ms=settings.settle_seconds * 1000,
        environment=settings.environment_suffix,
        now_ms=now_ms,
    )
    return watch, counters
