"""The alerts of a processor on moto's table and a fake topic."""

from __future__ import annotations

from typing import Any

from lambda_src.common.alerting.publisher import Publisher
from lambda_src.common.aws import clients
from lambda_src.processor.alerts.alerts import EpisodeAlerts

QUIET_S = 900
TABLE = "alerts"


def container(table, sns, signer=None):
    """A fresh container: it remembers nothing."""
    topic = "arn:aws:sns:eu-central-1:123456789012:alerts"
    publisher: Any = sns
    return EpisodeAlerts(table, Publisher(publisher, topic, signer), quiet_seconds=QUIET_S, environment="test")


def item(sensor="press-1#temperature"):
    return clients.dynamodb().get_item(TableName=TABLE, Key={"sensor": {"S": sensor}})["Item"]
