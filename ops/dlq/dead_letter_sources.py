"""Where dead letters lie: which places a deployment has, and what every place can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ops.dlq.bucket import BucketPlace
from ops.dlq.history import HistoryIndex
from ops.dlq.lambda_records import read_invocation
from ops.dlq.queue import QueuePlace
from ops.dlq.rule_errors import RuleErrors
from ops.dlq.targets import QueueTarget, StreamTarget
from ops.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ops.cloud import Cloud
    from ops.dlq.messages import Letter
    from ops.dlq.run import RedriveRun
    from ops.dlq.targets import RedriveTarget

NAMES = ("queue", "bridge", "records", "rule")
_QUEUES = {"queue": ("queue_dlq_url", "queue_url"), "bridge": ("bridge_dlq_url", "bridge_queue_url")}


class Place(Protocol):
    """``name`` is one of `NAMES`, ``goes_to`` where its letters go back to, in words."""

    @property
    def name(self) -> str: ...

    @property
    def goes_to(self) -> str: ...

    def count(self) -> int:
        """Letters that lie here; of a queue about so many."""
        ...

    def look(self, most: int) -> Iterable[Letter]:
        """The oldest letters, or of a queue any, ``most`` at most; all stay where they are, for others too."""
        ...

    def redrive(self, run: RedriveRun) -> None:
        """Send letters back as long as ``run`` has room; each is taken away only after all of it was taken there."""
        ...


def find_places(cloud: Cloud, only: str | None) -> Sequence[Place]:
    """The deployment's places, or the one named; raises `InputError` where it has no such place."""
    found = [place for name in NAMES if only in (None, name) and (place := _place(name, cloud))]
    if not found:
        raise InputError(f"this deployment has no place {only!r}" if only else "this deployment keeps no dead letters")
    return found


def _place(name: str, cloud: Cloud) -> Place | None:
    outputs = cloud.outputs
    if name in _QUEUES:
        dead, source = map(outputs.find, _QUEUES[name])
        return QueuePlace(name, cloud.sqs, dead, QueueTarget(cloud.sqs, source)) if dead and source else None
    bucket, stream = outputs.find("on_failure_bucket"), outputs.find("stream_name")
    if not bucket:
        return None
    back = StreamTarget(cloud.kinesis, stream, HistoryIndex(cloud.s3, bucket)) if stream else None
    if name == "records":
        return BucketPlace(name, cloud.s3, bucket, "aws/lambda/", read_invocation, back) if back else None
    topic = outputs.find("iot_topic_filter")
    target = _rule_target(cloud, back)
    if not topic or not target:
        return None
    return BucketPlace(name, cloud.s3, bucket, "iot-errors/", RuleErrors(topic).read, target)


def _rule_target(cloud: Cloud, stream: RedriveTarget | None) -> RedriveTarget | None:
    """What the topic rule writes to: the bridge's queue where there is one, else the transport."""
    queue = cloud.outputs.find("bridge_queue_url")
    if queue or not stream:
        queue = queue or cloud.outputs.find("queue_url")
        return QueueTarget(cloud.sqs, queue) if queue else None
    return stream
