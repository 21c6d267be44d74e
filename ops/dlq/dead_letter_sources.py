"""The sources of failed messages: dead-letter queues and the on-failure bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ops.dlq.bucket import BucketSource
from ops.dlq.history import HistoryIndex
from ops.dlq.lambda_records import read_invocation
from ops.dlq.queue import QueueSource
from ops.dlq.rule_errors import RuleErrors
from ops.dlq.targets import QueueTarget, StreamTarget
from ops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ops.cloud import Cloud
    from ops.dlq.messages import FailedMessage
    from ops.dlq.run import RedriveRun
    from ops.dlq.targets import RedriveTarget

NAMES = ("queue", "bridge", "records", "rule")
_QUEUES = {"queue": ("queue_dlq_url", "queue_url"), "bridge": ("bridge_dlq_url", "bridge_queue_url")}


class DeadLetterSource(Protocol):
    """One source. ``name`` is one of `NAMES`; ``target_name`` describes where its messages are redriven to."""

    @property
    def name(self) -> str: ...

    @property
    def target_name(self) -> str: ...

    def count(self) -> int:
        """Return the number of messages. For a queue it is approximate."""
        ...

    def look(self, most: int) -> Iterable[FailedMessage]:
        """Return at most ``most`` messages, the oldest of a bucket or any of a queue. All stay in the source."""
        ...

    def redrive(self, run: RedriveRun) -> None:
        """Redrive messages while ``run`` has room. A message is deleted only after its target accepted all of it."""
        ...


def find_sources(cloud: Cloud, only: str | None) -> Sequence[DeadLetterSource]:
    """Return the sources of the deployment, or only the one named.

    Raises `InputError` if the deployment does not have it.
    """
    found = {name: source for name in NAMES if (source := _source(name, cloud))}
    if not found:
        raise InputError("this deployment has no dead-letter queue and no on-failure bucket")
    if only is None:
        return list(found.values())
    if only not in found:
        raise InputError(f"this deployment has no source {only!r}; it has {', '.join(found)}")
    return [found[only]]


def _source(name: str, cloud: Cloud) -> DeadLetterSource | None:
    outputs = cloud.outputs
    if name in _QUEUES:
        dead, source = map(outputs.find, _QUEUES[name])
        return QueueSource(name, cloud.sqs, dead, QueueTarget(cloud.sqs, source)) if dead and source else None
    bucket, stream = outputs.find("on_failure_bucket"), outputs.find("stream_name")
    if not bucket:
        return None
    back = StreamTarget(cloud.kinesis, stream, HistoryIndex(cloud.s3, bucket)) if stream else None
    if name == "records":
        return BucketSource(name, cloud.s3, bucket, "aws/lambda/", read_invocation, back) if back else None
    topic = outputs.find("iot_topic_filter")
    target = _rule_target(cloud, back)
    if not topic or not target:
        return None
    return BucketSource(name, cloud.s3, bucket, "iot-errors/", RuleErrors(topic).read, target)


def _rule_target(cloud: Cloud, stream: RedriveTarget | None) -> RedriveTarget | None:
    """Return the target of the topic rule: the queue of the bridge if there is one, else the transport."""
    queue = cloud.outputs.find("bridge_queue_url")
    if queue or not stream:
        queue = queue or cloud.outputs.find("queue_url")
        return QueueTarget(cloud.sqs, queue) if queue else None
    return stream
