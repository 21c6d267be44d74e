"""Requests and responses as JSON schemas that the gateway (draft 4) and OpenAPI 3.0 both understand."""

from __future__ import annotations

from typing import Any

from lambda_src.common.device_status import STATUSES
from lambda_src.common.runs import POOR_QUALITIES

MOST_ITEMS = 1_000
DEFAULT_ITEMS = 100
MOST_READINGS = 500

Schema = dict[str, Any]

DEVICE_ID: Schema = {"type": "string", "pattern": "^[A-Za-z0-9:_-]{1,128}$"}
SENSOR_TYPE: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_.-]{1,64}$"}
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
MILLISECONDS: Schema = {"type": "integer", "description": "UTC milliseconds since 1970."}
FLAG: Schema = {"type": "boolean"}

READINGS: Schema = {
    "description": "One message, or up to 500: an array, NDJSON, or an object with device_id and readings. The gateway "
    "checks nothing else. The function checks each reading, so an invalid one does not affect the others.",
    "anyOf": [{"type": "object", "minProperties": 1}, {"type": "array", "minItems": 1}],
}
"""The body of /ingest and /process, the only model that the gateway checks."""

EXAMPLES: dict[str, Any] = {
    "measures": {
        "device_id": "press-7",
        "timestamp": "2026-01-31T12:00:00Z",
        "sensor_data": {"temperature": 25.5, "humidity": 40},
    },
    "single": {"device_id": "press-7", "sensor_type": "temperature", "value": 77.9, "unit": "F"},
    "many": {
        "device_id": "press-7",
        "readings": [
            {"sensor_type": "temperature", "value": 25.5, "timestamp": 1767225600.25},
            {"sensor_type": "temperature", "value": 25.6, "timestamp": 1767225601.25},
        ],
    },
}


def record(required: Schema, **optional: Schema) -> Schema:
    """Return an object with exactly these fields."""
    return {
        "type": "object",
        "properties": required | optional,
        "required": list(required),
        "additionalProperties": False,
    }


def listed(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def nullable(schema: Schema) -> Schema:
    """Return a schema that allows null, as OpenAPI 3.0 writes it. The gateway never sees these."""
    return schema | {"nullable": True}


def page(items: Schema) -> Schema:
    return record({"items": listed(items), "count": COUNT, "next_token": nullable(TEXT)})


_ERROR = record({"code": TEXT, "message": TEXT, "request_id": TEXT})
_REJECTED = listed(record({"position": nullable(COUNT), "reason": TEXT, "detail": TEXT}))
_VERDICT = record(
    {
        "position": nullable(COUNT),
        "device_id": DEVICE_ID,
        "sensor_type": SENSOR_TYPE,
        "timestamp_ms": MILLISECONDS,
        "value": NUMBER,
        "is_anomaly": FLAG,
        "severity": {"type": "string", "enum": ["normal", "warning", "critical"]},
        "reason": nullable(TEXT),
    },
    unit=TEXT,
    celsius=NUMBER,
    fahrenheit=NUMBER,
)
_TAKEN: Schema = {"accepted": COUNT, "duplicates": COUNT, "rejected": _REJECTED, "request_id": TEXT}
_OF_ONE_MESSAGE: dict[str, Schema] = {
    "message": TEXT,
    "device_id": DEVICE_ID,
    "timestamp": {"type": "string", "format": "date-time", "description": "The time assigned to its readings."},
}
"""Only in the response to a single message, not to a list."""
_PROCESSED = record(
    {
        "device_id": DEVICE_ID,
        "sensor_type": SENSOR_TYPE,
        "timestamp_ms": MILLISECONDS,
        "timestamp": {"type": "string", "format": "date-time"},
        "value": NUMBER,
        "is_anomaly": FLAG,
        "arrived_ms": MILLISECONDS,
    },
    unit=TEXT,
    celsius=NUMBER,
    fahrenheit=NUMBER,
    production_line=TEXT,
    quality={"type": "string", "enum": list(POOR_QUALITIES)},
    metadata={"type": "object"},
)
_RAW = record(
    {
        "device_id": DEVICE_ID,
        "arrived_ms": MILLISECONDS,
        "arrived": {"type": "string", "format": "date-time"},
        "message": TEXT,
        "readings": COUNT,
        "request_id": TEXT,
    }
)
_SENSOR = record({"value": NUMBER, "timestamp_ms": MILLISECONDS, "severity": TEXT})
_OUTAGE = record({"since_ms": MILLISECONDS, "since": {"type": "string", "format": "date-time"}})
_DEVICE = record(
    {
        "device_id": DEVICE_ID,
        "status": {"type": "string", "enum": list(STATUSES)},
        "last_seen_ms": MILLISECONDS,
        "last_seen": {"type": "string", "format": "date-time"},
        "interval_ms": COUNT,
        "sensors": {"type": "object", "additionalProperties": _SENSOR},
    },
    production_line=TEXT,
    outages={"type": "object", "additionalProperties": _OUTAGE},
)

ANSWERS: dict[str, Schema] = {
    "Accepted": record(_TAKEN, **_OF_ONE_MESSAGE),
    "Verdicts": record(_TAKEN | {"readings": listed(_VERDICT)}, **_OF_ONE_MESSAGE),
    "Refused": record({"error": _ERROR}, rejected=_REJECTED),
    "Error": record({"error": _ERROR}),
    "Page": {"anyOf": [page(_PROCESSED), page(_RAW)]},
    "Device": _DEVICE,
    "Devices": page(_DEVICE),
}
"""The schemas of the responses, by the names that routes use."""
