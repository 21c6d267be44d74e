"""The ``alerts`` table: one item per sensor with its latest episodes and the alerts that are not published yet.

Its index ``by-look-after`` lists every sensor by the time after which somebody has to look at it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lambda_src.common.alerting.publisher import Alert
from lambda_src.common.aws.queries import queried
from lambda_src.common.aws.versioned_items import Change, VersionedItems
from lambda_src.common.buckets import all_buckets, bucket_of
from lambda_src.processor.alerts.episode_state import Episode, PendingAlert, SensorEpisodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.aws.versioned_items import Written

KEPT_SECONDS = 30 * 24 * 3600
"""An item expires 30 days after its last change. By then its readings are no longer delivered again."""
INDEX = "by-look-after"
BUCKETS = 4
"""Over how many partitions of the index the sensors are spread: 4,000 changes per second."""
NEVER_MS = 10**15
"""Milliseconds, in the year 33658: nobody has to look at the sensor."""

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode_alert = msgspec.json.Decoder(Alert).decode


class EpisodeTable:
    """All methods raise `TemporaryFailureError` where a repetition may help."""

    def __init__(self, client: DynamoDBClient, table: str, now_ms: Callable[[], int], *, quiet_ms: int) -> None:
        self._client = client
        self._table = table
        self._items = VersionedItems(client, table, "sensor")
        self._quiet_ms = quiet_ms
        self.now_ms = now_ms

    def load(self, sensors: Sequence[str], deadline: Deadline) -> dict[str, SensorEpisodes]:
        """What is known of those sensors that had an episode."""
        return {sensor: _episodes_of(item) for sensor, item in self._items.load(sensors, deadline).items()}

    def write(self, changes: Mapping[str, tuple[SensorEpisodes, SensorEpisodes]]) -> Written:
        """Replace each sensor's first state by its second one."""
        return self._items.write({sensor: self._change(sensor, *change) for sensor, change in changes.items()})

    def sensors_to_look_at(self) -> dict[str, int]:
        """All sensors with an open episode or an unpublished alert, and the time after which to look at them.

        The index lags behind the table, so a sensor may be missing or no longer belong here.
        """
        found: dict[str, int] = {}
        for bucket in all_buckets(BUCKETS):
            request: QueryInputTypeDef = {
                "TableName": self._table,
                "IndexName": INDEX,
                "KeyConditionExpression": "look_bucket = :bucket AND look_after_ms < :never",
                "ExpressionAttributeValues": {":bucket": {"S": bucket}, ":never": {"N": str(NEVER_MS)}},
            }
            items = queried(self._client, request)
            found.update((item["sensor"]["S"], int(item["look_after_ms"]["N"])) for item in items)
        return found

    def look_after(self, state: SensorEpisodes) -> int:
        """The time, by the device's clock, after which a reading may change the sensor's state; else `NEVER_MS`."""
        if state.pending:
            return 0
        until = state.open_until(self._quiet_ms)
        if until is None:
            return NEVER_MS
        # In steps, so that an episode that continues seldom writes to the index.
        step = max(1, self._quiet_ms // 2)
        return until // step * step

    def _change(self, sensor: str, before: SensorEpisodes, after: SensorEpisodes) -> Change:
        attributes = {
            "episodes": {"L": [_episode_item(episode) for episode in after.episodes]},
            "pending": {"L": [_pending_item(pending) for pending in after.pending]},
            "horizon_ms": _number(after.horizon_ms),
            "version": _number(after.version),
            "look_bucket": {"S": bucket_of(sensor, BUCKETS)},
            "look_after_ms": _number(self.look_after(after)),
            "expires_at": _number(self.now_ms() // 1000 + KEPT_SECONDS),
        }
        return Change(attributes, _expected(before))


def _expected(before: SensorEpisodes) -> dict[str, Any] | None:
    if before.version:
        return {"version": _number(before.version)}
    if before.episodes:
        # Written by release 0.3. Such items expire within 30 days.
        return {"episode_start_ms": _number(before.episodes[0].start_ms)}
    return None


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _episode_item(episode: Episode) -> dict[str, Any]:
    item = {
        "start_ms": _number(episode.start_ms),
        "first_ms": _number(episode.first_ms),
        "last_ms": _number(episode.last_ms),
        "severity": {"S": episode.severity},
    }
    if episode.ended_ms is not None:
        item["ended_ms"] = _number(episode.ended_ms)
    return {"M": item}


def _pending_item(pending: PendingAlert) -> dict[str, Any]:
    return {
        "M": {
            "alert": {"S": _encode(pending.alert).decode()},
            "cause_ms": _number(pending.cause_ms),
            "until_ms": _number(pending.until_ms),
        }
    }


def _episodes_of(item: Mapping[str, Any]) -> SensorEpisodes:
    if "version" not in item:
        start_ms, last_ms = int(item["episode_start_ms"]["N"]), int(item["last_anomaly_ms"]["N"])
        return SensorEpisodes((Episode(start_ms, start_ms, last_ms, item["severity"]["S"]),))
    return SensorEpisodes(
        tuple(_episode(each["M"]) for each in item["episodes"]["L"]),
        tuple(_pending(each["M"]) for each in item["pending"]["L"]),
        int(item["horizon_ms"]["N"]),
        int(item["version"]["N"]),
    )


def _episode(item: Mapping[str, Any]) -> Episode:
    return Episode(
        int(item["start_ms"]["N"]),
        int(item["first_ms"]["N"]),
        int(item["last_ms"]["N"]),
        item["severity"]["S"],
        int(item["ended_ms"]["N"]) if "ended_ms" in item else None,
    )


def _pending(item: Mapping[str, Any]) -> PendingAlert:
    return PendingAlert(
        _decode_alert(item["alert"]["S"]),
        int(item["cause_ms"]["N"]),
        int(item["until_ms"]["N"]),
    )
