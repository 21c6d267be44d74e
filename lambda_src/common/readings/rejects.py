"""Why something that arrived can never become a stored reading."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Reason(StrEnum):
    """Stable codes: they stand in quarantine objects and reports. Codes are added, never renamed."""

    INVALID_UTF8 = "invalid_utf8"
    INVALID_JSON = "invalid_json"
    TOO_DEEP = "too_deep"
    NOT_AN_OBJECT = "not_an_object"
    EMPTY = "empty"
    NO_DEVICE = "no_device"
    INVALID_DEVICE = "invalid_device"
    DEVICE_MISMATCH = "device_mismatch"
    NO_SENSOR_TYPE = "no_sensor_type"
    INVALID_SENSOR_TYPE = "invalid_sensor_type"
    NO_VALUE = "no_value"
    INVALID_VALUE = "invalid_value"
    INVALID_TIMESTAMP = "invalid_timestamp"
    TIMESTAMP_IN_FUTURE = "timestamp_in_future"
    TIMESTAMP_TOO_OLD = "timestamp_too_old"
    NO_MEASURES = "no_measures"
    INVALID_PRODUCTION_LINE = "invalid_production_line"
    INVALID_METADATA = "invalid_metadata"
    INVALID_UNIT = "invalid_unit"
    INVALID_QUALITY = "invalid_quality"
    NO_TIMESTAMP = "no_timestamp"
    UNKNOWN_FIELD = "unknown_field"
    UNKNOWN_FORM = "unknown_form"
    INVALID_ENCODING = "invalid_encoding"
    NO_BIRTH = "no_birth"
    INVALID_ENVELOPE = "invalid_envelope"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    REJECTED_BY_TIMESTREAM = "rejected_by_timestream"
    REJECTED_BY_DYNAMODB = "rejected_by_dynamodb"


class Reject(msgspec.Struct, frozen=True, gc=False):
    """One thing that could not be read.

    ``payload`` is the bad element alone if it is in an array, NDJSON or ``readings``, else the whole message;
    ``position`` is that element's index, None for a message that is no list. ``path`` names the field, from the
    element, None if all of it is refused.
    """

    reason: Reason
    detail: str
    payload: bytes
    position: int | None = None
    path: str | None = None


class RuleBrokenError(ValueError):
    """A rule of the reading is broken; raised by the validators, turned into a `Reject` by the decoder."""

    def __init__(self, reason: Reason, detail: str, path: str | None = None) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.path = path
