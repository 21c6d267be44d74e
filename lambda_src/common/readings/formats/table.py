"""The formats of a deployment, and to which messages each is bound: by topic, by entrypoint, or by name."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambda_src.common.readings.formats.compiled import CompiledFormat, listed
from lambda_src.common.readings.formats.named_formats import named_format
from lambda_src.common.readings.formats.topics import TopicFilter, parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_src.common.readings.formats.spec import Encoding, Entrypoint, Format


_OF_ENCODING: Mapping[Encoding, str] = {
    "line-protocol": "line-protocol",
    "shdr": "mtconnect-shdr",
    "sparkplug-b": "sparkplug-b",
}


class BoundFormat(NamedTuple):
    """A format, and what the named levels of the topic are."""

    form: CompiledFormat
    topic: Mapping[str, str]


class FormatTable:
    """Looks formats up; each is compiled when it is first used."""

    def __init__(self, formats: Iterable[Format] = ()) -> None:
        self._own = {form.name: form for form in formats}
        self._compiled: dict[str, CompiledFormat] = {}
        self._filters: list[tuple[TopicFilter, str]] = []
        self._entrypoints: dict[str, str] = {}
        for form in map(extended, self._own.values()):
            self._filters.extend((parse_filter(text), form.name) for text in listed(form.topic))
            if form.entrypoint is not None:
                self._entrypoints[form.entrypoint] = form.name
        self._bound = lru_cache(maxsize=4096)(self._find)
        self.named = lru_cache(maxsize=4096)(self._named)
        """The deployment's format of a name, else the product's, with the levels of a topic; None if there is none."""

    def find(self, topic: str | None, entrypoint: Entrypoint | None = None) -> BoundFormat | None:
        """The format that is bound to a message; None if it is read without one."""
        if not self._filters and not self._entrypoints:
            return None
        return self._bound(topic, entrypoint)

    def _named(self, name: str, topic: str | None = None) -> BoundFormat | None:
        form = self._form(name)
        if form is None:
            return None
        filters = (parse_filter(text) for text in listed(form.form.topic))
        matches = (match for each in filters if topic is not None and (match := each.match(topic)) is not None)
        return BoundFormat(form, next(matches, {}))

    def names(self) -> Iterable[str]:
        """The names of the deployment's own formats."""
        return self._own.keys()

    def _find(self, topic: str | None, entrypoint: Entrypoint | None) -> BoundFormat | None:
        for each, name in self._filters if topic is not None else ():
            match = each.match(topic or "")
            if match is not None and (form := self._form(name)) is not None:
                return BoundFormat(form, match)
        name = self._entrypoints.get(entrypoint or "", "")
        form = self._form(name) if name else None
        return None if form is None else BoundFormat(form, {})

    def _form(self, name: str) -> CompiledFormat | None:
        known = self._compiled.get(name)
        if known is None:
            form = self._own.get(name) or named_format(name)
            if form is None:
                return None
            known = self._compiled[name] = CompiledFormat(extended(form))
        return known


def extended(form: Format) -> Format:
    """The format with what it takes over from the product's format that it extends.

    A format that does not say where an encoding's own objects have their readings extends the one that does.
    """
    name = form.extends or (None if form.each else _OF_ENCODING.get(form.encoding))
    base = None if name is None or name == form.name else named_format(name)
    if base is None:
        return form
    own = {
        field.name: value
        for field in msgspec.structs.fields(form)
        if (value := getattr(form, field.name)) != field.default and not (field.name == "names" and not value)
    }
    return msgspec.structs.replace(base, **own)


NO_FORMATS = FormatTable()
