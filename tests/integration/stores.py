"""What a live deployment's stores hold of a delivery: each looked into by key or by hour, never as a whole."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ops.sql.athena import Workgroup
from tests.integration.entrypoints import SENSOR, VALUE, bad, body_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.integration.entrypoints import Delivery
    from tests.integration.live import Live

BUFFER = timedelta(seconds=900)
"""The longest that Firehose collects: what it writes lies where the first record in it belongs."""
NOT_YET = frozenset({404, 429, 503})
"""What the API may say at first, and something else at the next look."""


def in_readings(live: Live, delivery: Delivery) -> bool:
    """The reading, in a run of its device."""
    answer = live.client("dynamodb").query(
        TableName=live.outputs["readings_table"],
        KeyConditionExpression="device_id = :device",
        ExpressionAttributeValues={":device": {"S": delivery.device}},
        ConsistentRead=True,
    )
    readings = {
        (item["sensor_type"]["S"], int(item["start_ms"]["N"]) + int(offset["N"]), float(value["N"]))
        for item in answer["Items"]
        for offset, value in zip(item["offsets_ms"]["L"], item["values"]["L"], strict=True)
    }
    return readings == {(SENSOR, delivery.timestamp_ms, VALUE)}


def in_devices(live: Live, delivery: Delivery) -> bool:
    """The device, with the reading as its last."""
    answer = live.client("dynamodb").get_item(
        TableName=live.outputs["devices_table"], Key={"device_id": {"S": delivery.device}}, ConsistentRead=True
    )
    item = answer.get("Item")
    if item is None:
        return False
    last = item["sensors"]["M"][SENSOR]["M"]
    return (item["status"]["S"], float(last["value"]["N"])) == ("NORMAL", VALUE)


def in_timestream(live: Live, delivery: Delivery) -> bool:
    """As a single measure, or in its column of a multi-measure record."""
    table = f'"{live.outputs["timestream_database"]}"."{live.outputs["timestream_table"]}"'
    where = f"device_id = '{delivery.device}' AND measure_name = '{SENSOR}'"
    answer = live.client("timestream-query").query(QueryString=f"SELECT * FROM {table} WHERE {where}")
    names = [column["Name"] for column in answer["ColumnInfo"]]
    rows = [dict(zip(names, row["Data"], strict=True)) for row in answer["Rows"]]
    found = [row[name] for row in rows for name in (SENSOR, "measure_value::double") if name in row]
    return [float(datum["ScalarValue"]) for datum in found if "ScalarValue" in datum] == [VALUE]


def in_raw(live: Live, delivery: Delivery) -> bool:
    """Both payloads, as they came or in an envelope."""
    lines = [
        line for line in _lines(live, "raw_bucket", "raw-data") if delivery.device.encode() in b"".join(_opened(line))
    ]
    payloads = [_opened(line)[-1] for line in lines]
    return (delivery.refused or bad(delivery) in payloads) and any(
        str(delivery.timestamp_ms).encode() in each for each in payloads
    )


def in_processed(live: Live, delivery: Delivery) -> bool:
    lines = (json.loads(line) for line in _lines(live, "processed_bucket", "processed"))
    wanted = (delivery.device, SENSOR, delivery.timestamp_ms, VALUE)
    return any((o["device_id"], o["sensor_type"], o["timestamp_ms"], o["value"]) == wanted for o in lines)


def in_quarantine(live: Live, delivery: Delivery) -> bool:
    """The bad payload, whole, with its reason."""
    lines = (json.loads(line) for line in _lines(live, "quarantine_bucket", "quarantine"))
    return any((o["reason"], b64decode(o["payload_base64"])) == ("invalid_json", bad(delivery)) for o in lines)


def in_messages(live: Live, delivery: Delivery) -> bool:
    """The request's body, byte for byte, with the bad one in it."""
    answer = live.client("dynamodb").query(
        TableName=live.outputs["raw_table"],
        KeyConditionExpression="device_id = :device",
        ExpressionAttributeValues={":device": {"S": delivery.device}},
        ConsistentRead=True,
    )
    return [item["message"]["S"].encode() for item in answer["Items"]] == [body_of(delivery)]


def in_query(live: Live, delivery: Delivery) -> bool:
    """The reading, as the API gives it to who may read, and nothing else of its device."""
    answer = _asked(live, "/query", {"device_id": delivery.device})
    if answer is None:
        return False
    found = [(o["sensor_type"], o["timestamp_ms"], o["value"], o["is_anomaly"]) for o in answer["items"]]
    return found == [(SENSOR, delivery.timestamp_ms, VALUE, False)]


def in_state(live: Live, delivery: Delivery) -> bool:
    """The device's state, as the API gives it to who may read."""
    answer = _asked(live, f"/devices/{delivery.device}")
    if answer is None:
        return False
    last = answer["sensors"][SENSOR]
    return (answer["status"], last["value"], last["timestamp_ms"]) == ("NORMAL", VALUE, delivery.timestamp_ms)


def in_lake(live: Live, delivery: Delivery) -> bool:
    """The reading, by SQL over the days in which it can have arrived; delivery may repeat it.

    The table behind the view: it has the partitions, and a query of a live deployment must not scan all of it.
    """
    first, now = datetime.fromtimestamp(live.began, UTC) - BUFFER, datetime.now(UTC)
    days = [first.date() + timedelta(days=n) for n in range((now.date() - first.date()).days + 1)]
    arrived = " OR ".join(f"(year = {day.year} AND month = {day.month} AND day = {day.day})" for day in days)
    columns, where = "sensor_type, timestamp_ms, value", f"device_id = '{delivery.device}' AND ({arrived})"
    sql = f"SELECT {columns} FROM readings_stored WHERE {where}"  # a device of the suite's own
    workgroup = Workgroup(live.client("athena"), live.outputs["athena_workgroup"])
    rows = workgroup.run(sql, live.outputs["glue_database"]).rows
    found = {(sensor, int(moment or 0), float(value or "nan")) for sensor, moment, value in rows}
    return found == {(SENSOR, delivery.timestamp_ms, VALUE)}


class Store(NamedTuple):
    """Something to look into, and the output without which a deployment does not have it."""

    needs: str
    holds: Callable[[Live, Delivery], bool]


STORES: Mapping[str, Store] = {
    "readings_table": Store("readings_table", in_readings),
    "devices_table": Store("devices_table", in_devices),
    "timestream_table": Store("timestream_table", in_timestream),
    "raw_bucket": Store("raw_bucket", in_raw),
    "raw_table": Store("raw_table", in_messages),
    "processed_bucket": Store("processed_bucket", in_processed),
    "quarantine_bucket": Store("quarantine_bucket", in_quarantine),
    "lake": Store("athena_workgroup", in_lake),
    "query": Store("api_reader_role_arn", in_query),
    "device_state": Store("api_reader_role_arn", in_state),
}


def _asked(live: Live, path: str, query: Mapping[str, object] | None = None) -> Any:
    """What the API answers; None where it may answer otherwise in a while."""
    answer = live.http("api_reader_role_arn").request("GET", path, query)
    if answer.status in NOT_YET:
        return None
    assert answer.status == 200, f"GET {path}: {answer.status}: {answer.body!r}"
    return answer.json()


def _lines(live: Live, bucket: str, prefix: str) -> Iterator[bytes]:
    """Lines of the objects that were written since the tests began."""
    s3, name = live.client("s3"), live.outputs[bucket]
    began = datetime.fromtimestamp(live.began, UTC).replace(microsecond=0)
    for hour in _hours(began - BUFFER):
        below = f"{prefix}/{hour:year=%Y/month=%m/day=%d/hour=%H}/"
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name, Prefix=below):
            for entry in page.get("Contents", ()):
                if entry["LastModified"] >= began:
                    body = s3.get_object(Bucket=name, Key=entry["Key"])["Body"].read()
                    body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
                    yield from filter(None, body.split(b"\n"))


def _hours(began: datetime) -> Iterator[datetime]:
    hour = began.replace(minute=0, second=0)
    while hour <= datetime.now(UTC):
        yield hour
        hour += timedelta(hours=1)


def _opened(line: bytes) -> list[bytes]:
    """The line, and the payload in it where it is an envelope."""
    payload = json.loads(line).get("payload") if b'"envelope"' in line else None
    return [line] if payload is None else [line, b64decode(payload)]
