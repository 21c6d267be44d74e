"""The deployment of a schedule: real containers of the processor on services in memory, in a time of their own."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lambda_src.common import clock, runtime_config
from lambda_src.common.aws import clients, retry, workers
from lambda_src.common.runtime_config import RuntimeConfig
from lambda_src.common.thresholds import Threshold
from lambda_src.processor import handler
from lambda_src.processor.alerts.table import INDEX
from lambda_src.processor.settings import ProcessorSettings
from tests.model.calls import Calls
from tests.model.services.dynamodb import Index, MemoryDynamoDB, Table
from tests.model.services.s3 import MemoryS3
from tests.model.services.sns import MemorySNS
from tests.model.services.ssm import MemorySSM
from tests.model.services.timestream import MemoryTimestream
from tests.model.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.model.schedule import Schedule

START_MS = 1_763_712_345_000
QUIET_MS = 900_000
LIMITS = (Threshold(max=100, critical_max=140), Threshold(max=120, critical_max=160))
"""Of both sensor types, at first and once they are reconfigured."""
SENSOR_TYPES = ("temperature", "vibration")
DOCUMENTS = [
    msgspec.json.encode(RuntimeConfig(thresholds=dict.fromkeys(SENSOR_TYPES, limits))).decode() for limits in LIMITS
]
"""The runtime configuration with each of `LIMITS`."""


@dataclass(frozen=True)
class Published:
    """An alert that the topic accepted: from which invocation, and after how many calls of all."""

    alert: dict[str, Any]
    invocation: Any
    call: int


class Plant:
    """All services and containers. Containers remember what theirs saw, as the real ones do."""

    def __init__(self, schedule: Schedule) -> None:
        self.turns = Turns()
        self.calls = Calls(self.turns, START_MS)
        by_state = {INDEX: Index("look_bucket", "look_after_ms", keys_only=True)}
        tables = {
            "readings": Table("device_id", "run"),
            "devices": Table("device_id"),
            "alerts": Table("sensor", indexes=by_state),
        }
        self.dynamodb = MemoryDynamoDB(tables, self.calls.hook)
        self.s3 = MemoryS3("processed", "anomalies", "quarantine", locked=frozenset({"anomalies"}))
        self.timestream = MemoryTimestream()
        self.ssm = MemorySSM(DOCUMENTS[0])
        self.published: list[Published] = []
        self.sns = MemorySNS(self.calls.hook, self._publish)
        self._ordered = schedule.transport == "kinesis"
        self._settings = _settings(schedule)

    def container(self) -> handler.WiredProcessor:
        """A new one, which remembers nothing."""
        return handler.wire.__wrapped__(ordered=self._ordered)

    @contextmanager
    def deployed(self) -> Iterator[None]:
        """While it lasts the processor's code sees these services, this time and this environment."""
        services = {
            "dynamodb": self.dynamodb,
            "s3": self.s3,
            "sns": self.sns,
            "ssm": self.ssm,
            "timestream_write": self.timestream,
        }
        with pytest.MonkeyPatch.context() as patch:
            for name, service in services.items():
                client = self.calls.client(service)
                patch.setattr(clients, name, lambda client=client: client)
            for name, value in self._settings.to_env().items():
                patch.setenv(name, value)
            in_turn = workers.Workers(0)
            patch.setattr(workers, "Workers", lambda: in_turn)
            workers.workers.cache_clear()
            patch.setattr(clock, "time", SimpleNamespace(time_ns=lambda: self.calls.now_ms * 1_000_000))
            _set_default(patch, retry.resend, "sleep", self.calls.sleep)
            _set_default(patch, retry.resend, "draw", lambda: 0.5)
            _set_default(patch, runtime_config.ConfigSource.__init__, "clock", lambda: self.calls.now_ms / 1000)
            patch.setattr(handler, "wire", _Wire(self.calls, handler.wire))
            patch.setattr(handler, "Counters", _Silent)
            for module in (handler, runtime_config):
                patch.setattr(module, "logger", lambda _service: _Silent())
            patch.setattr(gc, "freeze", lambda: None)
            try:
                yield
            finally:
                workers.workers.cache_clear()

    def _publish(self, alert: dict[str, Any]) -> None:
        self.published.append(Published(alert, self.calls.invocation, self.calls.made))


def _settings(schedule: Schedule) -> ProcessorSettings:
    return ProcessorSettings(
        environment_suffix="model",
        quarantine_bucket="quarantine",
        timestream_database="database" if schedule.timestream != "none" else "",
        timestream_table="table" if schedule.timestream != "none" else "",
        timestream_multi_measure=schedule.timestream == "multi",
        readings_table="readings",
        readings_days=0,
        devices_table="devices",
        processed_bucket="processed",
        anomalies_bucket="anomalies",
        alerts_table="alerts",
        alerts_topic_arn="arn:aws:sns:eu-central-1:123456789012:alerts",
        alert_quiet_seconds=QUIET_MS // 1000,
        config_parameter="/model/config",
    )


def _set_default(patch: pytest.MonkeyPatch, function: Any, parameter: str, value: object) -> None:
    patch.setitem(function.__kwdefaults__, parameter, value)


class _Wire:
    """The container of the running invocation in the place of the only one that a process has."""

    def __init__(self, calls: Calls, real: Any) -> None:
        self._calls = calls
        self.__wrapped__ = real.__wrapped__

    def __call__(self, *, ordered: bool) -> Any:
        return self._calls.invocation.container


class _Silent:
    """Metrics and log lines, which the model does not look at."""

    def __init__(self, **_: object) -> None:
        pass

    def __getattr__(self, _name: str) -> Any:
        return lambda *_arguments, **_options: None
