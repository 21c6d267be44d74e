"""Settings of the load, the transport, the entrypoints and the processor."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lambda_src.common.device_status import STATUSES
from lib.config.base import ConfigTable, Percent, Principal, Seconds


class LoadConfig(ConfigTable, frozen=True):
    """What the pipeline is built for; shards and batches follow from it."""

    readings_per_second: Annotated[int, Meta(ge=1, le=1_000_000)] = 100
    reading_bytes: Annotated[int, Meta(ge=1, le=1_048_576)] = 250
    headroom_percent: Percent = 50
    """Capacity on top of the load, since partition keys never spread perfectly over the shards."""


class StreamConfig(ConfigTable, frozen=True):
    mode: Literal["provisioned", "on-demand"] = "provisioned"
    shards: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    """Fixes the number of shards; left out, it is computed from the load."""
    retention_hours: Annotated[int, Meta(ge=24, le=8760)] = 24
    shard_metrics: bool = False
    """All seven shard-level metrics, which cost a metric a shard each."""
    producers: tuple[Principal, ...] = ()
    """ARNs that may assume the producer role; left out, whom the account's own IAM policies allow."""


class QueueConfig(ConfigTable, frozen=True):
    """The queue in the stream's place, where ``transport = "sqs"``."""

    tries: Annotated[int, Meta(ge=1, le=1000)] = 3
    """How often a message is delivered before it goes to the dead letters."""
    batch_size: Annotated[int, Meta(ge=1, le=10_000)] = 10
    window_seconds: Annotated[int, Meta(ge=0, le=300)] = 0
    concurrency: Annotated[int, Meta(ge=2, le=1000)] | None = None
    """The most processors at once; left out, `processor.reserved_concurrency`, or as many as the account lets run."""


class ProcessorConfig(ConfigTable, frozen=True):
    memory_mb: Annotated[int, Meta(ge=128, le=10_240)] = 512
    timeout_seconds: Annotated[int, Meta(ge=1, le=900)] = 60
    batch_size: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    """Records a batch; left out, what one shard brings in the window."""
    window_seconds: Annotated[int, Meta(ge=0, le=300)] = 10
    parallelization: Annotated[int, Meta(ge=1, le=10)] = 2
    retries: Annotated[int, Meta(ge=0, le=10_000)] = 3
    record_age_seconds: Annotated[int, Meta(ge=60, le=604_800)] | None = None
    """Older records go to the on-failure bucket untried; left out, a record's age does not matter."""
    reserved_concurrency: Annotated[int, Meta(ge=1)] | None = None


class ApiConfig(ConfigTable, frozen=True):
    """The HTTP entrypoint: send, process and query, signed by IAM."""

    enabled: bool = False
    requests_per_second: Annotated[int, Meta(ge=1, le=10_000)] = 1_000
    burst: Annotated[int, Meta(ge=1, le=5_000)] = 1_000
    """Requests above the rate that a moment may bring (token bucket); 5,000 is the account's own default."""
    stage: Annotated[
        str, Meta(pattern=r"^[A-Za-z0-9_-]{1,128}\Z", description="1 to 128 of A-Z, a-z, 0-9, '_' and '-'")
    ] = "live"
    """Name of the API's stage: the first part of every path."""
    memory_mb: Annotated[int, Meta(ge=128, le=10_240)] = 256
    reserved_concurrency: Annotated[int, Meta(ge=1)] | None = None
    """Of each of the API's functions."""
    writers: tuple[Principal, ...] = ()
    """ARNs that may assume the role that sends; left out, whom the account's own IAM policies allow."""
    readers: tuple[Principal, ...] = ()
    """The same for the role that asks."""
    cors_origin: (
        Annotated[
            str,
            Meta(
                pattern=r"^https?://[A-Za-z0-9.-]{1,253}(:\d{1,5})?\Z",
                description="an origin such as https://dashboard.example.com, without a path",
            ),
        ]
        | None
    ) = None
    """The web page's origin that may call the API from a browser; left out, none."""
    waf_acl_arn: (
        Annotated[
            str,
            Meta(
                pattern=r"^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:\d{12}:regional/webacl/[\w-]{1,128}/[0-9a-f-]{36}\Z",
                description="the ARN of a regional web ACL of WAFv2",
            ),
        ]
        | None
    ) = None
    account_logging: bool = False
    """Own the account's role for API logs. An account and region has one, and whoever destroys this deployment ends the
    logs of all others: leave it to ``python -m ops account api-logs`` where another deployment may stand beside."""


class RuntimeParameterConfig(ConfigTable, frozen=True):
    """Settings that change without a deployment: a JSON parameter in SSM that the functions read every minute."""

    enabled: bool = False


Topic = Annotated[
    str,
    Meta(
        pattern=r"^(?=.{1,128}\Z)([A-Za-z0-9_-]+/){0,5}\{device\}(/[A-Za-z0-9_-]+){0,2}\Z",
        description="a topic of at most 128 characters with {device} as one level, such as commands/{device}",
    ),
]
"""A device's own topic, with ``{device}`` where it is named. IoT Core allows seven slashes."""
Topics = Annotated[
    str,
    Meta(
        pattern=r"^(?=.{1,128}\Z)([A-Za-z0-9_-]+/){0,5}\{device\}(/[A-Za-z0-9_-]+){0,2}(/\*)?\Z",
        description="a topic of at most 128 characters with {device} as one level, such as device/{device}/*",
    ),
]
"""The same, or with ``/*`` at its end all topics below it."""


ThingName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9:_-]{1,128}\Z", description="1 to 128 of A-Z, a-z, 0-9 and :_-")]
DevicePrefixes = Annotated[
    tuple[
        Annotated[str, Meta(pattern=r"^[A-Za-z0-9:_-]{1,128}\Z", description="1 to 128 of A-Z, a-z, 0-9 and :_-")], ...
    ],
    Meta(min_length=1),
]
AttributeName = Annotated[
    str, Meta(pattern=r"^[a-zA-Z0-9_.,@/:#-]{1,128}\Z", description="1 to 128 of A-Z, a-z, 0-9 and _.,@/:#-")
]
AttributeValue = Annotated[
    str, Meta(pattern=r"^[a-zA-Z0-9_.,@/:#-]{0,800}\Z", description="at most 800 of A-Z, a-z, 0-9 and _.,@/:#-")
]
"""As IoT Core's CreateThing takes them."""


StatusName = Annotated[str, Meta(pattern=rf"^({'|'.join(STATUSES)})\Z", description=f"one of {', '.join(STATUSES)}")]
StatusWord = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9_-]{1,32}\Z", description="1 to 32 of A-Z, a-z, 0-9, '_' and '-'")
]


class FirstThingConfig(ConfigTable, frozen=True):
    """A device that the deployment makes itself, without a certificate."""

    name: ThingName
    attributes: dict[AttributeName, AttributeValue] = msgspec.field(default_factory=dict)


class SparkplugConfig(ConfigTable, frozen=True):
    """Edge nodes that speak Sparkplug B. Each is a thing, and publishes to the topics of its own name."""

    group: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,32}\Z", description="1 to 32 of A-Z, a-z, 0-9, '_' and '-'")]
    """The group id in ``spBv1.0/GROUP/…``."""


class DevicesConfig(ConfigTable, frozen=True):
    """Devices that connect by MQTT with certificates of their own."""

    enabled: bool = False
    topic_filter: Annotated[
        str,
        Meta(
            pattern=r"^(?=.{1,128}\Z)(?!([^/]*/){8})([A-Za-z0-9_-]+/)+(#|\+(/[A-Za-z0-9_-]+)*)\Z",
            description="a topic of at most 128 characters and 7 slashes with one wildcard, such as sensor/+/data",
        ),
    ] = "sensor/+/data"
    """Topics of telemetry; the wildcard stands for the device's id. IoT Core takes seven slashes and 256 bytes, with
    the longest id in them."""
    command_topic: Topic = "commands/{device}"
    """Where a device receives commands. Only the device itself can subscribe to it."""
    publish_topics: Annotated[tuple[Topics, ...], Meta(max_length=3)] = ("commands/{device}/response",)
    """Where a device may publish besides its telemetry and its shadow, such as the answers to its commands."""
    status_words: dict[StatusName, StatusWord] = msgspec.field(default_factory=dict)
    """What the API and ``ops`` call a status, such as ``NORMAL = "ACTIVE"``. Statuses may share a word. The
    table and its index keep the names, so words may change at any time."""
    first_thing: FirstThingConfig | None = None
    """Left out, things are made by provisioning and by ``ops devices add`` only."""
    basic_ingest: bool = False
    """Publish through ``$aws/rules/…``, past the broker: no messaging charge, and nobody else can subscribe."""
    bridge: bool = False
    """Normalise and pack messages in a function between rule and stream; gives up their order of arrival."""
    sparkplug: SparkplugConfig | None = None
    """Take Sparkplug B as well; the bridge keeps the births of edge nodes in a table. Left out, only telemetry."""
    silent_intervals: Annotated[int, Meta(ge=2, le=1000)] = 5
    """A device that has missed this many of its usual intervals is silent."""
    minimum_silence_seconds: Seconds = 300
