"""Alerts as SNS messages."""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.aws.retry import resend

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef, PublishBatchRequestEntryTypeDef

    from lambda_src.common.alerting.signing import Signer
    from lambda_src.common.aws.deadline import Deadline

MESSAGES_PER_CALL = 10
"""Limit of PublishBatch."""

SUBJECT_LIMIT = 100

AlertState = Literal["opened", "escalated", "ended"]

_encode = msgspec.json.Encoder(order="deterministic").encode


class Alert(msgspec.Struct, frozen=True, omit_defaults=True):
    """The message's body. An alert that is published again after a failure has the same id.

    ``alert_id`` is ``<device>#<sensor>#<start of the episode, ms>#<state>``, so an episode has at most one alert per
    state: ``opened``; ``escalated``, where a warning became critical; ``ended``, once a later reading showed that the
    quiet time has passed. An ``ended`` one has no ``value``, the time of the episode's last anomaly as its
    ``timestamp_ms``, and the highest severity that the episode reached.
    """

    alert_id: str
    device_id: str
    sensor_type: str
    state: AlertState
    value: float | None
    timestamp_ms: int
    severity: str
    reason: str | None
    production_line: str | None
    episode_start_ms: int
    environment: str
    severity_word: str | None = None
    """The severity in the receivers' own words, where the settings have one for it."""


class Published(NamedTuple):
    done: Sequence[Alert]
    failed: Sequence[Alert]
    unsigned: int
    """Number of messages without a signature."""


class Publisher:
    def __init__(
        self,
        client: SNSClient,
        topic_arn: str,
        signer: Signer | None,
        severity_words: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._client = client
        self._topic_arn = topic_arn
        self._signer = signer
        self._severity_words = severity_words

    def publish(self, alerts: Sequence[Alert], deadline: Deadline) -> Published:
        """Publish all alerts and retry those that the service did not accept. Raises permanent errors."""
        messages = {_entry_id(alert): self._message(alert) for alert in alerts}
        left: set[str] = set()
        entries = list(messages.values())
        for start in range(0, len(entries), MESSAGES_PER_CALL):
            chunk = entries[start : start + MESSAGES_PER_CALL]
            left.update(entry["Id"] for entry in resend(self._send, chunk, deadline))
        done = [alert for alert in alerts if _entry_id(alert) not in left]
        failed = [alert for alert in alerts if _entry_id(alert) in left]
        signed = {i for i, entry in messages.items() if "signature" in entry["MessageAttributes"]}
        return Published(done, failed, sum(_entry_id(alert) not in signed for alert in done))

    def _send(self, entries: Sequence[PublishBatchRequestEntryTypeDef]) -> Sequence[PublishBatchRequestEntryTypeDef]:
        try:
            with temporary_failures():
                answer = self._client.publish_batch(TopicArn=self._topic_arn, PublishBatchRequestEntries=entries)
        except TemporaryFailureError:
            return entries
        failed = {item["Id"] for item in answer.get("Failed", ())}
        return [entry for entry in entries if entry["Id"] in failed]

    def _message(self, alert: Alert) -> PublishBatchRequestEntryTypeDef:
        word = self._severity_words.get(alert.severity)
        body = _encode(msgspec.structs.replace(alert, severity_word=word))
        attributes = {
            "state": alert.state,
            "severity": alert.severity,
            "sensor_type": alert.sensor_type,
            "device_id": alert.device_id,
        }
        signature = None if self._signer is None else self._signer.sign(body)
        if signature is not None:
            attributes |= {"signature": signature.hex, "key_id": signature.key_id}
        return {
            "Id": _entry_id(alert),
            "Subject": subject(alert, word or alert.severity),
            "Message": body.decode(),
            "MessageAttributes": {name: _text(value) for name, value in attributes.items()},
        }


def subject(alert: Alert, severity: str) -> str:
    """Return the subject of an e-mail about this alert.

    SNS allows 100 characters of ASCII without line breaks or control characters (Publish in its API reference).
    """
    first = alert.state if alert.state == "ended" else severity
    text = f"{first.upper()}: {alert.device_id} {alert.sensor_type}"
    if alert.reason:
        text += f", {alert.reason}"
    plain = "".join(character if " " <= character <= "~" else "?" for character in text)
    return plain if len(plain) <= SUBJECT_LIMIT else plain[: SUBJECT_LIMIT - 3] + "..."


def _entry_id(alert: Alert) -> str:
    # An entry's id has at most 80 characters of A-Z, a-z, 0-9, '-' and '_'; the alert's id has others and may be
    # longer.
    return hashlib.sha256(alert.alert_id.encode()).hexdigest()


def _text(value: str) -> MessageAttributeValueTypeDef:
    return {"DataType": "String", "StringValue": value}
