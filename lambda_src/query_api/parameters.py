"""Parse the parameters of a query. Each broken rule is a 400 with its own code."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Literal, NamedTuple, cast, get_args

import msgspec

from lambda_src.common.device_status import STATUSES
from lambda_src.common.http.errors import HttpError
from lambda_src.common.readings.fields import parse_device_id
from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.sensor_names import check_sensor_type
from lambda_src.common.runtime_config import MOST_ITEMS
from lambda_src.query_api.times import read_date, read_time

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from lambda_src.common.device_status import Status, StatusWords
    from lambda_src.query_api.times import Span

Table = Literal["processed", "raw"]
Order = Literal["asc", "desc"]

PAGE_PARAMETERS = ("limit", "next_token")
READINGS_PARAMETERS = ("device_id", "sensor_type", "from", "to", "event_date", "table", "order", *PAGE_PARAMETERS)
DEVICES_PARAMETERS = ("status", *PAGE_PARAMETERS)

_LIMIT = re.compile(r"[0-9]{1,9}").fullmatch


class ReadingsQuery(NamedTuple):
    """``GET /query``. Times are UTC milliseconds; None means that the caller left them open."""

    device_id: str
    sensor_type: str | None
    start_ms: int | None
    end_ms: int | None
    table: Table
    order: Order
    limit: int
    next_token: str | None

    @property
    def descending(self) -> bool:
        return self.order == "desc"

    @property
    def fingerprint(self) -> str:
        """What a page token is bound to: everything except the page's start and length."""
        return _fingerprint(
            "query", self.device_id, self.sensor_type, self.start_ms, self.end_ms, self.table, self.order
        )


class DevicesQuery(NamedTuple):
    """``GET /devices``."""

    statuses: tuple[Status, ...]
    """Those of the word that was asked for, or all."""
    limit: int
    next_token: str | None

    @property
    def fingerprint(self) -> str:
        return _fingerprint("devices", self.statuses)


def read_readings_query(given: Mapping[str, str], default_limit: int) -> ReadingsQuery:
    """Parse the parameters of ``GET /query``. Raises `HttpError` (400) for anything invalid."""
    check_names(given, READINGS_PARAMETERS)
    if "device_id" not in given:
        raise HttpError(400, "missing_device_id", "device_id is required.")
    device_id = read_device_id(given["device_id"])
    table = _choice(given, "table", "invalid_table", get_args(Table)) or "processed"
    sensor_type = _parsed(check_sensor_type, given.get("sensor_type"), "invalid_sensor_type")
    if sensor_type is not None and table == "raw":
        raise HttpError(
            400,
            "invalid_sensor_type",
            "sensor_type is not allowed with table=raw, because a message may hold several sensors.",
        )
    start_ms, end_ms = _range(given)
    return ReadingsQuery(
        device_id,
        sensor_type,
        start_ms,
        end_ms,
        cast("Table", table),
        cast("Order", _choice(given, "order", "invalid_order", get_args(Order)) or "asc"),
        _limit(given, default_limit),
        given.get("next_token"),
    )


def read_devices_query(given: Mapping[str, str], default_limit: int, words: StatusWords) -> DevicesQuery:
    """Parse the parameters of ``GET /devices``. Raises `HttpError` (400) for anything invalid."""
    check_names(given, DEVICES_PARAMETERS)
    word = _choice(given, "status", "invalid_status", words.words)
    statuses = STATUSES if word is None else words.statuses(word)
    return DevicesQuery(statuses, _limit(given, default_limit), given.get("next_token"))


def read_device_id(text: str) -> str:
    return cast("str", _parsed(parse_device_id, text, "invalid_device_id"))


def check_names(given: Mapping[str, str], known: Collection[str]) -> None:
    """Raise `HttpError` for an unknown parameter. A misspelt name would otherwise answer another question."""
    for name in given:
        if name not in known:
            raise HttpError(
                400, "unknown_parameter", f"The parameter {name!r} is unknown; allowed are {', '.join(sorted(known))}."
            )


def _parsed(parse: Callable[[object], str], text: str | None, code: str) -> str | None:
    if text is None:
        return None
    try:
        return parse(text)
    except RuleBrokenError as error:
        raise HttpError(400, code, f"{error.detail[:1].upper()}{error.detail[1:]}.") from error


def _choice(given: Mapping[str, str], name: str, code: str, allowed: tuple[str, ...]) -> str | None:
    text = given.get(name)
    if text is not None and text not in allowed:
        raise HttpError(400, code, f"{name} must be one of {', '.join(allowed)} (got {text!r}).")
    return text


def _range(given: Mapping[str, str]) -> tuple[int | None, int | None] | Span:
    if "event_date" in given:
        if "from" in given or "to" in given:
            raise HttpError(400, "invalid_range", "event_date excludes from and to.")
        return read_date("event_date", given["event_date"])
    start_ms, end_ms = (read_time(name, given[name]) if name in given else None for name in ("from", "to"))
    return start_ms, end_ms


def _limit(given: Mapping[str, str], default: int) -> int:
    text = given.get("limit")
    if text is None:
        return default
    if not _LIMIT(text) or not 1 <= int(text) <= MOST_ITEMS:
        raise HttpError(400, "invalid_limit", f"limit must be between 1 and {MOST_ITEMS} (got {text!r}).")
    return int(text)


def _fingerprint(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:32]
