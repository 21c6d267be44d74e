"""Failed messages, independent of where they are stored."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from lambda_src.common.aws.objects import iso

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


Redriven = TypedDict("Redriven", {"redriven_at": str, "from": str, "dead_since": NotRequired[str]})
"""One redrive: its time, its source, and, if known, since when the message had been there.

Times are ISO 8601 in UTC.
"""
History = list[Redriven]


@dataclass(frozen=True)
class FailedItem:
    """One message or record. ``history`` lists its earlier redrives, the latest last."""

    data: bytes
    history: History = field(default_factory=list)
    partition_key: str | None = None

    def plain(self) -> dict[str, Any]:
        """Return the part for JSON. Bytes that are not UTF-8 are in base64."""
        try:
            data = {"data": self.data.decode()}
        except UnicodeDecodeError:
            data = {"data_base64": b64encode(self.data).decode()}
        key = {} if self.partition_key is None else {"partition_key": self.partition_key}
        return {**key, **data, "history": self.history}


@dataclass(frozen=True)
class FailedMessage:
    """One message of a dead-letter queue, or one object of the on-failure bucket.

    ``since_ms`` is when the message was sent or the object was written, in UTC milliseconds. ``facts`` say why it
    failed, as far as known. A message that cannot be read has no ``parts``; ``broken`` says why.
    """

    id: str
    since_ms: int
    parts: Sequence[FailedItem]
    receives: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    broken: str | None = None

    @property
    def redriven(self) -> int:
        """Number of redrives of the part that was redriven most often."""
        return max((len(part.history) for part in self.parts), default=0)

    def plain(self) -> dict[str, Any]:
        """Return the message for JSON."""
        return {
            "id": self.id,
            "since": iso(self.since_ms),
            "receives": self.receives,
            "facts": dict(self.facts),
            "broken": self.broken,
            "parts": [part.plain() for part in self.parts],
        }
