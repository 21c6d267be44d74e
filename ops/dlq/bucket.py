"""Letters in the on-failure bucket: objects below a prefix, each one letter."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.transport.stream_sink import BYTES_PER_CALL, RECORDS_PER_CALL
from ops.dlq.messages import Letter
from ops.dlq.targets import RedrivePart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mypy_boto3_s3 import S3Client

    from ops.dlq.run import RedriveRun
    from ops.dlq.targets import RedriveTarget

_THREADS = 8


class StoredObject(NamedTuple):
    """An object; ``modified_ms`` is when it was written, UTC milliseconds."""

    modified_ms: int
    key: str


class BucketPlace:
    """``read`` makes a letter of an object's body, or raises ``ValueError``."""

    def __init__(
        self,
        name: str,
        s3: S3Client,
        bucket: str,
        prefix: str,
        read: Callable[[StoredObject, bytes, RedriveTarget], Letter],
        target: RedriveTarget,
    ) -> None:
        self.name = name
        self.goes_to = target.name
        self._s3 = s3
        self._bucket = bucket
        self._prefix = prefix
        self._read = read
        self._target = target

    def count(self) -> int:
        return len(self._stored)

    def look(self, most: int) -> Iterator[Letter]:
        return self._letters(self._stored[:most])

    def redrive(self, run: RedriveRun) -> None:
        """In calls of many letters where they are small. A letter with more than a call takes goes in several."""
        for wave in _waves(self._letters(self._stored[: run.room]), run):
            failed = (
                {} if run.dry else self._target.put([out for letter in wave for out in self._outgoing(letter, run)])
            )
            for letter in wave:
                if letter.id in failed:
                    run.fail(letter.id, failed[letter.id])
                else:
                    if not run.dry:
                        self._s3.delete_object(Bucket=self._bucket, Key=letter.id)
                    run.done(len(letter.parts))

    def _outgoing(self, letter: Letter, run: RedriveRun) -> Iterator[RedrivePart]:
        entry = run.entry(letter.id, letter.since_ms)
        for part in letter.parts:
            yield RedrivePart(letter.id, part, entry, {})

    def _letters(self, stored: Sequence[StoredObject]) -> Iterator[Letter]:
        """Some are read ahead, and never all of them: an object may hold six million bytes."""
        waiting = iter(stored)
        with ThreadPoolExecutor(_THREADS) as pool:
            while ahead := list(islice(waiting, _THREADS)):
                yield from pool.map(self._letter, ahead)

    def _letter(self, stored: StoredObject) -> Letter:
        body = self._s3.get_object(Bucket=self._bucket, Key=stored.key)["Body"].read()
        try:
            return self._read(stored, body, self._target)
        except (ValueError, RecursionError) as error:
            return Letter(stored.key, stored.modified_ms, [], broken=str(error))

    @cached_property
    def _stored(self) -> list[StoredObject]:
        """The oldest first. What is given up from now on is not in it."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        return sorted(
            StoredObject(int(entry["LastModified"].timestamp() * 1000), entry["Key"])
            for page in pages
            for entry in page.get("Contents", ())
        )


def _waves(letters: Iterable[Letter], run: RedriveRun) -> Iterator[list[Letter]]:
    """Letters that fit into one call; broken ones are told of and left out."""
    wave: list[Letter] = []
    parts = size = 0
    for letter in letters:
        if letter.broken is not None:
            run.fail(letter.id, letter.broken)
            continue
        length = sum(len(part.data) + len(part.partition_key or "") for part in letter.parts)
        if wave and (parts + len(letter.parts) > RECORDS_PER_CALL or size + length > BYTES_PER_CALL):
            yield wave
            wave, parts, size = [], 0, 0
        wave.append(letter)
        parts += len(letter.parts)
        size += length
    if wave:
        yield wave
