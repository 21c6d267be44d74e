"""Timestream in memory: records by dimensions, measure name and time, each write of the version 1.

The same measures again are accepted, other ones are rejected with the existing version, and all other records of the
call are stored (WriteRecords, RejectedRecordsException).
"""

from __future__ import annotations

from typing import Any

from tests.model.services.errors import client_error

Key = tuple[tuple[tuple[str, str], ...], str, int]
"""Dimensions, measure name and time."""


class MemoryTimestream:
    def __init__(self) -> None:
        self.rows: dict[Key, dict[str, float]] = {}
        """The measures of each record by column; a single measure's column is its measure name."""

    def write_records(self, *, CommonAttributes: Any, Records: Any, **_: Any) -> dict[str, Any]:  # noqa: N803  # the SDK's names
        if not 1 <= len(Records) <= 100:
            raise client_error("ValidationException")
        rejected: list[dict[str, Any]] = []
        for index, record in enumerate(Records):
            dimensions = tuple((each["Name"], each["Value"]) for each in record["Dimensions"])
            key = (dimensions, record["MeasureName"], int(record["Time"]))
            measures = _measures(CommonAttributes["MeasureValueType"], record)
            if self.rows.setdefault(key, measures) != measures:
                rejected.append({"RecordIndex": index, "Reason": "another value at that time", "ExistingVersion": 1})
        if rejected:
            raise client_error("RejectedRecordsException", 419, RejectedRecords=rejected)
        return {}


def _measures(kind: str, record: Any) -> dict[str, float]:
    if kind == "MULTI":
        return {each["Name"]: float(each["Value"]) for each in record["MeasureValues"]}
    return {record["MeasureName"]: float(record["MeasureValue"])}
