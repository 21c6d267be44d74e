"""Stand-ins for the services where the answers matter that moto never gives: partial, throttled, refused."""

from __future__ import annotations

import gzip
import json
from typing import Any

from botocore.exceptions import ClientError

from lambda_src.processor.stores.store import Outcome, Rejection


def client_error(code: str, status: int = 400, **members: Any) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response | members, "Operation")


class FakeS3:
    """Keeps objects by key; ``errors`` are raised first, one a call."""

    def __init__(self, *errors: Exception) -> None:
        self.objects: dict[str, bytes] = {}
        self.errors = list(errors)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803  # the SDK's names
        if self.errors:
            raise self.errors.pop(0)
        self.objects[f"{Bucket}/{Key}"] = Body

    def lines(self, bucket: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for key, data in sorted(self.objects.items()):
            if key.startswith(bucket + "/"):
                text = gzip.decompress(data) if key.endswith(".gz") else data
                found.extend(json.loads(line) for line in text.splitlines())
        return found


class FakeTimestream:
    """Takes records by dimensions, time and measure as the service does at version 1; ``script`` is raised first."""

    def __init__(self, *script: Exception | None) -> None:
        self.rows: dict[tuple[Any, ...], Any] = {}
        self.calls: list[dict[str, Any]] = []
        self.script = list(script)
        self.retention_start_ms = 0

    def write_records(self, **request: Any) -> None:
        self.calls.append(request)
        error = self.script.pop(0) if self.script else None
        if error is not None:
            raise error
        rejected = []
        for index, item in enumerate(request["Records"]):
            dimensions = tuple((d["Name"], d["Value"]) for d in item["Dimensions"])
            key = (dimensions, item["MeasureName"], item["Time"])
            value = item["MeasureValues"] if "MeasureValues" in item else item["MeasureValue"]
            if int(item["Time"]) < self.retention_start_ms:
                rejected.append({"RecordIndex": index, "Reason": "outside of the retention"})
            elif self.rows.setdefault(key, value) != value:
                rejected.append({"RecordIndex": index, "Reason": "exists", "ExistingVersion": 1})
        if rejected:
            raise client_error("RejectedRecordsException", RejectedRecords=rejected)


class FakeStore:
    """Fails the entries whose value is in ``failing``, rejects those in ``refusing`` when they are written and those in
    ``impossible`` before; keeps the others.
    """

    def __init__(self, *, decides: bool = True) -> None:
        self.decides = decides
        self.failing: set[float] = set()
        self.refusing: dict[float, Any] = {}
        self.impossible: dict[float, Any] = {}
        self.kept: dict[Any, float] = {}

    def rejects(self, entries):
        values = self.impossible
        return [Rejection(e, values[e.reading.value], "no") for e in entries if e.reading.value in values]

    def write(self, entries, _deadline):
        failed = [e for e in entries if e.reading.value in self.failing]
        rejected = [
            Rejection(e, self.refusing[e.reading.value], "no") for e in entries if e.reading.value in self.refusing
        ]
        gone = {*self.failing, *self.refusing}
        self.kept |= {e.reading.identity: e.reading.value for e in entries if e.reading.value not in gone}
        return Outcome(failed, rejected)


class FakeSNS:
    """Takes messages; ``script`` says for each call which entries fail (by index), or raises."""

    def __init__(self, *script: Any) -> None:
        self.messages: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.attributes: list[dict[str, Any]] = []
        self.calls = 0
        self.script = list(script)

    def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: Any) -> dict[str, Any]:  # noqa: N803
        self.calls += 1
        step = self.script.pop(0) if self.script else set()
        if isinstance(step, Exception):
            raise step
        failed = []
        for index, item in enumerate(PublishBatchRequestEntries):
            if index in step:
                failed.append({"Id": item["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                self.messages.append(json.loads(item["Message"]))
                self.bodies.append(item["Message"].encode())
                self.attributes.append(item["MessageAttributes"])
        return {"Successful": [], "Failed": failed}

    @property
    def alert_ids(self) -> list[str]:
        return [message["alert_id"] for message in self.messages]
