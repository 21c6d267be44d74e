"""What a live deployment's stores hold of a delivery: each looked into by key or by hour, never as a whole."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.integration.doors import SENSOR, VALUE, bad

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.doors import Delivery
    from tests.integration.live import Live


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
    """Both payloads, as they came or in the broker's envelope."""
    lines = [
        line for line in _lines(live, "raw_bucket", "raw-data") if delivery.device.encode() in b"".join(_opened(line))
    ]
    payloads = [_opened(line)[-1] for line in lines]
    return bad(delivery) in payloads and any(str(delivery.timestamp_ms).encode() in each for each in payloads)


def in_processed(live: Live, delivery: Delivery) -> bool:
    lines = (json.loads(line) for line in _lines(live, "processed_bucket", "processed"))
    wanted = (delivery.device, SENSOR, delivery.timestamp_ms, VALUE)
    return any((o["device_id"], o["sensor_type"], o["timestamp_ms"], o["value"]) == wanted for o in lines)


def in_quarantine(live: Live, delivery: Delivery) -> bool:
    """The bad payload, whole, with its reason."""
    lines = (json.loads(line) for line in _lines(live, "quarantine_bucket", "quarantine"))
    return any((o["reason"], b64decode(o["payload_base64"])) == ("invalid_json", bad(delivery)) for o in lines)


LOOKS: dict[str, Callable[[Live, Delivery], bool]] = {
    "readings_table": in_readings,
    "devices_table": in_devices,
    "timestream_table": in_timestream,
    "raw_bucket": in_raw,
    "processed_bucket": in_processed,
    "quarantine_bucket": in_quarantine,
}


def _lines(live: Live, bucket: str, prefix: str) -> Iterator[bytes]:
    """Lines of the objects that were written since the tests began."""
    s3, name = live.client("s3"), live.outputs[bucket]
    began = datetime.fromtimestamp(live.began, UTC).replace(microsecond=0)
    for hour in _hours(began):
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
