"""The replay: archived readings pass through the processor's steps again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from lambda_src.processor.replay_settings import ReplaySettings
from lib.building.function import Function, FunctionOptions
from lib.part import PartDescription

if TYPE_CHECKING:
    from lib.building.function import DependencyLayer
    from lib.context import Context
    from lib.processing.config_parameter import ConfigParameter
    from lib.security.key import Key
    from lib.store.stores import Stores

TIMEOUT_SECONDS = 300
"""An invocation handles thousands of readings, and only the operator who replays waits for it."""


class ReplayFunction(Construct):
    """A function that `ops replay` invokes. It writes the same readings again, evaluated by the current thresholds."""

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
            **stores.settings_of(ReplaySettings),
            config_parameter=parameter.name if parameter else "",
            metrics_namespace=config.metrics_namespace,
        )
        options = FunctionOptions(
            package="processor",
            entry="replay",
            description="Evaluates and stores archived readings again",
            settings=settings,
            memory_mb=config.processor.memory_mb,
            timeout_seconds=TIMEOUT_SECONDS,
        )
        self.function = Function(self, "replay", context=context, key=key, layer=layer, options=options)
        stores.grant_write(self.function.role, ReplaySettings)
        if parameter:
            parameter.grant_read(self.function.role)

    def describe(self) -> PartDescription:
        """No alarm for a broken runtime configuration: the operator who replays sees the error."""
        return PartDescription(
            functions={"replay": self.function},
            outputs={"replay_function": self.function.name},
            uses=[self.function.use()],
        )


def build_replay(
    scope: Construct,
    *,
    context: Context,
    key: Key,
    layer: DependencyLayer,
    stores: Stores,
    parameter: ConfigParameter | None,
) -> ReplayFunction | None:
    """None without an archive, since there is nothing to replay."""
    if not (context.config.archive.enabled or context.config.lake.enabled):
        return None
    return ReplayFunction(scope, "replaying", context=context, key=key, layer=layer, stores=stores, parameter=parameter)
