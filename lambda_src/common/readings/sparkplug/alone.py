"""One Sparkplug message without what earlier births said, as `decode` reads it. The bridge reads with births."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sparkplug.births import UNBORN
from lambda_src.common.readings.sparkplug.metrics import MetricReader
from lambda_src.common.readings.sparkplug.payload import parse_payload
from lambda_src.common.readings.sparkplug.topic import MessageType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.readings.context import DecodeContext
    from lambda_src.common.readings.decoded import Collector
    from lambda_src.common.readings.formats.compiled import CompiledFormat
    from lambda_src.common.readings.formats.table import BoundFormat

_NO_DATA = frozenset(kind for kind in MessageType if not kind.carries_data)


def read_alone(collector: Collector, payload: bytes, bound: BoundFormat, context: DecodeContext) -> None:
    """Read a message whose metrics have names and types of their own. Raises `RuleBrokenError` for any other one."""
    if bound.topic.get("type") in _NO_DATA:
        collector.skip((f"{bound.topic['type']} is a command",))
        return
    device = context.device_of(bound.topic.get("device") or bound.topic.get("edge"))
    parsed = parse_payload(payload)
    found, unresolved = metric_reader(bound.form).read(parsed, UNBORN, device_id=device, arrived_ms=context.arrived_ms)
    if unresolved:
        raise no_birth(unresolved)
    if not parsed.metrics and not bound.topic.get("type", "").endswith("DEATH"):
        raise RuleBrokenError(Reason.EMPTY, "the payload holds no metrics")
    collector.take(found, payload, None)


@lru_cache(maxsize=64)
def metric_reader(form: CompiledFormat) -> MetricReader:
    """The reader of a format, which keeps the names that it has seen."""
    return MetricReader(form.form)


def no_birth(unresolved: Sequence[str]) -> RuleBrokenError:
    """The refusal of a message with metrics that only a birth names or types."""
    shown = ", ".join(unresolved[:3])
    more = f" and {len(unresolved) - 3} others" if len(unresolved) > 3 else ""
    return RuleBrokenError(Reason.NO_BIRTH, f"no birth of the edge node names {shown}{more}")
