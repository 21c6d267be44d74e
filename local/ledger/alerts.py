"""Receive alerts as a subscriber does, and compare them with the expected ones."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from lambda_src.common.alerting.publisher import AlertState
from lambda_src.common.signing_secret import SigningSecretDocument
from local.endpoints import Clients
from local.fleet import ExpectedAlert
from local.worker import Worker

_WAIT_SECONDS = 1  # Seconds that one receive call waits; also how long `stop` takes.


class AlertMessage(msgspec.Struct, frozen=True):
    """The fields of an alert that the ledger needs."""

    alert_id: str
    device_id: str
    sensor_type: str
    state: AlertState
    value: float | None
    severity: str
    episode_start_ms: int
    reason: str | None = None


@dataclass(frozen=True)
class ReceivedAlert:
    """A received alert. `signed` means that the signature matches exactly these bytes."""

    alert: AlertMessage
    signed: bool


@dataclass(frozen=True)
class AlertAccount:
    """The account of the alerts: one per change of an episode, each signed."""

    expected: int
    received: int
    missing: int
    unexpected: int
    doubled: int
    unsigned: int
    examples: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether each change was announced once and nothing else was announced."""
        return not (self.missing or self.unexpected or self.doubled or self.unsigned)


def account_alerts(
    expected: Iterable[ExpectedAlert], received: Iterable[ReceivedAlert], *, ordered: bool = True
) -> AlertAccount:
    """Compare the alerts that the readings imply with the received ones.

    If messages keep their order, an alert names the first anomaly of its episode. Otherwise (a queue, parallel
    requests) it names the anomaly that was processed first, which may be any of the episode; a critical one leaves
    nothing to escalate. The end of an episode may be noticed a minute later, so a short run may miss it. It is
    therefore allowed and not expected.
    """
    arrived = list(received)
    planned = list(expected)
    copies = Counter(_change(each.alert, planned, ordered) for each in arrived)
    begun_critical = {_change(each.alert, planned, ordered)[:3] for each in arrived if _opens_critical(each.alert)}
    allowed = {(each.device_id, each.sensor_type, each.episode_start_ms, each.state) for each in planned}
    wanted = {
        change
        for change in allowed
        if change[3] == "opened" or (change[3] == "escalated" and (ordered or change[:3] not in begun_critical))
    }
    missing, unexpected = wanted - copies.keys(), copies.keys() - allowed
    return AlertAccount(
        expected=len(wanted),
        received=len(arrived),
        missing=len(missing),
        unexpected=len(unexpected),
        doubled=copies.total() - len(copies),
        unsigned=sum(not each.signed for each in arrived),
        examples=tuple([f"missing {each}" for each in missing] + [f"unexpected {each}" for each in unexpected])[:5],
    )


_Change = tuple[str, str, int, str]
"""Device, sensor type, first anomaly of the episode, and state."""


def _opens_critical(alert: AlertMessage) -> bool:
    return (alert.state, alert.severity) == ("opened", "critical")


def _change(alert: AlertMessage, planned: Iterable[ExpectedAlert], ordered: bool) -> _Change:
    """Return the planned change that an alert announces, or else its own."""
    start_ms = alert.episode_start_ms
    if not ordered:
        of_sensor = (each for each in planned if each[:2] == (alert.device_id, alert.sensor_type))
        within = (each for each in of_sensor if each.episode_start_ms <= start_ms <= each.episode_end_ms)
        start_ms = next((each.episode_start_ms for each in within), start_ms)
    return alert.device_id, alert.sensor_type, start_ms, alert.state


class AlertListener:
    """A queue subscribed to the topic, read in a thread from `start` to `stop`."""

    def __init__(
        self, clients: Clients, topic_arn: str, secret_arn: str, on_alert: Callable[[ReceivedAlert], None]
    ) -> None:
        self._clients = clients
        self._sqs = clients.client("sqs")
        self._topic_arn = topic_arn
        self._secret_arn = secret_arn
        self._on_alert = on_alert
        self._stopping = threading.Event()
        self._worker = Worker("alerts", self._receive)
        self._secrets: dict[str, SigningSecretDocument] = {}
        self.received: list[ReceivedAlert] = []

    def start(self) -> None:
        """Subscribe, then receive."""
        queue = self._sqs.create_queue(QueueName="alerts-of-this-run")
        self._queue_url = queue["QueueUrl"]
        answer = self._sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["QueueArn"])
        queue_arn = answer["Attributes"]["QueueArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "sns.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": self._topic_arn}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._sqs.set_queue_attributes(QueueUrl=self._queue_url, Attributes={"Policy": policy})
        subscription = self._clients.client("sns").subscribe(
            TopicArn=self._topic_arn,
            Protocol="sqs",
            Endpoint=queue_arn,
            Attributes={"RawMessageDelivery": "true"},
            ReturnSubscriptionArn=True,
        )
        self._subscription_arn = subscription["SubscriptionArn"]
        self._worker.start()

    def stop(self) -> None:
        """Stop receiving and remove queue and subscription. Raises the error that ended the thread, if any."""
        self._stopping.set()
        self._worker.join()
        self._clients.client("sns").unsubscribe(SubscriptionArn=self._subscription_arn)
        self._sqs.delete_queue(QueueUrl=self._queue_url)
        self._worker.check()

    def _receive(self) -> None:
        # After `stop` it continues until the queue is empty, because the last alert may still be in it.
        while self._receive_once() or not self._stopping.is_set():
            pass

    def _receive_once(self) -> bool:
        """Receive up to ten messages. Returns whether there were any."""
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=_WAIT_SECONDS,
            MessageAttributeNames=["All"],
        )
        messages = answer.get("Messages", ())
        for message in messages:
            received = self._check(message)
            self.received.append(received)
            self._on_alert(received)
            self._sqs.delete_message(QueueUrl=self._queue_url, ReceiptHandle=message["ReceiptHandle"])
        return bool(messages)

    def _check(self, message: dict[str, Any]) -> ReceivedAlert:
        body = message["Body"].encode()
        attributes = {name: entry["StringValue"] for name, entry in message.get("MessageAttributes", {}).items()}
        signed = {"signature", "key_id"} <= attributes.keys() and self._secret(attributes["key_id"]).verifies(
            body, attributes["signature"]
        )
        return ReceivedAlert(msgspec.json.decode(body, type=AlertMessage), signed)

    def _secret(self, key_id: str) -> SigningSecretDocument:
        if key_id not in self._secrets:
            answer = self._clients.client("secretsmanager").get_secret_value(
                SecretId=self._secret_arn, VersionId=key_id
            )
            self._secrets[key_id] = SigningSecretDocument.parse(answer["SecretString"])
        return self._secrets[key_id]
