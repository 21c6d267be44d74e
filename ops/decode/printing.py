"""A decoded payload as JSON for programs, and as tables for people."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from lambda_src.common.aws.objects import iso
from lambda_src.common.readings.names import Slot, meaning_of
from ops.printing import as_json, plain, table

if TYPE_CHECKING:
    from lambda_src.common.readings.decoded import Decoded
    from lambda_src.common.readings.formats.spec import Format
    from lambda_src.common.readings.reading import Outage, Reading
    from lambda_src.common.readings.rejects import Reject


def decoded_json(decoded: Decoded) -> str:
    """One object with ``readings``, ``rejects``, ``skipped``, and ``outages`` where sensors say that they have none."""
    content: dict[str, object] = {
        "readings": [
            {
                "device_id": each.device_id,
                "sensor_type": each.sensor_type,
                "value": each.value,
                "timestamp_ms": each.timestamp_ms,
                "quality": each.quality,
                "unit": each.unit,
            }
            for each in decoded.readings
        ],
        "rejects": [{"reason": each.reason, "detail": each.detail, "path": path_of(each)} for each in decoded.rejects],
        "skipped": list(decoded.skipped),
    }
    if decoded.outages:
        content["outages"] = [
            {"device_id": each.device_id, "sensor_type": each.sensor_type, "timestamp_ms": each.timestamp_ms}
            for each in decoded.outages
        ]
    return as_json(content)


def decoded_text(decoded: Decoded, form: Format | None) -> str:
    """Tables of the same; ``form`` is the format by which the payload was read."""
    readings = [_row(each, f"{each.value:.17g}", each.unit or "", each.quality) for each in decoded.readings]
    readings += [_row(each, "", "", "outage") for each in decoded.outages]
    parts = [
        table(("DEVICE", "SENSOR", "VALUE", "UNIT", "TIME", "QUALITY"), readings) if readings else "No readings.",
        table(
            ("REFUSED", "REASON", "DETAIL"),
            [(plain(path_of(each) or "all of it"), str(each.reason), plain(each.detail)) for each in decoded.rejects],
        )
        if decoded.rejects
        else "",
        table(("SKIPPED", "RULE"), [(plain(path), _rule(path, form)) for path in decoded.skipped])
        if decoded.skipped
        else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _row(item: Reading | Outage, value: str, unit: str, quality: str) -> tuple[str, ...]:
    return item.device_id, item.sensor_type, value, unit, iso(item.timestamp_ms), quality


def path_of(reject: Reject) -> str | None:
    """With the place of the element or row in the payload, if it is a list."""
    if reject.position is None:
        return reject.path
    return f"[{reject.position}].{reject.path}" if reject.path else f"[{reject.position}]"


def _rule(path: str, form: Format | None) -> str:
    """Why a path was skipped."""
    key = path.rpartition(".")[2]
    skip = form.skip if form is not None else ()
    for pattern in skip:
        if any(fnmatchcase(text, pattern) for text in (key, path)) or path.endswith(f".{pattern}"):
            return f"skip has {pattern!r}"
    meaning = meaning_of(key)
    if meaning is not None and meaning.role == Slot.HOUSEKEEPING:
        return "the sender's housekeeping"
    if meaning is not None:
        return f"a further or empty {meaning.role}"
    return "no number, with numbers_only" if form is not None and form.numbers_only else "empty"
