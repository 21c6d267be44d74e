"""What only some readings of a run have: a quality other than good, and metadata. A run without them has no such
attributes, so that they cost nothing there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.readings.metadata import MetadataTexts
from lambda_src.common.runs import POOR_QUALITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.processor.record import Entry

METADATA_BYTES = 350_000
"""Of one reading: with everything else its item stays below DynamoDB's 400 KB."""
RUN_METADATA_BYTES = 32_768
"""Of a run with more than one reading, so that no item becomes slow to read because of its neighbours."""


def metadata_bytes(entry: Entry) -> int:
    """The bytes of the reading's metadata as JSON text; 0 without any."""
    text = MetadataTexts().of(entry.reading.metadata)
    return 0 if text is None else len(text.encode())


def extras_of(run: Sequence[Entry]) -> dict[str, Any]:
    """The attributes of a run's item, empty for most runs.

    ``uncertain`` and ``bad`` are the places of such readings. ``metadata`` has each text once, and ``metadata_at`` its
    index by reading, -1 for none; it is left out if all readings have the one text.
    """
    found: dict[str, Any] = {}
    for quality in POOR_QUALITIES:
        places = [place for place, entry in enumerate(run) if entry.reading.quality == quality]
        if places:
            found[quality] = {"L": [{"N": str(place)} for place in places]}
    return found | _metadata(run)


def _metadata(run: Sequence[Entry]) -> dict[str, Any]:
    if all(entry.reading.metadata is None for entry in run):
        return {}
    texts: dict[str, int] = {}
    encode = MetadataTexts()
    indexes = []
    for entry in run:
        text = encode.of(entry.reading.metadata)
        indexes.append(-1 if text is None else texts.setdefault(text, len(texts)))
    found: dict[str, Any] = {"metadata": {"L": [{"S": text} for text in texts]}}
    if any(indexes):
        found["metadata_at"] = {"L": [{"N": str(index)} for index in indexes]}
    return found
