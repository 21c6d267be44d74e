"""How a deployment reads messages: its formats, and the devices for which its gateways may speak."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings.formats.table import NO_FORMATS, FormatTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.readings.formats.spec import Entrypoint
    from lambda_src.common.readings.formats.table import BoundFormat

NO_GATEWAYS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class DecodeRules(NamedTuple):
    formats: FormatTable = NO_FORMATS
    gateways: Mapping[str, tuple[str, ...]] = NO_GATEWAYS
    """By the thing that is a gateway, how the ids of its devices begin."""


class Source(NamedTuple):
    """Where a payload comes from, as far as its transport knows; it decides on the format."""

    topic: str | None = None
    entrypoint: Entrypoint | None = None
    format: str | None = None
    """The name of a format, where a person chose it."""


NO_RULES = DecodeRules()
ANYWHERE = Source()


def bound_format(rules: DecodeRules, source: Source) -> BoundFormat | None:
    """The format of a payload; raises ``KeyError`` for a name that there is no format of."""
    if source.format is None:
        return rules.formats.find(source.topic, source.entrypoint)
    bound = rules.formats.named(source.format, source.topic)
    if bound is None:
        raise KeyError(source.format)
    return bound
