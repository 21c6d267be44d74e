"""The rows of a deployment's dashboard: those of its parts, and those that all functions and all tables share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.monitoring.dashboard.arrange import arranged_rows
from lib.monitoring.dashboard.flow import functions_row
from lib.monitoring.dashboard.stores import tables_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lib.building.function import Function
    from lib.config import Config
    from lib.monitoring.alarms.stores import WatchedTable
    from lib.monitoring.dashboard.widgets import DashboardRow


def deployment_rows(
    own: Iterable[DashboardRow], functions: Mapping[str, Function], tables: Mapping[str, WatchedTable], config: Config
) -> list[DashboardRow]:
    """Return the parts' ``own`` rows and the shared ones, from top to bottom."""
    return arranged_rows([functions_row(functions, config), tables_row(tables), *own])
