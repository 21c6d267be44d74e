"""The settings of an event source mapping from Terraform's state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

FOREVER = -1
"""No limit, in `maximum_retry_attempts` and `maximum_record_age_seconds`: until the record leaves the stream."""

_POSITIONS = ("TRIM_HORIZON", "LATEST", "AT_TIMESTAMP")
_DESTINATIONS = ("s3", "sqs", "sns")
_REPORT = "ReportBatchItemFailures"
_LIMITS = {
    "batch_size": (1, 10_000),
    "window_seconds": (0, 300),
    "parallelization_factor": (1, 10),
    "maximum_retry_attempts": (FOREVER, 10_000),
    "maximum_record_age_seconds": (FOREVER, 604_800),
}
"""Allowed ranges: Lambda API reference, CreateEventSourceMapping."""


class MappingSettingsError(ValueError):
    """A mapping that Lambda would reject or that this runner does not support; one line that names the value."""


@dataclass(frozen=True)
class MappingSettings:
    """One mapping from a Kinesis stream to a function. Defaults are Lambda's for streams."""

    uuid: str
    function_arn: str
    event_source_arn: str
    starting_position: str
    starting_timestamp: datetime | None = None
    """Where to start; set exactly if `starting_position` is AT_TIMESTAMP."""
    batch_size: int = 100
    window_seconds: int = 0
    parallelization_factor: int = 1
    report_batch_item_failures: bool = False
    bisect_on_function_error: bool = False
    maximum_retry_attempts: int = FOREVER
    maximum_record_age_seconds: int = FOREVER
    on_failure_arn: str | None = None
    """ARN of an S3 bucket, an SQS queue or an SNS topic."""

    def __post_init__(self) -> None:
        for name, (low, high) in _LIMITS.items():
            value = getattr(self, name)
            if not low <= value <= high:
                raise MappingSettingsError(
                    f"mapping {self.uuid}: {name} must be between {low} and {high} (got {value})"
                )
        if self.starting_position not in _POSITIONS:
            raise MappingSettingsError(
                f"mapping {self.uuid}: starting_position={self.starting_position!r}: "
                f"allowed are {', '.join(_POSITIONS)}"
            )
        if (self.starting_position == "AT_TIMESTAMP") != (self.starting_timestamp is not None):
            raise MappingSettingsError(
                f"mapping {self.uuid}: "
                "starting_position_timestamp must be set exactly if starting_position is AT_TIMESTAMP"
            )
        _require_service(self.uuid, "event_source_arn", self.event_source_arn, ("kinesis",))
        if "/consumer/" in self.event_source_arn:
            raise MappingSettingsError(
                f"mapping {self.uuid}: event_source_arn={self.event_source_arn!r}: enhanced fan-out is not "
                "supported locally; use the ARN of a stream"
            )
        if self.on_failure_arn is not None:
            _require_service(self.uuid, "on_failure", self.on_failure_arn, _DESTINATIONS)

    @property
    def region(self) -> str:
        return self.event_source_arn.split(":")[3]

    def kept_seconds(self, retention_hours: int) -> float:
        """Return the maximum age of a record in seconds: the mapping's limit, at most the stream's retention."""
        retention = retention_hours * 3600.0
        if self.maximum_record_age_seconds == FOREVER:
            return retention
        return min(retention, float(self.maximum_record_age_seconds))

    @classmethod
    def from_state(cls, attributes: Mapping[str, Any]) -> Self:
        """Parse the `values` of an `aws_lambda_event_source_mapping` in `terraform show -json`.

        Raises `MappingSettingsError` for an invalid or unsupported value. The provider writes 0 for a record age that
        the service left out; as a limit, 0 would discard everything.
        """
        uuid = str(attributes.get("uuid") or "?")
        for unsupported in ("tumbling_window_in_seconds", "filter_criteria"):
            if attributes.get(unsupported):
                raise MappingSettingsError(f"mapping {uuid}: {unsupported} is set but not supported locally")
        stamp = attributes.get("starting_position_timestamp")
        return cls(
            uuid=uuid,
            function_arn=_text(attributes, "function_arn", uuid),
            event_source_arn=_text(attributes, "event_source_arn", uuid),
            starting_position=_text(attributes, "starting_position", uuid),
            starting_timestamp=datetime.fromisoformat(stamp) if stamp else None,
            batch_size=_number(attributes, "batch_size", 100),
            window_seconds=_number(attributes, "maximum_batching_window_in_seconds", 0),
            parallelization_factor=_number(attributes, "parallelization_factor", 1) or 1,
            report_batch_item_failures=_REPORT in (attributes.get("function_response_types") or ()),
            bisect_on_function_error=bool(attributes.get("bisect_batch_on_function_error")),
            maximum_retry_attempts=_number(attributes, "maximum_retry_attempts", FOREVER),
            maximum_record_age_seconds=_number(attributes, "maximum_record_age_in_seconds", FOREVER) or FOREVER,
            on_failure_arn=_on_failure(attributes),
        )


def _require_service(uuid: str, name: str, arn: str, services: tuple[str, ...]) -> None:
    parts = arn.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or parts[2] not in services:
        raise MappingSettingsError(f"mapping {uuid}: {name}={arn!r} must be an ARN of {', '.join(services)}")


def _text(attributes: Mapping[str, Any], name: str, uuid: str) -> str:
    value = attributes.get(name)
    if not isinstance(value, str) or not value:
        raise MappingSettingsError(f"mapping {uuid}: {name} is missing")
    return value


def _number(attributes: Mapping[str, Any], name: str, default: int) -> int:
    value = attributes.get(name)
    return default if value is None else int(value)


def _on_failure(attributes: Mapping[str, Any]) -> str | None:
    for config in attributes.get("destination_config") or ():
        for failure in config.get("on_failure") or ():
            return str(failure["destination_arn"])
    return None
