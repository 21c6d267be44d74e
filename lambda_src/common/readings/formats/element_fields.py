"""What an element's fields, those of the objects around it and its topic say of its readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings import fields
from lambda_src.common.readings.formats.compiled import BASE, CompiledFormat
from lambda_src.common.readings.formats.frames import Best, Frame
from lambda_src.common.readings.formats.uses import OTHER_TIME
from lambda_src.common.readings.measures import MAX_SHOWN, Common
from lambda_src.common.readings.names import Slot
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.times import check_timestamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.readings.context import DecodeContext
    from lambda_src.common.readings.reading import Quality

NOTHING = (0, None)
_FROM_TOPIC = 9000
"""The rank of what the topic says where no path names it."""
_LEVELS = ((Slot.DEVICE, "device"), (Slot.TYPE, "sensor"), (Slot.LINE, "line"))


class ElementFields:
    """Reads the fields of one message's elements; what they share is worked out once."""

    def __init__(self, form: CompiledFormat, context: DecodeContext, topic: Mapping[str, str]) -> None:
        self._form, self._context, self._topic = form, context, topic
        self._kept: list[tuple[int, object] | None] = []
        self._metadata: dict[str, object] | None = None
        self._times: dict[object, int] = {}
        self._names: dict[tuple[str, str], object] = {}

    def outermost(self) -> Frame:
        """What the topic says."""
        best: Best = {}
        if self._topic:
            for role, names in self._form.topic_meta.items():
                levels = [(rank, self._topic[name]) for name, rank in names if name in self._topic]
                if levels:
                    best[role] = min(levels)
            for role, name in _LEVELS:
                if name in self._topic:
                    best.setdefault(role, (_FROM_TOPIC, self._topic[name]))
        return Frame(best, self._form.keys)

    def common(self, frame: Frame) -> tuple[Common, bool]:
        """What all measures of an element share, and whether it says when it was taken."""
        best, context = frame.best, self._context
        time, base = self._found(Slot.TIME, frame), best.get(BASE, NOTHING)[1]
        timed = time is not None or base is not None
        if not timed:
            self._refuse_doubt(frame)
        common = Common(
            self._device(self._of(Slot.DEVICE, frame)),
            self._time(time, base) if timed else context.arrived_ms,
            context.arrived_ms,
            fields.parse_production_line(best.get(Slot.LINE, NOTHING)[1]) if Slot.LINE in best else None,
            self._metadata_of(best),
        )
        return common, timed

    def sensor_type(self, frame: Frame, device_id: str) -> str:
        """The sensor of an element, also by its device; raises `RuleBrokenError` for none, and where another name of
        the message became the same sensor.
        """
        name = self._found(Slot.TYPE, frame)
        if name is None:
            raise RuleBrokenError(Reason.NO_SENSOR_TYPE, f"format {self._form.name} finds no sensor in the element")
        sensor_type = self._form.sensor_type(name)
        if self._form.shortens and self._names.setdefault((device_id, sensor_type), name) != name:
            detail = f"two names of the message become the sensor {sensor_type!r}: keep more of the name in the format"
            raise RuleBrokenError(Reason.INVALID_SENSOR_TYPE, detail)
        return sensor_type

    def _found(self, role: str, frame: Frame) -> object:
        """What is found for a role, also of several parts; None where one of them is not there."""
        parts = self._form.parts.get(role)
        if parts is None:
            return self._of(role, frame) if role is Slot.TYPE else frame.best.get(role, NOTHING)[1]
        found = [self._of(part, frame) if part else text for text, part in parts]
        if None not in found:
            return "".join(map(str, found))
        if role is Slot.TIME and any(part in frame.best for _, part in parts):
            raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "a part of the time is missing")
        return None

    def quality(self, best: Best) -> Quality:
        rank, raw = best.get(Slot.QUALITY, NOTHING)
        return "good" if raw is None else self._form.qualities.read(raw, self._form.quality_name(rank))

    def _of(self, role: str, frame: Frame) -> object:
        """What is found for a role, in fields or in the names of entries."""
        found = frame.best.get(role)
        for resolve, rank in self._form.key_meta.get(role, ()):
            if (found is None or rank < found[0]) and (name := resolve(frame.keys)) is not None:
                found = (rank, name)
        return None if found is None else found[1]

    def _refuse_doubt(self, frame: Frame) -> None:
        """Raises `RuleBrokenError` where the message may have a time after all: it must not get that of its arrival."""
        if frame.doubt is not None:
            shown = frame.doubt[:MAX_SHOWN]
            detail = (
                f"format {self._form.name} finds no time, and {shown!r} may be one: name it as the time, or skip it"
            )
            raise RuleBrokenError(Reason.INVALID_TIMESTAMP, detail)
        if OTHER_TIME in frame.best:
            detail = f"format {self._form.name} finds no time where it looks, and the message has one elsewhere"
            raise RuleBrokenError(Reason.INVALID_TIMESTAMP, detail)

    def _device(self, claimed: object) -> str:
        search = self._form.device_from
        if search is not None and isinstance(claimed, str):
            found = search(claimed)
            if found is None or found[1] is None:
                raise RuleBrokenError(Reason.INVALID_DEVICE, "the device does not match the format's 'device_from'")
            claimed = found[1]
        return self._context.device_of(claimed)

    def _time(self, time: object, base: object) -> int:
        key = time if base is None and isinstance(time, str | int | float) else None
        moment = None if key is None else self._times.get(key)
        if moment is None:
            arrived_ms = self._context.arrived_ms
            moment = check_timestamp(self._form.times.read(time, base, arrived_ms), arrived_ms)
            if key is not None:
                self._times = {key: moment}
        return moment

    def _metadata_of(self, best: Best) -> dict[str, object] | None:
        """The metadata of an element; elements with the same one share it."""
        if not self._form.kept:
            found = best.get(Slot.METADATA)
            return None if found is None else fields.parse_metadata(found[1])
        kept = [best.get(role) for role in self._form.kept]
        if self._metadata is None or kept != self._kept:
            named = zip(self._form.kept.values(), kept, strict=True)
            self._kept, self._metadata = kept, fields.parse_metadata({name: found[1] for name, found in named if found})
        return self._metadata or None
