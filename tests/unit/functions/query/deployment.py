"""The tables of a deployment, what writes into them, and a caller that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.aws import clients
from lambda_src.common.device_index import INDEX
from lambda_src.processor.stores.runs import RunStore
from lambda_src.query_api.handler import handle
from lambda_src.query_api.settings import QuerySettings
from tests.unit.functions.factories import IN_TURN, NOW_MS, deadline, entry, lambda_context
from tests.unit.functions.http_events import content, error_code, http_event

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_src.processor.record import Entry

SETTINGS = QuerySettings(
    environment_suffix="test",
    readings_table="readings",
    devices_table="devices",
    raw_table="raw",
    token_key_parameter="/test/page-token-key",  # a name
)
KEY = "k" * 64
DAY_MS = 86_400_000
PAST_MS = NOW_MS - DAY_MS // 2
"""Within the last day, where a query without a range looks."""
YEARS = 36_500
"""Days that runs are kept: nothing of a test expires."""


def create_tables() -> None:
    _create("readings", "device_id", "run")
    _create("raw", "device_id", "received")
    index = {
        "IndexName": INDEX,
        "KeySchema": _schema("status_bucket", "heard_ms"),
        "Projection": {"ProjectionType": "ALL"},
    }
    _create("devices", "device_id", extra={"status_bucket": "S", "heard_ms": "N"}, GlobalSecondaryIndexes=[index])


def _create(name: str, *keys: str, extra: dict[str, str] | None = None, **more: Any) -> None:
    kinds = dict.fromkeys(keys, "S") | (extra or {})
    attributes: Any = [{"AttributeName": key, "AttributeType": kind} for key, kind in kinds.items()]
    clients.dynamodb().create_table(
        TableName=name,
        KeySchema=_schema(*keys),
        AttributeDefinitions=attributes,
        BillingMode="PAY_PER_REQUEST",
        **more,
    )


def _schema(*keys: str) -> Any:
    return [{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)]


def at(*offsets: int, **changes: Any) -> list[Entry]:
    """An entry at each of the offsets from `PAST_MS` in milliseconds, with the offset as its value."""
    return [entry(timestamp_ms=PAST_MS + offset, value=float(offset), **changes) for offset in offsets]


def store(entries: Sequence[Entry], *, judged_ms: int = NOW_MS) -> None:
    """One batch, as the processor writes it."""
    outcome = RunStore(clients.dynamodb(), "readings", IN_TURN, kept_days=YEARS, now_ms=lambda: judged_ms).write(
        entries, deadline()
    )
    assert (list(outcome.failed), list(outcome.rejected)) == ([], [])


def keep_raw(number: int, *, device_id: str = "press-1", message: str = '{"value":1}', readings: int = 1) -> None:
    """A message as ingest keeps it, ``number`` milliseconds after `NOW_MS`."""
    arrived_ms = NOW_MS + number
    item: Any = {
        "device_id": {"S": device_id},
        "received": {"S": f"{arrived_ms:013d}#request-{number}"},
        "arrived_ms": {"N": str(arrived_ms)},
        "message": {"S": message},
        "readings": {"N": str(readings)},
        "request_id": {"S": f"request-{number}"},
        "expires_at": {"N": "9999999999"},
    }
    clients.dynamodb().put_item(TableName="raw", Item=item)


def ask(resource: str = "/query", *, at_ms: int = NOW_MS, path: Any = None, **parameters: Any) -> Any:
    """The answer to a request at ``at_ms``; ``from_`` stands for ``from``."""
    given = {name.rstrip("_"): str(value) for name, value in parameters.items() if value is not None}
    event = http_event("GET", resource, queryStringParameters=given or None, pathParameters=path, arrived_ms=at_ms)
    return handle(event, lambda_context())


def found(answer: Any) -> Any:
    """The page of an answer that must be one."""
    assert answer["statusCode"] == 200, answer["body"]
    page = content(answer)
    assert page["count"] == len(page["items"])
    return page


def pages(resource: str = "/query", **parameters: Any) -> Iterator[Any]:
    """Every page until the last one."""
    token = None
    while True:
        page = found(ask(resource, **parameters, next_token=token))
        yield page
        token = page["next_token"]
        if token is None:
            return


def every_item(resource: str = "/query", **parameters: Any) -> list[Any]:
    return [item for page in pages(resource, **parameters) for item in page["items"]]


def values(items: Any) -> list[float]:
    return [item["value"] for item in items]


def refused(answer: Any, status: int = 400) -> str:
    """The code of an answer that must be a refusal."""
    assert answer["statusCode"] == status, answer["body"]
    return error_code(answer)
