"""Settings of alerts, alarms, logs and keys."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lib.config.base import ConfigTable, Days, Seconds

LOG_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""What CloudWatch Logs takes as a retention (PutRetentionPolicy)."""


Severity = Literal["warning", "critical"]
AlertState = Literal["opened", "escalated", "ended"]
USUAL_STATES: tuple[AlertState, ...] = ("opened", "escalated")
"""What a subscriber receives by default: something is wrong, or worse than it was."""
SeverityName = Annotated[str, Meta(pattern=r"^(warning|critical)\Z", description="warning or critical")]
SeverityWord = Annotated[str, Meta(pattern=r"^[ -~]{1,32}\Z", description="1 to 32 characters of ASCII")]


def protocol_of(endpoint: str) -> Literal["https", "email"]:
    """The protocol of a subscription to ``endpoint``, as SNS names it."""
    return "https" if endpoint.startswith("https://") else "email"


class SubscriberConfig(ConfigTable, frozen=True):
    """A subscriber of a topic; it receives messages once it has confirmed its subscription."""

    endpoint: str
    """An e-mail address, or an ``https://`` address to which SNS posts."""


class AlertSubscriberConfig(SubscriberConfig, frozen=True):
    severities: tuple[Severity, ...] = ()
    """Left out, alerts of all severities. The end of an episode has the highest severity that it reached."""
    states: tuple[AlertState, ...] = USUAL_STATES
    """Which changes of an episode: its beginning, a warning that became critical, and its end (``ended``)."""


class AlertsConfig(ConfigTable, frozen=True):
    quiet_seconds: Seconds = 900
    """An anomaly later than this after the last one of its sensor opens a new episode."""
    severity_words: dict[SeverityName, SeverityWord] = msgspec.field(default_factory=dict)
    """What receivers call a severity, such as ``critical = "HIGH"``; it stands in the message and its subject."""
    emails: tuple[str, ...] = ()
    """Short for subscribers with all severities and the usual states."""
    subscribers: tuple[AlertSubscriberConfig, ...] = ()


class AlarmsConfig(ConfigTable, frozen=True):
    emails: tuple[str, ...] = ()
    """Short for subscribers."""
    subscribers: tuple[SubscriberConfig, ...] = ()
    iterator_age_seconds: Seconds = 60
    duration_percent: Annotated[int, Meta(ge=1, le=100)] = 80
    """Alarm when a function's slowest run takes more of its timeout than this."""
    anomalies_in_5_minutes: Annotated[int, Meta(ge=1)] | None = None
    """Alarm when there are more anomalies than this; left out, alerts speak for themselves."""
    freshness_seconds: Seconds = 900
    """Alarm when the oldest record that Firehose has not delivered is older than this."""
    records_per_minute: Annotated[int, Meta(ge=1)] | None = None
    """Alarm when more records than this arrive in two consecutive minutes; by default the load plus headroom."""
    error_percent: Annotated[int, Meta(ge=1, le=99)] | None = None
    """Alarm when more than this percentage of a function's runs, or of the API's answers, failed; left out, at any."""
    refused_percent: Annotated[int, Meta(ge=1, le=99)] = 20
    """Alarm when more than this percentage of the API's requests are refused as the callers' fault."""
    runbook_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^\s#]{1,248})?\Z",
            description="an address of at most 256 characters, http:// or https://, without '#'",
        ),
    ] = ""
    """Where `docs/runbook.md` can be read; each alarm's description then ends with a link into it."""


class LogsConfig(ConfigTable, frozen=True):
    retention_days: int = 30


class SecretConfig(ConfigTable, frozen=True):
    rotation_days: Annotated[int, Meta(ge=1, le=1000)] = 30
    recovery_days: Annotated[int, Meta(ge=7, le=30)] = 7


class AuditConfig(ConfigTable, frozen=True):
    """Who read or changed which object: S3 access logs, and CloudTrail's data events of our buckets."""

    enabled: bool = False
    """CloudTrail bills 0.10 dollars per 100,000 events (https://aws.amazon.com/cloudtrail/pricing/), and every object
    that is written or read is one. See docs/cost.md.
    """
    retention_days: Days = 365


class KeyConfig(ConfigTable, frozen=True):
    deletion_days: Annotated[int, Meta(ge=7, le=30)] = 7
