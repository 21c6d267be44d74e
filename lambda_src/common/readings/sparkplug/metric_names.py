"""Metrics' names: which of them are sensors, and the sensor types under which they are stored."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sensor_names import parse_sensor_type

if TYPE_CHECKING:
    from lambda_src.common.readings.formats.spec import Format

HOUSEKEEPING = ("bdSeq", "Node Control/*", "Device Control/*", "Node Info/*", "Device Info/*")
"""Metrics about the edge node and its session (Sparkplug 3.0, 6.4.22), which are skipped."""
MAX_CACHED = 20_000
"""Names that one format keeps: a plant has fewer, and who invents new ones forever must not fill the memory."""

Meaning = str | RuleBrokenError | None
"""A sensor type, the rule that the name breaks, or None for a metric that is skipped."""


class MetricNames:
    """What a format makes of metrics' names."""

    def __init__(self, form: Format) -> None:
        self._form = form
        self._skip = re.compile("|".join(map(translate, (*HOUSEKEEPING, *form.skip)))).fullmatch
        self._known: dict[str, Meaning] = {}

    def meaning(self, name: str) -> Meaning:
        known = self._known.get(name, self)
        if known is not self:
            return known  # type: ignore[return-value]  # ``self`` only stands for a name that is not known
        if len(self._known) >= MAX_CACHED:
            self._known.clear()
        found = self._known[name] = self._meaning(name)
        return found

    def _meaning(self, name: str) -> Meaning:
        if self._skip(name):
            return None
        try:
            return parse_sensor_type(self._spelling(name))
        except RuleBrokenError as error:
            return error

    def _spelling(self, name: str) -> str:
        form = self._form
        if form.from_ is not None:
            found = re.search(form.from_, name)
            if found is None or not found[1]:
                raise RuleBrokenError(Reason.INVALID_SENSOR_TYPE, "the metric's name does not match the format's from")
            name = found[1]
        if form.last is not None:
            name = name.rpartition(form.last)[2]
        return form.names.get(name, name)
