"""A Timestream server in this process, whose clock the tests set."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from local.embedded.timestream.server import TimestreamServer

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW_MS = 1_750_000_000_000
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Timestream:
    """Clients of the server, and its one table."""

    write: Any
    query: Any
    database: str = "history"
    table: str = "readings"

    def store(self, *records: dict[str, Any], **more: Any) -> Any:
        return self.write.write_records(DatabaseName=self.database, TableName=self.table, Records=list(records), **more)

    def rows(self, sql: str) -> list[list[str | None]]:
        pages = self.query.get_paginator("query").paginate(QueryString=sql)
        return [[datum.get("ScalarValue") for datum in row["Data"]] for page in pages for row in page["Rows"]]


def point(value: float = 1.5, *, at: int = NOW_MS, device: str = "press-1", **more: Any) -> dict[str, Any]:
    """A record as the processor writes it."""
    return {
        "Dimensions": [{"Name": "device_id", "Value": device}],
        "MeasureName": "temperature",
        "MeasureValue": repr(value),
        "MeasureValueType": "DOUBLE",
        "Time": str(at),
        **more,
    }


@pytest.fixture(scope="session")
def timestream_url() -> Iterator[str]:
    application = TimestreamServer(DomainDispatcherApplication(create_backend_app), now_ns=lambda: NOW_MS * 10**6)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def timestream(timestream_url: str) -> Iterator[Timestream]:
    def client(service: str) -> Any:
        make: Any = boto3.client
        return make(
            service,
            region_name="eu-central-1",
            endpoint_url=timestream_url,
            aws_access_key_id="a",
            aws_secret_access_key="b",
            config=Config(retries={"total_max_attempts": 1}),
        )

    store = Timestream(client("timestream-write"), client("timestream-query"))
    store.write.create_database(DatabaseName=store.database)
    store.write.create_table(
        DatabaseName=store.database,
        TableName=store.table,
        RetentionProperties={"MemoryStoreRetentionPeriodInHours": 24, "MagneticStoreRetentionPeriodInDays": 365},
        MagneticStoreWriteProperties={"EnableMagneticStoreWrites": True},
    )
    yield store
    store.write.delete_table(DatabaseName=store.database, TableName=store.table)
    store.write.delete_database(DatabaseName=store.database)
