"""The HTTP API as data: which routes there are, and what each takes.

The gateway's resources, its request validation and the OpenAPI document are all made from these.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lib.api import models

if TYPE_CHECKING:
    from collections.abc import Mapping

Place = Literal["querystring", "path", "header"]
FunctionName = Literal["ingest", "process", "query"]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """``schema`` as in OpenAPI; the gateway checks only whether a required one is there, the function the rest."""

    name: str
    meaning: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    place: Place = "querystring"
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Route:
    """``answers`` gives the schema's name for each status that the function itself answers with."""

    method: Literal["GET", "POST"]
    path: str
    function: FunctionName
    summary: str
    answers: Mapping[int, str]
    parameters: tuple[Parameter, ...] = ()
    takes_readings: bool = False

    @property
    def operation(self) -> str:
        """Its name in the document: ``getDevices``."""
        words = [word.strip("{}") for word in self.path.strip("/").replace("{", "by/{").split("/")]
        name = "".join(part.capitalize() for word in words for part in word.split("_"))
        return self.method.lower() + name


LIMIT = Parameter(
    name="limit",
    meaning="Items a page.",
    schema={"type": "integer", "minimum": 1, "maximum": models.MOST_ITEMS, "default": models.DEFAULT_ITEMS},
)
TOKEN = Parameter(
    name="next_token",
    meaning="From the page before; it belongs to that query and holds for a day.",
    schema={"type": "string", "maxLength": 2048},
)
IDEMPOTENCY_KEY = Parameter(
    name="Idempotency-Key",
    meaning="Names this request for a day, so that repeating it creates nothing twice, not even readings without a "
    "time of their own. Keys belong to the ARN that signs, of a role to each session name.",
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
        summary="Take readings; they are stored within seconds.",
        parameters=(IDEMPOTENCY_KEY,),
        takes_readings=True,
        answers={202: "Accepted", **REFUSALS, 400: "Refused"},
    ),
    Route(
        method="POST",
        path="/process",
        function="process",
        summary="Take readings, judge and store them at once, and answer with the verdicts.",
        parameters=(IDEMPOTENCY_KEY,),
        takes_readings=True,
        answers={200: "Verdicts", **REFUSALS, 400: "Refused"},
    ),
    Route(
        method="GET",
        path="/query",
        function="query",
        summary="A device's readings in a range of time, page by page.",
        parameters=(
            Parameter(name="device_id", meaning="The device.", schema=models.DEVICE_ID, required=True),
            Parameter(name="sensor_type", meaning="Of one sensor only.", schema=models.SENSOR_TYPE),
            Parameter(
                name="from", meaning="First time, ISO 8601 with a zone, or seconds or milliseconds.", schema=TIME
            ),
            Parameter(name="to", meaning="End of the range, itself not in it.", schema=TIME),
            Parameter(
                name="event_date",
                meaning="A day in UTC, in place of from and to; without any, the last 24 hours.",
                schema={"type": "string", "format": "date"},
            ),
            Parameter(
                name="table",
                meaning="Judged readings, or messages as they came over HTTP.",
                schema={"type": "string", "enum": ["processed", "raw"], "default": "processed"},
            ),
            Parameter(
                name="order",
                meaning="By time.",
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
        summary="The devices and their states, by status.",
        parameters=(
            Parameter(
                name="status",
                meaning="Only those; left out, all.",
                schema={"type": "string", "enum": list(models.STATUSES)},
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
        summary="One device's state.",
        parameters=(
            Parameter(name="device_id", meaning="The device.", schema=models.DEVICE_ID, place="path", required=True),
        ),
        answers={200: "Device", 400: "Error", 404: "Error", 503: "Error"},
    ),
)
