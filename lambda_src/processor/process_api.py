"""The entry of ``POST /process``: readings in, evaluated and stored at once, verdicts out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from lambda_src.common.aws.workers import workers
from lambda_src.common.deployment import deployed
from lambda_src.common.ingest.entrypoint import IngestEntrypoint, make_parts, serve
from lambda_src.common.runtime_config import ConfigSource
from lambda_src.common.telemetry import Counters
from lambda_src.processor.process_settings import ProcessApiSettings
from lambda_src.processor.sync_store import SyncStore
from lambda_src.processor.wiring import Judges, stores_of

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambda_src.common.http.answers import HttpAnswer
    from lambda_src.common.http.wire import HttpEvent

SERVICE = "process-api"
PATH = "/process"


def handle(event: HttpEvent, context: LambdaContext) -> HttpAnswer:
    """Answer one request.

    Raises what only a deployment fixes (permission, missing table or transport, invalid settings). The gateway then
    answers, and the error is counted.
    """
    return serve(wire(), event, context)


@cache
def wire() -> IngestEntrypoint:
    """Create the parts of the deployment, once per container."""
    settings = ProcessApiSettings.from_env()
    counters = Counters(namespace=settings.metrics_namespace, service=SERVICE, environment=settings.environment_suffix)
    config = ConfigSource(settings.config_parameter, service=SERVICE, counters=counters)
    step = SyncStore(Judges(deployed().thresholds, config), stores_of(settings), workers())
    return IngestEntrypoint(PATH, SERVICE, make_parts(settings, step), config, counters, settings.cors_origin)
