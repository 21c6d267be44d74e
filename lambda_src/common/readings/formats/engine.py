"""From one decoded message to its readings, as a format describes them.

Each object on the way to an element is looked at once, key by key. A key ends as a step of the way, as a field of the
readings, as skipped, or as the subject of a refusal: what nobody knows is refused by itself, once for all elements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings.flat import is_flat
from lambda_src.common.readings.formats.compiled import CompiledFormat, listed, usual_rank
from lambda_src.common.readings.formats.elements import ElementReader
from lambda_src.common.readings.formats.steps import ENTRIES, LIST, choose
from lambda_src.common.readings.json_text import value_of
from lambda_src.common.readings.names import Slot, plain
from lambda_src.common.readings.own_quality import split_qualities
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambda_src.common.readings.context import DecodeContext
    from lambda_src.common.readings.formats.frames import Frame, Rest
    from lambda_src.common.readings.formats.steps import Steps
    from lambda_src.common.readings.measures import FoundMeasures

    Take = Callable[[object, Frame], None]
    """Reads an element, as a reading or as an outage."""


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
        walk.go(content, steps, reader.outermost(), aside, reader.read)
    elif aside is not None:
        walk.go(content, aside, reader.outermost(), None, reader.read_outage)
    if not walk.reached and not reader.found.errors:
        raise RuleBrokenError(Reason.EMPTY, f"the message has no element where {form.name} looks")
    return reader.found


class _Walk:
    """Goes to all elements of a message."""

    def __init__(self, reader: ElementReader, form: CompiledFormat) -> None:
        self._reader, self._form = reader, form
        self.reached = False

    def go(self, value: object, steps: Steps, frame: Frame, aside: Steps | None, take: Take) -> None:
        """Take the steps that are left; ``aside`` are those to the outages, which part from them in some object."""
        if not steps:
            self.reached = True
            take(value, frame)
        elif isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
            self._packed(value, steps, frame, aside, take)
        elif steps[0] == LIST:
            self._list(value, steps, frame, aside, take)
        elif isinstance(value, dict):
            self._object(value, steps, frame, aside, take)
        else:
            self._reader.refuse_step("", value, frame, ENTRIES)

    def _packed(self, text: str, steps: Steps, frame: Frame, aside: Steps | None, take: Take) -> None:
        """Go on in JSON that is packed into a text."""
        try:
            value = value_of(text.encode())
        except RuleBrokenError:
            self._reader.refuse_step("", text, frame, steps[0])
        else:
            self.go(value, steps, frame, aside, take)

    def _list(self, value: object, steps: Steps, frame: Frame, aside: Steps | None, take: Take) -> None:
        below = aside[1:] if aside and aside[0] == LIST else None
        if not isinstance(value, list):
            # One element alone is written without the list around it.
            self.go(value, steps[1:], frame, below, take)
            return
        carry = self._form.form.carry
        carried: dict[str, object] = {}
        for index, item in enumerate(value):
            element = item
            if carry and isinstance(item, dict):
                element = carried | item
                carried |= {key: item[key] for key in carry if key in item}
            self.go(element, steps[1:], frame.item(index), below, take)

    def _object(self, value: dict[str, object], steps: Steps, frame: Frame, aside: Steps | None, take: Take) -> None:
        step, rest = steps[0], steps[1:]
        apart = aside[0] if aside and aside[0] != step else None
        below = aside[1:] if aside and apart is None else None
        names = frozenset(key for key in (step, apart) if key and key != ENTRIES)
        look = self._reader.look(value, frame, names)
        others = look.deeper if step == ENTRIES else [*look.rest, *look.deeper]
        unknown = [*look.rest, *look.deeper]
        if unknown and Slot.TIME not in frame.best:
            self._reader.doubt(unknown, frame)
        if others:
            self._reader.refuse_rest(others, frame)
        root = self._form.keys
        if step == ENTRIES:
            self._entries(look.rest, rest, frame, below, take)
        elif step in value:
            self.go(value[step], rest, frame.at(step, frame.node.step(step, root)), below, take)
        if apart is not None and aside is not None and apart in value:
            inside = frame.at(apart, frame.node.step(apart, root))
            self.go(value[apart], aside[1:], inside, None, self._reader.read_outage)

    def _entries(self, entries: Rest, rest: Steps, around: Frame, aside: Steps | None, take: Take) -> None:
        measured = frozenset(plain(key) for key, value in entries if not isinstance(value, dict | list))
        entries, qualities = split_qualities(entries, measured)
        for key, value in entries:
            if rest and not isinstance(value, list if rest[0] == LIST else dict):
                self._reader.refuse_step(key, value, around, rest[0])
                continue
            frame = around.entry(key)
            for name, quality in qualities.get(plain(key), ()):
                frame.best = frame.best | {Slot.QUALITY: (usual_rank(name), quality)}
            self.go(value, rest, frame, aside, take)
