"""The source of a run: a simulated plant or a recorded series."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Protocol

from lib.config import Config
from local.errors import RunError
from local.fleet import (
    ExpectedAlert,
    FileReplay,
    Plant,
    PlantError,
    PlantMessage,
    ReplayError,
    SeriesReplay,
    expected_alerts,
)
from local.run.options import Options

Replay = SeriesReplay | FileReplay


class MessageSource(Protocol):
    """A fleet: its messages in order of time, and the alerts that they must raise."""

    @property
    def expected_alerts(self) -> Sequence[ExpectedAlert]: ...

    def messages(self) -> Iterator[PlantMessage]: ...

    def __len__(self) -> int: ...


class Beginning:
    """The first `length` messages of another source."""

    def __init__(self, source: MessageSource, length: int, config: Config) -> None:
        self._source = source
        self._length = min(length, len(source))
        self._config = config

    @property
    def expected_alerts(self) -> Sequence[ExpectedAlert]:
        """Alerts of this part only, without episodes that begin later."""
        readings = (reading for message in self.messages() for reading in message.readings)
        return expected_alerts(readings, self._config.thresholds, self._config.alerts.quiet_seconds)

    def messages(self) -> Iterator[PlantMessage]:
        return islice(self._source.messages(), self._length)

    def __len__(self) -> int:
        return self._length


def check_source(options: Options, config: Config) -> Replay | None:
    """Check the source before anything starts. A replay is read here, once."""
    try:
        if options.replay is None:
            plant(options, config)
            return None
        now = datetime.now(UTC)
        if options.replay_format is not None:
            return FileReplay(
                options.replay,
                options.replay_format,
                now=now,
                thresholds=config.thresholds,
                quiet_seconds=config.alerts.quiet_seconds,
            )
        return SeriesReplay(
            options.replay,
            now=now,
            thresholds=config.thresholds,
            quiet_seconds=config.alerts.quiet_seconds,
        )
    except (PlantError, ReplayError) as cause:
        raise RunError(str(cause)) from cause


def plant(options: Options, config: Config) -> Plant:
    """Return the plant with a clock that starts now."""
    return Plant(
        devices=options.devices,
        rate=options.rate,
        duration=options.duration or 0.0,
        start_ms=int(time.time() * 1000),
        thresholds=config.thresholds,
        quiet_seconds=config.alerts.quiet_seconds,
        seed=options.seed,
        together=config.timestream.multi_measure,
    )


def device_ids(options: Options, config: Config, replay: Replay | None) -> Sequence[str]:
    """Return the devices that will send."""
    return plant(options, config).device_ids if replay is None else replay.device_ids


def make_source(options: Options, config: Config, replay: Replay | None) -> MessageSource:
    """Return the source of the stream phase, which starts now."""
    if replay is None:
        return plant(options, config)
    if options.duration is None:
        return replay
    return Beginning(replay, int(options.duration * options.rate), config)


def describe_replay(options: Options, replay: Replay) -> dict[str, Any]:
    """Return the report's section on a replay: its file, its shift, and each contradicting value."""
    return {
        "file": str(options.replay),
        "rows": replay.rows,
        "duplicates": replay.duplicates,
        "devices": list(replay.device_ids),
        "shifted_days": replay.shift.days,
        **({"refused": dict(replay.refused), "left_out": replay.left_out} if isinstance(replay, FileReplay) else {}),
        "conflicts": [
            {
                "line": conflict.line,
                "timestamp": conflict.instant.isoformat(),
                "kept": conflict.kept,
                "refused": conflict.refused,
            }
            for conflict in replay.conflicts
        ],
    }
