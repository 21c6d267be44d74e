"""The HTTP API as data: its routes and their parameters.

The gateway's resources, its request validation and the OpenAPI document are built from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lambda_src.common.device_status import STATUSES
from lib.api import models

if TYPE_CHECKING:
    from collections.abc import Mapping

Place = Literal["querystring", "path", "header"]
FunctionName = Literal["ingest", "process", "query"]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """``schema`` is as in OpenAPI. The gateway checks only that a required parameter exists, the function checks the
    rest.
    """

    name: str
    meaning: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    place: Place = "querystring"
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Route:
    """``answers`` names the schema of each status that the function itself returns."""

    method: Literal["GET", "POST"]
    path: str
    function: FunctionName
    summary: str
    answers: Mapping[int, str]
    parameters: tuple[Parameter, ...] = ()
    takes_readings: bool = False

    @property
    def operation(self) -> str:
        """The name in the OpenAPI document, such as ``getDevices``."""
        words = [word.strip("{}") for word in self.path.strip("/").replace("{", "by/{").split("/")]
        name = "".join(part.capitalize() for word in words for part in word.split("_"))
        return self.method.lower() + name


LIMIT = Parameter(
    name="limit",
    meaning="Items per page.",
    schema={"type": "integer", "minimum": 1, "maximum": models.MOST_ITEMS, "default": models.DEFAULT_ITEMS},
)
TOKEN = Parameter(
    name="next_token",
    meaning="The token of the previous page. It is valid for one day and for its query only.",
    schema={"type": "string", "maxLength": 2048},
)
IDEMPOTENCY_KEY = Parameter(
    name="Idempotency-Key",
    meaning="Identifies this request for one day. A retry stores nothing twice, not even readings without their "
    "own time. Keys belong to the signing ARN; for a role, to each session name.",
    schema={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    place="header",
)
TIME = {"type": "string", "maxLength": 64}
REFUSALS = {400: "Error", 413: "Error", 415: "Error", 422: "Error", 429: "Error", 503: "Error"}

ROUTES = (
    Route(
        method="POST",
        path="/ingest",
        function="ingest",
        summary="Accept readings. They are stored within seconds.",
        parameters=(IDEMPOTENCY_KEY,),
        takes_readings=True,
        answers={202: "Accepted", **REFUSALS, 400: "Refused"},
    ),
    Route(
        method="POST",
        path="/process",
        function="process",
        summary="Accept readings, evaluate and store them at once, and return the verdicts.",
        parameters=(IDEMPOTENCY_KEY,),
        takes_readings=True,
        answers={200: "Verdicts", **REFUSALS, 400: "Refused"},
    ),
    Route(
        method="GET",
        path="/query",
        function="query",
        summary="Return a device's readings in a period, page by page.",
        parameters=(
            Parameter(name="device_id", meaning="The device.", schema=models.DEVICE_ID, required=True),
            Parameter(name="sensor_type", meaning="Only this sensor type.", schema=models.SENSOR_TYPE),
            Parameter(
                name="from",
                meaning="Start of the period (inclusive): ISO 8601 with a zone, seconds or milliseconds.",
                schema=TIME,
            ),
            Parameter(name="to", meaning="End of the period (exclusive).", schema=TIME),
            Parameter(
                name="event_date",
                meaning="A day in UTC instead of from and to. Default: the last 24 hours.",
                schema={"type": "string", "format": "date"},
            ),
            Parameter(
                name="table",
                meaning="Processed readings, or the original HTTP messages.",
                schema={"type": "string", "enum": ["processed", "raw"], "default": "processed"},
            ),
            Parameter(
                name="order",
                meaning="Sort order by time.",
                schema={"type": "string", "enum": ["asc", "desc"], "default": "asc"},
            ),
            LIMIT,
            TOKEN,
        ),
        answers={200: "Page", 400: "Error", 503: "Error"},
    ),
    Route(
        method="GET",
        path="/devices",
        function="query",
        summary="Return the devices and their states, by status.",
        parameters=(
            Parameter(
                name="status",
                meaning="Only devices with this status, in the words of the deployment. Default: all.",
                schema={"type": "string", "enum": list(STATUSES)},
            ),
            LIMIT,
            TOKEN,
        ),
        answers={200: "Devices", 400: "Error", 503: "Error"},
    ),
    Route(
        method="GET",
        path="/devices/{device_id}",
        function="query",
        summary="Return the state of one device.",
        parameters=(
            Parameter(name="device_id", meaning="The device.", schema=models.DEVICE_ID, place="path", required=True),
        ),
        answers={200: "Device", 400: "Error", 404: "Error", 503: "Error"},
    ),
)
