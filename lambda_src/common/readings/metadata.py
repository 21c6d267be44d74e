"""Metadata as the stores keep it: JSON text, since SQL engines read objects with free keys badly or not at all."""

from __future__ import annotations

import msgspec

_encode = msgspec.json.Encoder().encode


class MetadataTexts:
    """Encodes metadata; the readings of a message share theirs, which is encoded once for those that follow."""

    def __init__(self) -> None:
        self._last: dict[str, object] | None = None
        self._text: str | None = None

    def of(self, metadata: dict[str, object] | None) -> str | None:
        """The JSON text; None for None."""
        if metadata is not self._last:
            self._last = metadata
            self._text = None if metadata is None else _encode(metadata).decode()
        return self._text
