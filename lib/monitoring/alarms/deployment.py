"""The alarms of a deployment: those of its parts, and those that every function and every table has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.monitoring.alarms.functions import function_alarms
from lib.monitoring.alarms.stores import table_alarms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lib.building.function import Function
    from lib.config import Config
    from lib.monitoring.alarms.alarm import Alarm
    from lib.monitoring.alarms.stores import WatchedTable


def deployment_alarms(
    own: Iterable[Alarm], functions: Mapping[str, Function], tables: Mapping[str, WatchedTable], config: Config
) -> Iterator[Alarm]:
    """Yield the parts' ``own`` alarms, then those of all functions and tables."""
    yield from own
    for name, function in functions.items():
        yield from function_alarms(name, function, config)
    for name, table in tables.items():
        yield from table_alarms(name, table)
