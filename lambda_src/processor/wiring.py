"""Builds the processor's parts from settings; each function of this package uses the parts that it has.

Clients are created at first use, so nothing here calls AWS. Raises `SettingsError` for settings that contradict each
other.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from lambda_src.common.alerting.wiring import make_publisher
from lambda_src.common.aws import clients
from lambda_src.common.aws.workers import workers
from lambda_src.common.clock import now_ms
from lambda_src.common.deployment import deployed, deployed_rules
from lambda_src.common.discovery import offered
from lambda_src.common.quarantine import Quarantine
from lambda_src.common.settings import SettingsError
from lambda_src.processor import stores as store_modules
from lambda_src.processor.alerts.alerts import EpisodeAlerts
from lambda_src.processor.alerts.table import EpisodeTable
from lambda_src.processor.judge import Judge, ThresholdJudge
from lambda_src.processor.pipeline import PipelineParts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.runtime_config import ConfigSource
    from lambda_src.common.thresholds import Threshold
    from lambda_src.processor.settings import ProcessorSettings
    from lambda_src.processor.stores.settings import ReadingStoreSettings
    from lambda_src.processor.stores.store import Store, StoreKind, Writer


class Judges:
    """Gives the judge of the current thresholds: the runtime configuration's if it has any, else the deployment's."""

    def __init__(self, thresholds: Mapping[str, Threshold], config: ConfigSource) -> None:
        self._thresholds = thresholds
        self._config = config

    def current(self) -> Judge:
        """Call it once per batch, so that a batch is judged by one set of thresholds."""
        configured = self._config.current().thresholds
        return ThresholdJudge(self._thresholds if configured is None else configured)


def parts_of(settings: ProcessorSettings, *, ordered: bool) -> PipelineParts:
    """All parts of the processor, its judge by the deployment's thresholds; ``ordered`` as in `PipelineParts`."""
    return PipelineParts(
        judge=ThresholdJudge(deployed().thresholds),
        rules=deployed_rules(),
        stores=stores_of(settings),
        followers=followers_of(settings, ordered=ordered),
        quarantine=Quarantine(clients.s3(), settings.quarantine_bucket),
        alerts=alerts_of(settings),
        workers=workers(),
        now_ms=now_ms,
        ordered=ordered,
    )


def stores_of(settings: ReadingStoreSettings) -> list[Store]:
    """The stores that take each reading under its own key."""
    return cast("list[Store]", _open(settings, follows=False, ordered=False))


def followers_of(settings: ReadingStoreSettings, *, ordered: bool) -> list[Writer]:
    """The archives and the devices' states; ``ordered`` as in `PipelineParts`."""
    return _open(settings, follows=True, ordered=ordered)


def _open(settings: ReadingStoreSettings, *, follows: bool, ordered: bool) -> list[Writer]:
    kinds = [kind for kind in _kinds() if kind.follows == follows and isinstance(settings, kind.settings)]
    opened = [kind.open(settings, ordered) for kind in kinds]
    return [store for store in opened if store is not None]


@cache
def _kinds() -> list[StoreKind[Any]]:
    return sorted(offered(store_modules, "KIND"), key=lambda kind: kind.order)


def alerts_of(settings: ProcessorSettings) -> EpisodeAlerts | None:
    if not settings.alerts_topic_arn:
        return None
    if not settings.alerts_table:
        raise SettingsError("ALERTS_TOPIC_ARN is set and ALERTS_TABLE is not: alerts need their episodes")
    return EpisodeAlerts(
        EpisodeTable(clients.dynamodb(), settings.alerts_table, now_ms, quiet_ms=settings.alert_quiet_seconds * 1000),
        make_publisher(settings),
        quiet_seconds=settings.alert_quiet_seconds,
        environment=settings.environment_suffix,
    )
