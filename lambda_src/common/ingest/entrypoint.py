"""Shared by the HTTP functions that accept readings: settings to parts, event to response."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from lambda_src.common.aws import clients
from lambda_src.common.aws.deadline import Deadline
from lambda_src.common.deployment import deployed_rules
from lambda_src.common.http.respond import respond
from lambda_src.common.ingest.ingest import Ingested, IngestParts, ingest
from lambda_src.common.ingest.raw import RawTable
from lambda_src.common.ingest.requests import RequestTable
from lambda_src.common.runtime_config import MOST_READINGS, ConfigSource
from lambda_src.common.settings import SettingsError
from lambda_src.common.telemetry import Counters, logger
from lambda_src.common.transport.queue_sink import QueueSink
from lambda_src.common.transport.stream_sink import StreamSink

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambda_src.common.http.answers import HttpAnswer
    from lambda_src.common.http.wire import HttpEvent, Request
    from lambda_src.common.ingest.step import RequestStep
    from lambda_src.common.transport.sink import Sink

ANSWER_SECONDS = 2.0
"""Reserved for storing the response, metrics and log."""


class IngestEntrypointSettings(Protocol):
    """What the settings of such a function have in common."""

    @property
    def environment_suffix(self) -> str: ...
    @property
    def stream_name(self) -> str: ...
    @property
    def queue_url(self) -> str: ...
    @property
    def raw_table(self) -> str: ...
    @property
    def raw_days(self) -> int: ...
    @property
    def requests_table(self) -> str: ...
    @property
    def cors_origin(self) -> str: ...
    @property
    def metrics_namespace(self) -> str: ...


class IngestEntrypoint(NamedTuple):
    path: str
    """The path as the API declares it."""
    service: str
    parts: IngestParts
    config: ConfigSource
    counters: Counters
    cors_origin: str


def make_parts(settings: IngestEntrypointSettings, step: RequestStep | None = None) -> IngestParts:
    """Create the parts. Raises `SettingsError` unless the settings name exactly one transport."""
    return IngestParts(
        RequestTable(clients.dynamodb(), settings.requests_table),
        RawTable(clients.dynamodb(), settings.raw_table, kept_days=settings.raw_days) if settings.raw_table else None,
        step,
        _sink(settings),
        deployed_rules(),
    )


def _sink(settings: IngestEntrypointSettings) -> Sink:
    if bool(settings.stream_name) == bool(settings.queue_url):
        raise SettingsError("exactly one of STREAM_NAME and QUEUE_URL must be set; it names the transport")
    if settings.stream_name:
        return StreamSink(clients.kinesis(), settings.stream_name)
    return QueueSink(clients.sqs(), settings.queue_url)


def serve(entrypoint: IngestEntrypoint, event: HttpEvent, context: LambdaContext) -> HttpAnswer:
    """Answer one request and count it. Raises what only a deployment fixes."""
    done: list[Ingested] = []
    deadline = Deadline(context.get_remaining_time_in_millis, reserve_seconds=ANSWER_SECONDS)

    def take(request: Request) -> HttpAnswer:
        most = entrypoint.config.current().max_readings or MOST_READINGS
        done.append(ingest(request, entrypoint.parts, most_readings=most, deadline=deadline))
        return done[0].answer

    log = logger(entrypoint.service)
    answer = respond(event, {entrypoint.path: {"POST": take}}, log, cors_origin=entrypoint.cors_origin)
    outcome = done[0] if done else Ingested(answer)
    accepted = answer["statusCode"] < 400
    entrypoint.counters.emit(
        {
            "RequestsAccepted": int(accepted),
            "RequestsRefused": int(not accepted),
            "ReadingsAccepted": outcome.accepted,
            "ReadingsRefused": outcome.rejected,
            "RequestsRepeated": int(outcome.repeated),
        }
    )
    request_id = event["requestContext"]["requestId"]
    if outcome.not_now:
        log.warning("request partly accepted", extra={"request_id": request_id, "not_taken": outcome.not_now})
    if outcome.answer_lost:
        log.warning("the response could not be stored", extra={"request_id": request_id, "cause": outcome.answer_lost})
    return answer
