"""Read the history through Timestream's Query API."""

from collections.abc import Iterator
from datetime import UTC, datetime

from lambda_src.common.readings.measure_names import without_quality
from lambda_src.common.readings.reading import Identity
from local.endpoints import Clients
from local.ledger.account import Stored
from local.ledger.expected import everything
from local.ledger.stores import LedgerSources

_SINGLE = "measure_value::double"
"""The value column of single measures. Each measure of a multi-measure record has its own column."""


class TimestreamReader:
    """The table, with single-measure or multi-measure records."""

    name = "timestream"
    repeats = 0
    expected = staticmethod(everything)

    def __init__(self, clients: Clients, database: str, table: str) -> None:
        self._client = clients.client("timestream-query")
        self._table = f'"{database}"."{table}"'

    def count(self) -> int:
        """Return the number of readings. The columns are read from a query's result."""
        first = self._client.query(QueryString=f"SELECT * FROM {self._table} LIMIT 1")  # noqa: S608
        if not first["Rows"]:
            # An empty table has no columns of its own yet; the first records may arrive before the next query.
            return 0
        names = [column["Name"] for column in first["ColumnInfo"] if column["Type"]["ScalarType"] == "DOUBLE"]
        counts = " + ".join("count(" + (name if name == _SINGLE else f'"{name}"') + ")" for name in names)
        (row,) = self._rows(f"SELECT {counts} AS readings FROM {self._table}")  # noqa: S608 (names of its own columns)
        return int(row["readings"])

    def read(self) -> Iterator[Stored]:
        """Return every reading. Columns of a row that are not its key or dimensions are measures."""
        for row in self._rows(f"SELECT * FROM {self._table}"):  # noqa: S608 (names from the applied plan)
            device, single, time = row.pop("device_id"), row.pop("measure_name"), _milliseconds(row.pop("time"))
            row.pop("production_line", None)
            for name, value in row.items():
                yield Identity(device, without_quality(single) if name == _SINGLE else name, time), float(value)

    def _rows(self, sql: str) -> Iterator[dict[str, str]]:
        """Yield the values of each row that are not null, by column."""
        for page in self._client.get_paginator("query").paginate(QueryString=sql):
            names = [column["Name"] for column in page["ColumnInfo"]]
            for row in page["Rows"]:
                pairs = zip(names, row["Data"], strict=True)
                yield {name: datum["ScalarValue"] for name, datum in pairs if "ScalarValue" in datum}


def _milliseconds(time: str) -> int:
    """Milliseconds UTC from Timestream's `2026-01-31 12:00:00.123000000`."""
    whole, _, fraction = time.partition(".")
    seconds = datetime.strptime(whole, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
    return int(seconds) * 1000 + int(fraction[:3] or 0)


def open_reader(sources: LedgerSources) -> TimestreamReader | None:
    outputs = sources.outputs
    if "timestream_table" not in outputs:
        return None
    return TimestreamReader(sources.clients, outputs["timestream_database"], outputs["timestream_table"])
