"""Create the publisher of alerts from a function's settings. Clients are created at first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lambda_src.common.alerting.publisher import Publisher
from lambda_src.common.alerting.signing import Signer
from lambda_src.common.aws import clients

if TYPE_CHECKING:
    from collections.abc import Mapping


class AlertingSettings(Protocol):
    """Settings of every function that sends alerts. An empty secret means unsigned alerts."""

    @property
    def alerts_topic_arn(self) -> str: ...
    @property
    def alert_signing_secret_arn(self) -> str: ...
    @property
    def alert_severity_words(self) -> Mapping[str, str]: ...


def make_publisher(settings: AlertingSettings) -> Publisher:
    """Return a publisher for the deployment's topic."""
    secret = settings.alert_signing_secret_arn
    signer = Signer(clients.secretsmanager(), secret) if secret else None
    return Publisher(clients.sns(), settings.alerts_topic_arn, signer, settings.alert_severity_words)
