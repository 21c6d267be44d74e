"""Settings that change without a deployment: a JSON document in a Systems Manager parameter.

An invalid document changes nothing: the last valid one stays in force, also in a container that starts later. It is
logged, and the metric ``ConfigBroken`` is 1 until a valid one is written.
"""

from __future__ import annotations

import time
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec
from msgspec import Meta

from lambda_src.common.aws import clients
from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.telemetry import logger
from lambda_src.common.thresholds import Threshold  # msgspec resolves it at run time.

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_src.common.telemetry import Counters

MAX_AGE_SECONDS = 60.0
"""How long a container uses what it read. After that a change has reached all containers."""
VERSIONS_PER_CALL = 50
"""Limit of GetParameterHistory; the service keeps the last 100 versions."""
MOST_READINGS = 500
MOST_ITEMS = 1000
"""Limit of a request and of a page. The document can only lower it."""

SensorType = Annotated[str, Meta(pattern=r"^[a-z0-9_.-]{1,64}\Z")]


class RuntimeConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The document. None means that the deployment's own value is used."""

    thresholds: dict[SensorType, Threshold] | None = None
    """Normal range by sensor type; they replace all of the deployment's."""
    query_limit: Annotated[int, Meta(ge=1, le=MOST_ITEMS)] | None = None
    """Items per page where the query does not say."""
    max_readings: Annotated[int, Meta(ge=1, le=MOST_READINGS)] | None = None
    """Readings that one request may carry."""

    def __post_init__(self) -> None:
        for sensor_type, threshold in (self.thresholds or {}).items():
            _check(sensor_type, threshold)


def _check(sensor_type: str, threshold: Threshold) -> None:
    names = ("critical_min", "min", "max", "critical_max")
    bounds = [(name, value) for name in names if (value := getattr(threshold, name)) is not None]
    if not bounds:
        raise ValueError(f"thresholds.{sensor_type} must have at least one bound")
    for (lower, low), (upper, high) in pairwise(bounds):
        if high < low:
            raise ValueError(f"thresholds.{sensor_type}: {upper} must not be below {lower} (got {high:g} and {low:g})")


_decode = msgspec.json.Decoder(RuntimeConfig).decode


_DEPLOYED = {
    "batch_size": "queue.batch_size or processor.batch_size",
    "processing_timeout": "processor.timeout_seconds",
}
"""Keys that the document had in older systems, with the deployment's setting that replaces each."""


def _replaced(text: str) -> str | None:
    """Return why a document with such a key is refused, or None."""
    try:
        keys = msgspec.json.decode(text.encode(), type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return None
    for key, setting in _DEPLOYED.items():
        if key in keys:
            return f"{key} cannot change without a deployment: set {setting} in the deployment's settings"
    return None


def parse(text: str) -> RuntimeConfig:
    """Parse a document. Raises ``ValueError`` with the key and the rule for an invalid one."""
    try:
        return _decode(text.encode())
    except msgspec.DecodeError as error:
        raise ValueError(_replaced(text) or str(error)) from error


class _KnownConfig(NamedTuple):
    config: RuntimeConfig
    read_at: float


class ConfigSource:
    """Returns the configuration in force. With an empty ``parameter`` it is empty, and AWS is not called."""

    def __init__(
        self, parameter: str, *, service: str, counters: Counters, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._parameter = parameter
        self._service = service
        self._counters = counters
        self._clock = clock
        self._known: _KnownConfig | None = None

    def current(self) -> RuntimeConfig:
        """Return the configuration, at most `MAX_AGE_SECONDS` old; if the parameter cannot be read, the last valid one.

        Raises `TemporaryFailureError` if a new container cannot find the last valid one, and the SDK's error for a
        missing permission or parameter.
        """
        if not self._parameter:
            return RuntimeConfig()
        if self._known is None or self._clock() - self._known.read_at >= MAX_AGE_SECONDS:
            self._known = _KnownConfig(self._refreshed(), self._clock())
        return self._known.config

    def _refreshed(self) -> RuntimeConfig:
        try:
            with temporary_failures():
                text = clients.ssm().get_parameter(Name=self._parameter)["Parameter"]["Value"]
        except TemporaryFailureError as error:
            if self._known is None:
                raise
            extra = {"parameter": self._parameter, "error": str(error)}
            logger(self._service).warning("runtime configuration unavailable; using the last valid one", extra=extra)
            return self._known.config
        try:
            config = parse(text)
        except ValueError as error:
            extra = {"parameter": self._parameter, "error": str(error)}
            logger(self._service).error("runtime configuration invalid; using the last valid one", extra=extra)
            self._counters.emit({"ConfigBroken": 1})
            return self._last_valid() if self._known is None else self._known.config
        self._counters.emit({"ConfigBroken": 0})
        return config

    def _last_valid(self) -> RuntimeConfig:
        """Return the newest valid version that the service keeps, or an empty configuration."""
        texts: list[str] = []
        page: dict[str, str] = {}
        while True:
            with temporary_failures():
                answer = clients.ssm().get_parameter_history(Name=self._parameter, MaxResults=VERSIONS_PER_CALL, **page)
            texts.extend(version["Value"] for version in answer["Parameters"])
            if not answer.get("NextToken"):
                break
            page = {"NextToken": answer["NextToken"]}
        for text in reversed(texts):
            with suppress(ValueError):
                return parse(text)
        return RuntimeConfig()
