"""S3 in memory: the last PUT of a key wins, and readers get what was written last (strong consistency)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from tests.model.services.errors import client_error

if TYPE_CHECKING:
    from collections.abc import Iterator


class MemoryS3:
    """Buckets by name. ``locked`` ones have Object Lock, which refuses a PUT without a checksum (PutObject)."""

    def __init__(self, *buckets: str, locked: frozenset[str] = frozenset()) -> None:
        self.objects: dict[str, dict[str, bytes]] = {bucket: {} for bucket in buckets}
        self._locked = locked

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **request: Any) -> dict[str, Any]:  # noqa: N803  # the SDK's names
        if Bucket not in self.objects:
            raise client_error("NoSuchBucket", 404)
        if Bucket in self._locked and "ChecksumAlgorithm" not in request:
            raise client_error("InvalidRequest")
        self.objects[Bucket][Key] = Body
        return {}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        return {"Body": io.BytesIO(self.objects[Bucket][Key])}

    def get_paginator(self, operation: str) -> MemoryS3:
        assert operation == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        found = [(key, body) for key, body in sorted(self.objects[Bucket].items()) if key.startswith(Prefix)]
        yield {"Contents": [{"Key": key, "ETag": str(hash(body))} for key, body in found]}
