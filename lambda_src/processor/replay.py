"""The entry of the replay: archived readings in, the ones that could not be stored out.

They pass through the same steps as at first, without side effects on people: no alerts, because an old anomaly is not
news; no processed archive and no anomaly objects, which hold the first verdict; and no quarantine. What is refused here
is in quarantine already, or too old for a store by now; the archive still has it. The response counts it by reason.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from lambda_src.common.aws.deadline import Deadline
from lambda_src.common.aws.workers import workers
from lambda_src.common.clock import now_ms
from lambda_src.common.deployment import deployed
from lambda_src.common.runtime_config import ConfigSource
from lambda_src.common.telemetry import Counters, logger
from lambda_src.processor.pipeline import PipelineParts, process
from lambda_src.processor.record import DeliveredRecord
from lambda_src.processor.replay_settings import ReplaySettings
from lambda_src.processor.wiring import Judges, followers_of, stores_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambda_src.common.quarantine import Quarantined
    from lambda_src.processor.stores.store import Store, Writer

SERVICE = "replay"
ANSWER_SECONDS = 2.0
"""Reserved for metrics, log and response."""


class ReplayRecord(TypedDict):
    """``data_base64`` is an envelope with readings, each with its own arrival; ``id`` is unique within the event."""

    data_base64: str
    arrived_ms: int
    id: str


class ReplayEvent(TypedDict):
    records: list[ReplayRecord]


class ReplayAnswer(TypedDict):
    """``failed`` are the ids of the records that may be stored later; ``refused`` counts readings of the others."""

    failed: list[str]
    refused: dict[str, int]
    counts: dict[str, int]


class WiredReplay(NamedTuple):
    """What the deployment has of the processor's parts; before each batch ``judges`` says which judge counts."""

    stores: Sequence[Store]
    followers: Sequence[Writer]
    judges: Judges
    counters: Counters


class _Refusals:
    """Counts what would be quarantined, by reason."""

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()

    def write(self, items: Sequence[Quarantined], _now_ms: int) -> None:
        self.reasons.update(reason.value for item in items for reason in item.reasons)


def handle(event: ReplayEvent, context: LambdaContext) -> ReplayAnswer:
    """Store and evaluate the readings of one synchronous invocation.

    Raises what only a deployment fixes (permission, missing table, invalid settings).
    """
    wired, refusals = wire(), _Refusals()
    records = [_record(item) for item in event["records"]]
    parts = PipelineParts(
        judge=wired.judges.current(),
        stores=wired.stores,
        followers=wired.followers,
        quarantine=refusals,
        alerts=None,
        workers=workers(),
        now_ms=now_ms,
        ordered=False,
    )
    deadline = Deadline(context.get_remaining_time_in_millis, reserve_seconds=ANSWER_SECONDS)
    report = process(records, parts, deadline)
    wired.counters.emit(report.counts)
    failed = [records[record_index].sequence_number for record_index in report.again]
    summary = {"request_id": context.aws_request_id, "records": len(records), **report.counts}
    if failed:
        logger(SERVICE).warning("batch partly done", extra=summary | {"delayed_by": report.delayed_by})
    else:
        logger(SERVICE).info("batch done", extra=summary)
    return {"failed": failed, "refused": dict(refusals.reasons), "counts": report.counts}


@cache
def wire() -> WiredReplay:
    """Create the parts of the deployment, once per container."""
    settings = ReplaySettings.from_env()
    counters = Counters(namespace=settings.metrics_namespace, service=SERVICE, environment=settings.environment_suffix)
    config = ConfigSource(settings.config_parameter, service=SERVICE, counters=counters)
    return WiredReplay(
        stores_of(settings), followers_of(settings, ordered=False), Judges(deployed().thresholds, config), counters
    )


def _record(item: ReplayRecord) -> DeliveredRecord:
    return DeliveredRecord(a2b_base64(item["data_base64"]), item["arrived_ms"], SERVICE, item["id"], "-", "-")
