"""The alerts table: one item a sensor, its latest episode. Conditions decide, so that containers need not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import TemporaryFailureError, code_of, temporary_failures
from lambda_src.processor.alerts.episodes import Episode

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from lambda_src.processor.alerts.episodes import AnomalyRun

KEPT_SECONDS = 30 * 24 * 3600
"""An item goes 30 days after its last anomaly: by then every delivery of its readings is long over."""

_START = {"#start": "episode_start_ms"}
_NO: AttributeValueTypeDef = {"BOOL": False}
_EVER = 10**15
"""Milliseconds, in the year 33658."""


class EpisodeTable:
    """All methods raise `TemporaryFailureError` where a repetition may help."""

    def __init__(self, client: DynamoDBClient, table: str, now_ms: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self.now_ms = now_ms

    def open(self, run: AnomalyRun, quiet_ms: int, until_ms: int) -> tuple[Episode, bool]:
        """Open an episode with this run, ours to announce until then; or the one that is already known, and False."""
        standing = self._update(
            run.sensor,
            "SET #start = :start, last_anomaly_ms = :last, announced = :no, claimed_until_ms = :until, "
            "severity = :severity, #value = :value, expires_at = :expires",
            "attribute_not_exists(sensor) OR last_anomaly_ms < :limit",
            {
                ":start": _number(run.start_ms),
                ":limit": _number(run.start_ms - quiet_ms),
                ":last": _number(run.last_ms),
                ":no": _NO,
                ":until": _number(until_ms),
                ":severity": {"S": run.first.verdict.severity},
                # Text, since a DynamoDB number has 38 digits and ends at 1e126.
                ":value": {"S": repr(run.first.reading.value)},
                ":expires": self._expires(),
            },
            {"#start": "episode_start_ms", "#value": "value"},
        )
        if standing is None:
            return Episode(run.start_ms, run.last_ms, run.last_ms, announced=False, claimed_until_ms=until_ms), True
        return standing, False

    def claim(self, run: AnomalyRun, known: Episode, until_ms: int) -> tuple[Episode, bool]:
        """Make a known episode ours to announce until then; or what stands against it, and False.

        Of several that find an abandoned one, one gets it. Where its opening anomaly is in the run, nobody is asked.
        """
        standing = self._update(
            run.sensor,
            "SET claimed_until_ms = :until",
            "#start = :start AND announced = :no AND claimed_until_ms <= :limit",
            {
                ":start": _number(known.start_ms),
                ":no": _NO,
                ":until": _number(until_ms),
                ":limit": _number(_EVER if run.has(known.start_ms) else self.now_ms()),
            },
        )
        if standing is None:
            return known._replace(claimed_until_ms=until_ms), True
        return standing, False

    def extend(self, run: AnomalyRun, known: Episode) -> Episode:
        """Write down how far the episode goes; returns the newer truth where the table knows one."""
        standing = self._update(
            run.sensor,
            "SET last_anomaly_ms = :last, expires_at = :expires",
            "#start = :start AND last_anomaly_ms < :last",
            {":start": _number(known.start_ms), ":last": _number(run.last_ms), ":expires": self._expires()},
        )
        return standing or known._replace(last_ms=run.last_ms, written_ms=run.last_ms)

    def mark_announced(self, sensor: str, start_ms: int) -> None:
        """The alert is out. Where another episode has begun since, there is nothing left to mark."""
        self._update(
            sensor,
            "SET announced = :yes",
            "#start = :start",
            {":start": _number(start_ms), ":yes": {"BOOL": True}},
        )

    def _update(
        self,
        sensor: str,
        expression: str,
        condition: str,
        values: dict[str, AttributeValueTypeDef],
        names: dict[str, str] = _START,
    ) -> Episode | None:
        """None when the update was made, else the episode that stands against it."""
        try:
            with temporary_failures():
                self._client.update_item(
                    TableName=self._table,
                    Key={"sensor": {"S": sensor}},
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=values,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            # The item is a member of this exception alone, which the SDK's type of an error does not know.
            item = cast("dict[str, Any]", error.response).get("Item")
            if not item:
                # Expired between the check and the answer: what stood against the update is gone.
                raise TemporaryFailureError(f"the episode of {sensor} went while it was updated") from error
            return _episode(item)
        return None

    def _expires(self) -> AttributeValueTypeDef:
        return _number(self.now_ms() // 1000 + KEPT_SECONDS)


def _number(value: int) -> AttributeValueTypeDef:
    return {"N": str(value)}


def _episode(item: dict[str, Any]) -> Episode:
    last = int(item["last_anomaly_ms"]["N"])
    claimed_until = int(item["claimed_until_ms"]["N"])
    return Episode(int(item["episode_start_ms"]["N"]), last, last, item["announced"]["BOOL"], claimed_until)
