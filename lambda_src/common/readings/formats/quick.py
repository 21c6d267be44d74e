"""The common element, a number and nothing that needs a decision, read in a few steps.

What it cannot read, it leaves to `lambda_src.common.readings.formats.elements`, which finds the reason. Both make the
same readings: a test compares them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lambda_src.common.readings import fields
from lambda_src.common.readings.decoded import MAX_READINGS, TooLargeError
from lambda_src.common.readings.formats.frames import shaped
from lambda_src.common.readings.formats.uses import OTHER_TIME
from lambda_src.common.readings.names import Slot
from lambda_src.common.readings.numbers import EXACT_BELOW, number_in
from lambda_src.common.readings.reading import Reading
from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.times import check_timestamp

if TYPE_CHECKING:
    from lambda_src.common.readings.context import DecodeContext
    from lambda_src.common.readings.formats.compiled import CompiledFormat
    from lambda_src.common.readings.formats.element_fields import ElementFields
    from lambda_src.common.readings.formats.frames import Best, Frame
    from lambda_src.common.readings.measures import FoundMeasures

_LARGEST = 1.7976931348623157e308
_NEVER = object()


class QuickElements:
    """Reads elements of one message; off where what is skipped has to be listed."""

    __slots__ = ("_context", "_fields", "_form", "_found", "_moment", "_on", "_own", "_time")

    def __init__(
        self, form: CompiledFormat, context: DecodeContext, element_fields: ElementFields, found: FoundMeasures
    ) -> None:
        self._form, self._context, self._fields, self._found = form, context, element_fields, found
        self._on = form.is_quick and not context.thorough
        self._own: str | None = None
        """The sender, once it was checked."""
        self._time: object = _NEVER
        self._moment = 0

    def read(self, value: object, frame: Frame, keys: tuple[str, ...]) -> bool:
        """Read an element in this frame, found under these names; False if it has to be looked at."""
        if not self._on:
            return False
        best = frame.best
        if type(value) is dict:
            shape = frame.node.shape(tuple(value))
            found = None if shape is None else shaped(best, value, shape)
            if found is None or Slot.VALUE not in found:
                return False
            best, value = found, found[Slot.VALUE][1]
        elif not self._form.plain_values:
            return False
        timed = Slot.TIME in best
        if Slot.METADATA in best or (not timed and (frame.doubt is not None or OTHER_TIME in best)):
            return False
        number = _number(value)
        if number is None:
            return False
        try:
            reading = self._reading(number, best, keys, timed=timed)
        except RuleBrokenError:
            return False
        return reading is not None and self._take(reading, timed=timed)

    def _take(self, reading: Reading, *, timed: bool) -> Literal[True]:
        readings = self._found.readings
        if not timed:
            self._found.untimed.append(len(readings))
        readings.append(reading)
        if len(readings) > MAX_READINGS:
            raise TooLargeError
        return True

    def _reading(self, value: float, best: Best, keys: tuple[str, ...], *, timed: bool) -> Reading | None:
        form, context, metadata = self._form, self._context, None
        name = best.get(Slot.TYPE)
        for resolve, rank in form.key_meta.get(Slot.TYPE, ()):
            if (name is None or rank < name[0]) and (given := resolve(keys)) is not None:
                name = (rank, given)
        if name is None:
            return None
        device_id = context.device_of(best[Slot.DEVICE][1]) if Slot.DEVICE in best else self._sender()
        sensor_type = form.sensor_type(name[1])
        if form.shortens and self._fields.names.setdefault((device_id, sensor_type), name[1]) != name[1]:
            return None
        if form.kept:
            metadata = self._fields.metadata_of(best)
            self._found.shared_metadata = True
        quality = best.get(Slot.QUALITY)
        return Reading(
            device_id,
            sensor_type,
            value + 0.0,
            self._time_of(best[Slot.TIME][1]) if timed else context.arrived_ms,
            context.arrived_ms,
            fields.parse_production_line(best[Slot.LINE][1]) if Slot.LINE in best else None,
            metadata,
            fields.parse_unit(best[Slot.UNIT][1]) if Slot.UNIT in best else None,
            "good" if quality is None else form.qualities.read(quality[1], form.quality_name(quality[0])),
        )

    def _time_of(self, time: object) -> int:
        """UTC milliseconds; most elements of a message have the same time."""
        if time is not self._time and (time != self._time or type(time) is not type(self._time)):
            arrived_ms = self._context.arrived_ms
            self._moment = check_timestamp(self._form.times.read(time, None, arrived_ms), arrived_ms)
            self._time = time
        return self._moment

    def _sender(self) -> str:
        if self._own is None:
            self._own = self._context.device_of(None)
        return self._own


def _number(value: object) -> float | None:
    """A number that is one without a doubt; None for all others, such as true, and integers above 2 to the 53."""
    if type(value) is str:
        value = number_in(value)
    if type(value) is int and -EXACT_BELOW < value < EXACT_BELOW:
        return float(value)
    return value if type(value) is float and -_LARGEST <= value <= _LARGEST else None
