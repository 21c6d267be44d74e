"""Read the lake with SQL through Athena."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from lambda_src.common.readings.reading import Identity
from local.errors import RunError
from local.ledger.expected import everything

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.endpoints import Clients
    from local.ledger.account import Stored
    from local.ledger.stores import LedgerSources

_LOOK_SECONDS = 0.2
_OVER = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})


class LakeReader:
    """The view of readings. Delivery is at least once, so a reading may be stored twice."""

    name = "athena_lake"
    repeats = 0
    expected = staticmethod(everything)

    def __init__(self, clients: Clients, outputs: Mapping[str, Any]) -> None:
        self._athena = clients.client("athena")
        self._workgroup, self._database = outputs["athena_workgroup"], outputs["glue_database"]

    def count(self) -> int:
        """Return the number of different readings."""
        return self._count("readings")

    def read(self) -> list[Stored]:
        rows = self.rows("SELECT device_id, sensor_type, timestamp_ms, value FROM readings")
        readings = [(Identity(device, sensor, int(moment)), float(value)) for device, sensor, moment, value in rows]
        self.repeats = self._count("readings_stored") - len(readings)
        return readings

    def _count(self, table: str) -> int:
        ((count,),) = self.rows(f"SELECT count(*) FROM {table}")  # noqa: S608 (one of two names)
        return int(count)

    def rows(self, sql: str) -> Iterator[list[str]]:
        """Return the rows of a query as text. Raises `RunError` with Athena's reason if it fails."""
        execution = self._athena.start_query_execution(
            QueryString=sql, WorkGroup=self._workgroup, QueryExecutionContext={"Database": self._database}
        )["QueryExecutionId"]
        while (status := self._status(execution))["State"] not in _OVER:
            time.sleep(_LOOK_SECONDS)
        if status["State"] != "SUCCEEDED":
            raise RunError(f"Athena: {status.get('StateChangeReason', status['State'])}: {sql}")
        pages = self._athena.get_paginator("get_query_results").paginate(QueryExecutionId=execution)
        rows = (row for page in pages for row in page["ResultSet"]["Rows"])
        next(rows, None)  # The first row holds the column names.
        for row in rows:
            yield [datum.get("VarCharValue", "") for datum in row["Data"]]

    def _status(self, execution: str) -> Any:
        return self._athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]["Status"]


def open_reader(sources: LedgerSources) -> LakeReader | None:
    return LakeReader(sources.clients, sources.outputs) if "glue_database" in sources.outputs else None
