"""SNS in memory: what each accepted message said, in the order of publishing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.model.services.errors import client_error

if TYPE_CHECKING:
    from collections.abc import Callable


class MemorySNS:
    """``hook`` is called as that of `MemoryDynamoDB`: what it returns are places of entries that fail."""

    def __init__(self, hook: Callable[[str, Any], Any], on_message: Callable[[dict[str, Any]], None]) -> None:
        self._hook = hook
        self._on_message = on_message

    def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: Any) -> dict[str, Any]:  # noqa: N803  # the SDK's names
        assert TopicArn
        failing = self._hook("publish_batch", PublishBatchRequestEntries) or set()
        ids = [entry["Id"] for entry in PublishBatchRequestEntries]
        if not 1 <= len(ids) <= 10:
            raise client_error("TooManyEntriesInBatchRequest")
        if len(set(ids)) < len(ids):
            raise client_error("BatchEntryIdsNotDistinct")
        failed: list[dict[str, Any]] = []
        for place, entry in enumerate(PublishBatchRequestEntries):
            if place in failing:
                failed.append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                self._on_message(json.loads(entry["Message"]))
        return {"Successful": [{"Id": each} for each in ids], "Failed": failed}
