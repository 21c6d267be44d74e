"""Failed messages in the on-failure bucket: each object below a prefix is one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.transport.stream_sink import BYTES_PER_CALL, RECORDS_PER_CALL
from ops.dlq.messages import FailedMessage
from ops.dlq.targets import RedrivePart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mypy_boto3_s3 import S3Client

    from ops.dlq.run import RedriveRun
    from ops.dlq.targets import RedriveTarget

_THREADS = 8


class StoredObject(NamedTuple):
    """One object of the bucket. ``modified_ms`` is the time of its last write in UTC milliseconds."""

    modified_ms: int
    key: str


class BucketSource:
    """Reads and redrives the objects below ``prefix``.

    :param read: parses an object's body, or raises ``ValueError``.
    """

    def __init__(
        self,
        name: str,
        s3: S3Client,
        bucket: str,
        prefix: str,
        read: Callable[[StoredObject, bytes, RedriveTarget], FailedMessage],
        target: RedriveTarget,
    ) -> None:
        self.name = name
        self.target_name = target.name
        self._s3 = s3
        self._bucket = bucket
        self._prefix = prefix
        self._read = read
        self._target = target

    def count(self) -> int:
        return len(self._stored)

    def look(self, most: int) -> Iterator[FailedMessage]:
        return self._messages(self._stored[:most])

    def redrive(self, run: RedriveRun) -> None:
        """Redrive in batches: small objects share a call, a large object takes several calls."""
        for wave in _waves(self._messages(self._stored[: run.room]), run):
            failed = (
                {} if run.dry else self._target.put([out for message in wave for out in self._outgoing(message, run)])
            )
            for message in wave:
                if message.id in failed:
                    run.fail(message.id, failed[message.id])
                else:
                    if not run.dry:
                        self._s3.delete_object(Bucket=self._bucket, Key=message.id)
                    run.done(len(message.parts))

    def _outgoing(self, message: FailedMessage, run: RedriveRun) -> Iterator[RedrivePart]:
        entry = run.entry(message.id, message.since_ms)
        for part in message.parts:
            yield RedrivePart(message.id, part, entry, {})

    def _messages(self, stored: Sequence[StoredObject]) -> Iterator[FailedMessage]:
        """Yield the messages of these objects, a few read ahead. An object may hold 6 MB, so never all of them."""
        waiting = iter(stored)
        with ThreadPoolExecutor(_THREADS) as pool:
            while ahead := list(islice(waiting, _THREADS)):
                yield from pool.map(self._message, ahead)

    def _message(self, stored: StoredObject) -> FailedMessage:
        body = self._s3.get_object(Bucket=self._bucket, Key=stored.key)["Body"].read()
        try:
            return self._read(stored, body, self._target)
        except (ValueError, RecursionError) as error:
            return FailedMessage(stored.key, stored.modified_ms, [], broken=str(error))

    @cached_property
    def _stored(self) -> list[StoredObject]:
        """The objects at the first access, oldest first. Later failures are not included."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        return sorted(
            StoredObject(int(entry["LastModified"].timestamp() * 1000), entry["Key"])
            for page in pages
            for entry in page.get("Contents", ())
        )


def _waves(messages: Iterable[FailedMessage], run: RedriveRun) -> Iterator[list[FailedMessage]]:
    """Yield groups of messages that fit into one call. Unreadable messages are reported and skipped."""
    wave: list[FailedMessage] = []
    parts = size = 0
    for message in messages:
        if message.broken is not None:
            run.fail(message.id, message.broken)
            continue
        length = sum(len(part.data) + len(part.partition_key or "") for part in message.parts)
        if wave and (parts + len(message.parts) > RECORDS_PER_CALL or size + length > BYTES_PER_CALL):
            yield wave
            wave, parts, size = [], 0, 0
        wave.append(message)
        parts += len(message.parts)
        size += length
    if wave:
        yield wave
