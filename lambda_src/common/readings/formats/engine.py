"""From one decoded message to its readings, as a format describes them.

Each object on the way to an element is looked at once, key by key. A key ends as a step of the way, as a field of the
readings, as skipped, or as the subject of a refusal: what nobody knows is refused by itself, once for all elements.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from lambda_src.common.readings.flat import is_flat
from lambda_src.common.readings.formats.compiled import CompiledFormat, listed, usual_rank
from lambda_src.common.readings.formats.elements import ElementReader
from lambda_src.common.readings.formats.steps import ENTRIES, LIST, choose
from lambda_src.common.readings.json_text import value_of
from lambda_src.common.readings.names import Slot, plain
from lambda_src.common.readings.own_quality import Field, measure_of, split_qualities
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.readings.context import DecodeContext
    from lambda_src.common.readings.formats.frames import Frame, Rest
    from lambda_src.common.readings.formats.steps import Steps
    from lambda_src.common.readings.measures import FoundMeasures


def read_document(
    content: object, form: CompiledFormat, context: DecodeContext, topic: Mapping[str, str]
) -> FoundMeasures:
    """Everything that one message holds; ``topic`` are the named levels of its topic.

    Raises `RuleBrokenError` if the whole message is unusable, `TooLargeError` if it holds too much.
    """
    if form.flat is not None and is_flat(content, form.knows):
        form = form.flat
    steps = choose(content, form.ways)
    aside = choose(content, form.outages) if form.outages else None
    if steps is None and aside is None:
        where = " or ".join(listed(form.form.each))
        raise RuleBrokenError(Reason.NO_MEASURES, f"the message has nothing at {where}, where {form.name} looks")
    reader = ElementReader(form, context, topic)
    walk = _Walk(reader, form)
    if steps is not None:
        walk.go(content, steps, reader.outermost(), aside, outages=False)
    elif aside is not None:
        walk.go(content, aside, reader.outermost(), None, outages=True)
    found = reader.found
    if not (reader.reached or found.readings or found.errors):
        raise RuleBrokenError(Reason.EMPTY, f"the message has no element where {form.name} looks")
    return found


@lru_cache(maxsize=4096)
def _names(step: str, apart: str | None) -> frozenset[str]:
    """The keys of an object that lead on to elements."""
    return frozenset(key for key in (step, apart) if key and key != ENTRIES)


class _Walk:
    """Goes to all elements of a message."""

    __slots__ = ("_carry", "_reader", "_root")

    def __init__(self, reader: ElementReader, form: CompiledFormat) -> None:
        self._reader, self._root, self._carry = reader, form.keys, form.form.carry

    def go(self, value: object, steps: Steps, frame: Frame, aside: Steps | None, *, outages: bool) -> None:
        """Take the steps that are left; ``aside`` are those to the outages, which part from them in some object."""
        if not steps:
            if outages:
                self._reader.read_outage(value, frame)
            elif not self._reader.quick(value, frame, frame.keys):
                self._reader.read(value, frame)
        elif isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            self._packed(value, steps, frame, aside, outages=outages)
        elif steps[0] == LIST:
            self._list(value, steps[1:], frame, aside[1:] if aside and aside[0] == LIST else None, outages=outages)
        elif isinstance(value, dict):
            self._object(value, steps, frame, aside, outages=outages)
        else:
            self._reader.refuse_step("", value, frame, ENTRIES)

    def _packed(self, text: str, steps: Steps, frame: Frame, aside: Steps | None, *, outages: bool) -> None:
        """Go on in JSON that is packed into a text."""
        try:
            value = value_of(text.encode())
        except RuleBrokenError:
            self._reader.refuse_step("", text, frame, steps[0])
        else:
            self.go(value, steps, frame, aside, outages=outages)

    def _list(self, value: object, rest: Steps, frame: Frame, aside: Steps | None, *, outages: bool) -> None:
        if not isinstance(value, list):
            # One element alone is written without the list around it.
            self.go(value, rest, frame, aside, outages=outages)
            return
        carry, carried = self._carry, dict[str, object]()
        quick = None if rest or outages else self._reader.quick
        for index, item in enumerate(value):
            element = item
            if carry and isinstance(item, dict):
                element = carried | item
                carried |= {key: item[key] for key in carry if key in item}
            if quick is None:
                self.go(element, rest, frame.item(index), aside, outages=outages)
            elif not quick(element, frame, frame.keys):
                self._reader.read(element, frame.item(index))

    def _object(
        self, value: dict[str, object], steps: Steps, frame: Frame, aside: Steps | None, *, outages: bool
    ) -> None:
        step, rest = steps[0], steps[1:]
        apart = aside[0] if aside and aside[0] != step else None
        below = aside[1:] if aside and apart is None else None
        look = self._reader.look(value, frame, _names(step, apart))
        unknown = [*look.rest, *look.deeper]
        if unknown and Slot.TIME not in frame.best:
            self._reader.doubt(unknown, frame)
        others = look.deeper if step == ENTRIES else unknown
        if others:
            self._reader.refuse_rest(others, frame)
        if step == ENTRIES:
            self._entries(look.rest, rest, frame, below, outages=outages)
        elif step in value:
            self.go(value[step], rest, frame.at(step, frame.node.step(step, self._root)), below, outages=outages)
        if apart is not None and aside is not None and apart in value:
            inside = frame.at(apart, frame.node.step(apart, self._root))
            self.go(value[apart], aside[1:], inside, None, outages=True)

    def _entries(self, entries: Rest, rest: Steps, around: Frame, aside: Steps | None, *, outages: bool) -> None:
        quick = None if rest or outages else self._reader.quick
        qualities: Mapping[str, list[Field]] = {}
        if any(measure_of(key) for key, _ in entries):
            measured = frozenset(plain(key) for key, value in entries if not isinstance(value, dict | list))
            entries, qualities = split_qualities(entries, measured)
        for key, value in entries:
            if rest and not isinstance(value, list if rest[0] == LIST else dict):
                self._reader.refuse_step(key, value, around, rest[0])
                continue
            own = qualities.get(plain(key), ()) if qualities else ()
            if quick is not None and not own and quick(value, around, (*around.keys, key)):
                continue
            frame = around.entry(key)
            for name, quality in own:
                frame.best = frame.best | {Slot.QUALITY: (usual_rank(name), quality)}
            if quick is None:
                self.go(value, rest, frame, aside, outages=outages)
            else:
                self._reader.read(value, frame)
