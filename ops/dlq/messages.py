"""Dead letters: what was given up, whatever it lies in."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from lambda_src.common.aws.objects import iso

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


Redriven = TypedDict("Redriven", {"redriven_at": str, "from": str, "dead_since": NotRequired[str]})
"""Once that something was sent back: from where, and since when it had lain there, where that is known. Times are ISO
8601 in UTC."""
History = list[Redriven]


@dataclass(frozen=True)
class Part:
    """One message or record; ``history`` is how it was redriven before, the latest last."""

    data: bytes
    history: History = field(default_factory=list)
    partition_key: str | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON: bytes that are no text in base64."""
        try:
            data = {"data": self.data.decode()}
        except UnicodeDecodeError:
            data = {"data_base64": b64encode(self.data).decode()}
        key = {} if self.partition_key is None else {"partition_key": self.partition_key}
        return {**key, **data, "history": self.history}


@dataclass(frozen=True)
class Letter:
    """``since_ms`` is UTC milliseconds: when a message was first sent, or when an object was written.

    ``facts`` say why it was given up, as far as that is known. A letter that cannot be read has no ``parts``, and
    ``broken`` says why.
    """

    id: str
    since_ms: int
    parts: Sequence[Part]
    receives: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    broken: str | None = None

    @property
    def redriven(self) -> int:
        """How often the part was redriven that was so most often."""
        return max((len(part.history) for part in self.parts), default=0)

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "id": self.id,
            "since": iso(self.since_ms),
            "receives": self.receives,
            "facts": dict(self.facts),
            "broken": self.broken,
            "parts": [part.plain() for part in self.parts],
        }
