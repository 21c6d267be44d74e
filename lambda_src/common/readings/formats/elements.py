"""From elements to readings, with a refusal for every field that nobody asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings.decoded import MAX_READINGS, TooLargeError
from lambda_src.common.readings.formats.compiled import VALUE_BASE
from lambda_src.common.readings.formats.element_fields import NOTHING, ElementFields
from lambda_src.common.readings.formats.frames import Best, Frame, Look, Rest, by_place, joined, merged
from lambda_src.common.readings.formats.quick import QuickElements
from lambda_src.common.readings.formats.steps import LIST
from lambda_src.common.readings.formats.values import with_base
from lambda_src.common.readings.measures import MAX_SHOWN, Common, FoundMeasures
from lambda_src.common.readings.names import Slot
from lambda_src.common.readings.numbers import reads_as_number
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.times import check_timestamp
from lambda_src.common.readings.waveform import interval_ms, interval_unit, samples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.readings.context import DecodeContext
    from lambda_src.common.readings.formats.compiled import CompiledFormat
    from lambda_src.common.readings.reading import Quality


class ElementReader:
    """Collects the readings of one message."""

    __slots__ = ("_alike", "_context", "_fields", "_form", "doubt", "found", "outermost", "quick", "reached")

    def __init__(self, form: CompiledFormat, context: DecodeContext, topic: Mapping[str, str]) -> None:
        self._form, self._context = form, context
        self._fields = ElementFields(form, context, topic)
        self.found = FoundMeasures(timed=True, skipped=[])
        self.outermost, self.doubt = self._fields.outermost, self._fields.doubt
        self._alike: set[str] = set()
        self.reached = False
        """Whether there was any element."""
        self.quick = QuickElements(form, context, self._fields, self.found).read
        """Reads the common element; False if `read` has to look at it."""

    def look(self, content: Mapping[str, object], frame: Frame, steps: frozenset[str] | None) -> Look:
        """Look at an object and note what was skipped in it; ``steps`` as in `Look.at`.

        In ``frame`` is afterwards what the object says, which counts more than what is around it.
        """
        look = Look()
        look.at(content, frame.node, "", steps)
        if look.best:
            frame.best = merged(frame.best, look.best)
        if look.skipped and self._context.thorough:
            pattern = frame.pattern()
            self.found.skipped.extend(joined(pattern, key) for key in look.skipped)
        return look

    def refuse_rest(self, rest: Rest, frame: Frame) -> None:
        """Refuse keys that nobody knows, once for all elements that have them."""
        around = frame.pattern()
        for key, value in rest:
            pattern = joined(around, key) if key else around
            if value is None or value == {} or value == []:
                self._skip(pattern)
            elif pattern not in self._alike:
                self._alike.add(pattern)
                detail = f"format {self._form.name} does not say what {pattern[:MAX_SHOWN]!r} is: name it, or skip it"
                reason = Reason.UNKNOWN_FORM if isinstance(value, dict | list) else Reason.UNKNOWN_FIELD
                self.found.errors.append(RuleBrokenError(reason, detail, pattern))

    def refuse_step(self, key: str, value: object, frame: Frame, step: str) -> None:
        """Refuse an entry that is not the list or object in which a format looks for elements."""
        if self._form.numbers_only and not isinstance(value, dict | list) and not reads_as_number(value):
            self._skip(joined(frame.pattern(), key))
            return
        where = (joined(frame.path(), key) if key else frame.path()) or None
        kind = "a list" if step == LIST else "an object"
        detail = f"format {self._form.name} looks for {kind} at {(where or '@')[:MAX_SHOWN]!r}"
        self.found.errors.append(RuleBrokenError(Reason.UNKNOWN_FORM, detail, where))

    def read(self, value: object, frame: Frame) -> None:
        """Read one element; what breaks a rule is refused alone."""
        rest: Rest = []
        self.reached = True
        try:
            if isinstance(value, list) and self._form.positions:
                value = by_place(value)
            if isinstance(value, dict):
                look = self.look(value, frame, None)
                rest = [*look.rest, *look.deeper]
                self._fields.add_keys(frame)
                if rest and Slot.TIME not in frame.best:
                    self.doubt(rest, frame)
                if not self._read_fields(frame, look.best, rest):
                    return
            else:
                self._fields.add_keys(frame)
                self._read_plain(value, frame)
        except RuleBrokenError as error:
            self._refuse(error, frame)
        if rest:
            self.refuse_rest(rest, frame)
        if len(self.found.readings) > MAX_READINGS:
            raise TooLargeError

    def read_outage(self, value: object, frame: Frame) -> None:
        """Read one element that names a sensor without a value."""
        self.reached = True
        try:
            if isinstance(value, dict):
                look = self.look(value, frame, None)
                self.refuse_rest([*look.rest, *look.deeper], frame)
            self._fields.add_keys(frame)
            common, _ = self._fields.common(frame)
            common.add(self.found, self._fields.sensor_type(frame, common.device_id), None, None, "bad")
        except RuleBrokenError as error:
            self._refuse(error, frame)

    def _read_fields(self, frame: Frame, own: Best, rest: Rest) -> bool:
        """Read an element that is an object; False if it is skipped, since it is no measure."""
        quality = self._fields.quality(frame.best)
        found = own.get(Slot.VALUE)
        value = None if found is None else self._form.value(found[1])
        if VALUE_BASE in frame.best and value is not None:
            value = with_base(value, frame.best[VALUE_BASE][1])
        if self._form.numbers_only and quality == "good" and self._is_no_measure(value, rest, there=found is not None):
            self._skip_element(frame)
            return False
        if found is None and quality != "bad":
            raise RuleBrokenError(Reason.NO_VALUE, f"format {self._form.name} finds no value in the element")
        self._add(value, frame, quality)
        return True

    def _is_no_measure(self, value: object, rest: Rest, *, there: bool) -> bool:
        if there:
            return not reads_as_number(value) and not isinstance(value, list)
        return not rest or self._form.plain_values

    def _read_plain(self, value: object, frame: Frame) -> None:
        """Read an element that is a value and nothing else."""
        form = self._form
        if not form.plain_values:
            detail = f"format {form.name} needs an object to look for a value in"
            raise RuleBrokenError(Reason.NO_VALUE, detail)
        value = form.value(value)
        quality = self._fields.quality(frame.best)
        if form.numbers_only and quality == "good" and not reads_as_number(value) and not isinstance(value, list):
            self._skip_element(frame)
        else:
            self._add(value, frame, quality)

    def _add(self, value: object, frame: Frame, quality: Quality) -> None:
        common, timed = self._fields.common(frame)
        sensor_type = self._fields.sensor_type(frame, common.device_id)
        unit = frame.best.get(Slot.UNIT, NOTHING)[1]
        start = len(self.found.readings)
        if isinstance(value, list):
            self._samples(common, sensor_type, value, unit, frame, quality)
        else:
            common.add(self.found, sensor_type, value, unit, quality)
        if not timed:
            self.found.untimed.extend(range(start, len(self.found.readings)))
        if common.metadata is not None:
            self.found.shared_metadata = True

    def _samples(
        self, common: Common, sensor_type: str, values: list[object], unit: object, frame: Frame, quality: Quality
    ) -> None:
        """One reading per sample of a value that is a list."""
        if Slot.INTERVAL not in frame.best or not 0 < len(values) <= MAX_READINGS:
            detail = f"an array needs an interval and 1 to {MAX_READINGS:,} samples"
            raise RuleBrokenError(Reason.INVALID_VALUE, detail)
        rank, interval = frame.best[Slot.INTERVAL]
        unit_of = self._form.interval_unit(rank) or interval_unit(self._form.interval_alias(rank))
        for place, (value, moment) in enumerate(samples(values, common.timestamp_ms, interval_ms(interval, unit_of))):
            try:
                check_timestamp(moment, common.arrived_ms)
                common._replace(timestamp_ms=moment).add(self.found, sensor_type, value, unit, quality)
            except RuleBrokenError as error:
                detail = f"sample {place}: {error.detail}"
                self.found.errors.append(RuleBrokenError(error.reason, detail, frame.path() or None))

    def _refuse(self, error: RuleBrokenError, frame: Frame) -> None:
        path = frame.path()
        if error.path is None and path:
            error = RuleBrokenError(error.reason, f"{path[:MAX_SHOWN]}: {error.detail}", path)
        self.found.errors.append(error)

    def _skip_element(self, frame: Frame) -> None:
        if self._context.thorough:
            self.found.skipped.append(frame.pattern() or "@")

    def _skip(self, pattern: str) -> None:
        if self._context.thorough:
            self.found.skipped.append(pattern)
