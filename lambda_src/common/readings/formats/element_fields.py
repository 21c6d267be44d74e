"""What an element's fields, those of the objects around it and its topic say of its readings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings import fields
from lambda_src.common.readings.formats.compiled import BASE, CompiledFormat
from lambda_src.common.readings.formats.frames import Best, Frame, Rest, joined
from lambda_src.common.readings.formats.uses import OTHER_TIME
from lambda_src.common.readings.measures import MAX_SHOWN, Common
from lambda_src.common.readings.names import Slot, meaning_of
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.times import check_timestamp, reads_as_time

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

    __slots__ = ("_context", "_form", "_kept", "_last", "_metadata", "_times", "_topic", "names")

    def __init__(self, form: CompiledFormat, context: DecodeContext, topic: Mapping[str, str]) -> None:
        self._form, self._context, self._topic = form, context, topic
        self._kept: list[tuple[int, object] | None] = []
        self._metadata: dict[str, object] | None = None
        self._last: Best | None = None
        self._times: dict[object, int] = {}
        self.names: dict[tuple[str, str], object] = {}
        """The name that became a sensor of a device."""

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

    def add_keys(self, frame: Frame) -> None:
        """Add what the names of the entries on the way say."""
        if not self._form.key_meta:
            return
        best = dict(frame.best)
        for role, resolvers in self._form.key_meta.items():
            for resolve, rank in resolvers:
                found = best.get(role)
                if (found is None or rank < found[0]) and (name := resolve(frame.keys)) is not None:
                    best[role] = (rank, name)
        frame.best = best

    def doubt(self, rest: Rest, frame: Frame) -> None:
        """Note a field that nobody knows and that may be the time."""
        for key, value in rest:
            meaning = meaning_of(key)
            named = meaning is not None and meaning.role == Slot.TIME and not meaning.soft and value is not None
            if named or reads_as_time(value, self._context.arrived_ms):
                frame.doubt = joined(frame.path(), key)

    def common(self, frame: Frame) -> tuple[Common, bool]:
        """What all measures of an element share, and whether it says when it was taken."""
        best, context = frame.best, self._context
        time, base = self._found(Slot.TIME, frame), best.get(BASE, NOTHING)[1]
        timed = time is not None or base is not None
        if not timed:
            self._refuse_doubt(frame)
        common = Common(
            self._device(best.get(Slot.DEVICE, NOTHING)[1]),
            self._time(time, base) if timed else context.arrived_ms,
            context.arrived_ms,
            fields.parse_production_line(best.get(Slot.LINE, NOTHING)[1]) if Slot.LINE in best else None,
            self.metadata_of(best),
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
        if self._form.shortens and self.names.setdefault((device_id, sensor_type), name) != name:
            detail = f"two names of the message become the sensor {sensor_type!r}: keep more of the name in the format"
            raise RuleBrokenError(Reason.INVALID_SENSOR_TYPE, detail)
        return sensor_type

    def _found(self, role: str, frame: Frame) -> object:
        """What is found for a role, also of several parts; None where one of them is not there."""
        parts = self._form.parts.get(role)
        if parts is None:
            return frame.best.get(role, NOTHING)[1]
        found = [frame.best.get(part, NOTHING)[1] if part else text for text, part in parts]
        if None not in found:
            return "".join(map(str, found))
        if role is Slot.TIME and any(part in frame.best for _, part in parts):
            raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "a part of the time is missing")
        return None

    def quality(self, best: Best) -> Quality:
        rank, raw = best.get(Slot.QUALITY, NOTHING)
        return "good" if raw is None else self._form.qualities.read(raw, self._form.quality_name(rank))

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

    def metadata_of(self, best: Best) -> dict[str, object] | None:
        """The metadata of an element; elements with the same one share it."""
        if not self._form.kept:
            found = best.get(Slot.METADATA)
            return None if found is None else fields.parse_metadata(found[1])
        if best is self._last:
            return self._metadata or None
        self._last = best
        kept = [best.get(role) for role in self._form.kept]
        if self._metadata is None or kept != self._kept:
            named = zip(self._form.kept.values(), kept, strict=True)
            self._kept, self._metadata = kept, fields.parse_metadata({name: found[1] for name, found in named if found})
        return self._metadata or None
