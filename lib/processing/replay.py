"""The way back: archived readings through the processor's own steps once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from lambda_src.processor.replay_settings import ReplaySettings
from lib.building.function import Function, FunctionOptions

if TYPE_CHECKING:
    from lib.building.function import DependencyLayer
    from lib.context import Context
    from lib.processing.config_parameter import ConfigParameter
    from lib.security.key import Key
    from lib.store.stores import Stores

TIMEOUT_SECONDS = 300
"""An invocation brings thousands of readings, and nobody waits for it but the one who replays."""


class ReplayFunction(Construct):
    """A function that whoever replays invokes; what it writes is what was written at first, with today's verdicts."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        layer: DependencyLayer,
        stores: Stores,
        parameter: ConfigParameter | None,
    ) -> None:
        super().__init__(scope, id_)
        config = context.config
        settings = ReplaySettings(
            environment_suffix=context.suffix,
            readings_table=stores.readings.name if stores.readings else "",
            readings_days=config.tables.readings_days,
            devices_table=stores.devices.name if stores.devices else "",
            device_state_seconds=config.tables.state_seconds,
            timestream_database=stores.series.database if stores.series else "",
            timestream_table=stores.series.table if stores.series else "",
            timestream_multi_measure=config.timestream.multi_measure,
            thresholds=config.thresholds,
            config_parameter=parameter.name if parameter else "",
            metrics_namespace=config.metrics_namespace,
        )
        options = FunctionOptions(
            package="processor",
            entry="replay",
            description="Judges and stores archived readings again",
            settings=settings,
            memory_mb=config.processor.memory_mb,
            timeout_seconds=TIMEOUT_SECONDS,
        )
        self.function = Function(self, "replay", context=context, key=key, layer=layer, options=options)
        stores.grant_single_readings(self.function.role)
        stores.grant_states(self.function.role)
        if parameter:
            parameter.grant_read(self.function.role)


def build_replay(
    scope: Construct,
    *,
    context: Context,
    key: Key,
    layer: DependencyLayer,
    stores: Stores,
    parameter: ConfigParameter | None,
) -> ReplayFunction | None:
    """Where something is archived that could be played again."""
    if not (context.config.archive.enabled or context.config.lake.enabled):
        return None
    return ReplayFunction(scope, "replaying", context=context, key=key, layer=layer, stores=stores, parameter=parameter)
